import { type ActorRef, type Behavior, type Context, defineActor } from '../../engine/kernel/actor.ts';
import type { Bytes } from '../../engine/kernel/quantities.ts';
import { type Duration, NO_TIME, picosecondsPerTick, type Resolution, type Time } from '../../engine/kernel/time.ts';
import type { DeviceMemoryMessage } from '../memory/device-memory.ts';
import type { NetworkMessage } from '../network/network-actor.ts';
import { type Holding, holdingsOf, holdSlice, releaseRead } from './booking.ts';
import { charge, type EngineTimes, type IdleSpan, idleCauses, type SliceSpan } from './engine-account.ts';
import { type EngineMessage, type Execute, engine, type SliceEnded } from './engine-actor.ts';
import { type Issued, issuePacer } from './issue-pacer.ts';
import { checkProgram, type EngineKind, type Operation } from './operation.ts';
import { partOf, slicesNeeded } from './slicing.ts';
import { beginEngines, endEngines, type Tasks, tellIdle, tellIssued, tellStarted } from './telling.ts';

export interface DataflowSpec {
  readonly engines: readonly EngineKind[];
  readonly program: readonly Operation[];
  /** `dataflow`: an operation starts when its inputs are there and its engine is free. `serial`: when the one before has ended. Default `dataflow`. */
  readonly order?: 'dataflow' | 'serial';
  /** Host time between two operations; default 0: all are issued at the start. */
  readonly issueInterval?: Duration;
  /** The shared memory's traffic: a network whose link 0 it is (`memoryTopology`). Default: traffic takes no time of its own. */
  readonly memory?: ActorRef<NetworkMessage>;
  /** Where outputs are held. Default: nowhere. */
  readonly capacity?: ActorRef<DeviceMemoryMessage>;
  /** Where slices that stay on chip are held (`scratch` of operations). Default: nowhere. */
  readonly scratch?: ActorRef<DeviceMemoryMessage>;
  /** Keeps every slice and every idle stretch; default false keeps sums only. */
  readonly record?: boolean;
}

export type DataflowMessage = Issued | SliceEnded | { readonly type: 'prepared'; readonly op: number };

/** The engines of a kind and their common queue. */
interface Kind {
  readonly name: string;
  readonly together: boolean;
  readonly engines: ReadonlyArray<ActorRef<EngineMessage>>;
  /** Operation, slice and start on each engine; operation -1 when it is free. */
  readonly op: Int32Array;
  readonly slice: Int32Array;
  readonly since: Float64Array;
  free: number;
  /** Operations in program order, the next one to hand out and its next slice. */
  readonly queue: readonly number[];
  head: number;
  next: number;
  cause: string;
  mark: Time;
  readonly busy: Record<string, Duration>;
  readonly waits: Record<string, Duration>;
}

/** Where an operation stands. */
interface Progress {
  /** Slices from the first on that have ended without a gap, and those after a gap. */
  done: number;
  readonly beyond: Set<number>;
  /** Engines still working on the slice of a kind that works together. */
  running: number;
  /** Dependencies of the next slice known to be met. */
  met: number;
  prepared: boolean;
  started: Time;
  ended: Time;
}

export interface DataflowState {
  readonly spec: DataflowSpec;
  readonly kinds: readonly Kind[];
  readonly kindOf: readonly number[];
  readonly progress: readonly Progress[];
  readonly holdings: readonly Holding[];
  /** Operations that wait for a preparation that has not begun. */
  readonly unprepared: number[];
  issued: number;
  /** Every operation below it has ended. */
  watermark: number;
  ended: number;
  /** When the last operation ended. */
  finished: Time;
  bytes: Bytes;
  readonly slices: SliceSpan[] | undefined;
  readonly idle: IdleSpan[] | undefined;
  readonly tasks: Tasks;
}

type Ctx = Context<DataflowMessage>;

/**
 * Runs a program of operations on engines of different kinds. Each kind takes its operations in program order, slice by slice: a head
 * that cannot start blocks its queue. A slice needs the same share of every producer's slices. Spawns `<kind><number>` for each engine
 * and `host`. Throws DATAFLOW_ENGINE, DATAFLOW_ORDER, DATAFLOW_COUNT, DATAFLOW_AMOUNT.
 */
