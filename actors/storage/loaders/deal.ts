/** Who gives way when buffered samples lie unevenly: nobody's batch size, nobody's reads, or whatever makes the step shortest. */
export type Balance = 'equal' | 'loads' | 'cost';

/** Seconds of one read and of training on one sample, for balance by cost. */
export interface SampleCosts {
  readonly read: number;
  readonly compute: number;
}

/** What each rank gets of one step: the first `kept` of its buffered samples, and `reads` others. */
export interface Deal {
  readonly kept: Int32Array;
  readonly reads: Int32Array;
}

/** Shares `total` samples of a step among ranks, `hits[r]` of which lie in the buffer of rank r. The sum of kept and reads is `total`. */
export function deal(hits: Int32Array, total: number, balance: Balance, costs: SampleCosts): Deal {
  switch (balance) {
    case 'loads':
      return byLoads(hits, total);
    case 'equal':
      return evenly(hits, total);
    case 'cost':
      return byCost(hits, total, costs);
  }
}

/** Every hit stays; misses go round the ranks, those with fewest hits first. */
function byLoads(hits: Int32Array, total: number): Deal {
  const ranks = hits.length;
  const misses = total - sum(hits);
  const reads = new Int32Array(ranks).fill(Math.floor(misses / ranks));
  const order = Array.from(hits.keys()).sort((a, b) => hits[a]! - hits[b]! || a - b);
  for (let k = 0; k < misses % ranks; k++) reads[order[k]!]!++;
  return { kept: hits.slice(), reads };
}

/** Every rank trains on total / ranks samples, the first ranks on one more. */
function evenly(hits: Int32Array, total: number): Deal {
  const ranks = hits.length;
  const kept = new Int32Array(ranks);
  const reads = new Int32Array(ranks);
  for (let r = 0; r < ranks; r++) {
    const slots = Math.floor(total / ranks) + (r < total % ranks ? 1 : 0);
    kept[r] = Math.min(hits[r]!, slots);
    reads[r] = slots - kept[r]!;
  }
  return { kept, reads };
}

/** Moves a miss, or a hit that becomes a read, from the slowest to the fastest rank while that makes the slower of the two faster. */
function byCost(hits: Int32Array, total: number, costs: SampleCosts): Deal {
  const { kept, reads } = byLoads(hits, total);
  // Always computed from counts: sums that grow step by step would round, and two ranks could swap a miss for ever.
  const seconds = (read: number, own: number): number => read * costs.read + (read + own) * costs.compute;
  const time = (r: number): number => seconds(reads[r]!, kept[r]!);
  for (;;) {
    let [slow, fast] = [0, 0];
    for (let r = 1; r < hits.length; r++) {
      if (time(r) > time(slow)) slow = r;
      if (time(r) < time(fast)) fast = r;
    }
    const worst = time(slow);
    const grown = seconds(reads[fast]! + 1, kept[fast]!);
    const ofMiss = reads[slow]! > 0 ? Math.max(seconds(reads[slow]! - 1, kept[slow]!), grown) : worst;
    const ofHit = kept[slow]! > 0 ? Math.max(seconds(reads[slow]!, kept[slow]! - 1), grown) : worst;
    if (slow === fast || Math.min(ofMiss, ofHit) >= worst) break;
    if (ofMiss <= ofHit) reads[slow]!--;
    else kept[slow]!--;
    reads[fast]!++;
  }
  const even = evenly(hits, total);
  return longest(even, costs) < longest({ kept, reads }, costs) ? even : { kept, reads };
}

/** Seconds of the slowest rank. */
export function longest({ kept, reads }: Deal, { read, compute }: SampleCosts): number {
  let most = 0;
  for (let r = 0; r < kept.length; r++) most = Math.max(most, reads[r]! * read + (reads[r]! + kept[r]!) * compute);
  return most;
}

function sum(counts: Int32Array): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i]!;
  return total;
}
