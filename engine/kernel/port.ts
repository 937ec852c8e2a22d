import type { ActorRef, AnyRef, Context, Message, Waits } from './actor.ts';
import { kernelErrors } from './kernel-errors.ts';
import { saveClass } from './saved-class.ts';
import type { Duration, Time } from './time.ts';
import { noTask, type TaskRef } from './trace.ts';

/** What a full port does with one more message: the sender waits, the message is dropped and counted, or the sender fails. */
export type Overflow = 'block' | 'drop' | 'fail';

export interface PortOptions {
  /** Most messages that lie in the port; a whole number above 0. */
  readonly capacity: number;
  readonly overflow: Overflow;
}

/** What the owner of a port gets when a message comes into its empty port. */
export interface PortReady {
  readonly type: 'ready';
  /** Name of the port. */
  readonly port: string;
}

export type Offered = 'accepted' | 'waiting' | 'dropped';

interface Waiting<M> {
  readonly message: M;
  readonly since: Time;
  readonly line: SenderLine;
  readonly task: TaskRef;
  /** Whether the task is the blocked offer alone. */
  readonly isOwn: boolean;
}

const PREFIX = 'port ';

/** The messages of one sender that wait; read by the deadlock report. */
class SenderLine implements Waits {
  count = 0;
  readonly holder: AnyRef;
  readonly #label: string;

  constructor(label: string, holder: AnyRef) {
    this.#label = label;
    this.holder = holder;
  }

  get cause(): string | undefined {
    return this.count > 0 ? this.#label : undefined;
  }

  static {
    saveClass(
      SenderLine,
      'kernel.SenderLine',
      (line) => ({ label: line.#label, holder: line.holder, count: line.count }),
      ({ label, holder, count }) => Object.assign(new SenderLine(label, holder), { count }),
    );
  }
}

/**
 * A bounded mailbox of one actor, opened in its `init`. Messages leave in the order in which they were offered, also among
 * blocked senders. The owner gets `ready` when the empty port gets a message, and empties it with `take`, one or more at a time:
 * taking is a call of its own, since a server takes its next request when it is idle again, not when a handler returns.
 */
export class Port<M extends Message> {
  readonly name: string;
  readonly capacity: number;
  readonly overflow: Overflow;
  /** Messages offered, dropped, and handed to the owner so far. */
  offered = 0;
  dropped = 0;
  taken = 0;
  /** Messages that had to wait, and the virtual time they waited until admitted. */
  waits = 0;
  waited: Duration = 0 as Duration;
  readonly #owner: ActorRef<PortReady>;
  readonly #label: string;
  readonly #queue: M[] = [];
  readonly #waiting: Array<Waiting<M>> = [];
  readonly #lines = new Map<AnyRef, SenderLine>();

  /** Throws SIM_BAD_PORT unless the capacity is a whole number above 0. */
  constructor(owner: Context<PortReady>, name: string, options: PortOptions) {
    if (!(Number.isSafeInteger(options.capacity) && options.capacity > 0))
      throw kernelErrors.create('SIM_BAD_PORT', { name, value: options.capacity });
    this.name = name;
    this.capacity = options.capacity;
    this.overflow = options.overflow;
    this.#owner = owner.self;
    this.#label = `${PREFIX}${owner.path}:${name}`;
  }

  /** Messages in the port, at most `capacity`. */
  get depth(): number {
    return this.#queue.length;
  }

  /** Messages of blocked senders. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Offers a message in the name of the actor whose handler runs. `waiting`: it stays here in the sender's order and comes in when
   * the owner takes one; a run that dies meanwhile names this port. The trace shows the wait in `task`, or as a task of its own.
   * Throws SIM_PORT_FULL where that was declared.
   */
  offer<Self extends Message>(sender: Context<Self>, message: M, task: TaskRef = noTask): Offered {
    this.offered++;
    if (this.#queue.length < this.capacity) {
      this.#admit(sender, message);
      return 'accepted';
    }
    if (this.overflow === 'block') {
      const line = this.#lineOf(sender.self);
      line.count++;
      this.waits++;
      const isOwn = task === noTask;
      const blocked = isOwn ? sender.trace.begin('blocked', message.type) : task;
      sender.trace.wait(blocked, 'capacity', this.#label);
      this.#waiting.push({ message, since: sender.now, line, task: blocked, isOwn });
      sender.waitsFor(line);
      return 'waiting';
    }
    this.dropped++;
    if (this.overflow === 'drop') return 'dropped';
    const { capacity } = this;
    throw kernelErrors.create('SIM_PORT_FULL', { port: this.#label, capacity, type: message.type, path: sender.path });
  }

  /** Takes the first message, undefined when there is none, and lets the first blocked one in. For the owner only. */
  take(owner: Context<PortReady>): M | undefined {
    const message = this.#queue.shift();
    if (message === undefined) return undefined;
    this.taken++;
    const next = this.#waiting.shift();
    if (next !== undefined) {
      next.line.count--;
      if (next.isOwn) owner.trace.end(next.task);
      else owner.trace.work(next.task, owner.trace.current);
      this.waited = (this.waited + owner.since(next.since)) as Duration;
      this.#queue.push(next.message);
    }
    return message;
  }

  #admit(sender: Pick<Context, 'send'>, message: M): void {
    if (this.#queue.push(message) === 1) sender.send(this.#owner, { type: 'ready', port: this.name });
  }

  #lineOf(sender: AnyRef): SenderLine {
    let line = this.#lines.get(sender);
    if (line === undefined) {
      line = new SenderLine(this.#label, this.#owner as AnyRef);
      this.#lines.set(sender, line);
    }
    return line;
  }

  #restore(data: PortData<M>): this {
    Object.assign(this, data.counts);
    this.#queue.splice(0, this.#queue.length, ...data.queue);
    this.#waiting.splice(0, this.#waiting.length, ...data.waiting);
    this.#lines.clear();
    for (const [sender, line] of data.lines) this.#lines.set(sender, line);
    return this;
  }

  static {
    saveClass(
      Port,
      'kernel.Port',
      (port): PortData<Message> => {
        const { name, capacity, overflow, offered, dropped, taken, waits, waited } = port;
        return {
          options: { capacity, overflow },
          name,
          owner: port.#owner,
          path: port.#label.slice(PREFIX.length, -name.length - 1),
          counts: { offered, dropped, taken, waits, waited },
          queue: [...port.#queue],
          waiting: [...port.#waiting],
          lines: [...port.#lines],
        };
      },
      (data) =>
        new Port({ self: data.owner, path: data.path } as Context<PortReady>, data.name, data.options).#restore(data),
      (port, data) => void port.#restore(data),
    );
  }
}

/** A port as data. */
interface PortData<M extends Message> {
  readonly name: string;
  readonly options: PortOptions;
  readonly owner: ActorRef<PortReady>;
  readonly path: string;
  readonly counts: Pick<Port<M>, 'offered' | 'dropped' | 'taken' | 'waits' | 'waited'>;
  readonly queue: readonly M[];
  readonly waiting: ReadonlyArray<Waiting<M>>;
  readonly lines: ReadonlyArray<readonly [AnyRef, SenderLine]>;
}
