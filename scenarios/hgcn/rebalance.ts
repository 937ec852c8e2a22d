import { loadGcnAccelerators } from '../../actors/index.ts';

const { hops, labor, laborGroup, evilRow, evilLeast, switched } = loadGcnAccelerators().awb;

/** Largest load of a processing element in each round of a product, in nonzeros. */
export interface Rounds {
  readonly largest: readonly number[];
  /** Sum of the loads of all elements in one round. */
  readonly total: number;
}

/**
 * Loads of AWB-GCN's processing elements over the rounds of one product. Rows are dealt in contiguous blocks. `smoothing` shares work among neighbours;
 * `full` also spreads evil rows over labor elements before the first round and after each round moves half the surplus of the hottest elements to the
 * coldest. Either step is taken back when it would raise the largest load; a switch that is taken back, or changes nothing, ends the tuning.
 */
export function rebalancedRounds(
  rows: Int32Array,
  rounds: number,
  elements: number,
  mode: 'none' | 'smoothing' | 'full',
): Rounds {
  const block = Math.ceil(rows.length / elements);
  const loads = new Float64Array(elements);
  let total = 0;
  for (let row = 0; row < rows.length; row++) {
    loads[Math.floor(row / block)]! += rows[row]!;
    total += rows[row]!;
  }
  const measure = mode === 'none' ? maximum : smoothedMaximum;
  let state: Float64Array = loads;
  let largest = measure(state);
  if (mode === 'full') {
    const without = withoutEvilRows(rows, block, loads, total / elements);
    const found = measure(without);
    if (found <= largest) [state, largest] = [without, found];
  }
  const result: number[] = [];
  for (let round = 0, tuning = mode === 'full'; round < rounds; round++) {
    result.push(largest);
    if (!tuning) continue;
    const next = afterSwitch(state, total / elements);
    const found = measure(next);
    tuning = found <= largest && next.some((load, element) => load !== state[element]);
    if (tuning) [state, largest] = [next, found];
  }
  return { largest: result, total };
}

function maximum(loads: Float64Array): number {
  return loads.reduce((largest, load) => Math.max(largest, load), 0);
}

/** The largest load when each element shares its work with its neighbours in a ring. */
function smoothedMaximum(loads: Float64Array): number {
  const count = loads.length;
  const width = 2 * hops + 1;
  if (count <= width) return loads.reduce((sum, load) => sum + load, 0) / count;
  let largest = 0;
  for (let element = 0; element < count; element++) {
    let sum = 0;
    for (let at = element - hops; at <= element + hops; at++)
      sum += loads[at < 0 ? at + count : at < count ? at : at - count]!;
    if (sum > largest) largest = sum;
  }
  return largest / width;
}

/** Takes rows far above the mean load off their elements and spreads them evenly over the labor elements. */
function withoutEvilRows(rows: Int32Array, block: number, loads: Float64Array, mean: number): Float64Array {
  const limit = Math.max(evilLeast, evilRow * mean);
  const result = loads.slice();
  let evil = 0;
  for (let row = 0; row < rows.length; row++) {
    if (rows[row]! <= limit) continue;
    result[Math.floor(row / block)]! -= rows[row]!;
    evil += rows[row]!;
  }
  const helpers = Array.from(result.keys()).filter((element) => element % laborGroup < labor);
  for (const element of helpers) result[element]! += evil / helpers.length;
  return result;
}

/** The hottest elements give half of what they have above the mean to the coldest. */
function afterSwitch(loads: Float64Array, mean: number): Float64Array {
  const pairs = Math.min(switched, Math.floor(loads.length / 2));
  const sorted = loads.slice().sort();
  const [cold, hot] = [sorted[pairs - 1]!, sorted[sorted.length - pairs]!];
  // Elements as hot (cold) as the last one are many in a small graph: they are taken in the order of their numbers, not sorted.
  const hottest: number[] = [];
  const coldest: number[] = [];
  const hotTies: number[] = [];
  const coldTies: number[] = [];
  for (let element = 0; element < loads.length; element++) {
    const load = loads[element]!;
    if (load > hot) hottest.push(element);
    else if (load === hot && hotTies.length < pairs) hotTies.push(element);
    const other = loads.length - 1 - element;
    if (loads[other]! < cold) coldest.push(other);
    else if (loads[other] === cold && coldTies.length < pairs) coldTies.push(other);
  }
  hottest.sort((a, b) => loads[b]! - loads[a]! || a - b);
  hottest.push(...hotTies);
  coldest.sort((a, b) => loads[a]! - loads[b]! || b - a);
  coldest.push(...coldTies);
  const result = loads.slice();
  for (let i = 0; i < pairs; i++) {
    const [giver, taker] = [hottest[i]!, coldest[i]!];
    const given = Math.max(0, (loads[giver]! - mean) / 2);
    result[giver]! -= given;
    result[taker]! += given;
  }
  return result;
}
