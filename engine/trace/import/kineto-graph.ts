import type { Duration } from '../../kernel/index.ts';
import { note } from './chakra-graph.ts';
import { importErrors } from './errors.ts';
import type { CallEvent, DeviceEvent, KinetoEvents, TracedTraffic } from './kineto-events.ts';
import { orderNodes } from './order-nodes.ts';
import type { Communication, ImportNote, RankWork, WorkNode } from './workload.ts';

/** Where members of a group are found: what the trace says first, then what the user says. */
export type GroupLookup = (group: string, traced: TracedTraffic) => string;

/** The work of a rank from its events, with notes. */
export interface KinetoRank {
  readonly work: RankWork;
  readonly notes: readonly ImportNote[];
}

/** A node under construction; indices are those of the draft. */
interface Draft {
  readonly node: Omit<WorkNode, 'after' | 'launch'>;
  readonly after: number[];
  readonly launch?: { readonly call: number; readonly delay: number };
  readonly start: number;
}

interface Lane {
  readonly ends: number[];
  readonly drafts: number[];
  /** When each was launched, by the host's clock; its start when unknown. */
  readonly launched: number[];
  last: number | undefined;
}

/**
 * Turns the events of a Kineto file into the work of a rank: calls in the order of their threads with the host's work between them,
 * device operations in the order of their streams, started by their calls. Throws KINETO_NO_GPU_EVENTS and what `lookup` throws; notes
 * KINETO_CORRELATION_MISSING.
 */
