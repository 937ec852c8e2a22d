/** Bits behind the point of the whole numbers in which the table is computed. */
const PLACES = 100n;
/** Bits behind the point of a head: few enough that adding a multiple of `ln2Head` to one is exact. */
const HEAD_PLACES = 42n;

/** Steps of the table to an octave. */
const STEPS = 128;
/** The high word of 0.6875, where the table begins: 1 lies well inside of it, so that logarithms near 0 need no care of their own. */
export const TABLE_FROM = 0x3fe60000;
/** How far to shift the high word of a double, counted from `TABLE_FROM`, for its row times four. */
export const ROW_SHIFT = 11;
export const ROW_MASK: number = (STEPS - 1) * 4;

/** ln(p / q) in units of 2^-PLACES, short of the truth by some twenty of them: 2 atanh((p - q) / (p + q)). */
function lnOfRatio(p: bigint, q: bigint): bigint {
  const s = ((p - q) << PLACES) / (p + q);
  const square = (s * s) >> PLACES;
  let sum = 0n;
  for (let term = s, k = 1n; term !== 0n && term !== -1n; k += 2n) {
    sum += term / k;
    term = (term * square) >> PLACES;
  }
  return 2n * sum;
}

/** A logarithm as head and tail: the head in units of 2^-HEAD_PLACES, the tail what is left, to the last bit of a double. */
function split(ln: bigint): readonly [number, number] {
  const rest = PLACES - HEAD_PLACES;
  const head = (ln + (1n << (rest - 1n))) >> rest;
  return [Number(head) * 2 ** -Number(HEAD_PLACES), Number(ln - (head << rest)) * 2 ** -Number(PLACES)];
}

const ln2 = split(lnOfRatio(2n, 1n));
export const ln2Head: number = ln2[0];
export const ln2Tail: number = ln2[1];

/**
 * For each of 128 steps from 0.6875 to 1.375, four numbers: the middle c of the step, 1 / c, head and tail of ln c. The steps that meet at 1
 * have c = 1. Whole numbers make it when the file is loaded, in less than a millisecond, so that every engine has the same bits.
 */
export const logTable: Float64Array = new Float64Array(4 * STEPS);
for (let step = 0; step < STEPS; step++) {
  const [from, to] = [startOf(step), startOf(step + 1)];
  const c = from === 1 || to === 1 ? 1 : (from + to) / 2;
  logTable.set([c, 1 / c, ...split(lnOfRatio(BigInt(c * 1024), 1024n))], 4 * step);
}

/** Steps are equal in the words of doubles: of 2^-8 below 1, of 2^-7 above. */
function startOf(step: number): number {
  return step < 80 ? 0.6875 + step / 256 : 1 + (step - 80) / 128;
}
