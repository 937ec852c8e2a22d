import { FarHeap } from './far-heap.ts';
import { kernelErrors } from './kernel-errors.ts';
import { PHASE_COUNT, type Phase } from './phase.ts';

declare const handleBrand: unique symbol;

/** Names one pending event. Stays harmless after the event ran or was cancelled: handles are never reused for another event. */
export type EventHandle = number & { readonly [handleBrand]: 'EventHandle' };

// One event is 32 bytes of one buffer, so that reading all of it costs one cache line:
// f64[0] time · i32[2] next of the same (time, phase) · i32[3] next (time, phase) of the bucket · i32[4] last of the same (time, phase)
// i32[5] target · i32[6] generation · i32[7] tag (28 bits) | dead or free (1 bit) | phase (3 bits)
const F64_STRIDE = 4;
const I32_STRIDE = 8;
const NEXT = 2;
const NEXT_HEAD = 3;
const TAIL = 4;
const TARGET = 5;
const GENERATION = 6;
const BITS = 7;
const DEAD = 8;
const PHASE_MASK = 7;
const TAG_SHIFT = 4;

const SLOT_BITS = 26;
const SLOT_SPAN = 2 ** SLOT_BITS;
const GENERATION_MASK = 2 ** 27 - 1;

const FIRST_BUCKETS = 256;
const MOST_BUCKETS = 2 ** 24;
const SAMPLE = 64;
const BUCKETS_PER_EVENT = 4;
const TOUCH_AHEAD = 16;
const TOUCH_FROM = 2 ** 14;
const TOUCH_RARELY = 2 ** 12;