export function kinetoGraph(file: string, rank: number, events: KinetoEvents, lookup: GroupLookup): KinetoRank {
  if (events.device.length === 0) throw importErrors.create('KINETO_NO_GPU_EVENTS', { file, events: events.seen });
  const notes: ImportNote[] = [];
  const base = events.first;
  const drafts: Draft[] = [];
  const byStart = (a: { start: number; position: number }, b: { start: number; position: number }): number =>
    a.start - b.start || a.position - b.position;
  const device = [...events.device].sort(byStart);
  const calls = [...events.calls].sort(byStart);
  const launches = new Set(device.flatMap((event) => event.correlation ?? []));
  const callOf = new Map<number, { readonly draft: number; readonly event: CallEvent }>();
  const syncs: { readonly draft: number; readonly event: CallEvent }[] = [];
  const waits = new Map<string, number>();
  const awaiting = new Map<number, number>();
  const threads = new Map<string, { end: number; draft: number | undefined }>();
  const ps = (nanoseconds: number): Duration => (nanoseconds * 1000) as Duration;
  const add = (node: Draft['node'], after: number[], start: number, launch?: Draft['launch']): number =>
    drafts.push({ node, after, start, ...(launch === undefined ? {} : { launch }) }) - 1;

  const host = (thread: string, until: number, position: number): { end: number; draft: number | undefined } => {
    let state = threads.get(thread);
    if (state === undefined) {
      state = { end: base, draft: undefined };
      threads.set(thread, state);
    }
    if (until > state.end) {
      const span = { start: ps(state.end - base), duration: ps(until - state.end) };
      const node = { name: 'host', kind: 'host' as const, lane: `thread ${thread}`, ...span, position };
      state.draft = add(node, state.draft === undefined ? [] : [state.draft], state.end);
      state.end = until;
    }
    return state;
  };
  for (const call of calls) {
    const sync = /Synchronize/.test(call.name);
    if (/StreamWaitEvent/.test(call.name)) waits.set(call.thread, call.start);
    const launching = call.correlation !== undefined && launches.has(call.correlation);
    if (!sync && !launching) continue;
    const state = host(call.thread, call.start, call.position);
    const end = call.start + call.duration;
    const node = {
      name: call.name,
      kind: 'call' as const,
      lane: `thread ${call.thread}`,
      start: ps(call.start - base),
      duration: ps(call.duration),
      position: call.position,
    };
    state.draft = add(node, state.draft === undefined ? [] : [state.draft], call.start);
    state.end = Math.max(state.end, end);
    if (sync) syncs.push({ draft: state.draft, event: call });
    if (!launching || call.correlation === undefined) continue;
    callOf.set(call.correlation, { draft: state.draft, event: call });
    const waited = waits.get(call.thread);
    if (waited !== undefined) {
      awaiting.set(call.correlation, waited);
      waits.delete(call.thread);
    }
  }
  for (const [thread, end] of events.threadEnds) if (threads.has(thread)) host(thread, end, 0);

  const longest = longestOfOperator(device);
  const least = leastDelay(device, callOf);
  const anyWait = awaiting.size > 0;
  const lanes = new Map<string, Lane>();
  const orphans: string[] = [];
  let unnamed = 0;
  for (const event of device) {
    const call = event.correlation === undefined ? undefined : callOf.get(event.correlation);
    if (call === undefined) orphans.push(`'${event.name}' (event ${event.position})`);
    let lane = lanes.get(event.lane);
    if (lane === undefined) {
      lane = { ends: [], drafts: [], launched: [], last: undefined };
      lanes.set(event.lane, lane);
    }
    const traffic = event.traffic ?? (event.external === undefined ? undefined : events.traffic.get(event.external));
    const library = /nccl|rccl|hccl/i.test(event.name);
    const communication =
      event.kind === 'kernel' && traffic !== undefined && (event.traffic !== undefined || library)
        ? communicationOf(traffic, lookup)
        : undefined;
    if (communication === undefined && event.kind === 'kernel' && library) unnamed++;
    const waited = event.correlation === undefined ? undefined : awaiting.get(event.correlation);
    const infers = waited !== undefined || call === undefined || (communication !== undefined && !anyWait);
    const after = lane.last === undefined ? [] : [lane.last];
    if (infers)
      for (const [name, other] of lanes)
        if (name !== event.lane) {
          const found = lastEnded(other, event.start, waited ?? call?.event.start ?? event.start);
          if (found !== undefined) after.push(found);
        }
    // A stream that was idle shows this launch's own delay; behind other work only the least delay seen is sure.
    const idle =
      (lane.ends.at(-1) ?? base) <= (call?.event.start ?? base) && after.length <= (lane.last === undefined ? 0 : 1);
    const launch =
      call === undefined
        ? undefined
        : { call: call.draft, delay: idle ? Math.max(0, event.start - call.event.start) : least };
    const shape =
      event.kind === 'kernel'
        ? event.external !== undefined && longest.get(event.external) === event
          ? events.shapes.get(event.external)
          : undefined
        : event.bytes === undefined
          ? undefined
          : { bytes: event.bytes };
    const node = {
      name: event.name,
      kind:
        communication !== undefined
          ? ('communication' as const)
          : event.kind === 'kernel'
            ? ('compute' as const)
            : ('copy' as const),
      lane: `stream ${event.lane}`,
      start: ps(event.start - base),
      duration: ps(event.duration),
      ...(shape === undefined ? {} : { shape }),
      ...(communication === undefined ? {} : { communication }),
      position: event.position,
    };
    const draft = add(node, after, event.start, launch);
    lane.last = draft;
    lane.ends.push(Math.max(lane.ends.at(-1) ?? 0, event.start + event.duration));
    lane.drafts.push(draft);
    lane.launched.push(call?.event.start ?? event.start);
  }
  for (const { draft, event } of syncs) synchronize(drafts, draft, event, lanes, base);
  if (orphans.length > 0)
    notes.push(
      note(
        importErrors.create('KINETO_CORRELATION_MISSING', {
          file,
          rank,
          count: orphans.length,
          total: device.length,
          first: orphans.slice(0, 3).join(', '),
        }),
      ),
    );
  if (unnamed > 0)
    notes.push({
      code: '',
      text: `${file}: ${unnamed} NCCL kernels do not say their collective and keep their durations`,
    });
  if (!anyWait)
    notes.push({
      code: '',
      text: `${file}: no event waits were recorded; collectives are taken to wait for what had ended before them`,
    });
  return { work: finish(file, rank, drafts, events), notes };
}

