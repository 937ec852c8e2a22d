import {
  type AnyRef,
  type Context,
  type Message,
  noTask,
  type TaskRef,
  type Time,
  unsavedClass,
  type Waits,
} from '../kernel/index.ts';
import { Process, WAKE } from './process.ts';
import type { Steps, Wait } from './wait.ts';

/** Message type of a timer inside `any` or `all`; the message is the wait itself. */
export const TIMER = 'process.timer';
/** Message type of an answer to `ask`. @internal */
export const REPLY = 'process.reply';

/** A timer inside `any` or `all`, as its own wake-up message. */
export interface Timer extends Message {
  readonly type: typeof TIMER;
  ring(): void;
}

/** @internal */
export interface Reply extends Message {
  readonly type: typeof REPLY;
  readonly ticket: number;
  readonly answer: unknown;
  /** The task that made the answer. */
  readonly by: TaskRef;
}

/** A wait for a message. */
export interface Receiver {
  accepts(type: string): boolean;
  deliver(message: Message): void;
}

/** A wait for an answer. */
export interface Asker {
  answer(value: unknown): void;
}

/** The processes of one actor and their common mailbox. Its state, as the kernel sees it. */
export class Host implements Waits {
  readonly kind: string;
  /** @internal */
  readonly ctx: Context<Message>;
  /** @internal */
  readonly self: AnyRef;
  /** @internal */
  readonly picosecondsPerTick: number;
  /** Messages nobody has received yet, oldest first. */
  readonly mailbox: Message[] = [];
  /** @internal */
  readonly receivers: Receiver[] = [];
  /** @internal */
  readonly askers = new Map<number, Asker>();
  #tickets = 0;
  #first: Process<unknown> | undefined = undefined;
  #last: Process<unknown> | undefined = undefined;
  #alive = 0;
  #stale = 0;
  #disposed = false;

  /** @internal */
  constructor(kind: string, ctx: Context<Message>) {
    this.kind = kind;
    this.ctx = ctx;
    this.self = ctx.self as AnyRef;
    // The context tells spans in picoseconds and instants in ticks.
    this.picosecondsPerTick = ctx.since((ctx.now - 1) as Time);
  }

  /** Processes of this actor that have not ended. */
  get alive(): number {
    return this.#alive;
  }

  /** Wake-ups that came for a wait that was over, and were ignored. */
  get staleWakeUps(): number {
    return this.#stale;
  }

  /** @internal */
  start<R>(body: Steps<R>): Process<R> {
    const process = new Process<R>(this, body);
    const record = process as unknown as Process<unknown>;
    record.previous = this.#last;
    if (this.#last === undefined) this.#first = record;
    else this.#last.following = record;
    this.#last = record;
    this.#alive++;
    return process;
  }

  /** A process has ended; with the last one the actor stops. @internal */
  ended(process: Process<unknown>): void {
    const { previous, following } = process;
    if (previous === undefined) this.#first = following;
    else previous.following = following;
    if (following === undefined) this.#last = previous;
    else following.previous = previous;
    process.previous = undefined;
    process.following = undefined;
    if (--this.#alive === 0 && !this.#disposed) this.ctx.stop(this.self);
  }

  /** @internal */
  ticket(asker: Asker): number {
    const ticket = ++this.#tickets;
    this.askers.set(ticket, asker);
    return ticket;
  }

  /** @internal */
  receive(message: Message): void {
    switch (message.type) {
      case WAKE:
        if (!(message as Process<unknown>).woken()) this.#stale++;
        return;
      case TIMER:
        (message as Timer).ring();
        return;
      case REPLY: {
        const { ticket, answer, by } = message as Reply;
        const asker = this.askers.get(ticket);
        this.askers.delete(ticket);
        const { trace } = this.ctx;
        trace.current = by;
        asker?.answer(answer);
        trace.current = noTask;
        return;
      }
      default:
        this.#deliver(message);
    }
  }

  #deliver(message: Message): void {
    const { receivers } = this;
    for (let i = 0; i < receivers.length; i++) {
      const receiver = receivers[i] as Receiver;
      if (!receiver.accepts(message.type)) continue;
      receivers.splice(i, 1);
      receiver.deliver(message);
      return;
    }
    this.mailbox.push(message);
  }

  /** @internal */
  dispose(): void {
    this.#disposed = true;
    while (this.#first !== undefined) this.#first.dispose();
  }

  /** What the first of its blocked processes waits for; read by the kernel when a run died. */
  get cause(): string | undefined {
    return this.#blocked()?.cause;
  }

  /** The actor that could end that wait. */
  get holder(): AnyRef | undefined {
    return this.#blocked()?.holder;
  }

  #blocked(): Wait<unknown> | undefined {
    for (let process = this.#first; process !== undefined; process = process.following)
      if (process.wait?.cause !== undefined) return process.wait;
    return undefined;
  }
}

unsavedClass(Host, 'a generator process, which cannot be saved, only run again');
