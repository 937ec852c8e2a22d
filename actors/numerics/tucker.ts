import { numericsErrors } from './errors.ts';
import { type Matrix, matrix, symmetricEigen } from './svd.ts';

/** Weights of a convolution in double precision: taps (kernel rows x columns), input channel, output channel. */
export interface Kernel {
  readonly taps: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly data: Float64Array;
}

/** W(t, c, o) ~ sum over i, j of u1(c, i) core(t, i, j) u2(o, j): a 1x1, a core and a 1x1 convolution. Bases are orthonormal. */
export interface Tucker2 {
  /** inputs x r1. */
  readonly u1: Matrix;
  /** taps x r1 x r2. */
  readonly core: Kernel;
  /** outputs x r2. */
  readonly u2: Matrix;
}

/** A kernel over weights; throws NUMERICS_SHAPE when the extents do not hold as many numbers. */
export function kernelOf(weights: ArrayLike<number>, taps: number, inputs: number, outputs: number): Kernel {
  return { taps, inputs, outputs, data: matrix(taps * inputs, outputs, weights).data };
}

/** The kernel seen through its own full bases: the start of every truncation, and the cut energy of each of them. */
export function fullTucker(w: Kernel): Tucker2 {
  const u1 = symmetricEigen(gram(w, 'inputs')).vectors;
  const u2 = symmetricEigen(gram(w, 'outputs')).vectors;
  return { u1, core: seenThrough(w, u1, u2), u2 };
}

/**
 * Tucker-2 decomposition to ranks r1 <= inputs and r2 <= outputs: leading directions of both unfoldings (HOSVD), then `sweeps` rounds in which
 * each basis is the best for the other (HOOI). `full` saves computing the bases when they are at hand. Throws NUMERICS_SHAPE for other ranks.
 */
export function tucker2(w: Kernel, r1: number, r2: number, sweeps = 5, full: Tucker2 = fullTucker(w)): Tucker2 {
  checkRank('r1', r1, w.inputs);
  checkRank('r2', r2, w.outputs);
  let u1 = leading(full.u1, r1);
  let u2 = leading(full.u2, r2);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    u1 = leading(symmetricEigen(gram(alongOutputs(w, u2), 'inputs')).vectors, r1);
    u2 = leading(symmetricEigen(gram(alongInputs(w, u1), 'outputs')).vectors, r2);
  }
  return { u1, core: seenThrough(w, u1, u2), u2 };
}

/** The kernel that a decomposition stands for. */
export function reconstructed({ u1, core, u2 }: Tucker2): Kernel {
  return alongOutputs(alongInputs(core, turned(u1)), turned(u2));
}

/** W seen through two bases: sum over c, o of u1(c, i) W(t, c, o) u2(o, j). */
export function seenThrough(w: Kernel, u1: Matrix, u2: Matrix): Kernel {
  return alongInputs(alongOutputs(w, u2), u1);
}

/** Sum of the squares. */
export function energy({ data }: { readonly data: Float64Array }): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! * data[i]!;
  return sum;
}

/** Share of the energy of `w` that is lost when the full core is cut to r1 x r2: a table, at index (r1 - 1) * outputs + r2 - 1. */
export function truncationTable({ core }: Tucker2): Float64Array {
  const { taps, inputs, outputs, data } = core;
  const table = new Float64Array(inputs * outputs);
  for (let t = 0; t < taps; t++)
    for (let i = 0; i < inputs * outputs; i++) table[i]! += data[t * inputs * outputs + i]! ** 2;
  const all = table.reduce((sum, value) => sum + value, 0);
  cumulate(table, inputs, outputs);
  return table.map((kept) => (all > 0 ? Math.max(0, 1 - kept / all) : 0));
}

/** Sums over the rectangle up to each place, in place. */
export function cumulate(table: Float64Array, rows: number, columns: number): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0, row = 0; j < columns; j++) {
      row += table[i * columns + j]!;
      table[i * columns + j] = row + (i > 0 ? table[(i - 1) * columns + j]! : 0);
    }
}

function checkRank(what: string, rank: number, most: number): void {
  if (!(Number.isSafeInteger(rank) && rank >= 1 && rank <= most))
    throw numericsErrors.create('NUMERICS_SHAPE', {
      what,
      where: 'a Tucker-2 decomposition',
      value: rank,
      expected: `a whole number from 1 to ${most}`,
    });
}

function leading({ rows, columns, data }: Matrix, count: number): Matrix {
  const out = matrix(rows, count);
  for (let r = 0; r < rows; r++) for (let k = 0; k < count; k++) out.data[r * count + k] = data[r * columns + k]!;
  return out;
}

function turned({ rows, columns, data }: Matrix): Matrix {
  const out = matrix(columns, rows);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out.data[c * rows + r] = data[r * columns + c]!;
  return out;
}

/** Inner products of the slices of a kernel along one axis. */
function gram({ taps, inputs, outputs, data }: Kernel, axis: 'inputs' | 'outputs'): Matrix {
  const n = axis === 'inputs' ? inputs : outputs;
  const out = matrix(n, n);
  for (let t = 0; t < taps; t++) {
    const at = t * inputs * outputs;
    if (axis === 'inputs') {
      for (let a = 0; a < n; a++)
        for (let b = 0; b <= a; b++) {
          let sum = 0;
          for (let o = 0; o < outputs; o++) sum += data[at + a * outputs + o]! * data[at + b * outputs + o]!;
          out.data[a * n + b]! += sum;
        }
    } else
      for (let c = 0; c < inputs; c++)
        for (let a = 0; a < n; a++) {
          const value = data[at + c * outputs + a]!;
          for (let b = 0; b <= a; b++) out.data[a * n + b]! += value * data[at + c * outputs + b]!;
        }
  }
  for (let a = 0; a < n; a++) for (let b = 0; b < a; b++) out.data[b * n + a] = out.data[a * n + b]!;
  return out;
}

/** Sum over the outputs with u (outputs x k). */
function alongOutputs({ taps, inputs, outputs, data }: Kernel, u: Matrix): Kernel {
  const k = u.columns;
  const out = new Float64Array(taps * inputs * k);
  for (let row = 0; row < taps * inputs; row++)
    for (let o = 0; o < outputs; o++) {
      const value = data[row * outputs + o]!;
      for (let j = 0; j < k; j++) out[row * k + j]! += value * u.data[o * k + j]!;
    }
  return { taps, inputs, outputs: k, data: out };
}

/** Sum over the inputs with u (inputs x k). */
function alongInputs({ taps, inputs, outputs, data }: Kernel, u: Matrix): Kernel {
  const k = u.columns;
  const out = new Float64Array(taps * k * outputs);
  for (let t = 0; t < taps; t++)
    for (let c = 0; c < inputs; c++)
      for (let i = 0; i < k; i++) {
        const weight = u.data[c * k + i]!;
        const [from, to] = [(t * inputs + c) * outputs, (t * k + i) * outputs];
        for (let o = 0; o < outputs; o++) out[to + o]! += weight * data[from + o]!;
      }
  return { taps, inputs: k, outputs, data: out };
}
