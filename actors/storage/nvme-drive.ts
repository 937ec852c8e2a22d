import { type Behavior, type Context, defineActor } from '../../engine/kernel/actor.ts';
import { phases } from '../../engine/kernel/phase.ts';
import type { Bytes, BytesPerSecond } from '../../engine/kernel/quantities.ts';
import { type Duration, seconds } from '../../engine/kernel/time.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';
import { type Question, reply } from '../../engine/processes/index.ts';
import { checkCount, checkRange, storageErrors } from './errors.ts';

/** `ask(drive, { type: 'read', bytes })`, answered with the bytes. */
export interface ReadDrive extends Question<Bytes> {
  readonly type: 'read';
  readonly bytes: Bytes;
  /** What it is part of in the trace. */
  readonly parent?: TaskRef;
}

/** A command and what it is in the trace. */
interface Command {
  readonly read: ReadDrive;
  readonly task: TaskRef;
}

export type NvmeMessage =
  | ReadDrive
  /** Internal: the flash has the data of a command. */
  | { readonly type: 'found'; readonly command: Command }
  /** Internal: the link has sent the data of a command. */
  | { readonly type: 'sent'; readonly command: Command };

export interface NvmeSpec {
  /** Commands the queue pair holds; more wait at the host. */
  readonly depth: number;
  /** Time of one command in the flash. */
  readonly latency: Duration;
  /** Commands a second that the flash can serve at full depth: latency x operations are worked on at once. */
  readonly operations: number;
  readonly rate: BytesPerSecond;
}

export interface NvmeState {
  readonly spec: NvmeSpec;
  readonly channels: number;
  readonly atHost: Command[];
  readonly inQueue: Command[];
  readonly atLink: Command[];
  outstanding: number;
  working: number;
  sending: boolean;
  reads: number;
  bytes: number;
}

type Ctx = Context<NvmeMessage>;

/** A drive: commands pass the queue pair, one of the flash's channels, then the link, which sends one after the other. Throws STORAGE_SPEC, STORAGE_READ. */
export const nvmeDrive: Behavior<NvmeSpec, NvmeState, NvmeMessage> = defineActor<NvmeSpec, NvmeState, NvmeMessage>({
  kind: 'nvme-drive',
  init(spec) {
    checkCount('queue depth', spec.depth);
    const channels = Math.max(1, Math.round((spec.operations * spec.latency) / 1e12));
    if (!(spec.rate > 0))
      throw storageErrors.create('STORAGE_SPEC', { what: 'rate', value: spec.rate, expected: 'above 0' });
    const queues = { atHost: [], inQueue: [], atLink: [] };
    return { spec, channels, ...queues, outstanding: 0, working: 0, sending: false, reads: 0, bytes: 0 };
  },
  on: {
    read(state, read, ctx) {
      checkRange(0, read.bytes);
      const command: Command = { read, task: ctx.trace.begin('read', '', read.parent) };
      ctx.trace.annotate(command.task, 'bytes', read.bytes);
      if (state.outstanding === state.spec.depth) {
        state.atHost.push(command);
        ctx.trace.wait(command.task, 'capacity', 'queue pair');
      } else admit(state, command, ctx);
    },
    found(state, { command }, ctx) {
      state.working--;
      const next = state.inQueue.shift();
      if (next !== undefined) work(state, next, ctx, command.task);
      if (state.sending) {
        state.atLink.push(command);
        ctx.trace.wait(command.task, 'link', 'link of the drive');
      } else send(state, command, ctx);
    },
    sent(state, { command }, ctx) {
      state.reads++;
      const { read, task } = command;
      state.bytes += read.bytes;
      ctx.trace.end(task);
      reply(ctx, read.replyTo, read.bytes, task);
      const next = state.atLink.shift();
      state.sending = false;
      if (next !== undefined) send(state, next, ctx, task);
      state.outstanding--;
      const waiting = state.atHost.shift();
      if (waiting !== undefined) admit(state, waiting, ctx, task);
    },
  },
});

function admit(state: NvmeState, command: Command, ctx: Ctx, by: TaskRef = noTask): void {
  state.outstanding++;
  if (state.working === state.channels) {
    state.inQueue.push(command);
    ctx.trace.wait(command.task, 'resource', 'flash channels', by);
  } else work(state, command, ctx, by);
}

function work(state: NvmeState, command: Command, ctx: Ctx, by: TaskRef): void {
  ctx.trace.work(command.task, by);
  state.working++;
  ctx.schedule(state.spec.latency, ctx.self, { type: 'found', command }, phases.release);
}

function send(state: NvmeState, command: Command, ctx: Ctx, by: TaskRef = noTask): void {
  ctx.trace.work(command.task, by);
  state.sending = true;
  ctx.schedule(seconds(command.read.bytes / state.spec.rate), ctx.self, { type: 'sent', command }, phases.release);
}
