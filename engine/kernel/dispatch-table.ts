import type { Behavior, Context, Message } from './actor.ts';
import { hashText } from './fingerprint.ts';

/** The handler of one message type, with the hash of the type for the fingerprint. */
export interface DispatchEntry {
  readonly type: string;
  readonly hash: number;
  readonly handle: (state: unknown, message: Message, ctx: Context) => void;
}

/**
 * A behavior as the run loop wants it: from message type to handler and hash in one look-up. The last two types are remembered,
 * since most actors receive runs of one type or of two in turn, and comparing interned strings is one instruction.
 */
export class DispatchTable {
  readonly behavior: Behavior<unknown, unknown, Message>;
  readonly #entries = new Map<string, DispatchEntry>();
  readonly #open: boolean;
  #last: DispatchEntry | undefined = undefined;
  #other: DispatchEntry | undefined = undefined;

  constructor(behavior: Behavior<unknown, unknown, Message>) {
    this.behavior = behavior;
    this.#open = behavior.on === undefined;
    if (behavior.on !== undefined)
      for (const type of Object.keys(behavior.on)) this.#add(type, behavior.on[type] as DispatchEntry['handle']);
  }

  /** The entry for `type`; undefined when the behavior lists its types and this is none of them. */
  find(type: string): DispatchEntry | undefined {
    const last = this.#last;
    if (last !== undefined && last.type === type) return last;
    const other = this.#other;
    if (other !== undefined && other.type === type) return other;
    const found = this.#entries.get(type) ?? (this.#open ? this.#add(type, this.#receive) : undefined);
    this.#other = last;
    this.#last = found;
    return found;
  }

  /** The message types known so far. */
  types(): string[] {
    return [...this.#entries.keys()];
  }

  readonly #receive = (state: unknown, message: Message, ctx: Context): void => {
    this.behavior.receive(state, message, ctx);
  };

  #add(type: string, handle: DispatchEntry['handle']): DispatchEntry {
    const entry = { type, hash: hashText(type), handle };
    this.#entries.set(type, entry);
    return entry;
  }
}