export const dataflow: Behavior<DataflowSpec, DataflowState, DataflowMessage> = defineActor<
  DataflowSpec,
  DataflowState,
  DataflowMessage
>({
  kind: 'dataflow',
  init(spec, ctx) {
    const { engines, program, issueInterval = NO_TIME, memory } = spec;
    checkProgram(engines, program);
    const tasks = beginEngines(
      engines.map(({ name, count }) => Array.from({ length: count }, (_, index) => engineName(name, index, count))),
      ctx.trace,
    );
    const kinds = engines.map(({ name, count, together = false }, kind): Kind => {
      const shared = memory === undefined ? {} : { memory };
      return {
        name,
        together,
        engines: Array.from({ length: count }, (_, index) =>
          ctx.spawn(engineName(name, index, count), engine, {
            kind,
            engine: index,
            scheduler: ctx.self,
            task: tasks.engines[kind]![index]!,
            ...shared,
          }),
        ),
        op: new Int32Array(count).fill(-1),
        slice: new Int32Array(count),
        since: new Float64Array(count),
        free: count,
        queue: program.flatMap((operation, op) => (operation.engine === name ? [op] : [])),
        head: 0,
        next: 0,
        cause: idleCauses.issue,
        mark: ctx.now,
        busy: {},
        waits: {},
      };
    });
    const kindIndex = new Map(engines.map(({ name }, index) => [name, index]));
    const progress = program.map(
      ({ preparation = 0 }): Progress => ({
        done: 0,
        beyond: new Set(),
        running: 0,
        met: 0,
        prepared: preparation === 0,
        started: ctx.now,
        ended: ctx.now,
      }),
    );
    if (issueInterval > 0 && program.length > 0)
      ctx.spawn('host', issuePacer, { scheduler: ctx.self, operations: program.length, interval: issueInterval });
    else ctx.send(ctx.self, { type: 'issued' });
    return {
      spec,
      kinds,
      kindOf: program.map((operation) => kindIndex.get(operation.engine) as number),
      progress,
      holdings: holdingsOf(program),
      unprepared: program.flatMap((_, op) => (progress[op]!.prepared ? [] : [op])),
      issued: 0,
      watermark: 0,
      ended: 0,
      finished: ctx.now,
      bytes: 0 as Bytes,
      slices: spec.record === true ? [] : undefined,
      idle: spec.record === true ? [] : undefined,
      tasks,
    };
  },
  on: {
    issued(state, _message, ctx) {
      const { program, issueInterval = NO_TIME } = state.spec;
      const before = state.issued;
      state.issued = issueInterval > 0 ? before + 1 : program.length;
      for (let op = before; op < state.issued; op++)
        tellIssued(state.tasks, program[op]!.name, program[op]!.engine, ctx.trace);
      advance(state, ctx);
      if (program.length === 0) endEngines(state.tasks, ctx.trace);
    },
    prepared(state, { op }, ctx) {
      state.progress[op]!.prepared = true;
      advance(state, ctx);
    },
    sliceEnded(state, message, ctx) {
      endSlice(state, message, ctx);
      advance(state, ctx);
    },
  },
});

/** Busy time and waits of the engines of each kind up to `now`, the time of the simulation. */
export function engineTimes(state: DataflowState, now: Time, resolution: Resolution = 'ps'): readonly EngineTimes[] {
  return state.kinds.map((kind) => {
    const [busy, waits] = [{ ...kind.busy }, { ...kind.waits }];
    const open = (now - kind.mark) * picosecondsPerTick[resolution];
    charge(waits, kind.cause, open * kind.free);
    kind.op.forEach((op, i) => {
      const span = (now - kind.since[i]!) * picosecondsPerTick[resolution];
      if (op >= 0) charge(busy, state.spec.program[op]!.label, span);
    });
    return { name: kind.name, engines: kind.engines.length, busy, waits };
  });
}

