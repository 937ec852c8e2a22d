import { waitCauses } from '../../kernel/index.ts';
import { LevelStack } from './level-stack.ts';
import type { CounterLabel, TaskLabel, WaitLabel } from './trace-chunk.ts';
import type { TraceConsumer, TraceRow } from './trace-decoder.ts';

export interface LevelsOptions {
  /** Memory of all levels, in bytes; the finest levels of the largest rows are given up beyond it. Default 128 MiB. */
  readonly budgetBytes?: number;
}

/** What is drawn of a stretch of a row: one task (`count` 1), or several collapsed to one. Times are ticks. */
export interface DetailItem {
  readonly start: number;
  readonly end: number;
  /** Number of the task, or of the longest of the collapsed ones. */
  readonly task: number;
  readonly label: TaskLabel | undefined;
  readonly count: number;
  /** Ticks with a task: the length of one, the sum of several. */
  readonly busy: number;
  /** What they waited for most, if at all. */
  readonly cause: (typeof waitCauses)[number] | undefined;
  /** Not ended yet; `end` is the last time heard of. */
  readonly open: boolean;
}

/** Values of a counter in one bucket, or one value (`count` 1). */
export interface CounterItem {
  readonly at: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
  readonly count: number;
  /** Integral from the bucket's first value to the first one of the next bucket. */
  readonly area: number;
}

interface OpenRow {
  task: number;
  label: TaskLabel | undefined;
  start: number;
  mark: number;
  /** Cause of the present wait, -1 for work, and ticks waited by cause so far. */
  cause: number;
  readonly waited: Float64Array;
}

const none = 255;

/**
 * Levels of detail of every row and counter, built as time moves on: buckets of 2^k ticks with their longest task, count, busy ticks and
 * main wait cause. A task belongs to the bucket of its end, so a closed bucket never changes; closing one feeds the bucket above, like a
 * binary counter. Any view is answered with at most two items a pixel, and the counts of any level add up to the tasks that ended.
 */
export class LevelsOfDetail implements TraceConsumer {
  readonly rows: TraceRow[] = [];
  readonly counters: CounterLabel[] = [];
  readonly #budget: number;
  readonly #stacks: LevelStack[] = [];
  readonly #open: OpenRow[] = [];
  readonly #labels = new Map<TaskLabel, number>();
  readonly #labelList: TaskLabel[] = [];
  readonly #counterStacks: LevelStack[] = [];
  readonly #lastValue: Array<{ at: number; value: number } | undefined> = [];
  #now = 0;
  #added = 0;

  constructor(options: LevelsOptions = {}) {
    this.#budget = options.budgetBytes ?? 128 << 20;
  }

  /** Time of the newest thing heard of. */
  get now(): number {
    return this.#now;
  }

