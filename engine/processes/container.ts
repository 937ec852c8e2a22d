import type { Simulation, WaitCause } from '../kernel/index.ts';
import { processErrors } from './errors.ts';
import { placeOf } from './place.ts';
import { sharedByProcesses } from './shared-by-processes.ts';
import { DECIDED, IDLE, WAITING, Wait } from './wait.ts';
import { type Queued, WaitList } from './wait-list.ts';

export interface ContainerOptions {
  readonly name: string;
  /** The most it holds. Default: no bound. */
  readonly capacity?: number;
  /** What it holds at the start. Default 0. */
  readonly level?: number;
  /** What waiting to draw is called in a trace. Default `resource`. */
  readonly waitCause?: WaitCause;
}

/** An amount of something that has no parts: fuel, energy, bytes of a buffer. Each side is served first come first served, nobody overtakes. */
export class Container {
  readonly name: string;
  readonly capacity: number;
  readonly waitCause: WaitCause;
  readonly #sim: Simulation;
  #level: number;
  // What was drawn by somebody who has not seen it yet makes no room, so that it can come back.
  #unseen = 0;
  readonly #drawing = new WaitList<Transfer>();
  readonly #filling = new WaitList<Transfer>();

  constructor(sim: Simulation, options: ContainerOptions) {
    this.#sim = sim;
    this.name = options.name;
    this.waitCause = options.waitCause ?? 'resource';
    this.capacity = options.capacity ?? Number.POSITIVE_INFINITY;
    this.#level = options.level ?? 0;
    if (!(this.capacity > 0)) this.#refuse('PROC_BAD_CAPACITY', { value: this.capacity });
    if (!(this.#level >= 0 && this.#level <= this.capacity)) this.#refuse('PROC_BAD_LEVEL', { value: this.#level });
    sharedByProcesses(sim, 'container', this.name);
  }

  get level(): number {
    return this.#level;
  }

  /** Those who wait to draw. */
  get drawing(): number {
    return this.#drawing.length;
  }

  /** Those who wait to fill. */
  get filling(): number {
    return this.#filling.length;
  }

  /** Puts `amount` in at once, from any code; false when there is no room or others wait to fill. */
  offer(amount: number): boolean {
    if (this.#filling.length > 0 || !this.#fits(amount)) return false;
    this.#level += amount;
    this.#serve();
    return true;
  }

  /** Takes `amount` out at once, from any code; false when there is too little or others wait to draw. */
  poll(amount: number): boolean {
    if (this.#drawing.length > 0 || !this.#fits(-amount)) return false;
    this.#level -= amount;
    this.#serve();
    return true;
  }

  begin(transfer: Transfer): boolean {
    const { amount } = transfer;
    if (!(Math.abs(amount) > 0)) this.#refuse('PROC_BAD_AMOUNT', { value: amount });
    if (Math.abs(amount) > this.capacity)
      this.#refuse('PROC_TOO_LARGE', { amount: Math.abs(amount), capacity: this.capacity });
    const line = amount < 0 ? this.#drawing : this.#filling;
    if (line.length === 0 && this.#fits(amount)) {
      this.#move(amount);
      return true;
    }
    line.add(transfer, false);
    return false;
  }

  leave(transfer: Transfer): void {
    (transfer.amount < 0 ? this.#drawing : this.#filling).remove(transfer);
    this.#serve();
  }

  /** The transfer was seen. */
  seen(transfer: Transfer): void {
    if (transfer.amount < 0) this.#unseen += transfer.amount;
    this.#serve();
  }

  /** What was drawn for somebody who never saw it comes back; what was filled in stays. */
  undo(transfer: Transfer): void {
    if (transfer.amount > 0) return;
    this.#unseen += transfer.amount;
    this.#level -= transfer.amount;
    this.#serve();
  }

  #move(amount: number): void {
    this.#level += amount;
    if (amount < 0) this.#unseen -= amount;
  }

  #fits(amount: number): boolean {
    const after = this.#level + amount;
    return amount < 0 ? after >= 0 : after + this.#unseen <= this.capacity;
  }

  #serve(): void {
    for (let moved = true; moved; ) {
      moved = false;
      for (const line of [this.#filling, this.#drawing]) {
        const first = line.first;
        if (first === undefined || !this.#fits(first.amount)) continue;
        line.remove(first);
        this.#move(first.amount);
        first.decide(false);
        moved = true;
      }
    }
  }

  #refuse(code: 'PROC_BAD_CAPACITY' | 'PROC_BAD_LEVEL' | 'PROC_BAD_AMOUNT' | 'PROC_TOO_LARGE', values: object): never {
    throw processErrors.create(code, { name: this.name, capacity: this.capacity, ...values }, placeOf(this.#sim));
  }
}

/** See `draw` and `fill`. */
export class Transfer extends Wait<void> implements Queued<Transfer> {
  declare readonly container: Container;
  /** Negative when drawn. */
  declare readonly amount: number;
  declare readonly priority: number;
  declare before: Transfer | undefined;
  declare after: Transfer | undefined;

  constructor(container: Container, amount: number) {
    super();
    this.container = container;
    this.amount = amount;
    this.priority = 0;
    this.before = undefined;
    this.after = undefined;
  }

  begin(): boolean {
    const isDone = this.container.begin(this);
    this.stage = isDone ? DECIDED : WAITING;
    return isDone;
  }

  abandon(): void {
    if (this.stage === WAITING) this.container.leave(this);
    else this.container.undo(this);
  }

  take(): void {
    this.stage = IDLE;
    this.container.seen(this);
  }

  override get traceCause(): WaitCause {
    return this.amount < 0 ? this.container.waitCause : 'capacity';
  }

  override get traceWhat(): string {
    return this.container.name;
  }

  override get cause(): string {
    return this.amount < 0 ? `${-this.amount} of '${this.container.name}'` : `room in '${this.container.name}'`;
  }
}

/** Makes a container of `sim`. Throws PROC_BAD_CAPACITY, PROC_BAD_LEVEL. */
export function container(sim: Simulation, options: ContainerOptions): Container {
  return new Container(sim, options);
}

/** Takes `amount` out, waiting until there is enough. Throws PROC_TOO_LARGE for more than the capacity, PROC_BAD_AMOUNT. */
export function draw(from: Container, amount: number): Transfer {
  return new Transfer(from, -amount);
}

/** Puts `amount` in, waiting until there is room. Throws PROC_TOO_LARGE for more than the capacity, PROC_BAD_AMOUNT. */
export function fill(into: Container, amount: number): Transfer {
  return new Transfer(into, amount);
}
