import { FarHeap } from './far-heap.ts';
import { kernelErrors } from './kernel-errors.ts';
import { PHASE_COUNT, type Phase } from './phase.ts';
import { sortRun } from './sort-run.ts';

declare const handleBrand: unique symbol;

/** Names one pending event. Stays harmless after the event ran or was cancelled: handles are never reused for another event. */
export type EventHandle = number & { readonly [handleBrand]: 'EventHandle' };

/** A pending-event set as data: its live events in the order in which they would run, and the generations that make handles unique. */
export interface QueueImage<Payload> {
  readonly now: number;
  readonly slots: readonly number[];
  readonly times: readonly number[];
  readonly targets: readonly number[];
  /** Tag and phase. */
  readonly bits: readonly number[];
  readonly payloads: readonly Payload[];
  readonly generations: readonly number[];
  /** Free slots, the next to be used first. */
  readonly free: readonly number[];
}

// One event is 32 bytes of one buffer, so that reading all of it costs one cache line:
// f64[0] time · i32[2] next in its list · i32[3] target · i32[4] generation · i32[5] tag (28 bits) | dead or free (1 bit) | phase (3 bits)
const F64_STRIDE = 4;
const I32_STRIDE = 8;
const NEXT = 2;
const TARGET = 3;
const GENERATION = 4;
const BITS = 5;
const DEAD = 8;
const PHASE_MASK = 7;
const TAG_SHIFT = 4;
const phaseField = { stride: I32_STRIDE, offset: BITS, mask: PHASE_MASK } as const;

const SLOT_BITS = 26;
const SLOT_SPAN = 2 ** SLOT_BITS;
const GENERATION_MASK = 2 ** 27 - 1;

const FIRST_BUCKETS = 256;
const MOST_BUCKETS = 2 ** 24;
const SAMPLE = 64;
const BUCKETS_PER_SPAN = 4;
// So few live events are one sorted list: to add to it costs less than to find a bucket and open it.
const FEW = 24;
const WHOLE = 52;
const TOUCH_AHEAD = 8;
const MOST_TOUCHED = 128;
const TOUCH_FROM = 2 ** 14;
const TOUCH_RARELY = 2 ** 10;

/**
 * The pending-event set: exact, stable, free of allocation per event. Order is (time, phase, order of scheduling).
 *
 * Four tiers, chosen by the data: a FIFO per phase for what is scheduled at the current instant; a sorted array for the current
 * bucket; a wheel of buckets 2^k ticks wide, unsorted until their turn comes, so that adding an event touches no other one; a stable
 * heap beyond the wheel's window, drained into it as the window moves. k and the number of buckets follow the density of events,
 * one to eight a bucket; a few events are all in one. Day numbers are exact because widths are powers of two.
 * Cancelled entries are skipped when met and swept when they outnumber the live ones, so memory stays proportional to live events.
 *
 * One long file, because the tiers share one record layout and the private fields that make its access cheap.
 */
export class EventQueue<Payload> {
  #f64: Float64Array;
  #i32: Int32Array;
  readonly #payloads: Array<Payload | undefined> = [];
  #capacity: number;
  #free = 0;
  #used = 1; // slot 0 is "none"
  #live = 0;
  #dead = 0;
  #lastKept = 0;
  #liveLimit = 2 * FEW;

  // Last scheduled event of each bucket; NEXT leads to the one before it. Behind them, from #buckets on, a bit for each bucket with events:
  // one array costs fewer loads than two.
  #heads = new Int32Array(FIRST_BUCKETS + (FIRST_BUCKETS >> 5));
  #buckets = FIRST_BUCKETS;
  #shift = WHOLE;
  #width: number = 2 ** WHOLE;
  #perWidth: number = 2 ** -WHOLE;
  #cursor = 0;
  // Everything before #currentEnd is in the sorted array, from there to #windowEnd in the wheel, then in the heap.
  #times = new Float64Array(FIRST_BUCKETS);
  #order = new Int32Array(FIRST_BUCKETS);
  #at = 0;
  #end = 0;
  #currentEnd = 0;
  #windowEnd: number = FIRST_BUCKETS * 2 ** WHOLE;
  #moved = 0;
  #untilTouch = TOUCH_RARELY;
  #budget = 512;
  #period = 512;
  #periodStart = 0;