  /** Bytes of all levels. */
  get bytes(): number {
    return [...this.#stacks, ...this.#counterStacks].reduce((sum, stack) => sum + stack.bytes, 0);
  }

  /** Finished tasks of a row. */
  finished(row: number): number {
    return this.#stacks[row]?.total ?? 0;
  }

  row(row: TraceRow): void {
    this.rows.push(row);
    this.#stacks.push(new LevelStack('tasks'));
    const waited = new Float64Array(waitCauses.length);
    this.#open.push({ task: 0, label: undefined, start: 0, mark: 0, cause: -1, waited });
  }

  counter(_index: number, label: CounterLabel): void {
    this.counters.push(label);
    this.#counterStacks.push(new LevelStack('values'));
    this.#lastValue.push(undefined);
  }

  begins(row: number, at: number, task: number, label: TaskLabel): void {
    const open = this.#open[row]!;
    open.task = task;
    open.label = label;
    open.start = at;
    open.mark = at;
    open.cause = -1;
    open.waited.fill(0);
    this.#hear(at);
  }

  waits(row: number, at: number, _task: number, wait: WaitLabel): void {
    this.#turn(row, at);
    this.#open[row]!.cause = waitCauses.indexOf(wait.cause);
  }

  works(row: number, at: number): void {
    this.#turn(row, at);
    this.#open[row]!.cause = -1;
  }

  ends(row: number, at: number): void {
    this.#turn(row, at);
    const { task, label, start, waited } = this.#open[row]!;
    this.#open[row]!.task = 0;
    let cause = none;
    let ticks = 0;
    for (let i = 0; i < waited.length; i++)
      if (waited[i]! > ticks) {
        ticks = waited[i]!;
        cause = i;
      }
    this.#stacks[row]!.add(at, start, at - start, task, this.#labelIndex(label), at - start, cause, ticks);
    this.#count();
  }

  note(): void {}
  flows(): void {}
  marks(): void {}

  counts(counter: number, at: number, value: number): void {
    const stack = this.#counterStacks[counter]!;
    const last = this.#lastValue[counter];
    if (last !== undefined) stack.grow(last.value * (at - last.at));
    stack.add(at, value, value, value, 0, 0, none, 0);
    this.#lastValue[counter] = { at, value };
    this.#hear(at);
    this.#count();
  }

  /** The level k at which `slices` answers: its buckets are 2^k ticks wide. */
  levelOf(row: number, ticksPerPixel: number): number {
    return this.#stacks[row]?.levelFor(ticksPerPixel) ?? 0;
  }

  /** The level at which `values` answers. */
  levelOfCounter(counter: number, ticksPerPixel: number): number {
    return this.#counterStacks[counter]?.levelFor(ticksPerPixel / 2) ?? 0;
  }

  /** What to draw of [from, to) of a row when a pixel is `ticksPerPixel` wide: at most two items a pixel, in order of their ends, the open task last. */
  slices(row: number, from: number, to: number, ticksPerPixel: number): DetailItem[] {
    const stack = this.#stacks[row];
    if (stack === undefined) return [];
    const items: DetailItem[] = [];
    const level = stack.levelFor(ticksPerPixel);
    const width = 2 ** level;
    stack.visit(level, from, (columns, i) => {
      const start = columns.start[i]!;
      const length = columns.length[i]!;
      const count = columns.count[i]!;
      const bucket = columns.bucket[i]! * width;
      const cause = waitCauses[columns.cause[i]!];
      const label = this.#labelList[columns.label[i]!];
      const task = columns.task[i]!;
      const isLong = count === 1 || length >= width;
      const rest = isLong ? count - 1 : count;
      if (rest > 0 && bucket < to) {
        const busy = columns.busy[i]! - (isLong ? length : 0);
        items.push({ start: bucket, end: bucket + width, task, label, count: rest, busy, cause, open: false });
      }
      if (isLong && start < to)
        items.push({ start, end: start + length, task, label, count: 1, busy: length, cause, open: false });
      // The one task that spans the right edge ends in the first bucket behind it.
      return bucket < to;
    });
    const open = this.#open[row]!;
    if (open.task !== 0 && open.start < to && this.#now >= from) {
      const { task, label, start } = open;
      const cause = open.cause < 0 ? undefined : waitCauses[open.cause];
      items.push({ start, end: this.#now, task, label, count: 1, busy: this.#now - start, cause, open: true });
    }
    return items;
  }

  /** The values of a counter that fall in [from, to), one item a bucket of at most a pixel, and the last one before `from`. */
  values(counter: number, from: number, to: number, ticksPerPixel: number): CounterItem[] {
    const stack = this.#counterStacks[counter];
    if (stack === undefined) return [];
    const items: CounterItem[] = [];
    const level = stack.levelFor(ticksPerPixel / 2);
    const width = 2 ** level;
    stack.visit(level, from - width, (columns, i) => {
      const at = columns.bucket[i]! * width;
      if (at >= to) return false;
      const [min, max] = [columns.start[i]!, columns.length[i]!];
      items.push({ at, min, max, last: columns.task[i]!, count: columns.count[i]!, area: columns.busy[i]! });
      return true;
    });
    return items;
  }

  #turn(row: number, at: number): void {
    const open = this.#open[row]!;
    if (open.cause >= 0) open.waited[open.cause]! += at - open.mark;
    open.mark = at;
    this.#hear(at);
  }

  #hear(at: number): void {
    if (at > this.#now) this.#now = at;
  }

  #labelIndex(label: TaskLabel | undefined): number {
    if (label === undefined) return 0;
    let index = this.#labels.get(label);
    if (index === undefined) {
      index = this.#labelList.push(label) - 1;
      this.#labels.set(label, index);
    }
    return index;
  }

  /** Now and then gives up the finest level of the largest row while there is too much. */
  #count(): void {
    if ((++this.#added & 0xffff) !== 0) return;
    const stacks = [...this.#stacks, ...this.#counterStacks];
    for (let bytes = this.bytes; bytes > this.#budget; bytes = this.bytes) {
      const largest = stacks.reduce((a, b) => (b.bytes > a.bytes ? b : a));
      if (!largest.coarsen()) return;
    }
  }
}
