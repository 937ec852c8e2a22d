import { type AnyRef, isFreed, type Simulation, type Time, type Trace, type WaitCause } from '../kernel/index.ts';
import { processErrors } from './errors.ts';
import { placeOf } from './place.ts';
import { sharedByProcesses } from './shared-by-processes.ts';
import { Usage, type UsageReport } from './usage.ts';
import { type Queued, WaitList } from './wait-list.ts';

/** Where a claim is: nowhere, in the queue, granted but not yet seen by its owner, held. */
export type ClaimPlace = 0 | 1 | 2 | 3;
/** @internal */
export const NOWHERE = 0;
/** @internal */
export const QUEUED = 1;
/** @internal */
export const GRANTED = 2;
/** @internal */
export const HELD = 3;

/** One request for units of a resource, from queueing to giving back. */
export interface Claim extends Queued<Claim> {
  readonly amount: number;
  /** Whether it takes units away from less important holders. */
  readonly preempts: boolean;
  place: ClaimPlace;
  /** When it queued, then when it was granted. */
  since: Time;
  previousHolder: Claim | undefined;
  nextHolder: Claim | undefined;
  /** The process or actor it is made for. */
  readonly owner: unknown;
  readonly ownerRef: AnyRef | undefined;
  /** Whether it can be preempted at all. */
  readonly canLose: boolean;
  /** Units are its own from now on; the owner is to be told in the service phase. */
  granted(): void;
  /** Whether an unseen grant can be taken back without a word. */
  readonly canGoBack: boolean;
  /** Waits again, for an unseen grant that is taken back; false when it cannot. */
  revoked(): boolean;
  /** Its units went to somebody else. */
  lost(by: Claim | undefined): void;
}

export interface ResourceOptions {
  /** Name, as in reports and errors. */
  readonly name: string;
  /** Units there are. Default 1. */
  readonly capacity?: number;
  /** Whether a more important request takes units away from less important holders. Default false. */
  readonly preemptive?: boolean;
  /** The most that `capacity` will ever be changed to; larger requests are refused. Default: the largest capacity so far. */
  readonly mostCapacity?: number;
  /** What waiting for it is called in a trace. Default `resource`. */
  readonly waitCause?: WaitCause;
}

/** The simulation itself, whose counters are those of its resources. */
const root = 0 as AnyRef;

/**
 * Units that are held and given back. Requests are served by priority (smaller first), then first come first served; nobody is
 * overtaken by an equal, even where a smaller request would fit. State is plain and may be read at any time.
 */
export class Resource {
  readonly name: string;
  readonly isPreemptive: boolean;
  readonly waitCause: WaitCause;
  /** @internal */
  readonly sim: Simulation;
  /** @internal */
  readonly usage: Usage;
  readonly #clock: { readonly now: number };
  readonly #queue = new WaitList<Claim>();
  /** In a run that asks what if it were free. */
  readonly #isFree: boolean;
  #capacity: number;
  #most: number;
  #inUse = 0;
  readonly #trace: Trace;
  readonly #inUseName: string;
  /** The capacity that the trace was told. */
  #told = Number.NaN;
  #firstHolder: Claim | undefined = undefined;
  #lastHolder: Claim | undefined = undefined;

