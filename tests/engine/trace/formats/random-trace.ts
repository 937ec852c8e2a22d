import fc from 'fast-check';
import type { EventDetails, TraceSink, TraceTrack } from '../../../../engine/trace/formats/index.ts';

/** A call of a sink, as data. */
export type Call =
  | { readonly call: 'track'; readonly track: TraceTrack }
  | {
      readonly call: 'begin' | 'instant';
      readonly at: number;
      readonly track: number;
      readonly category: string;
      readonly name: string;
      readonly details?: EventDetails;
    }
  | { readonly call: 'end'; readonly at: number; readonly track: number; readonly details?: EventDetails }
  | { readonly call: 'counter'; readonly at: number; readonly track: number; readonly value: number };

/** A sink that keeps every call. */
export function recordCalls(): TraceSink & { readonly calls: Call[] } {
  const calls: Call[] = [];
  const withDetails = (details: EventDetails | undefined): { details?: EventDetails } =>
    details === undefined ? {} : { details };
  return {
    calls,
    track: (track) => void calls.push({ call: 'track', track }),
    begin: (at, track, category, name, details) =>
      void calls.push({ call: 'begin', at, track, category, name, ...withDetails(details) }),
    end: (at, track, details) => void calls.push({ call: 'end', at, track, ...withDetails(details) }),
    instant: (at, track, category, name, details) =>
      void calls.push({ call: 'instant', at, track, category, name, ...withDetails(details) }),
    counter: (at, track, value) => void calls.push({ call: 'counter', at, track, value }),
    finish: () => undefined,
  };
}

/** Makes the calls of `calls` on `sink`, without `finish`. */
export function play(calls: readonly Call[], sink: TraceSink): void {
  for (const c of calls)
    if (c.call === 'track') sink.track(c.track);
    else if (c.call === 'end') sink.end(c.at, c.track, c.details);
    else if (c.call === 'counter') sink.counter(c.at, c.track, c.value);
    else sink[c.call](c.at, c.track, c.category, c.name, c.details);
}

const text = fc.oneof(fc.constantFrom('gemm', 'all-reduce', 'wait', 'link', 'ä€😀', 'a "quoted", one'), fc.string());
const value = fc.oneof(
  text,
  fc.boolean(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Object.is(x, -0)),
);

/** Random traces that keep the rules of sinks: one process, slices and instants on tracks, a counter, flows between slices; times in ps. */
export const randomTrace: fc.Arbitrary<Call[]> = fc
  .array(
    fc.record({
      step: fc.oneof(fc.nat({ max: 5000 }), fc.nat({ max: 2 ** 40 }), fc.constant(0)),
      kind: fc.constantFrom('begin', 'begin', 'end', 'instant', 'counter', 'track'),
      track: fc.nat({ max: 5 }),
      name: text,
      category: fc.constantFrom('', 'task', 'comm'),
      annotations: fc.option(fc.dictionary(fc.constantFrom('what', 'bytes', 'müll', 'ok'), value, { maxKeys: 3 })),
      flow: fc.boolean(),
      value: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    const calls: Call[] = [
      { call: 'track', track: { id: 1, kind: 'process', name: 'run', pid: 1, ordersChildren: true } },
      { call: 'track', track: { id: 100, kind: 'counter', name: 'queue', parent: 1, unit: 'jobs' } },
    ];
    const depth = new Map<number, number>();
    let tracks = 0;
    let at = 0;
    let flow = 0;
    let pending: number | undefined;
    const declare = (): void => {
      tracks++;
      calls.push({
        call: 'track',
        track: {
          id: 1 + tracks,
          kind: tracks % 2 === 0 ? 'lane' : 'track',
          name: `track ${tracks}`,
          parent: 1,
          order: tracks,
        },
      });
    };
    declare();
    for (const s of steps) {
      at += s.step;
      const track = 2 + (s.track % tracks);
      const annotations =
        s.annotations === null || Object.keys(s.annotations).length === 0 ? undefined : { ...s.annotations };
      const flows = (): EventDetails => {
        if (!s.flow) return {};
        if (pending === undefined) {
          pending = ++flow;
          return { flows: [pending] };
        }
        const ending = pending;
        pending = undefined;
        return { endingFlows: [ending] };
      };
      if (s.kind === 'track') declare();
      else if (s.kind === 'counter')
        calls.push({ call: 'counter', at, track: 100, value: Object.is(s.value, -0) ? 0 : s.value });
      else if (s.kind === 'end') {
        const open = depth.get(track) ?? 0;
        if (open === 0) continue;
        depth.set(track, open - 1);
        calls.push({ call: 'end', at, track, ...(annotations === undefined ? {} : { details: { annotations } }) });
      } else {
        if (s.kind === 'begin') depth.set(track, (depth.get(track) ?? 0) + 1);
        const details = { ...(annotations === undefined ? {} : { annotations }), ...flows() };
        calls.push({
          call: s.kind,
          at,
          track,
          category: s.category,
          name: s.name,
          ...(Object.keys(details).length === 0 ? {} : { details }),
        });
      }
    }
    if (pending !== undefined)
      calls.push({ call: 'instant', at, track: 2, category: '', name: 'end', details: { endingFlows: [pending] } });
    for (const [track, open] of depth) for (let i = 0; i < open; i++) calls.push({ call: 'end', at, track });
    return calls;
  });

/** The seed and number of runs of the properties here. */
export const runs = { seed: 20261123, numRuns: 200 } as const;
