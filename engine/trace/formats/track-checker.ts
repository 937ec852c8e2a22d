import { PerfettoReader, type PerfettoSummary } from './perfetto-reader.ts';
import { type EventDetails, type TraceSink, type TraceTrack, waitCategory } from './trace-sink.ts';

/** A rule of tracks that was broken, and where. */
export interface TrackProblem {
  readonly rule: 'nesting' | 'order' | 'flow' | 'track' | 'wait' | 'counter';
  /** One sentence with names, ids and times in ticks. */
  readonly text: string;
  /** Number of the packet or event, from 1; 0 for what is seen only at the end. */
  readonly event: number;
}

/** What a checker found: all problems counted, the first 100 kept. */
export interface TrackCheck {
  readonly events: number;
  readonly slices: number;
  readonly waits: number;
  readonly counters: number;
  readonly instants: number;
  readonly flows: number;
  readonly tracks: number;
  readonly problemCount: number;
  readonly problems: readonly TrackProblem[];
}

interface OpenSlice {
  readonly name: string;
  readonly at: number;
  readonly wait: boolean;
}

interface TrackState {
  readonly track: TraceTrack;
  readonly open: OpenSlice[];
  last: number;
}

interface Flow {
  uses: number;
  ended: boolean;
}

const kept = 100;

/**
 * A sink that holds a trace against its rules: events of a track in order of time, slices nested and closed, waits inside tasks and not
 * inside each other, every flow from one event to one other, tracks declared with parents that exist.
 */
export class TrackChecker implements TraceSink {
  readonly #tracks = new Map<number, TrackState>();
  readonly #flows = new Map<number, Flow>();
  readonly #problems: TrackProblem[] = [];
  #problemCount = 0;
  #events = 0;
  #slices = 0;
  #waits = 0;
  #counters = 0;
  #instants = 0;

  track(track: TraceTrack): void {
    const before = this.#tracks.get(track.id);
    this.#tracks.set(track.id, { track, open: before?.open ?? [], last: before?.last ?? 0 });
  }

  begin(at: number, track: number, category: string, name: string, details?: EventDetails): void {
    const state = this.#next(at, track);
    const wait = category === waitCategory;
    const outer = state.open.at(-1);
    if (wait) {
      this.#waits++;
      if (outer === undefined) this.#problem('wait', `wait '${name}' at ${at} on ${shown(state)} is inside no task`);
      else if (outer.wait)
        this.#problem('wait', `wait '${name}' at ${at} on ${shown(state)} is inside the wait '${outer.name}'`);
    } else {
      this.#slices++;
      if (outer?.wait)
        this.#problem('wait', `task '${name}' at ${at} on ${shown(state)} is inside the wait '${outer.name}'`);
    }
    state.open.push({ name, at, wait });
    this.#flow(at, state, details);
  }

  end(at: number, track: number, details?: EventDetails): void {
    const state = this.#next(at, track);
    if (state.open.pop() === undefined) this.#problem('nesting', `an end at ${at} on ${shown(state)} closes nothing`);
    this.#flow(at, state, details);
  }

  instant(at: number, track: number, _category: string, _name: string, details?: EventDetails): void {
    this.#instants++;
    this.#flow(at, this.#next(at, track), details);
  }

  counter(at: number, track: number, value: number): void {
    this.#counters++;
    const state = this.#next(at, track);
    if (state.track.kind !== 'counter')
      this.#problem('counter', `${shown(state)} has a value at ${at} and is no counter`);
    if (!Number.isFinite(value)) this.#problem('counter', `${shown(state)} is ${value} at ${at}`);
  }

  finish(): void {
    this.#events = -1;
    for (const state of this.#tracks.values())
      for (const slice of state.open)
        this.#problem('nesting', `'${slice.name}' begun at ${slice.at} on ${shown(state)} never ends`);
    for (const [id, flow] of this.#flows) if (flow.uses === 1) this.#problem('flow', `flow ${id} has one end only`);
    for (const state of this.#tracks.values()) this.#checkParents(state);
  }

  /** The verdict so far; whole after `finish`. */
  result(events: number): TrackCheck {
    return {
      events,
      slices: this.#slices,
      waits: this.#waits,
      counters: this.#counters,
      instants: this.#instants,
      flows: this.#flows.size,
      tracks: this.#tracks.size,
      problemCount: this.#problemCount,
      problems: this.#problems,
    };
  }

  #next(at: number, track: number): TrackState {
    this.#events++;
    let state = this.#tracks.get(track);
    if (state === undefined) {
      state = { track: { id: track, kind: 'track', name: `track ${track}` }, open: [], last: 0 };
      this.#tracks.set(track, state);
      this.#problem('track', `track ${track} has an event at ${at} and was never declared`);
    }
    if (at < state.last) this.#problem('order', `${shown(state)} has an event at ${at} after one at ${state.last}`);
    else state.last = at;
    return state;
  }

  #flow(at: number, state: TrackState, details: EventDetails | undefined): void {
    if (details === undefined) return;
    for (const id of details.flows ?? []) this.#useFlow(id, false, at, state);
    for (const id of details.endingFlows ?? []) this.#useFlow(id, true, at, state);
  }

  #useFlow(id: number, ends: boolean, at: number, state: TrackState): void {
    const flow = this.#flows.get(id);
    if (flow === undefined) {
      if (ends) this.#problem('flow', `flow ${id} ends at ${at} on ${shown(state)} without a beginning`);
      this.#flows.set(id, { uses: 1, ended: ends });
      return;
    }
    flow.uses++;
    if (flow.uses === 3 || flow.ended)
      this.#problem('flow', `flow ${id} is used again at ${at} on ${shown(state)}: one id for one arrow`);
    flow.ended ||= ends;
  }

  #checkParents({ track }: TrackState): void {
    let parent = track.parent;
    for (let depth = 0; parent !== undefined; depth++) {
      const above = this.#tracks.get(parent);
      if (above === undefined) {
        this.#problem('track', `track ${track.id} '${track.name}' has the parent ${parent}, which does not exist`);
        return;
      }
      if (depth > this.#tracks.size) {
        this.#problem('track', `track ${track.id} '${track.name}' is its own ancestor`);
        return;
      }
      parent = above.track.parent;
    }
  }

  #problem(rule: TrackProblem['rule'], text: string): void {
    this.#problemCount++;
    if (this.#problems.length < kept) this.#problems.push({ rule, text, event: Math.max(0, this.#events) });
  }
}

function shown({ track }: TrackState): string {
  return `track ${track.id} '${track.name}'`;
}

/** Checks a whole Perfetto trace. Throws WIRE_MALFORMED at bytes that are no packet. */
export function checkPerfetto(chunks: Iterable<Uint8Array>): TrackCheck & { readonly file: PerfettoSummary } {
  const checker = new TrackChecker();
  const reader = new PerfettoReader(checker, { repair: false });
  for (const chunk of chunks) reader.push(chunk);
  const file = reader.finish();
  return { ...checker.result(file.packets), file };
}
