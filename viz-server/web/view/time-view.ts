import { linearAxis, type TimeAxis } from './time-axis.ts';

/** What part of time is on screen: [from, to) in ticks over `width` pixels. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

const maxHistory = 100;
/** Powers of two by which an axis of events asks for finer buckets: it draws the busy ones wider than the quiet ones. */
const finerByEvents = 2;

/** The visible range, its history, and whether it follows the live edge. It never leaves [0, limit] by more than half a screen. */
export class TimeView {
  from = 0;
  to = 1;
  width = 1000;
  /** Where times lie; the range stays what it is when another one comes. */
  axis: TimeAxis = linearAxis;
  follow = true;
  /** Frozen by the reader; the run goes on. */
  frozen = false;
  /** How wide the window is while it follows; undefined: everything since the start. */
  followSpan: number | undefined = undefined;
  #limit = 1;
  readonly #history: TimeRange[] = [];
  #lastSaved = Number.NEGATIVE_INFINITY;

  get span(): number {
    return this.to - this.from;
  }

  get ticksPerPixel(): number {
    return this.span / this.width;
  }

  /** Power of two of the buckets a view of this scale asks for: 2^(k-1) < ticks per pixel <= 2^k, finer where the axis is bent. */
  get level(): number {
    const finer = this.axis.kind === 'linear' ? 0 : finerByEvents;
    return Math.max(0, Math.ceil(Math.log2(this.ticksPerPixel)) - finer);
  }

  /** Place of the left edge on the axis. */
  get origin(): number {
    return this.axis.placeOf(this.from);
  }

  get placesPerPixel(): number {
    return (this.axis.placeOf(this.to) - this.origin) / this.width;
  }

  get limit(): number {
    return this.#limit;
  }

  /** The newest time of the run: moves the view when it follows. */
  advance(now: number): boolean {
    this.#limit = Math.max(1, now);
    if (!this.follow || this.frozen) return false;
    const [from, to] = [this.from, this.to];
    if (this.followSpan === undefined) {
      this.from = 0;
      // A power-of-two-ish end in steps keeps the picture still between them while the run is short of it.
      this.to = this.#limit * 1.02;
    } else {
      this.to = Math.max(this.followSpan, this.#limit + this.followSpan * 0.05);
      this.from = this.to - this.followSpan;
    }
    return from !== this.from || to !== this.to;
  }

  /** Another run begins, nothing of it has happened yet. `keepsRange`: what the reader looked at stays in view. */
  begin(keepsRange: boolean): void {
    this.#history.length = 0;
    this.#lastSaved = Number.NEGATIVE_INFINITY;
    this.axis = linearAxis;
    if (!keepsRange) {
      this.follow = true;
      this.frozen = false;
      this.followSpan = undefined;
    }
    this.advance(0);
  }

  /** A pixel's time, and back. */
  timeAt(x: number): number {
    return this.axis.timeOf(this.origin + x * this.placesPerPixel);
  }

  xOf(time: number): number {
    return (this.axis.placeOf(time) - this.origin) / this.placesPerPixel;
  }

  /** Scales by `factor` (above 1: further out) around the time at pixel `x`. */
  zoom(factor: number, x: number): void {
    const { axis, origin, placesPerPixel, width } = this;
    const least = width / 64;
    const room = Math.min(Math.max(placesPerPixel * width * factor, least), Math.max(this.#limit * 1.5, least));
    const left = origin + x * placesPerPixel - (x / width) * room;
    const from = axis.timeOf(left);
    this.#set(from, Math.max(axis.timeOf(left + room), from + least));
  }

  /** Moves by whole pixels, so that what is drawn can be shifted. */
  pan(pixels: number): void {
    const { axis, origin, placesPerPixel, width } = this;
    const left = origin + Math.round(pixels) * placesPerPixel;
    this.#set(axis.timeOf(left), axis.timeOf(left + width * placesPerPixel));
  }

  /** Shows [from, to) with a margin; remembers where it was. */
  show(from: number, to: number, margin = 0.05): void {
    this.remember();
    const span = Math.max(to - from, this.width / 64);
    this.#set(from - span * margin, from + span * (1 + margin));
    this.#lastSaved = Number.NEGATIVE_INFINITY;
  }

  fitAll(): void {
    this.remember();
    this.#set(0, this.#limit * 1.02);
  }

  /** Puts the present range on the history; ranges in quick succession count once. */
  remember(at = 0): void {
    if (at !== 0 && at - this.#lastSaved < 700) {
      this.#lastSaved = at;
      return;
    }
    this.#lastSaved = at === 0 ? Number.NEGATIVE_INFINITY : at;
    const last = this.#history[this.#history.length - 1];
    if (last?.from === this.from && last.to === this.to) return;
    this.#history.push({ from: this.from, to: this.to });
    if (this.#history.length > maxHistory) this.#history.shift();
  }

  /** Back to the range before; false when there is none. */
  back(): boolean {
    const last = this.#history.pop();
    if (last === undefined) return false;
    this.#set(last.from, last.to);
    return true;
  }

  #set(from: number, to: number): void {
    this.follow = false;
    const span = to - from;
    const least = -span / 2;
    const most = Math.max(this.#limit + span / 2, span / 2);
    const shift = from < least ? least - from : to > most ? most - to : 0;
    this.from = from + shift;
    this.to = to + shift;
  }
}