  /** @internal */
  constructor(sim: Simulation, options: ResourceOptions) {
    this.sim = sim;
    this.#clock = sim.world.queue;
    this.name = options.name;
    this.waitCause = options.waitCause ?? 'resource';
    this.#trace = sim.trace;
    this.#inUseName = `${options.name} in use`;
    this.isPreemptive = options.preemptive ?? false;
    this.#isFree = isFreed(options.name);
    this.#capacity = this.#isFree ? Number.POSITIVE_INFINITY : this.#checked(options.capacity ?? 1);
    this.#most = Math.max(this.#capacity, this.#checked(options.mostCapacity ?? 0));
    this.usage = new Usage(sim.now);
    sharedByProcesses(sim, 'resource', this.name);
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Units held. More than the capacity while holders outstay its reduction. */
  get inUse(): number {
    return this.#inUse;
  }

  /** Units to be had now; never negative. */
  get free(): number {
    return Math.max(0, this.#capacity - this.#inUse);
  }

  /** Requests that wait. */
  get queueLength(): number {
    return this.#queue.length;
  }

  /** Utilisation, queue and waits from the start, or from the last `resetStatistics`, to now. */
  statistics(): UsageReport {
    return this.usage.report(this.sim.now, this.#capacity, this.#inUse, this.#queue.length);
  }

  /** Forgets the past, for the end of a warm-up. */
  resetStatistics(): void {
    this.usage.reset(this.sim.now);
  }

  /** Changes the capacity. Holders keep what they hold beyond it, unless `evict`: then the least important, latest granted lose theirs. Throws PROC_BAD_CAPACITY. */
  setCapacity(capacity: number, options: { readonly evict?: boolean } = {}): void {
    if (this.#isFree) return;
    this.#account();
    this.#capacity = this.#checked(capacity);
    this.#most = Math.max(this.#most, capacity);
    if (this.#trace.isRecording) this.#tell();
    if (this.#inUse > capacity) this.#revokeUnseen();
    if (options.evict === true) this.#evict();
    this.#serve();
  }

  /** The actor of the holder that is there longest. @internal */
  get holder(): AnyRef | undefined {
    return this.#firstHolder?.ownerRef;
  }

  /** True when granted at once; else the claim waits, or was turned away when `most` wait already. @internal */
  request(claim: Claim, most: number): boolean {
    if (!(claim.amount > 0)) throw this.#error('PROC_BAD_AMOUNT', { value: claim.amount });
    if (claim.amount > this.#most) throw this.#error('PROC_TOO_LARGE', { amount: claim.amount, capacity: this.#most });
    if (Number.isNaN(claim.priority)) throw this.#error('PROC_BAD_PRIORITY', { value: claim.priority });
    this.#account();
    claim.since = this.#clock.now as Time;
    const first = this.#queue.first;
    if ((first === undefined || claim.priority < first.priority) && this.#admit(claim)) return true;
    if (this.#queue.length >= most) {
      this.usage.balked++;
      return false;
    }
    claim.place = QUEUED;
    this.#queue.add(claim, false);
    return false;
  }

  /** Leaves the queue. @internal */
  withdraw(claim: Claim, isRenege: boolean): void {
    this.#account();
    this.#queue.remove(claim);
    claim.place = NOWHERE;
    if (isRenege) this.usage.renege(this.sim.now - claim.since);
    // Whoever stood behind a large request may fit.
    this.#serve();
  }

  /** Gives the units of a claim back and serves the queue. @internal */
  giveBack(claim: Claim): void {
    this.#account();
    this.#leave(claim);
    this.#serve();
  }

  #serve(): void {
    for (;;) {
      const first = this.#queue.first;
      if (first === undefined || !this.#admit(first)) return;
      first.granted();
    }
  }

  /** Grants the claim, which is the next in turn, if there is room or if room can be made. */
  #admit(claim: Claim): boolean {
    const missing = claim.amount - (this.#capacity - this.#inUse);
    if (missing <= 0) {
      if (claim.place === QUEUED) this.#queue.remove(claim);
      this.#grant(claim);
      return true;
    }
    const victims = claim.preempts ? this.#victims(claim, missing) : undefined;
    if (victims === undefined) return false;
    if (claim.place === QUEUED) this.#queue.remove(claim);
    const unseen = victims.map((victim) => victim.place === GRANTED);
    for (const victim of victims) this.#leave(victim);
    this.#grant(claim);
    // Losing units ends waits, which may serve this queue again: all units must have found their owners by then.
    const told = victims.filter((victim, i) => !(unseen[i] === true && this.#requeue(victim)));
    for (const victim of told) victim.lost(claim);
    this.usage.preempted += told.length;
    this.#serve();
    return true;
  }

  #grant(claim: Claim): void {
    const now = this.#clock.now as Time;
    this.usage.grant(now - claim.since);
    claim.since = now;
    claim.place = GRANTED;
    this.#inUse += claim.amount;
    if (this.#trace.isRecording) this.#tell();
    const last = this.#lastHolder;
    claim.previousHolder = last;
    if (last === undefined) this.#firstHolder = claim;
    else last.nextHolder = claim;
    this.#lastHolder = claim;
  }

  #leave(claim: Claim): void {
    const { previousHolder, nextHolder } = claim;
    if (previousHolder === undefined) this.#firstHolder = nextHolder;
    else previousHolder.nextHolder = nextHolder;
    if (nextHolder === undefined) this.#lastHolder = previousHolder;
    else nextHolder.previousHolder = previousHolder;
    claim.previousHolder = undefined;
    claim.nextHolder = undefined;
    claim.place = NOWHERE;
    this.#inUse = this.#firstHolder === undefined ? 0 : this.#inUse - claim.amount;
    if (this.#trace.isRecording) this.#tell();
  }

  /** Holders less important than `claim` that together have what is missing: the least important first, of equals the latest granted. */
  #victims(claim: Claim, missing: number): Claim[] | undefined {
    const victims: Claim[] = [];
    for (let holder = this.#lastHolder; holder !== undefined; holder = holder.previousHolder)
      if (holder.priority > claim.priority && holder.canLose && holder.owner !== claim.owner) victims.push(holder);
    victims.sort((a, b) => b.priority - a.priority);
    let left = missing;
    let count = 0;
    while (left > 0 && count < victims.length) left -= (victims[count++] as Claim).amount;
    victims.length = count;
    return left > 0 ? undefined : victims;
  }

  /** Back to the head of its equals, for a claim whose owner has not seen the grant; false when it cannot go back. */
  #requeue(claim: Claim): boolean {
    if (!claim.revoked()) return false;
    this.usage.granted--;
    claim.place = QUEUED;
    this.#queue.add(claim, true);
    return true;
  }

  /** A grant decided in the release phase and not yet seen gives way to a capacity change of the same instant. */
  #revokeUnseen(): void {
    let holder = this.#lastHolder;
    while (holder !== undefined && this.#inUse > this.#capacity) {
      const before: Claim | undefined = holder.previousHolder;
      if (holder.place === GRANTED && holder.canGoBack) {
        this.#leave(holder);
        this.#requeue(holder);
      }
      holder = before;
    }
  }

  #evict(): void {
    const victims: Claim[] = [];
    for (let holder = this.#lastHolder; holder !== undefined; holder = holder.previousHolder)
      if (holder.canLose) victims.push(holder);
    victims.sort((a, b) => b.priority - a.priority);
    for (const victim of victims) {
      if (this.#inUse <= this.#capacity) return;
      if (victim.place !== GRANTED && victim.place !== HELD) continue;
      this.#leave(victim);
      this.usage.preempted++;
      victim.lost(undefined);
    }
  }

  /** To be called at the beginning of whatever changes units in use, capacity or queue. */
  #account(): void {
    this.usage.advance(this.#clock.now, this.#inUse, this.#queue.length, this.#capacity);
  }

  /** Tells the trace the units in use, as counters of the simulation, and the capacity when it is not known yet. */
  #tell(): void {
    const trace = this.#trace;
    if (this.#told !== this.#capacity && !this.#isFree) {
      this.#told = this.#capacity;
      trace.counter(`${this.name} capacity`, this.#capacity, 'units', root);
    }
    trace.counter(this.#inUseName, this.#inUse, 'units', root);
  }

  #checked(capacity: number): number {
    if (!(capacity >= 0)) throw this.#error('PROC_BAD_CAPACITY', { value: capacity });
    return capacity;
  }

  #error(
    code: 'PROC_BAD_AMOUNT' | 'PROC_TOO_LARGE' | 'PROC_BAD_PRIORITY' | 'PROC_BAD_CAPACITY',
    values: object,
  ): Error {
    return processErrors.create(code, { name: this.name, ...values }, placeOf(this.sim));
  }
}

/** Makes a resource of `sim`. Throws PROC_BAD_CAPACITY. */
export function resource(sim: Simulation, options: ResourceOptions): Resource {
  return new Resource(sim, options);
}
