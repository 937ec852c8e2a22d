import { importErrors } from './errors.ts';
import type { JsonObject, JsonText } from './json-stream.ts';
import { nanosecondsSince, parseTime, type TraceTime } from './kineto-time.ts';
import { elementBytes, operatorShape, tensorShapes } from './node-shape.ts';
import type { TracedCollective, WorkShape } from './workload.ts';

/** An event that is replayed; times in nanoseconds since the first event of the file. */
export interface KinetoEvent {
  readonly name: string;
  readonly position: number;
  readonly start: number;
  readonly duration: number;
  readonly correlation: number | undefined;
  readonly external: number | undefined;
}

/** A call of the CUDA runtime or driver. */
export interface CallEvent extends KinetoEvent {
  /** Process and thread. */
  readonly thread: string;
}

/** A kernel, copy or fill of the device. */
export interface DeviceEvent extends KinetoEvent {
  readonly kind: 'kernel' | 'copy' | 'fill';
  readonly lane: string;
  readonly bytes: number | undefined;
  readonly traffic: TracedTraffic | undefined;
}

/** What a trace says about a collective or a message. */
export interface TracedTraffic {
  readonly op: TracedCollective | 'send' | 'receive';
  readonly bytes: number;
  readonly group: string;
  /** Members, or undefined when the list is missing or cut. */
  readonly ranks: readonly number[] | undefined;
  readonly size: number | undefined;
  readonly peer: number | undefined;
}

/** What a Kineto file says about the job. */
export interface KinetoHeader {
  rank: number | undefined;
  worldSize: number | undefined;
  device: string | undefined;
  readonly groups: Map<string, readonly number[]>;
}

const deviceKinds: Readonly<Record<string, DeviceEvent['kind']>> = {
  kernel: 'kernel',
  gpu_memcpy: 'copy',
  gpu_memset: 'fill',
};

/** Collects from the events of a Kineto file what a replay needs, and drops the rest as it is read. */
export class KinetoEvents {
  readonly header: KinetoHeader = { rank: undefined, worldSize: undefined, device: undefined, groups: new Map() };
  readonly calls: CallEvent[] = [];
  readonly device: DeviceEvent[] = [];
  /** What operators do, by external id; the time of the last event of each thread. */
  readonly shapes = new Map<number, WorkShape>();
  readonly traffic = new Map<number, TracedTraffic>();
  readonly threadEnds = new Map<string, number>();
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  seen = 0;
  readonly #file: string;
  readonly #names = new Map<string, string>();
  #base: TraceTime | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** A top-level member of the file. */
  member(key: string, value: JsonText): void {
    if (key === 'distributedInfo' && isObject(value)) {
      this.header.rank = wholeOf(value.rank);
      this.header.worldSize = wholeOf(value.world_size);
      if (Array.isArray(value.pg_config))
        for (const config of value.pg_config as readonly JsonText[]) {
          if (!isObject(config)) continue;
          const name = config.pg_name ?? config.pg_desc;
          const { ranks } = parseRanks(config.ranks);
          if (typeof name === 'string' && ranks !== undefined && ranks.length > 0) this.header.groups.set(name, ranks);
        }
    }
    if (key === 'deviceProperties' && Array.isArray(value)) {
      const first = value[0] as JsonText | undefined;
      if (isObject(first) && typeof first.name === 'string') this.header.device = first.name;
    }
  }

