import { exp, log } from '../../engine/kernel/elementary.ts';
import type { RandomStream } from '../../engine/kernel/random.ts';
import { graphErrors } from './errors.ts';
import { below, shuffle } from './shuffle.ts';

/** Quantiles of a degree distribution, at the shares of `knotShares`. */
export type DegreeKnots = readonly [number, number, number, number, number, number, number, number, number];

/** The shares of nodes at which `DegreeKnots` are given. */
export const knotShares: DegreeKnots = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1];

export interface DegreeOptions {
  readonly nodes: number;
  /** Undirected edges; the degrees sum to twice as many. */
  readonly edges: number;
  /** At least 0; the last one is the largest degree. */
  readonly knots: DegreeKnots;
  /** Nodes without any edge. */
  readonly isolated: number;
}

/**
 * Degrees in random order that follow the knots, interpolated in the logarithm and shifted by one constant so that they sum to twice the edges.
 * Throws GRAPH_EDGES when a graph cannot have so many edges, GRAPH_DEGREES when the largest degree does not allow the sum.
 */
export function degreeSequence({ nodes, edges, knots, isolated }: DegreeOptions, stream: RandomStream): Int32Array {
  const most = (nodes * (nodes - 1)) / 2;
  if (edges > most) throw graphErrors.create('GRAPH_EDGES', { edges, nodes, max: most });
  const sum = 2 * edges;
  const degrees = new Int32Array(nodes);
  const used = Math.max(0, Math.min(nodes - isolated, sum));
  const largest = Math.min(knots[8], nodes - 1, sum);
  if (sum > used * largest)
    throw graphErrors.create('GRAPH_DEGREES', { largest, nodes: used, sum, max: used * largest });
  if (used === 0) return degrees;
  const wanted = Float64Array.from({ length: used }, (_, i) => interpolated(knots, (i + 0.5) / used));
  const shift = shiftFor(wanted, largest, sum);
  let total = 0;
  for (let i = 0; i < used; i++) {
    const degree = clip(wanted[i]! + shift, largest);
    degrees[i] = Math.min(largest, Math.floor(degree + stream.uniform()));
    total += degrees[i]!;
  }
  total += largest - degrees[used - 1]!;
  degrees[used - 1] = largest;
  repair(degrees, used, largest, sum - total, stream);
  shuffle(degrees, stream);
  return degrees;
}

/** The degree at share `u` of the nodes. */
function interpolated(knots: DegreeKnots, u: number): number {
  let at = 1;
  while (at < 8 && u > knotShares[at]!) at++;
  const [low, high] = [knots[at - 1]!, knots[at]!];
  const part = (u - knotShares[at - 1]!) / (knotShares[at]! - knotShares[at - 1]!);
  return low === high ? low : exp(log(low) + part * (log(high) - log(low)));
}

function clip(degree: number, largest: number): number {
  return Math.min(largest, Math.max(1, degree));
}

/** The constant that, added to all, makes the clipped degrees sum to `sum`, as near as clipping allows. */
function shiftFor(wanted: Float64Array, largest: number, sum: number): number {
  let [low, high] = [-largest, largest];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    let total = 0;
    for (let i = 0; i < wanted.length; i++) total += clip(wanted[i]! + middle, largest);
    if (total < sum) low = middle;
    else high = middle;
  }
  return high;
}

/** Spreads what is missing (or too much) by ones over random nodes of the lower half; over all where that half cannot take it. */
function repair(degrees: Int32Array, used: number, largest: number, missing: number, stream: RandomStream): void {
  const step = Math.sign(missing);
  let left = Math.abs(missing);
  const half = Math.floor(used / 2);
  for (let tries = 4 * left + 64; left > 0 && tries > 0 && half > 0; tries--) {
    const node = below(stream, half);
    const degree = degrees[node]! + step;
    if (degree < 1 || degree > largest) continue;
    degrees[node] = degree;
    left--;
  }
  while (left > 0)
    for (let node = 0; node < used && left > 0; node++) {
      const degree = degrees[node]! + step;
      if (degree < 0 || degree > largest) continue;
      degrees[node] = degree;
      left--;
    }
}