/** A call that synchronizes ends after the operations it was seen to wait for, and takes itself only what is left. */
function synchronize(
  drafts: Draft[],
  draft: number,
  event: CallEvent,
  lanes: ReadonlyMap<string, Lane>,
  base: number,
): void {
  const end = event.start + event.duration;
  let waited = event.start;
  const node = drafts[draft] as Draft;
  for (const lane of lanes.values()) {
    const found = lastEnded(lane, end, event.start);
    if (found === undefined) continue;
    node.after.push(found);
    const awaited = (drafts[found] as Draft).node;
    waited = Math.max(waited, ((awaited.start ?? 0) + awaited.duration) / 1000 + base);
  }
  drafts[draft] = { ...node, node: { ...node.node, duration: (Math.max(0, end - waited) * 1000) as Duration } };
}

/** The last operation of a lane that ended by `end` and was launched by `launched`. */
function lastEnded(lane: Lane, end: number, launched: number): number | undefined {
  let low = 0;
  let high = lane.ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lane.ends[middle] as number) <= end) low = middle + 1;
    else high = middle;
  }
  for (let i = low - 1; i >= 0 && i >= low - 64; i--)
    if ((lane.launched[i] as number) <= launched) return lane.drafts[i];
  return undefined;
}

/** An operator that runs several kernels is priced as one; the longest stands for it. */
function longestOfOperator(device: readonly DeviceEvent[]): ReadonlyMap<number, DeviceEvent> {
  const longest = new Map<number, DeviceEvent>();
  for (const event of device) {
    if (event.external === undefined || event.kind !== 'kernel') continue;
    const before = longest.get(event.external);
    if (before === undefined || event.duration > before.duration) longest.set(event.external, event);
  }
  return longest;
}

/** The least time from the start of a call to the start of what it launched. */
function leastDelay(device: readonly DeviceEvent[], calls: ReadonlyMap<number, { readonly event: CallEvent }>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const event of device) {
    const call = event.correlation === undefined ? undefined : calls.get(event.correlation);
    if (call !== undefined && event.start >= call.event.start) least = Math.min(least, event.start - call.event.start);
  }
  return least === Number.POSITIVE_INFINITY ? 0 : least;
}

function communicationOf(traffic: TracedTraffic, lookup: GroupLookup): Communication | undefined {
  const { op, bytes } = traffic;
  if (op === 'send' || op === 'receive')
    return traffic.peer === undefined ? undefined : { kind: op, peer: traffic.peer, tag: 0, bytes };
  return { kind: 'collective', op, bytes, group: lookup(traffic.group, traffic) };
}

function finish(file: string, rank: number, drafts: readonly Draft[], events: KinetoEvents): RankWork {
  const sorted = orderNodes(
    drafts.map((draft) => ({
      before: [...new Set([...draft.after, ...(draft.launch === undefined ? [] : [draft.launch.call])])],
      priority: draft.start,
    })),
  );
  if ('cycle' in sorted) {
    const first = (drafts[sorted.cycle[0] as number] as Draft).node;
    throw importErrors.create('TRACE_MALFORMED', {
      file,
      where: `event ${first.position} '${first.name}'`,
      problem: 'its times make it wait for itself',
    });
  }
  const place = new Map<number, number>();
  sorted.order.forEach((draft, i) => {
    place.set(draft, i);
  });
  const nodes = sorted.order.map((i): WorkNode => {
    const { node, after, launch } = drafts[i] as Draft;
    return {
      ...node,
      after: [...new Set(after)].map((a) => place.get(a) as number).sort((a, b) => a - b),
      ...(launch === undefined
        ? {}
        : { launch: { node: place.get(launch.call) as number, delay: (launch.delay * 1000) as Duration } }),
    };
  });
  return {
    rank,
    file,
    nodes,
    makespan: ((events.last - events.first) * 1000) as Duration,
    ...(events.header.device === undefined ? {} : { device: events.header.device }),
  };
}