  /** The next event. Throws KINETO_TIME_RANGE. */
  event(position: number, value: JsonText): void {
    this.seen++;
    if (!isObject(value) || value.ph !== 'X') return;
    const category = String(value.cat ?? '').toLowerCase();
    const kind = deviceKinds[category];
    const call = category === 'cuda_runtime' || category === 'cuda_driver';
    if (kind === undefined && !call && category !== 'cpu_op') return;
    if (value.pid === 'Spans' || value.pid === 'Traces') return;
    const name = this.#intern(typeof value.name === 'string' ? value.name : '');
    const start = this.#time(position, name, value.ts, 'ts');
    const duration = this.#time(position, name, value.dur ?? '0', 'dur');
    const end = start + duration;
    if (duration < 0 || !(Math.abs(end) <= Number.MAX_SAFE_INTEGER / 1000))
      this.#refuse(
        position,
        name,
        duration < 0 ? `dur is ${value.dur}` : `it ends ${end / 1e9} s after the first event`,
      );
    this.first = Math.min(this.first, start);
    this.last = Math.max(this.last, end);
    const args = isObject(value.args) ? value.args : {};
    const thread = this.#intern(`${value.pid}/${value.tid ?? value.pid}`);
    const external = wholeOf(args['External id'] ?? args['external id']);
    if (kind === undefined) this.threadEnds.set(thread, Math.max(this.threadEnds.get(thread) ?? end, end));
    if (category === 'cpu_op') {
      this.#operator(name, args, external);
      return;
    }
    const common = { name, position, start, duration, correlation: wholeOf(args.correlation), external };
    if (kind === undefined) this.calls.push({ ...common, thread });
    else {
      const lane = this.#intern(`${args.device ?? value.pid}/${args.stream ?? value.tid}`);
      const bytes = wholeOf(args.bytes);
      this.device.push({ ...common, kind, lane, bytes, traffic: trafficOf(name, args) });
    }
  }

  #operator(name: string, args: JsonObject, external: number | undefined): void {
    if (external === undefined) return;
    const traffic = trafficOf(name, args);
    if (traffic !== undefined) this.traffic.set(external, traffic);
    const types = Array.isArray(args['Input type']) ? (args['Input type'] as JsonText[]).map(String) : [];
    const shape = operatorShape(name, tensorShapes(args['Input Dims']), types);
    if (shape !== undefined) this.shapes.set(external, shape);
  }

  #time(position: number, name: string, digits: unknown, key: 'ts' | 'dur'): number {
    const time = parseTime(digits);
    if (time === undefined)
      this.#refuse(position, name, `${key} is ${JSON.stringify(digits) ?? 'missing'}, not microseconds`);
    if (key === 'dur') return time.micro * 1000 + time.nano;
    this.#base ??= time;
    return nanosecondsSince(this.#base, time);
  }

  #refuse(position: number, name: string, problem: string): never {
    throw importErrors.create('KINETO_TIME_RANGE', { file: this.#file, event: position, name, problem });
  }

  /** One copy of each text: parsing makes a new one for every event. */
  #intern(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    this.#names.set(text, text);
    return text;
  }
}

function isObject(value: JsonText | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wholeOf(value: JsonText | undefined): number | undefined {
  if (typeof value !== 'string' || !/^\d{1,16}$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** A list of ranks, as a list or as text that may be cut: `[0, 1, ..., 7]`. */
function parseRanks(value: JsonText | undefined): { readonly ranks: readonly number[] | undefined } {
  const items = Array.isArray(value)
    ? (value as readonly JsonText[]).map(String)
    : typeof value === 'string' && /^\s*\[[\d,\s]*\]\s*$/.test(value)
      ? value
          .replaceAll(/[[\]\s]/g, '')
          .split(',')
          .filter((item) => item !== '')
      : undefined;
  const ranks = items?.map(Number);
  return { ranks: ranks?.every((rank) => Number.isSafeInteger(rank) && rank >= 0) ? ranks : undefined };
}

/** Collectives by the letters of their names, without `_base`, `coalesced` and the like. */
const names: ReadonlyArray<readonly [RegExp, TracedTraffic['op']]> = [
  [/allreduce/, 'all-reduce'],
  [/reducescatter/, 'reduce-scatter'],
  [/allgather/, 'all-gather'],
  [/alltoall/, 'all-to-all'],
  [/broadcast/, 'broadcast'],
  [/barrier/, 'barrier'],
  [/scatter/, 'scatter'],
  [/gather/, 'gather'],
  [/reduce/, 'reduce'],
  [/^(send|isend)/, 'send'],
  [/^(recv|irecv|receive)/, 'receive'],
];

function trafficOf(_name: string, args: JsonObject): TracedTraffic | undefined {
  const named = args['Collective name'];
  if (typeof named !== 'string') return undefined;
  const letters = named.toLowerCase().replaceAll(/[^a-z]/g, '');
  const op = names.find(([pattern]) => pattern.test(letters))?.[1];
  if (op === undefined) return undefined;
  const elements = Math.max(wholeOf(args['In msg nelems']) ?? 0, wholeOf(args['Out msg nelems']) ?? 0);
  const group = args['Process Group Name'];
  return {
    op,
    bytes: elements * (elementBytes(String(args.dtype ?? '')) || 1),
    group: typeof group === 'string' && group !== '' ? group : 'default',
    ranks: parseRanks(args['Process Group Ranks']).ranks,
    size: wholeOf(args['Group size']),
    peer: wholeOf(op === 'send' ? args['Dst Rank'] : args['Src Rank']),
  };
}