/** When an operation started and ended, in ticks; meaningful once it has ended. */
export function operationTimes(state: DataflowState, op: number): { readonly started: Time; readonly ended: Time } {
  const { started, ended } = state.progress[op]!;
  return { started, ended };
}

/** `mme`, or `tpc3` where there are several. */
function engineName(kind: string, index: number, count: number): string {
  return count === 1 ? kind : `${kind}${index}`;
}

function slicesOf(operation: Operation): number {
  return operation.slices ?? 1;
}

/** Books the idle time of a kind up to now; before its free engines or its cause change. */
function settle(state: DataflowState, index: number, ctx: Ctx): void {
  const kind = state.kinds[index]!;
  if (kind.mark === ctx.now) return;
  if (kind.free > 0) {
    charge(kind.waits, kind.cause, ctx.since(kind.mark) * kind.free);
    state.idle?.push({ kind: index, cause: kind.cause, engines: kind.free, start: kind.mark, end: ctx.now });
  }
  kind.mark = ctx.now;
}

function endSlice(state: DataflowState, message: SliceEnded, ctx: Ctx): void {
  const kind = state.kinds[message.kind]!;
  settle(state, message.kind, ctx);
  const op = kind.op[message.engine]!;
  const slice = kind.slice[message.engine]!;
  kind.op[message.engine] = -1;
  kind.free++;
  const operation = state.spec.program[op]!;
  const { started, working, starved } = message;
  charge(kind.busy, operation.label, ctx.since(started) - starved);
  charge(kind.waits, idleCauses.memory, starved);
  if (!kind.together || message.engine === 0)
    state.slices?.push({
      kind: message.kind,
      engine: message.engine,
      op,
      slice,
      start: started,
      working,
      end: ctx.now,
      starved,
    });
  const progress = state.progress[op]!;
  progress.running--;
  if (kind.together && kind.free < kind.engines.length) return;
  progress.beyond.add(slice);
  while (progress.beyond.delete(progress.done)) progress.done++;
  release(state, operation, ctx);
  if (progress.done === slicesOf(operation)) endOperation(state, op, ctx);
}

/** Gives back what a slice of `operation` was the last to read. */
function release(state: DataflowState, { after }: Operation, ctx: Ctx): void {
  const { spec, holdings, progress } = state;
  if (spec.capacity === undefined && spec.scratch === undefined) return;
  const doneOf = (reader: number): number => progress[reader]!.done / slicesOf(spec.program[reader]!);
  for (const before of new Set(after))
    releaseRead(spec, spec.program[before]!, holdings[before]!, doneOf, (to, message) => ctx.send(to, message));
}

function endOperation(state: DataflowState, op: number, ctx: Ctx): void {
  const { program } = state.spec;
  const { bytes = 0 } = program[op]!;
  state.progress[op]!.ended = ctx.now;
  state.ended++;
  state.finished = ctx.now;
  state.bytes = (state.bytes + bytes) as Bytes;
  ctx.trace.end(state.tasks.operations[op]!);
  if (state.ended === program.length) endEngines(state.tasks, ctx.trace);
  while (state.watermark < program.length && hasEnded(state, state.watermark)) state.watermark++;
}

function hasEnded(state: DataflowState, op: number): boolean {
  return state.progress[op]!.done === slicesOf(state.spec.program[op]!);
}

/** The first dependency of slice `slice` of `op` that is not met; undefined when all are. Met ones are not looked at again. */
function unmet(state: DataflowState, op: number, slice: number): number | undefined {
  const { program } = state.spec;
  const operation = program[op]!;
  const progress = state.progress[op]!;
  const { after } = operation;
  for (; progress.met < after.length; progress.met++) {
    const before = after[progress.met]!;
    const made = slicesOf(program[before]!);
    if (state.progress[before]!.done < slicesNeeded(slice, slicesOf(operation), made)) return before;
  }
  return undefined;
}

/** Whether the inputs of the next slice of `op` are there and the host has issued it. */
function isReady(state: DataflowState, op: number, slice: number): boolean {
  if (op >= state.issued || unmet(state, op, slice) !== undefined) return false;
  return state.spec.order !== 'serial' || state.watermark === op;
}

