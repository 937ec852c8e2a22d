import { saveClass } from '../../engine/index.ts';
import type { HeatSetup } from './setup.ts';
import { HISTORY_CAP } from './setup.ts';

/** Where the tables lie, in rows from 0: weights of users and items, their gradients, the shared matrix, then what each thread owns. */
export interface RowLayout {
  readonly users: number;
  readonly items: number;
  readonly userGradients: number;
  readonly itemGradients: number;
  readonly shared: number;
  readonly matrixRows: number;
  readonly private: number;
  readonly rowsPerThread: number;
  readonly rows: number;
}

type Shape = Pick<HeatSetup, 'users' | 'items' | 'dim' | 'negatives' | 'gradientRows' | 'aggregates' | 'threads'>;

/** Lays the tables out. */
export function layoutOf({ users, items, dim, negatives, gradientRows, aggregates, threads }: Shape): RowLayout {
  const weights = users + items;
  const shared = gradientRows ? 2 * weights : weights;
  const matrixRows = aggregates ? dim : 0;
  const rowsPerThread = negatives + (aggregates ? HISTORY_CAP + matrixRows : 0);
  const own = shared + matrixRows;
  return {
    users: 0,
    items: users,
    userGradients: weights,
    itemGradients: weights + users,
    shared,
    matrixRows,
    private: own,
    rowsPerThread,
    rows: own + threads * rowsPerThread,
  };
}

/** Steps of a sample, after each of which the thread computes. */
export const step = {
  begin: 0,
  history: 1,
  matrix: 2,
  forward: 3,
  products: 4,
  backward: 5,
  gradient: 6,
  end: 7,
} as const;
export const STEPS = 8;

/** A row operation is row * 4 + counted * 2 + write; the end of a step is -1 - step. */
export const WRITE = 1;
/** First touch of a negative's row in a sample. */
export const COUNTED = 2;

/** Row operations of one sample in the order of the released program. */
export class SampleProgram {
  readonly ops: Int32Array;
  length = 0;
  readonly #shape: Shape & Pick<HeatSetup, 'localAccumulation'>;
  readonly #layout: RowLayout;
  readonly #thread: number;
  readonly #own: number;

  constructor(shape: Shape & Pick<HeatSetup, 'localAccumulation'>, layout: RowLayout, thread: number) {
    this.#shape = shape;
    this.#layout = layout;
    this.#thread = thread;
    this.#own = layout.private + thread * layout.rowsPerThread;
    this.ops = new Int32Array(
      16 + 10 * shape.negatives + (shape.aggregates ? 4 * HISTORY_CAP + 6 * shape.dim + 16 : 0),
    );
  }

  static {
    saveClass(
      SampleProgram,
      'heat.SampleProgram',
      (program) => program.state(),
      (data) => new SampleProgram(data.shape, data.layout, data.thread).#restore(data),
    );
  }

  /** @internal */
  state() {
    return {
      shape: this.#shape,
      layout: this.#layout,
      thread: this.#thread,
      ops: this.ops,
      length: this.length,
    };
  }

  #restore({ ops, length }: ReturnType<SampleProgram['state']>): this {
    this.ops.set(ops);
    this.length = length;
    return this;
  }

  /** Writes the operations of a sample; `count` is the thread's number of samples before this one. */
  write(
    user: number,
    positive: number,
    negatives: Int32Array,
    history: Int32Array,
    historyCount: number,
    count: number,
  ): void {
    const layout = this.#layout;
    const { gradientRows, aggregates, localAccumulation } = this.#shape;
    this.length = 0;
    const userRow = layout.users + user;
    const positiveRow = layout.items + positive;
    this.#add(userRow, 0);
    this.#add(positiveRow, 0);
    this.#endStep(step.begin);
    if (aggregates) this.#readHistory(history, historyCount);
    for (let j = 0; j < negatives.length; j++) {
      const item = negatives[j]!;
      if (item === positive) continue;
      this.#add(layout.items + item, COUNTED);
      this.#add(this.#own + j, WRITE);
      if (gradientRows) this.#add(layout.itemGradients + item, COUNTED);
      this.#endStep(step.forward);
    }
    if (gradientRows) {
      this.#add(layout.userGradients + user, 0);
      this.#add(layout.itemGradients + positive, 0);
    }
    this.#endStep(step.products);
    for (let j = 0; j < negatives.length; j++) {
      const item = negatives[j]!;
      if (item === positive) continue;
      if (gradientRows) this.#add(layout.itemGradients + item, 0);
      this.#add(this.#own + j, 0);
      this.#add(layout.items + item, WRITE);
      if (gradientRows) this.#add(layout.itemGradients + item, WRITE);
      this.#endStep(step.backward);
    }
    if (aggregates) this.#accumulate((count + 1) % localAccumulation === 0);
    this.#add(userRow, WRITE);
    this.#add(positiveRow, WRITE);
    if (gradientRows) {
      this.#add(layout.userGradients + user, WRITE);
      this.#add(layout.itemGradients + positive, WRITE);
    }
    this.#endStep(step.end);
  }

  #readHistory(history: Int32Array, count: number): void {
    const { items, shared, matrixRows } = this.#layout;
    const copy = this.#own + this.#shape.negatives;
    for (let i = 0; i < count; i++) {
      this.#add(items + history[i]!, 0);
      this.#add(copy + i, WRITE);
    }
    this.#endStep(step.history);
    for (let row = 0; row < matrixRows; row++) {
      this.#add(shared + row, 0);
      this.#endStep(step.matrix);
    }
  }

  #accumulate(isDue: boolean): void {
    const { shared, matrixRows } = this.#layout;
    const sums = this.#own + this.#shape.negatives + HISTORY_CAP;
    for (let row = 0; row < matrixRows; row++) {
      this.#add(sums + row, 0);
      this.#add(sums + row, WRITE);
    }
    this.#endStep(step.gradient);
    if (!isDue) return;
    for (let row = 0; row < matrixRows; row++) {
      this.#add(shared + row, 0);
      this.#add(shared + row, WRITE);
      this.#endStep(step.matrix);
    }
  }

  #add(row: number, flags: number): void {
    this.ops[this.length++] = row * 4 + flags;
  }

  #endStep(which: number): void {
    this.ops[this.length++] = -1 - which;
  }
}
