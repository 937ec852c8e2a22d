import { normal, type RandomStream } from '../../../engine/index.ts';

/** Shape and constants of a SimpleX model without aggregation. */
export interface TrainerSpec {
  readonly users: number;
  readonly items: number;
  readonly dim: number;
  readonly negatives: number;
  readonly mu: number;
  readonly theta: number;
  readonly learningRate: number;
  /** Keeps the dot products of the forward pass; without it the same routine computes them again. */
  readonly reuse: boolean;
}

/** One sample: a user, an item of its history, items drawn as negatives; those equal to the positive are skipped. */
export interface Sample {
  readonly user: number;
  readonly positive: number;
  readonly negatives: ArrayLike<number>;
}

/** Hears every row that training reads or writes; rows of users come first, then those of items. */
export type RowListener = (row: number, write: boolean) => void;

/** Gradients of a sample: of the user, then of the positive, then of each negative, in rows of `dim`. */
export interface Gradients {
  readonly loss: number;
  readonly rows: Float64Array;
}

const DEVIATION = 0.1;

/**
 * Trains user and item embeddings by plain SGD on the cosine contrastive loss
 * L = (1 - x_ui) + (mu/n) sum_j max(0, x_uj - theta), x = S.T / (|S| |T|). Embeddings are float32, sums float64; all gradients of a
 * sample are taken before any update.
 */
export class SimplexTrainer {
  readonly spec: TrainerSpec;
  /** Rows of all users, then of all items. */
  readonly embeddings: Float32Array;
  readonly #gradients: Float64Array;
  /** For each candidate, positive first: T.T, S.T. */
  readonly #dots: Float64Array;
  readonly #onRow: RowListener | undefined;

  constructor(spec: TrainerSpec, stream: RandomStream, onRow?: RowListener) {
    this.spec = spec;
    this.#onRow = onRow;
    const law = normal(0, DEVIATION);
    this.embeddings = Float32Array.from({ length: (spec.users + spec.items) * spec.dim }, () => law.sample(stream));
    this.#gradients = new Float64Array((spec.negatives + 2) * spec.dim);
    this.#dots = new Float64Array(2 * (spec.negatives + 1));
  }

  /** Takes one step of SGD; returns the loss before it. */
  train(sample: Sample): number {
    const { loss, rows } = this.gradientsOf(sample);
    const { learningRate, dim } = this.spec;
    const update = (row: number, at: number): void => {
      this.#onRow?.(row, true);
      const first = row * dim;
      for (let k = 0; k < dim; k++)
        this.embeddings[first + k] = this.embeddings[first + k]! - learningRate * rows[at * dim + k]!;
    };
    for (let j = 0; j < sample.negatives.length; j++) {
      const item = sample.negatives[j]!;
      if (item !== sample.positive) update(this.spec.users + item, j + 2);
    }
    update(sample.user, 0);
    update(this.spec.users + sample.positive, 1);
    return loss;
  }

  /** Loss and gradients of a sample; the buffer is used again by the next call. */
  gradientsOf({ user, positive, negatives }: Sample): Gradients {
    const { users, dim, mu, theta, reuse } = this.spec;
    const rows = this.#gradients.fill(0);
    const dots = this.#dots;
    const weight = mu / negatives.length;
    this.#onRow?.(user, false);
    this.#onRow?.(users + positive, false);
    const a = this.#dot(user, user);
    dots[0] = this.#dot(users + positive, users + positive);
    dots[1] = this.#dot(user, users + positive);
    let loss = 1 - dots[1]! / Math.sqrt(a * dots[0]!);
    for (let j = 0; j < negatives.length; j++) {
      const item = negatives[j]!;
      if (item === positive) continue;
      this.#onRow?.(users + item, false);
      dots[2 * j + 2] = this.#dot(users + item, users + item);
      dots[2 * j + 3] = this.#dot(user, users + item);
      loss += weight * Math.max(0, dots[2 * j + 3]! / Math.sqrt(a * dots[2 * j + 2]!) - theta);
    }
    for (let j = -1; j < negatives.length; j++) {
      const item = j < 0 ? positive : negatives[j]!;
      if (j >= 0 && item === positive) continue;
      const row = users + item;
      const aj = reuse ? a : this.#dot(user, user);
      const b = reuse ? dots[2 * j + 2]! : this.#dot(row, row);
      const d = reuse ? dots[2 * j + 3]! : this.#dot(user, row);
      const root = Math.sqrt(aj * b);
      const factor = j < 0 ? -1 : d / root > theta ? weight : 0;
      if (factor === 0) continue;
      this.#addGradients(rows, j + 2, user, row, factor, aj, b, d, root, dim);
    }
    return { loss, rows };
  }

  /** Cosine of a user and an item. */
  cosine(user: number, item: number): number {
    const row = this.spec.users + item;
    return this.#dot(user, row) / Math.sqrt(this.#dot(user, user) * this.#dot(row, row));
  }

  /** dx/dS = (a T - d S) / (a sqrt(a b)), dx/dT = (b S - d T) / (b sqrt(a b)). */
  #addGradients(
    rows: Float64Array,
    at: number,
    user: number,
    row: number,
    factor: number,
    a: number,
    b: number,
    d: number,
    root: number,
    dim: number,
  ): void {
    const { embeddings } = this;
    for (let k = 0; k < dim; k++) {
      const s = embeddings[user * dim + k]!;
      const t = embeddings[row * dim + k]!;
      rows[k] = rows[k]! + (factor * (a * t - d * s)) / (a * root);
      rows[at * dim + k] = rows[at * dim + k]! + (factor * (b * s - d * t)) / (b * root);
    }
  }

  #dot(left: number, right: number): number {
    const { dim } = this.spec;
    const { embeddings } = this;
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += embeddings[left * dim + k]! * embeddings[right * dim + k]!;
    return sum;
  }
}
