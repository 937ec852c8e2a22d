import { numericsErrors } from './errors.ts';

/** A matrix in double precision, row-major. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** a = u diag(values) v^T with `values` falling; u is rows x k, v columns x k, k the smaller side. */
export interface SingularValues {
  readonly u: Matrix;
  readonly values: Float64Array;
  readonly v: Matrix;
}

const SWEEPS = 60;
const TINY = 1e-15;

/** A matrix over `data`; throws NUMERICS_SHAPE when the extents do not hold as many numbers. */
export function matrix(
  rows: number,
  columns: number,
  data: ArrayLike<number> = new Float64Array(rows * columns),
): Matrix {
  if (data.length !== rows * columns)
    throw numericsErrors.create('NUMERICS_SHAPE', {
      what: 'the number of elements',
      where: `a matrix of ${rows} x ${columns}`,
      value: data.length,
      expected: rows * columns,
    });
  return { rows, columns, data: Float64Array.from(data) };
}

/** The singular value decomposition by one-sided Jacobi rotations: only + - * / and square roots, so the same bits everywhere. */
export function svd(a: Matrix): SingularValues {
  if (a.rows < a.columns) {
    const { u, values, v } = svd(flipped(a));
    return { u: v, values, v: u };
  }
  const { rows, columns } = a;
  const left = flipped(a).data;
  const right = new Float64Array(columns * columns);
  for (let i = 0; i < columns; i++) right[i * columns + i] = 1;
  for (let sweep = 0, turned = true; turned && sweep < SWEEPS; sweep++) {
    turned = false;
    for (let i = 0; i < columns - 1; i++)
      for (let j = i + 1; j < columns; j++) {
        const [p, q] = [i * rows, j * rows];
        let [alpha, beta, gamma] = [0, 0, 0];
        for (let r = 0; r < rows; r++) {
          alpha += left[p + r]! * left[p + r]!;
          beta += left[q + r]! * left[q + r]!;
          gamma += left[p + r]! * left[q + r]!;
        }
        if (Math.abs(gamma) <= TINY * Math.sqrt(alpha * beta) || gamma === 0) continue;
        turned = true;
        const { c, s } = rotation(alpha, beta, gamma);
        rotate(left, p, q, rows, c, s);
        rotate(right, i * columns, j * columns, columns, c, s);
      }
  }
  const norms = Float64Array.from({ length: columns }, (_, i) => Math.sqrt(dot(left, i * rows, left, i * rows, rows)));
  const order = Array.from(norms.keys()).sort((i, j) => norms[j]! - norms[i]! || i - j);
  const [u, v] = [matrix(rows, columns), matrix(columns, columns)];
  const values = new Float64Array(columns);
  const floor = TINY * columns * norms[order[0] as number]!;
  for (const [k, from] of order.entries()) {
    values[k] = norms[from]!;
    for (let r = 0; r < columns; r++) v.data[r * columns + k] = right[from * columns + r]!;
    if (values[k]! > floor)
      for (let r = 0; r < rows; r++) u.data[r * columns + k] = left[from * rows + r]! / values[k]!;
    else {
      values[k] = 0;
      complete(u, k);
    }
  }
  return { u, values, v };
}

/** Eigenvalues, falling, and orthonormal eigenvectors (columns) of a symmetric matrix, by Jacobi rotations. */
export function symmetricEigen(a: Matrix): { readonly values: Float64Array; readonly vectors: Matrix } {
  const n = a.rows;
  const work = a.data.slice();
  const turned = new Float64Array(n * n);
  for (let i = 0; i < n; i++) turned[i * n + i] = 1;
  let scale = 0;
  for (let i = 0; i < n; i++) scale += Math.abs(work[i * n + i]!);
  for (let sweep = 0, going = true; going && sweep < SWEEPS; sweep++) {
    going = false;
    for (let i = 0; i < n - 1; i++)
      for (let j = i + 1; j < n; j++) {
        const gamma = work[i * n + j]!;
        if (Math.abs(gamma) <= (TINY * scale) / n) continue;
        going = true;
        const { c, s } = rotation(work[i * n + i]!, work[j * n + j]!, gamma);
        rotate(work, i * n, j * n, n, c, s);
        for (let r = 0; r < n; r++) {
          const [x, y] = [work[r * n + i]!, work[r * n + j]!];
          work[r * n + i] = c * x - s * y;
          work[r * n + j] = s * x + c * y;
        }
        rotate(turned, i * n, j * n, n, c, s);
      }
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => work[i * n + i]!);
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[j]! - diagonal[i]! || i - j);
  const vectors = matrix(n, n);
  for (const [k, from] of order.entries()) for (let r = 0; r < n; r++) vectors.data[r * n + k] = turned[from * n + r]!;
  return { values: Float64Array.from(order, (i) => Math.max(0, diagonal[i]!)), vectors };
}

/** The two factors of the best approximation of rank `rank`: left (rows x rank, scaled by the singular values) and right (rank x columns). */
export function truncated(
  { u, values, v }: SingularValues,
  rank: number,
): { readonly left: Matrix; readonly right: Matrix } {
  const [left, right] = [matrix(u.rows, rank), matrix(rank, v.rows)];
  for (let k = 0; k < rank; k++) {
    for (let r = 0; r < u.rows; r++) left.data[r * rank + k] = u.data[r * u.columns + k]! * values[k]!;
    for (let r = 0; r < v.rows; r++) right.data[k * v.rows + r] = v.data[r * v.columns + k]!;
  }
  return { left, right };
}

/** Cosine and sine of the rotation that makes two vectors with squared norms alpha, beta and product gamma orthogonal. */
function rotation(alpha: number, beta: number, gamma: number): { readonly c: number; readonly s: number } {
  const zeta = (beta - alpha) / (2 * gamma);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  return { c, s: c * t };
}

function rotate(data: Float64Array, p: number, q: number, length: number, c: number, s: number): void {
  for (let r = 0; r < length; r++) {
    const [x, y] = [data[p + r]!, data[q + r]!];
    data[p + r] = c * x - s * y;
    data[q + r] = s * x + c * y;
  }
}

/** Sets column k of `u` to a unit vector orthogonal to those before it: the unit axis that they cover least, made orthogonal twice. */
function complete(u: Matrix, k: number): void {
  const { rows, columns, data } = u;
  let [axis, least] = [0, Number.POSITIVE_INFINITY];
  for (let r = 0; r < rows; r++) {
    let covered = 0;
    for (let j = 0; j < k; j++) covered += data[r * columns + j]! ** 2;
    if (covered < least) [axis, least] = [r, covered];
  }
  const vector = new Float64Array(rows);
  vector[axis] = 1;
  for (let pass = 0; pass < 2; pass++)
    for (let j = 0; j < k; j++) {
      let product = 0;
      for (let r = 0; r < rows; r++) product += vector[r]! * data[r * columns + j]!;
      for (let r = 0; r < rows; r++) vector[r]! -= product * data[r * columns + j]!;
    }
  const length = Math.sqrt(dot(vector, 0, vector, 0, rows));
  for (let r = 0; r < rows; r++) data[r * columns + k] = vector[r]! / length;
}

function dot(a: Float64Array, p: number, b: Float64Array, q: number, length: number): number {
  let sum = 0;
  for (let r = 0; r < length; r++) sum += a[p + r]! * b[q + r]!;
  return sum;
}

function flipped({ rows, columns, data }: Matrix): Matrix {
  const out = matrix(columns, rows);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out.data[c * rows + r] = data[r * columns + c]!;
  return out;
}
