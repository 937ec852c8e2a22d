import {
  type ActorRef,
  type AnyRef,
  type Context,
  type Message,
  noTask,
  type TaskRef,
  type WaitCause,
} from '../kernel/index.ts';
import { type Asker, type Host, REPLY, type Receiver } from './host.ts';
import type { Process } from './process.ts';
import { DECIDED, IDLE, WAITING, Wait } from './wait.ts';

/** See `receive`. */
export class Receive<M extends Message> extends Wait<M> implements Receiver {
  readonly #types: readonly string[];
  #message: Message | undefined = undefined;

  constructor(types: readonly string[]) {
    super();
    this.#types = types;
  }

  get #host(): Host {
    return (this.process as Process<unknown>).host;
  }

  begin(): boolean {
    const { mailbox, receivers } = this.#host;
    const at = mailbox.findIndex((message) => this.accepts(message.type));
    if (at >= 0) {
      this.#message = mailbox.splice(at, 1)[0];
      this.stage = DECIDED;
      return true;
    }
    receivers.push(this);
    this.stage = WAITING;
    return false;
  }

  accepts(type: string): boolean {
    return this.#types.length === 0 || this.#types.includes(type);
  }

  deliver(message: Message): void {
    this.#message = message;
    this.decide(true);
  }

  abandon(): void {
    const { mailbox, receivers } = this.#host;
    const at = receivers.indexOf(this);
    if (at >= 0) receivers.splice(at, 1);
    if (this.#message !== undefined) mailbox.unshift(this.#message);
    this.#message = undefined;
  }

  override get traceCause(): WaitCause {
    return 'message';
  }

  override get traceWhat(): string {
    return this.#types.length === 0 ? 'any message' : this.#types.join(' or ');
  }

  take(): M {
    this.stage = IDLE;
    const message = this.#message as M;
    this.#message = undefined;
    return message;
  }
}

/**
 * Waits for the next message of one of `types` (none given: of any), the oldest in the mailbox first. Messages of other types stay.
 * Waiting for a message for ever is no deadlock: servers do. Bound it with `any(receive(ctx, 'job'), timeout(ms(1)))`.
 */
export function receive<M extends Message, T extends M['type']>(
  _ctx: Context<M>,
  ...types: readonly T[]
): Receive<Extract<M, { readonly type: T }>> {
  return new Receive(types);
}

declare const answerBrand: unique symbol;

/** Where the answer to a question goes: plain data, part of the question. */
export interface ReplyTo<Answer> {
  readonly to: AnyRef;
  readonly ticket: number;
  readonly [answerBrand]?: (answer: Answer) => void;
}

/** A message that asks for an `Answer`. */
export interface Question<Answer> extends Message {
  readonly replyTo: ReplyTo<Answer>;
}

/** A question before `ask` has put the return address in. */
export type Unaddressed<M> = M extends { readonly replyTo: unknown } ? Omit<M, 'replyTo'> : never;

/** What the question of type `T` in `M` is answered with. */
export type AnswerOf<M, T> =
  Extract<M, { readonly type: T }> extends { readonly replyTo: ReplyTo<infer Answer> } ? Answer : never;

/** See `ask`. */
export class Ask<Answer> extends Wait<Answer> implements Asker {
  readonly #server: AnyRef;
  readonly #request: object;
  #ticket = 0;
  #answer: unknown = undefined;

  constructor(server: AnyRef, request: object) {
    super();
    this.#server = server;
    this.#request = request;
  }

  begin(): boolean {
    const { host } = this.process as Process<unknown>;
    this.#ticket = host.ticket(this);
    const replyTo = { to: host.self, ticket: this.#ticket };
    host.ctx.send(this.#server, { ...this.#request, replyTo } as never);
    this.stage = WAITING;
    return false;
  }

  answer(value: unknown): void {
    this.#answer = value;
    this.decide(true);
  }

  abandon(): void {
    this.process?.host.askers.delete(this.#ticket);
    this.#answer = undefined;
  }

  take(): Answer {
    this.stage = IDLE;
    const answer = this.#answer as Answer;
    this.#answer = undefined;
    return answer;
  }

  override get traceCause(): WaitCause {
    return 'data';
  }

  override get traceWhat(): string {
    return (this.process as Process<unknown>).host.ctx.trace.pathOf(this.#server);
  }

  override get cause(): string {
    return 'an answer';
  }

  override get holder(): AnyRef {
    return this.#server;
  }
}

/**
 * Sends `request` to `server`, with a return address, and waits for the answer: `const data = yield* ask(disk, { type: 'read', at: 7 })`.
 * An answer that comes after the wait was given up is dropped.
 */
export function ask<M extends Message, const R extends Unaddressed<M> & Message>(
  server: ActorRef<M>,
  request: R,
): Ask<AnswerOf<M, R['type']>> {
  return new Ask(server as unknown as AnyRef, request);
}

/** Answers a question; from any actor, in any style, at any time. `by`: the task that made the answer, for the trace; a process needs not say. */
export function reply<Answer>(
  ctx: Pick<Context<never>, 'send'> & Partial<Pick<Context<never>, 'trace'>>,
  to: ReplyTo<Answer>,
  answer: Answer,
  by: TaskRef = ctx.trace?.current ?? noTask,
): void {
  ctx.send(to.to, { type: REPLY, ticket: to.ticket, answer, by } as never);
}