  readonly #far = new FarHeap();
  #farLimit = SAMPLE;

  readonly #fifoHead = new Int32Array(PHASE_COUNT);
  readonly #fifoTail = new Int32Array(PHASE_COUNT);
  #phasesReady = 0;
  #bits = 0;

  /** Time of the last event taken, or the limit of a `take` that found none. Nothing can be scheduled before it. */
  now = 0;
  /** Target of the last event taken. */
  target = 0;
  /** Payload of the last event taken. */
  payload: Payload | undefined = undefined;
  /** Slot of the last event taken; side tables may be keyed by it. */
  slot = 0;
  /** Called now and then with the targets of the next `count` events: a hint for whoever keeps data by target. */
  onAhead: ((targets: Int32Array, count: number) => void) | undefined = undefined;
  /** Where `scheduleNoted` finds the time. @internal */
  readonly noted: Float64Array = new Float64Array(1);
  readonly #ahead = new Int32Array(MOST_TOUCHED);

  /** `capacity`: events for which room is made at once; grows as needed. Throws SIM_QUEUE_CAPACITY unless an integer in 1..2^26 - 2. */
  constructor(capacity = 256) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > SLOT_SPAN - 2)
      throw kernelErrors.create('SIM_QUEUE_CAPACITY', { value: capacity });
    this.#capacity = capacity + 1;
    const buffer = new ArrayBuffer(this.#capacity * 32);
    this.#f64 = new Float64Array(buffer);
    this.#i32 = new Int32Array(buffer);
    for (let i = 0; i < this.#capacity; i++) this.#payloads.push(undefined);
  }

  /** Tag of the last event taken. */
  get tag(): number {
    return this.#bits >>> TAG_SHIFT;
  }

  /** Phase of the last event taken. */
  get phase(): Phase {
    return (this.#bits & PHASE_MASK) as Phase;
  }

  /** Number of live events. */
  get size(): number {
    return this.#live;
  }

  /** Bytes of typed arrays held; proportional to the largest number of live events so far. */
  get byteLength(): number {
    return (
      this.#f64.buffer.byteLength +
      this.#times.byteLength +
      this.#order.byteLength +
      this.#heads.byteLength +
      this.#far.byteLength
    );
  }

  /**
   * Adds an event and returns its slot; `handleOf(slot)` names it until it runs. `time` must be an integer >= `now`
   * (not checked here: the simulation does, with the place). `tag` is any 28-bit integer, handed back with the event.
   */
  schedule(time: number, phase: Phase, target: number, tag: number, payload: Payload): number {
    this.noted[0] = time;
    return this.scheduleNoted(phase, target, tag, payload);
  }

  /** `schedule` at `noted[0]`: handed over as an argument the time would become a number on the heap. @internal */
  scheduleNoted(phase: Phase, target: number, tag: number, payload: Payload): number {
    let slot = this.#free;
    if (slot !== 0) this.#free = this.#i32[slot * I32_STRIDE + NEXT]!;
    else slot = this.#newSlot();
    const base = slot * I32_STRIDE;
    const i32 = this.#i32;
    this.#f64[slot * F64_STRIDE] = this.noted[0]!;
    i32[base + TARGET] = target;
    i32[base + BITS] = (tag << TAG_SHIFT) | phase;
    this.#payloads[slot] = payload;
    this.#live++;
    this.#place(slot);
    return slot;
  }

  /** The handle of a slot that `schedule` just returned. */
  handleOf(slot: number): EventHandle {
    return (this.#i32[slot * I32_STRIDE + GENERATION]! * SLOT_SPAN + slot) as EventHandle;
  }

  /** Whether the event still waits to run. */
  isPending(handle: EventHandle): boolean {
    return this.#slotOf(handle) !== 0;
  }

  /** Cancels an event: it never runs. False, and harmless, when it already ran or was cancelled. */
  cancel(handle: EventHandle): boolean {
    const slot = this.#slotOf(handle);
    if (slot === 0) return false;
    this.#kill(slot);
    return true;
  }

  /** Moves a pending event to `time`, behind everything already scheduled there; returns the new slot, 0 when it already ran. */
  reschedule(handle: EventHandle, time: number): number {
    const slot = this.#slotOf(handle);
    if (slot === 0) return 0;
    const base = slot * I32_STRIDE;
    const bits = this.#i32[base + BITS]!;
    const target = this.#i32[base + TARGET]!;
    const payload = this.#payloads[slot] as Payload;
    this.#kill(slot);
    return this.schedule(time, (bits & PHASE_MASK) as Phase, target, bits >>> TAG_SHIFT, payload);
  }

  /** Time of the earliest event; Infinity when empty. */
  peekTime(): number {
    this.#pruneFront();
    if (this.#phasesReady !== 0) return this.now;
    return this.#at !== this.#end ? this.#times[this.#at]! : Number.POSITIVE_INFINITY;
  }

  /**
   * Takes the earliest event with time < `limit`: sets `now`, `target`, `tag`, `phase`, `payload`, `slot` and returns true.
   * When there is none it moves `now` to `limit` (unless that is Infinity) and returns false; events at `limit` itself
   * stay, ahead of any scheduled there later.
   */
  take(limit: number): boolean {
    const i32 = this.#i32;
    for (;;) {
      let slot: number;
      let time: number;
      if (this.#phasesReady !== 0) {
        time = this.now;
        if (time >= limit) return false;
        slot = this.#takeAtInstant();
      } else {
        if (this.#at === this.#end && !this.#openBucket()) return this.#stopAt(limit);
        const at = this.#at;
        time = this.#times[at]!;
        if (time >= limit) return this.#stopAt(limit);
        slot = this.#order[at]!;
        this.#at = at + 1;
      }
      const base = slot * I32_STRIDE;
      const bits = i32[base + BITS]!;
      i32[base + NEXT] = this.#free;
      i32[base + BITS] = DEAD;
      this.#free = slot;
      if ((bits & DEAD) !== 0) {
        this.#dead--;
        continue;
      }
      i32[base + GENERATION] = (i32[base + GENERATION]! + 1) & GENERATION_MASK;
      this.#live--;
      this.now = time;
      this.target = i32[base + TARGET]!;
      this.#bits = bits;
      this.payload = this.#payloads[slot];
      this.#payloads[slot] = undefined;
      this.slot = slot;
      return true;
    }
  }

  /** The first slot of the current instant by phase; in one phase the sorted array, scheduled before the clock got here, goes first. */
  #takeAtInstant(): number {
    const i32 = this.#i32;
    const ready = this.#phasesReady;
    const phase = 31 - Math.clz32(ready & -ready);
    const at = this.#at;
    if (at !== this.#end && this.#times[at] === this.now) {
      const sorted = this.#order[at]!;
      if ((i32[sorted * I32_STRIDE + BITS]! & PHASE_MASK) <= phase) {
        this.#at = at + 1;
        return sorted;
      }
    }
    const slot = this.#fifoHead[phase]!;
    const next = i32[slot * I32_STRIDE + NEXT]!;
    this.#fifoHead[phase] = next;
    if (next === 0) this.#phasesReady = ready & ~(1 << phase);
    return slot;
  }

  /** Calls `visit` for each pending event, in no stated order. */
  forEach(
    visit: (time: number, phase: Phase, target: number, tag: number, payload: Payload, slot: number) => void,
  ): void {
    for (let slot = 1; slot < this.#used; slot++) {
      const base = slot * I32_STRIDE;
      const bits = this.#i32[base + BITS]!;
      if ((bits & DEAD) !== 0) continue;
      const time = this.#f64[slot * F64_STRIDE]!;
      visit(
        time,
        (bits & PHASE_MASK) as Phase,
        this.#i32[base + TARGET]!,
        bits >>> TAG_SHIFT,
        this.#payloads[slot] as Payload,
        slot,
      );
    }
  }

  /** The live events in the order in which they would run, and what their handles name; changes nothing. @internal */
  save(): QueueImage<Payload> {
    const i32 = this.#i32;
    const lists = [Array.from(this.#order.subarray(this.#at, this.#end))];
    for (let phase = 0; phase < PHASE_COUNT; phase++)
      if ((this.#phasesReady & (1 << phase)) !== 0) lists.push(this.#listed(this.#fifoHead[phase]!));
    for (const head of this.#heads.subarray(0, this.#buckets)) if (head !== 0) lists.push(this.#listed(head).reverse());
    lists.push(this.#far.inOrder());
    const live = lists.flat().filter((slot) => (i32[slot * I32_STRIDE + BITS]! & DEAD) === 0);
    const phaseOf = (slot: number): number => i32[slot * I32_STRIDE + BITS]! & PHASE_MASK;
    // Equal times lie in one list, except those of this instant, where the sorted array goes before the FIFOs.
    live.sort((a, b) => this.#f64[a * F64_STRIDE]! - this.#f64[b * F64_STRIDE]! || phaseOf(a) - phaseOf(b));
    return {
      now: this.now,
      slots: live,
      times: live.map((slot) => this.#f64[slot * F64_STRIDE]!),
      targets: live.map((slot) => i32[slot * I32_STRIDE + TARGET]!),
      bits: live.map((slot) => i32[slot * I32_STRIDE + BITS]!),
      payloads: live.map((slot) => this.#payloads[slot] as Payload),
      generations: Array.from({ length: this.#used }, (_, slot) => i32[slot * I32_STRIDE + GENERATION]!),
      free: this.#listed(this.#free),
    };
  }

  /** Forgets everything and goes on from what `save` returned; handles of then name the same events. @internal */
  load(image: QueueImage<Payload>): void {
    const used = image.generations.length;
    while (this.#capacity < used) this.#grow();
    const i32 = this.#i32;
    this.#heads.fill(0);
    this.#far.filter(() => false);
    this.#at = this.#end = this.#phasesReady = this.#live = this.#dead = this.#free = 0;
    this.#used = used;
    this.now = image.now;
    this.#openWindow(image.now);
    this.#startPeriod();
    const pending = new Set([...image.slots, ...image.free]);
    for (let slot = 1; slot < used; slot++) {
      i32[slot * I32_STRIDE + GENERATION] = image.generations[slot]!;
      this.#payloads[slot] = undefined;
      i32[slot * I32_STRIDE + BITS] = DEAD;
      if (!pending.has(slot)) this.#release(slot);
    }
    for (const slot of [...image.free].reverse()) this.#release(slot);
    image.slots.forEach((slot, i) => {
      this.noted[0] = this.#f64[slot * F64_STRIDE] = image.times[i]!;
      this.#i32[slot * I32_STRIDE + TARGET] = image.targets[i]!;
      this.#i32[slot * I32_STRIDE + BITS] = image.bits[i]!;
      this.#payloads[slot] = image.payloads[i] as Payload;
      this.#live++;
      this.#place(slot);
    });
  }

  #listed(first: number): number[] {
    const slots: number[] = [];
    for (let slot = first; slot !== 0; slot = this.#i32[slot * I32_STRIDE + NEXT]!) slots.push(slot);
    return slots;
  }

  #slotOf(handle: EventHandle): number {
    const slot = handle & (SLOT_SPAN - 1);
    const generation = Math.floor(handle / SLOT_SPAN);
    const base = slot * I32_STRIDE;
    if (slot >= this.#used || this.#i32[base + GENERATION] !== generation) return 0;
    return (this.#i32[base + BITS]! & DEAD) === 0 ? slot : 0;
  }

  #kill(slot: number): void {
    const base = slot * I32_STRIDE;
    this.#i32[base + BITS]! |= DEAD;
    this.#i32[base + GENERATION] = (this.#i32[base + GENERATION]! + 1) & GENERATION_MASK;
    this.#payloads[slot] = undefined;
    this.#live--;
    if (++this.#dead > SAMPLE && this.#dead > this.#live) {
      this.#sweep();
      if (this.#buckets > FIRST_BUCKETS && this.#buckets > 32 * this.#live) this.#rebuild(this.#sampleGap());
    }
  }

  #place(slot: number): void {
    const time = this.noted[0]!;
    if (time === this.now) this.#appendToInstant(slot);
    else if (time < this.#currentEnd) this.#sortIn(slot);
    else if (time < this.#windowEnd) this.#push(slot);
    else {
      this.#far.push(time, slot);
      if (this.#far.length > this.#farLimit) this.#rebuild(this.#sampleGap());
    }
    if (this.#live > this.#liveLimit) this.#rebuild(this.#sampleGap());
  }

  // Times are read from the event, here and below: as arguments of calls that are not inlined they would go to the heap.
  #push(slot: number): void {
    const time = this.#f64[slot * F64_STRIDE]!;
    const heads = this.#heads;
    const bucket = (time * this.#perWidth) & (this.#buckets - 1);
    this.#i32[slot * I32_STRIDE + NEXT] = heads[bucket]!;
    heads[bucket] = slot;
    heads[this.#buckets + (bucket >> 5)]! |= 1 << (bucket & 31);
  }

  #appendToInstant(slot: number): void {
    const i32 = this.#i32;
    const base = slot * I32_STRIDE;
    const phase = i32[base + BITS]! & PHASE_MASK;
    i32[base + NEXT] = 0;
    const bit = 1 << phase;
    if ((this.#phasesReady & bit) !== 0) i32[this.#fifoTail[phase]! * I32_STRIDE + NEXT] = slot;
    else {
      this.#fifoHead[phase] = slot;
      this.#phasesReady |= bit;
    }
    this.#fifoTail[phase] = slot;
  }

  /** Adds to the sorted array of the current bucket. */
  #sortIn(slot: number): void {
    let start = this.#at;
    let hole = this.#end;
    if (start === hole) {
      start = hole = 0;
      this.#at = 0;
    } else if (hole === this.#times.length) {
      this.#makeRoom();
      start = this.#at;
      hole = this.#end;
    }
    const times = this.#times;
    const order = this.#order;
    const i32 = this.#i32;
    const time = this.#f64[slot * F64_STRIDE]!;
    const phase = i32[slot * I32_STRIDE + BITS]! & PHASE_MASK;
    this.#end = hole + 1;
    const from = hole;
    while (hole > start) {
      const before = times[hole - 1]!;
      if (before < time) break;
      const other = order[hole - 1]!;
      if (before === time && (i32[other * I32_STRIDE + BITS]! & PHASE_MASK) <= phase) break;
      times[hole] = before;
      order[hole] = other;
      hole--;
    }
    times[hole] = time;
    order[hole] = slot;
    this.#moved += from - hole;
    this.#budget--;
  }

  /** Moves the sorted array to its front, or to a longer one. */
  #makeRoom(): void {
    const { byteLength } = this.#times;
    const left = this.#end - this.#at;
    if (this.#at > 0 && 2 * left <= this.#times.length) {
      this.#times.copyWithin(0, this.#at, this.#end);
      this.#order.copyWithin(0, this.#at, this.#end);
    } else {
      const times = new Float64Array(byteLength / 4);
      const order = new Int32Array(byteLength / 4);
      times.set(this.#times.subarray(this.#at, this.#end));
      order.set(this.#order.subarray(this.#at, this.#end));
      this.#times = times;
      this.#order = order;
    }
    this.#at = 0;
    this.#end = left;
  }

  /** First non-empty bucket from the cursor on, -1 when the wheel is empty. */
  #firstBucket(): number {
    const cursor = this.#cursor;
    const heads = this.#heads;
    const words = this.#buckets;
    const mask = (this.#buckets - 1) >> 5;
    let word = cursor >> 5;
    let bits = heads[words + word]! & (-1 << (cursor & 31));
    for (let left = mask + 1; bits === 0; left--) {
      if (left === 0) return -1;
      word = (word + 1) & mask;
      bits = heads[words + word]!;
    }
    return (word << 5) + 31 - Math.clz32(bits & -bits);
  }

  /** Makes the next non-empty bucket the current one and sorts it; false when no event is left. The sorted array must be empty. */
  #openBucket(): boolean {
    let bucket = this.#firstBucket();
    if (bucket < 0) {
      if (this.#far.length === 0) return false;
      this.#openWindow(this.#far.minTime);
      this.#drainFar();
      bucket = this.#cursor;
    }
    const moved = (((bucket - this.#cursor) & (this.#buckets - 1)) + 1) * this.#width;
    this.#cursor = (bucket + 1) & (this.#buckets - 1);
    this.#currentEnd += moved;
    this.#windowEnd += moved;
    const heads = this.#heads;
    const last = heads[bucket]!;
    heads[bucket] = 0;
    heads[this.#buckets + (bucket >> 5)]! &= ~(1 << (bucket & 31));
    if (this.#far.minTime < this.#windowEnd) this.#drainFar();
    if (--this.#untilTouch === 0) this.#touchAhead();
    this.#sortBucket(last);
    if (this.#budget <= 0) this.#review();
    return true;
  }

  #sortBucket(last: number): void {
    const i32 = this.#i32;
    const f64 = this.#f64;
    let times = this.#times;
    let order = this.#order;
    let size = 0;
    this.#at = 0;
    for (let slot = last; slot !== 0; slot = i32[slot * I32_STRIDE + NEXT]!) {
      if (size === times.length) {
        this.#end = size;
        this.#makeRoom();
        times = this.#times;
        order = this.#order;
      }
      times[size] = f64[slot * F64_STRIDE]!;
      order[size++] = slot;
    }
    this.#end = size;
    this.#budget -= size;
    this.#moved -= size;
    if (size > 1) sortRun(times, order, size, i32, phaseField);
  }

  /** Adds a list in order of scheduling to the tiers it belongs to. */
  #putAll(first: number): void {
    for (let slot = first; slot !== 0; ) {
      const next = this.#i32[slot * I32_STRIDE + NEXT]!;
      this.#put(slot);
      slot = next;
    }
  }

  #put(slot: number): void {
    const time = this.#f64[slot * F64_STRIDE]!;
    if (time < this.#currentEnd) this.#sortIn(slot);
    else if (time < this.#windowEnd) this.#push(slot);
    else this.#far.push(time, slot);
  }

  /** Turns a bucket's list round, into order of scheduling; returns its first. */
  #reverse(last: number): number {
    const i32 = this.#i32;
    let first = 0;
    for (let slot = last; slot !== 0; ) {
      const before = i32[slot * I32_STRIDE + NEXT]!;
      i32[slot * I32_STRIDE + NEXT] = first;
      first = slot;
      slot = before;
    }
    return first;
  }

  /**
   * Reads the events of the next few buckets at once, so that their cache misses overlap instead of following one another:
   * a dependent miss costs ten times an independent one. Pointless while all events fit the cache.
   */
  #touchAhead(): void {
    if (this.#live < TOUCH_FROM) {
      this.#untilTouch = TOUCH_RARELY;
      return;
    }
    this.#untilTouch = TOUCH_AHEAD;
    const heads = this.#heads;
    const words = this.#buckets;
    const i32 = this.#i32;
    const mask = (this.#buckets - 1) >> 5;
    let word = this.#cursor >> 5;
    let bits = heads[words + word]! & (-1 << (this.#cursor & 31));
    const ahead = this.#ahead;
    let found = 0;
    for (let looks = 16; found < TOUCH_AHEAD; ) {
      while (bits === 0 && --looks > 0) {
        word = (word + 1) & mask;
        bits = heads[words + word]!;
      }
      if (bits === 0) break;
      ahead[found++] = heads[(word << 5) + 31 - Math.clz32(bits & -bits)]!;
      bits &= bits - 1;
    }
    for (let i = 0; i < found && found < ahead.length; i++) {
      const next = i32[ahead[i]! * I32_STRIDE + NEXT]!;
      if (next !== 0) ahead[found++] = next;
    }
    for (let i = 0; i < found; i++) {
      const slot = ahead[i]!;
      ahead[i] = this.#payloads[slot] === undefined ? 0 : i32[slot * I32_STRIDE + TARGET]!;
    }
    this.onAhead?.(ahead, found);
  }

  /** No event is left before `limit`: moves the clock there and sees to it that what waits exactly there is in the sorted array. */
  #stopAt(limit: number): false {
    if (limit !== Number.POSITIVE_INFINITY) this.now = limit;
    if (this.#at === this.#end && !this.#openBucket()) this.#openWindow(this.now);
    return false;
  }

  /** Puts the window's first day on that of `time`; the wheel must be empty. */
  #openWindow(time: number): void {
    const day = Math.floor(time * this.#perWidth);
    this.#cursor = day & (this.#buckets - 1);
    this.#currentEnd = day * this.#width;
    this.#windowEnd = (day + this.#buckets) * this.#width;
  }

  #drainFar(): void {
    const end = this.#windowEnd;
    const far = this.#far;
    while (far.minTime < end) this.#put(far.pop());
  }

  /** Every period of events: is the width still right for the density of events here? */
  #review(): void {
    const gap = (this.#currentEnd - this.#periodStart) / (this.#period - this.#budget);
    const isSlow = this.#moved > 8 * this.#period;
    this.#startPeriod();
    if (Math.abs(widthFor(gap, this.#live) - this.#shift) > 1) this.#rebuild(gap);
    else if (isSlow && this.#live > FEW) this.#rebuild(this.#sampleGap());
  }

  #startPeriod(): void {
    this.#periodStart = this.#currentEnd;
    this.#period = Math.max(512, this.#live);
    this.#budget = this.#period;
    this.#moved = 0;
  }

  /** Mean gap between the next events, estimated from a sample of pending times. */
  #sampleGap(): number {
    const times: number[] = [];
    const step = Math.max(1, this.#used / (2 * SAMPLE));
    for (let position = 1; position < this.#used; position += step) {
      const slot = Math.floor(position);
      if ((this.#i32[slot * I32_STRIDE + BITS]! & DEAD) === 0) times.push(this.#f64[slot * F64_STRIDE]!);
    }
    if (times.length < Math.max(1, Math.min(this.#live, 8))) return this.#width / crowd(this.#live);
    times.sort((a, b) => a - b);
    const quarter = times.length >> 2;
    const ahead = times[quarter]! - this.now;
    return ahead / ((quarter + 1) * (this.#live / times.length));
  }

  /** Lays the wheel out anew for a mean gap of `gap` ticks between events. */
  #rebuild(gap: number): void {
    const oldHeads = this.#heads.subarray(0, this.#buckets);
    let size = FIRST_BUCKETS;
    const perEvent = BUCKETS_PER_SPAN / crowd(this.#live);
    while (size < perEvent * this.#live && size < MOST_BUCKETS) size *= 2;
    this.#liveLimit = this.#live <= FEW ? 2 * FEW : size >= MOST_BUCKETS ? Number.POSITIVE_INFINITY : size / perEvent;
    this.#shift = widthFor(gap, this.#live);
    this.#width = 2 ** this.#shift;
    this.#perWidth = 2 ** -this.#shift;
    this.#heads = new Int32Array(size + (size >> 5));
    this.#buckets = size;
    // What is due first stays sorted: events of the current instant may be among it, ahead of those in the FIFOs.
    const from = this.#keepFirstDay();
    const oldEnd = this.#end;
    this.#end = from;
    for (let i = from; i < oldEnd; i++) this.#put(this.#order[i]!);
    // Equal times always lie in one list, so only the order inside each list counts.
    for (let bucket = 0; bucket < oldHeads.length; bucket++)
      if (oldHeads[bucket] !== 0) this.#putAll(this.#reverse(oldHeads[bucket]!));
    this.#drainFar();
    this.#farLimit = Math.max(SAMPLE, this.#live, 2 * this.#far.length);
    this.#startPeriod();
  }

  /** Opens the window behind the first day of the sorted array; returns the index of the first event of a later day. */
  #keepFirstDay(): number {
    if (this.#at === this.#end) {
      this.#openWindow(this.now);
      return this.#end;
    }
    this.#openWindow((Math.floor(this.#times[this.#at]! * this.#perWidth) + 1) * this.#width);
    let from = this.#at;
    while (from < this.#end && this.#times[from]! < this.#currentEnd) from++;
    return from;
  }

  /** Frees the cancelled entries in front of the earliest live one. */
  #pruneFront(): void {
    const i32 = this.#i32;
    while (this.#phasesReady !== 0) {
      const phase = 31 - Math.clz32(this.#phasesReady & -this.#phasesReady);
      const slot = this.#fifoHead[phase]!;
      if ((i32[slot * I32_STRIDE + BITS]! & DEAD) === 0) return;
      const next = i32[slot * I32_STRIDE + NEXT]!;
      this.#fifoHead[phase] = next;
      if (next === 0) this.#phasesReady &= ~(1 << phase);
      this.#release(slot);
      this.#dead--;
    }
    while (this.#at !== this.#end || this.#openBucket()) {
      const slot = this.#order[this.#at]!;
      if ((i32[slot * I32_STRIDE + BITS]! & DEAD) === 0) return;
      this.#at++;
      this.#release(slot);
      this.#dead--;
    }
  }

  /** Frees every cancelled entry. */
  #sweep(): void {
    for (let phase = 0; phase < PHASE_COUNT; phase++) {
      const bit = 1 << phase;
      if ((this.#phasesReady & bit) === 0) continue;
      const head = this.#sweepChain(this.#fifoHead[phase]!);
      this.#fifoHead[phase] = head;
      if (head === 0) this.#phasesReady &= ~bit;
      else this.#fifoTail[phase] = this.#lastKept;
    }
    this.#sweepCurrent();
    const heads = this.#heads;
    for (let word = this.#buckets; word < heads.length; word++) {
      for (let bits = heads[word]!; bits !== 0; bits &= bits - 1) {
        const bucket = ((word - this.#buckets) << 5) + 31 - Math.clz32(bits & -bits);
        const kept = this.#sweepChain(heads[bucket]!);
        heads[bucket] = kept;
        if (kept === 0) heads[word]! &= ~(1 << (bucket & 31));
      }
    }
    this.#far.filter((slot) => {
      if ((this.#i32[slot * I32_STRIDE + BITS]! & DEAD) === 0) return true;
      this.#release(slot);
      return false;
    });
    this.#dead = 0;
  }

  #sweepCurrent(): void {
    let kept = this.#at;
    for (let i = this.#at; i < this.#end; i++) {
      const slot = this.#order[i]!;
      if ((this.#i32[slot * I32_STRIDE + BITS]! & DEAD) !== 0) {
        this.#release(slot);
        continue;
      }
      this.#times[kept] = this.#times[i]!;
      this.#order[kept++] = slot;
    }
    this.#end = kept;
  }

  /** Frees the dead of one list; returns its first, 0 when none is left, and notes its last. */
  #sweepChain(head: number): number {
    const i32 = this.#i32;
    let first = 0;
    let last = 0;
    for (let slot = head; slot !== 0; ) {
      const next = i32[slot * I32_STRIDE + NEXT]!;
      if ((i32[slot * I32_STRIDE + BITS]! & DEAD) !== 0) this.#release(slot);
      else {
        if (first === 0) first = slot;
        else i32[last * I32_STRIDE + NEXT] = slot;
        i32[slot * I32_STRIDE + NEXT] = 0;
        last = slot;
      }
      slot = next;
    }
    this.#lastKept = last;
    return first;
  }

  #release(slot: number): void {
    this.#i32[slot * I32_STRIDE + NEXT] = this.#free;
    this.#i32[slot * I32_STRIDE + BITS] = DEAD;
    this.#free = slot;
  }

  #newSlot(): number {
    if (this.#used === this.#capacity) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    // Doubling, then by a quarter: at ten million events the old and the new buffer together decide the peak.
    const wanted = this.#capacity < 1 << 20 ? this.#capacity * 2 : this.#capacity * 1.25;
    const capacity = Math.min(SLOT_SPAN, Math.ceil(wanted));
    if (capacity <= this.#capacity) throw kernelErrors.create('SIM_QUEUE_FULL', { value: this.#live });
    const buffer = new ArrayBuffer(capacity * 32);
    const i32 = new Int32Array(buffer);
    i32.set(this.#i32);
    this.#i32 = i32;
    this.#f64 = new Float64Array(buffer);
    for (let i = this.#capacity; i < capacity; i++) this.#payloads.push(undefined);
    this.#capacity = capacity;
  }
}

/**
 * Events for one bucket among `live`. One while all of them fit the processor's cache: sorting costs mispredicted branches. Many
 * beyond, so that the buckets' heads still fit and the misses of several buckets overlap.
 */
function crowd(live: number): number {
  return live < TOUCH_FROM ? 1 : live < 2 ** 19 ? 3 : 8;
}

/** Exponent of the bucket width for a mean gap between events. */
function widthFor(gap: number, live: number): number {
  if (live <= FEW) return WHOLE;
  const width = gap * crowd(live);
  return width <= 1 ? 0 : Math.min(WHOLE, Math.round(Math.log2(width)));
}
