import { type Behavior, type Context, defineActor } from '../../engine/kernel/actor.ts';
import { phases } from '../../engine/kernel/phase.ts';
import type { Bytes, BytesPerSecond } from '../../engine/kernel/quantities.ts';
import { type Duration, seconds } from '../../engine/kernel/time.ts';
import { type Question, reply } from '../../engine/processes/index.ts';
import { checkCount, checkRange, storageErrors } from './errors.ts';

/** `ask(drive, { type: 'read', bytes })`, answered with the bytes. */
export interface ReadDrive extends Question<Bytes> {
  readonly type: 'read';
  readonly bytes: Bytes;
}

export type NvmeMessage =
  | ReadDrive
  /** Internal: the flash has the data of a command. */
  | { readonly type: 'found'; readonly command: ReadDrive }
  /** Internal: the link has sent the data of a command. */
  | { readonly type: 'sent'; readonly command: ReadDrive };

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
  readonly atHost: ReadDrive[];
  readonly inQueue: ReadDrive[];
  readonly atLink: ReadDrive[];
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
    read(state, command, ctx) {
      checkRange(0, command.bytes);
      if (state.outstanding === state.spec.depth) state.atHost.push(command);
      else admit(state, command, ctx);
    },
    found(state, { command }, ctx) {
      state.working--;
      const next = state.inQueue.shift();
      if (next !== undefined) work(state, next, ctx);
      if (state.sending) state.atLink.push(command);
      else send(state, command, ctx);
    },
    sent(state, { command }, ctx) {
      state.reads++;
      state.bytes += command.bytes;
      reply(ctx, command.replyTo, command.bytes);
      const next = state.atLink.shift();
      state.sending = false;
      if (next !== undefined) send(state, next, ctx);
      state.outstanding--;
      const waiting = state.atHost.shift();
      if (waiting !== undefined) admit(state, waiting, ctx);
    },
  },
});

function admit(state: NvmeState, command: ReadDrive, ctx: Ctx): void {
  state.outstanding++;
  if (state.working === state.channels) state.inQueue.push(command);
  else work(state, command, ctx);
}

function work(state: NvmeState, command: ReadDrive, ctx: Ctx): void {
  state.working++;
  ctx.schedule(state.spec.latency, ctx.self, { type: 'found', command }, phases.release);
}

function send(state: NvmeState, command: ReadDrive, ctx: Ctx): void {
  state.sending = true;
  ctx.schedule(seconds(command.bytes / state.spec.rate), ctx.self, { type: 'sent', command }, phases.release);
}
