import type { MappingName } from './mapping.ts';

/** A layer of the random law: a share `density` of weights uniform in -1 to 1, the rest zero, range W = 1. */
export interface TheoryInput {
  readonly mapping: MappingName;
  readonly restLevel: number;
  /** Whether a healthy partner is written to make up for a stuck cell. */
  readonly compensate: boolean;
  readonly density: number;
  /** Probability that a cell is stuck on, stuck off. */
  readonly on: number;
  readonly off: number;
}

/**
 * Expected mean square error of a weight in units of W^2, in closed form for cells of full precision that fail independently:
 * the nine healthy, on and off combinations of a pair, averaged over the weight law (derived here).
 */
export function expectedSquareError({ mapping, restLevel, compensate, density, on, off }: TheoryInput): number {
  const [p1, p0] = [on, off];
  const p = p1 + p0;
  if (compensate) {
    const zero = 2 * p1 * p0;
    const other = ((1 - p) * p + p1 * p1 + p0 * p0) / 3 + (8 / 3) * p1 * p0;
    return (1 - density) * zero + density * other;
  }
  if (mapping === 'offset') return (1 - density) * p + (density * 4 * p) / 3;
  const r = mapping === 'two-column' ? 0 : mapping === 'symmetric' ? 1 / 2 : mapping === 'differential' ? 1 : restLevel;
  const k = 1 - r;
  const zero = 2 * (p1 * k * k + p0 * r * r) - 2 * (p1 * k - p0 * r) ** 2;
  const other =
    (p1 * k * k) / 3 +
    p0 * (r * r + r * k + (k * k) / 3) +
    p1 * (1 - r + (r * r) / 3) +
    (p0 * r * r) / 3 -
    2 * ((p * k * p1) / 2 - (p * p * k * r) / 3 - p0 * p1 + (p0 * p * r) / 2);
  return (1 - density) * zero + density * other;
}

/** Growth of the error with the fault rate for few faults and mostly zero weights, 2 (s (1-r)^2 + (1-s) r^2): T at r = 0, A at 1, B at 1/2. */
export function errorSlope(onShare: number, restLevel: number): number {
  return 2 * (onShare * (1 - restLevel) ** 2 + (1 - onShare) * restLevel ** 2);
}

/** Gain over two-column that the slopes alone predict: s/(1-s) at rest level 1, 4s at 1/2, 1/(1-s) at the best level s. */
export function expectedGain(onShare: number, restLevel: number): number {
  return errorSlope(onShare, 0) / errorSlope(onShare, restLevel);
}