/** Starts whatever can start, then names what the free engines wait for. */
function advance(state: DataflowState, ctx: Ctx): void {
  prepare(state, ctx);
  const { kinds } = state;
  for (let index = 0; index < kinds.length; index++) while (startNext(state, index, ctx));
  for (let index = 0; index < kinds.length; index++) {
    const kind = kinds[index]!;
    if (kind.free === 0) continue;
    const cause = causeOf(state, index);
    if (cause !== kind.cause) {
      settle(state, index, ctx);
      kind.cause = cause;
    }
    if (state.ended === state.spec.program.length) continue;
    const head = kind.queue[kind.head] ?? -1;
    tellIdle(state.tasks, index, kind.op, head >= 0 && state.progress[head]!.running > 0 ? -1 : head, cause, ctx.trace);
  }
}

function prepare(state: DataflowState, ctx: Ctx): void {
  const { unprepared } = state;
  for (let i = 0; i < unprepared.length; ) {
    const op = unprepared[i]!;
    if (!isReady(state, op, 0)) {
      i++;
      continue;
    }
    unprepared.splice(i, 1);
    ctx.schedule(state.spec.program[op]!.preparation as Duration, ctx.self, { type: 'prepared', op });
  }
}

/** Hands out the next slice of a kind; false when there is none, it is not ready, or no engine is free. */
function startNext(state: DataflowState, index: number, ctx: Ctx): boolean {
  const kind = state.kinds[index]!;
  const op = kind.queue[kind.head];
  if (op === undefined || kind.free === 0 || (kind.together && kind.free < kind.engines.length)) return false;
  const slice = kind.next;
  if (!state.progress[op]!.prepared || !isReady(state, op, slice)) return false;
  settle(state, index, ctx);
  const operation = state.spec.program[op]!;
  const slices = slicesOf(operation);
  const progress = state.progress[op]!;
  if (slice === 0) progress.started = ctx.now;
  holdSlice(state.spec, operation, slice, (to, message) => ctx.send(to, message));
  const parts = kind.together ? kind.engines.length : 1;
  const message: Execute = {
    type: 'execute',
    label: operation.label,
    name: operation.name,
    setup: (slice === 0 ? operation.setup : operation.sliceSetup) ?? NO_TIME,
    work: partOf(operation.work, slice, slices),
    bytes: ((operation.bytes ?? 0) / slices / parts) as Bytes,
    weight: 1 / parts,
  };
  const first = kind.op.indexOf(-1);
  for (let i = first; i < first + parts; i++) {
    kind.op[i] = op;
    kind.slice[i] = slice;
    kind.since[i] = ctx.now;
    kind.free--;
    tellStarted(state.tasks, index, i, op, ctx.trace);
    ctx.send(kind.engines[i]!, message);
  }
  progress.running += parts;
  progress.met = 0;
  kind.next++;
  if (kind.next === slices) {
    kind.next = 0;
    kind.head++;
  }
  return true;
}

/** What the free engines of a kind wait for: follows unmet dependencies, and what stands before them in their queues, to what runs. */
function causeOf(state: DataflowState, index: number): string {
  const { program } = state.spec;
  let kind = state.kinds[index]!;
  if (kind.free < kind.engines.length && kind.together) return idleCauses.rest;
  if (kind.head === kind.queue.length) return kind.free < kind.engines.length ? idleCauses.rest : idleCauses.done;
  for (;;) {
    const op = kind.queue[kind.head]!;
    if (op >= state.issued) return idleCauses.issue;
    const before = unmet(state, op, kind.next);
    if (before === undefined) {
      if (state.spec.order === 'serial' && state.watermark < op)
        return idleCauses.order(program[state.watermark]!.label);
      return idleCauses.preparation(program[op]!.label);
    }
    if (state.progress[before]!.running > 0) return idleCauses.dependency(program[before]!.label);
    kind = state.kinds[state.kindOf[before]!]!;
    if (kind.free < kind.engines.length) {
      const running = kind.op.find((candidate) => candidate >= 0) as number;
      return idleCauses.dependency(program[running]!.label);
    }
  }
}