/**
 * The pending-event set: exact, stable, free of allocation per event. Order is (time, phase, order of scheduling).
 *
 * Four tiers, chosen by the data: a FIFO per phase for the current instant; a sorted list of distinct (time, phase), each with a
 * FIFO behind it, for the current bucket; a wheel of buckets 2^k ticks wide, unsorted until their turn comes, so that adding an
 * event touches no other one; a stable heap beyond the wheel's window, drained into it as the window moves. k and the number of
 * buckets follow the density of distinct instants. Day numbers are exact because widths are powers of two.
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
  #liveLimit = FIRST_BUCKETS;

  // Last scheduled event of each bucket; NEXT leads to the one before it.
  #heads = new Int32Array(FIRST_BUCKETS);
  #bitmap = new Int32Array(FIRST_BUCKETS >> 5);
  #bucketMask = FIRST_BUCKETS - 1;
  #shift = 0;
  #width = 1;
  #perWidth = 1;
  #cursor = 0;
  // Everything before #currentEnd is in the sorted list, from there to #windowEnd in the wheel, then in the heap.
  #current = 0;
  #currentEnd = 0;
  #windowEnd: number = FIRST_BUCKETS;
  #untilTouch = TOUCH_RARELY;
  #budget = 512;
  #period = 512;
  #periodStart = 0;

  readonly #far = new FarHeap();
  #farLimit = SAMPLE;

  readonly #fifoHead = new Int32Array(PHASE_COUNT);
  readonly #fifoTail = new Int32Array(PHASE_COUNT);
  #phasesReady = 0;

  // Time of the opened instant. Ahead of `now` only while cancelled entries are being skipped.
  #instant = 0;
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
  readonly #ahead = new Int32Array(2 * TOUCH_AHEAD);

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
    return this.#f64.buffer.byteLength + this.#heads.byteLength + this.#bitmap.byteLength + this.#far.byteLength;
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
    if (this.#phasesReady !== 0) return this.#instant;
    return this.#current !== 0 ? this.#f64[this.#current * F64_STRIDE]! : Number.POSITIVE_INFINITY;
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
      const ready = this.#phasesReady;
      if (ready !== 0) {
        if (this.#instant >= limit) return false;
        const phase = 31 - Math.clz32(ready & -ready);
        slot = this.#fifoHead[phase]!;
        const next = i32[slot * I32_STRIDE + NEXT]!;
        this.#fifoHead[phase] = next;
        if (next === 0) this.#phasesReady = ready & ~(1 << phase);
      } else {
        slot = this.#current;
        if (slot === 0) {
          if (!this.#openBucket()) return this.#stopAt(limit);
          slot = this.#current;
        }
        const time = this.#f64[slot * F64_STRIDE]!;
        if (time >= limit) return this.#stopAt(limit);
        if (time !== this.#instant) {
          this.#instant = time;
          if (--this.#budget === 0 && this.#review()) continue;
        }
        const next = i32[slot * I32_STRIDE + NEXT_HEAD]!;
        if (i32[slot * I32_STRIDE + NEXT] !== 0 || (next !== 0 && this.#f64[next * F64_STRIDE] === time)) {
          this.#openInstant();
          continue;
        }
        this.#current = next;
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
      this.now = this.#instant;
      this.target = i32[base + TARGET]!;
      this.#bits = bits;
      this.payload = this.#payloads[slot];
      this.#payloads[slot] = undefined;
      this.slot = slot;
      return true;
    }
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
      if (this.#heads.length > FIRST_BUCKETS && this.#heads.length > 32 * this.#live) this.#rebuild(this.#sampleGap());
    }
  }

  #place(slot: number): void {
    const time = this.#f64[slot * F64_STRIDE]!;
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
    const bucket = (time * this.#perWidth) & this.#bucketMask;
    this.#i32[slot * I32_STRIDE + NEXT] = heads[bucket]!;
    heads[bucket] = slot;
    this.#bitmap[bucket >> 5]! |= 1 << (bucket & 31);
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

  /** Adds to the sorted list of the current bucket; returns the number of entries passed. */
  #sortIn(slot: number): number {
    const time = this.#f64[slot * F64_STRIDE]!;
    const i32 = this.#i32;
    const f64 = this.#f64;
    const base = slot * I32_STRIDE;
    const phase = i32[base + BITS]! & PHASE_MASK;
    i32[base + NEXT] = 0;
    i32[base + TAIL] = slot;
    let before = 0;
    let after = this.#current;
    let passed = 0;
    while (after !== 0) {
      const headTime = f64[after * F64_STRIDE]!;
      if (headTime >= time) {
        if (headTime > time) break;
        if ((i32[after * I32_STRIDE + BITS]! & PHASE_MASK) === phase) {
          const tail = i32[after * I32_STRIDE + TAIL]!;
          i32[tail * I32_STRIDE + NEXT] = slot;
          i32[after * I32_STRIDE + TAIL] = slot;
          return passed;
        }
      }
      before = after;
      after = i32[after * I32_STRIDE + NEXT_HEAD]!;
      passed++;
    }
    i32[base + NEXT_HEAD] = after;
    if (before === 0) this.#current = slot;
    else i32[before * I32_STRIDE + NEXT_HEAD] = slot;
    return passed;
  }

  /** First non-empty bucket from the cursor on, -1 when the wheel is empty. */
  #firstBucket(): number {
    const cursor = this.#cursor;
    const bitmap = this.#bitmap;
    let word = cursor >> 5;
    let bits = bitmap[word]! & (-1 << (cursor & 31));
    const words = bitmap.length - 1;
    for (let left = words + 1; bits === 0; left--) {
      if (left === 0) return -1;
      word = (word + 1) & words;
      bits = bitmap[word]!;
    }
    return (word << 5) + 31 - Math.clz32(bits & -bits);
  }

  /** Makes the next non-empty bucket the current one and sorts it; false when no event is left. The current list must be empty. */
  #openBucket(): boolean {
    let bucket = this.#firstBucket();
    if (bucket < 0) {
      if (this.#far.length === 0) return false;
      this.#openWindow(this.#far.minTime);
      this.#drainFar();
      bucket = this.#cursor;
    }
    const moved = (((bucket - this.#cursor) & this.#bucketMask) + 1) * this.#width;
    this.#cursor = (bucket + 1) & this.#bucketMask;
    this.#currentEnd += moved;
    this.#windowEnd += moved;
    const slot = this.#heads[bucket]!;
    this.#heads[bucket] = 0;
    this.#bitmap[bucket >> 5]! &= ~(1 << (bucket & 31));
    if (this.#far.minTime < this.#windowEnd) this.#drainFar();
    if (--this.#untilTouch === 0) this.#touchAhead();
    const i32 = this.#i32;
    const base = slot * I32_STRIDE;
    if (i32[base + NEXT] === 0) {
      i32[base + NEXT_HEAD] = 0;
      i32[base + TAIL] = slot;
      this.#current = slot;
      return true;
    }
    this.#sortBucket(slot);
    // A rebuild on the way may have moved everything behind the window's first day.
    return this.#current !== 0 || this.#openBucket();
  }

  #sortBucket(last: number): void {
    const i32 = this.#i32;
    let size = 0;
    let passed = 0;
    for (let slot = this.#reverse(last); slot !== 0; size++) {
      const next = i32[slot * I32_STRIDE + NEXT]!;
      passed += this.#sortIn(slot);
      slot = next;
      if (passed <= 64 + 16 * size || this.#width === 1) continue;
      // Far more instants than one in this bucket: lay the wheel out finer, then put back what is left of it.
      this.#rebuild(this.#width / (2 * size));
      this.#putAll(slot);
      return;
    }
  }

  /** Adds a list in order of scheduling to the tiers it belongs to. */
  #putAll(first: number): void {
    for (let slot = first; slot !== 0; ) {
      const next = this.#i32[slot * I32_STRIDE + NEXT]!;
      this.#put(slot, this.#f64[slot * F64_STRIDE]!);
      slot = next;
    }
  }

  #put(slot: number, time: number): void {
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

  /** Moves the events at the earliest time of the current list to the FIFOs of their phases. */
  #openInstant(): void {
    const time = this.#f64[this.#current * F64_STRIDE]!;
    let head = this.#current;
    do {
      const base = head * I32_STRIDE;
      const phase = this.#i32[base + BITS]! & PHASE_MASK;
      this.#fifoHead[phase] = head;
      this.#fifoTail[phase] = this.#i32[base + TAIL]!;
      this.#phasesReady |= 1 << phase;
      head = this.#i32[base + NEXT_HEAD]!;
    } while (head !== 0 && this.#f64[head * F64_STRIDE] === time);
    this.#current = head;
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
    const bitmap = this.#bitmap;
    const i32 = this.#i32;
    const words = bitmap.length - 1;
    let word = this.#cursor >> 5;
    let bits = bitmap[word]! & (-1 << (this.#cursor & 31));
    const ahead = this.#ahead;
    let found = 0;
    for (let looks = 16; found < TOUCH_AHEAD; ) {
      while (bits === 0 && --looks > 0) {
        word = (word + 1) & words;
        bits = bitmap[word]!;
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

  /** No event is left before `limit`: moves the clock there, and opens the instant if events wait exactly there. */
  #stopAt(limit: number): false {
    if (limit === Number.POSITIVE_INFINITY) {
      this.#instant = this.now;
      this.#openWindow(this.now);
      return false;
    }
    this.now = limit;
    this.#instant = limit;
    if (this.#current === 0 && !this.#openBucket()) return false;
    if (this.#f64[this.#current * F64_STRIDE] === limit) this.#openInstant();
    return false;
  }

  /** Puts the window's first day on that of `time`; the wheel must be empty. */
  #openWindow(time: number): void {
    const day = Math.floor(time * this.#perWidth);
    this.#cursor = day & this.#bucketMask;
    this.#currentEnd = day * this.#width;
    this.#windowEnd = (day + this.#heads.length) * this.#width;
  }

  #drainFar(): void {
    const end = this.#windowEnd;
    const far = this.#far;
    while (far.minTime < end) {
      const slot = far.pop();
      this.#push(slot);
    }
  }

  /** Every period of instants: is the width still about the gap between distinct instants? True after a rebuild. */
  #review(): boolean {
    const gap = (this.#instant - this.#periodStart) / this.#period;
    this.#periodStart = this.#instant;
    this.#period = Math.max(512, this.#live);
    this.#budget = this.#period;
    if (Math.abs(widthFor(gap) - this.#shift) <= 1) return false;
    this.#rebuild(gap);
    return true;
  }

  /** Mean gap between distinct instants among the next events, estimated from a sample of pending times. */
  #sampleGap(): number {
    const times: number[] = [];
    const step = Math.max(1, this.#used / (2 * SAMPLE));
    for (let position = 1; position < this.#used; position += step) {
      const slot = Math.floor(position);
      if ((this.#i32[slot * I32_STRIDE + BITS]! & DEAD) === 0) times.push(this.#f64[slot * F64_STRIDE]!);
    }
    if (times.length < Math.min(this.#live, 8)) return this.#width;
    times.sort((a, b) => a - b);
    let distinct = 1;
    for (let i = 1; i < times.length; i++) if (times[i] !== times[i - 1]) distinct++;
    const share = distinct / times.length;
    const quarter = times.length >> 2;
    const ahead = times[quarter]! - this.#instant;
    const events = (quarter + 1) * (this.#live / times.length);
    return Math.max(1, ahead / (events * share));
  }

  /** Lays the wheel out anew for a mean gap of `gap` ticks between distinct instants. */
  #rebuild(gap: number): void {
    const oldHeads = this.#heads;
    const oldCurrent = this.#current;
    let size = FIRST_BUCKETS;
    while (size < BUCKETS_PER_EVENT * this.#live && size < MOST_BUCKETS) size *= 2;
    this.#liveLimit = size >= MOST_BUCKETS ? Number.POSITIVE_INFINITY : size;
    this.#shift = widthFor(gap);
    this.#width = 2 ** this.#shift;
    this.#perWidth = 2 ** -this.#shift;
    this.#heads = new Int32Array(size);
    this.#bitmap = new Int32Array(size >> 5);
    this.#bucketMask = size - 1;
    this.#current = 0;
    this.#openWindow(this.#instant);
    this.#budget = this.#period = Math.max(512, this.#live);
    this.#periodStart = this.#instant;
    // Equal times always lie in one list, so only the order inside each list counts.
    for (let head = oldCurrent; head !== 0; ) {
      const next = this.#i32[head * I32_STRIDE + NEXT_HEAD]!;
      this.#putAll(head);
      head = next;
    }
    for (let bucket = 0; bucket < oldHeads.length; bucket++)
      if (oldHeads[bucket] !== 0) this.#putAll(this.#reverse(oldHeads[bucket]!));
    this.#drainFar();
    this.#farLimit = Math.max(SAMPLE, this.#live, 2 * this.#far.length);
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
    while (this.#current !== 0 || this.#openBucket()) {
      const head = this.#current;
      const base = head * I32_STRIDE;
      if ((i32[base + BITS]! & DEAD) === 0) return;
      const tie = i32[base + NEXT]!;
      if (tie !== 0) {
        i32[tie * I32_STRIDE + NEXT_HEAD] = i32[base + NEXT_HEAD]!;
        i32[tie * I32_STRIDE + TAIL] = i32[base + TAIL]!;
      }
      this.#current = tie !== 0 ? tie : i32[base + NEXT_HEAD]!;
      this.#release(head);
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
      else this.#fifoTail[phase] = this.#i32[head * I32_STRIDE + TAIL]!;
    }
    this.#sweepCurrent();
    for (let word = 0; word < this.#bitmap.length; word++) {
      for (let bits = this.#bitmap[word]!; bits !== 0; bits &= bits - 1) {
        const bucket = (word << 5) + 31 - Math.clz32(bits & -bits);
        const kept = this.#sweepChain(this.#heads[bucket]!);
        this.#heads[bucket] = kept;
        if (kept === 0) this.#bitmap[word]! &= ~(1 << (bucket & 31));
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
    let last = 0;
    let first = 0;
    for (let head = this.#current; head !== 0; ) {
      const next = this.#i32[head * I32_STRIDE + NEXT_HEAD]!;
      const kept = this.#sweepChain(head);
      if (kept !== 0) {
        this.#i32[kept * I32_STRIDE + NEXT_HEAD] = 0;
        if (last === 0) first = kept;
        else this.#i32[last * I32_STRIDE + NEXT_HEAD] = kept;
        last = kept;
      }
      head = next;
    }
    this.#current = first;
  }

  /** Frees the dead of one FIFO; returns its new head (0 when none is left) with TAIL set. */
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
    if (first !== 0) i32[first * I32_STRIDE + TAIL] = last;
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

/** Exponent of the bucket width for a mean gap between distinct instants: about one instant a bucket. */
function widthFor(gap: number): number {
  return gap <= 1 ? 0 : Math.min(52, Math.round(Math.log2(gap)));
}
