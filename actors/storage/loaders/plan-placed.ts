import { type AccessTrace, epochOrder } from './access-trace.ts';
import { type LoadPlan, PlanWriter, type Ranks } from './load-plan.ts';

/** Where samples are put for good: with the rank that will read them most often (NoPFS), or with rank sample modulo ranks (DeepIO). */
export type Placement = 'frequency' | 'shard';

export interface PlacedRules {
  readonly placement: Placement;
  /** Ranks train only on samples of their own buffer, the others are left out (DeepIO's optimistic mode). */
  readonly onlyHeld: boolean;
  /** Distance up to which reads are merged; 0 = never. */
  readonly gap: number;
}

const NOBODY = -1;

/** Strided ranks whose buffers are filled in the first epoch and never change; a sample of another buffer is fetched from there. */
export function planPlaced(trace: AccessTrace, shape: Ranks, rules: PlacedRules): LoadPlan {
  const { ranks } = shape;
  const owner = rules.placement === 'shard' ? shards(trace, shape) : byFrequency(trace, shape);
  const held = new Int32Array(ranks);
  for (const rank of owner) if (rank !== NOBODY) held[rank]!++;
  const writer = new PlanWriter(trace, shape, rules.gap);
  writer.bufferPeak = held.reduce((most, size) => Math.max(most, size), 0);
  writer.eachStep((samples, place, _access, epoch) => {
    for (let i = 0; i < samples.length; i++) {
      const sample = samples[i]!;
      const rank = i % ranks;
      const holder = owner[sample]!;
      if (epoch === 0) {
        writer.read(rank, sample);
        if (holder !== NOBODY && holder !== rank) writer.placed++;
      } else if (rules.onlyHeld) {
        if (holder !== NOBODY) writer.hit(holder, sample, place + i);
      } else if (holder === rank) writer.hit(rank, sample, place + i);
      else if (holder !== NOBODY) writer.peer(rank, sample, place + i);
      else writer.read(rank, sample);
    }
  });
  return writer.plan();
}

function shards({ samples }: AccessTrace, { ranks, capacity }: Ranks): Int32Array {
  return Int32Array.from({ length: samples }, (_, sample) =>
    Math.floor(sample / ranks) < capacity ? sample % ranks : NOBODY,
  );
}

/** Takes pairs of rank and sample by descending number of epochs in which the rank trains on the sample (ties: smaller sample, then rank). */
function byFrequency(trace: AccessTrace, { ranks, batch, capacity }: Ranks): Int32Array {
  const { samples, epochs } = trace;
  const rankOf = new Uint16Array(samples * epochs);
  const occurs = new Uint8Array(samples * epochs);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = epochOrder(trace, epoch);
    for (let i = 0; i < order.length; i++) {
      rankOf[order[i]! * epochs + epoch] = (i % (ranks * batch)) % ranks;
      occurs[order[i]! * epochs + epoch] = 1;
    }
  }
  const counts = new Int32Array(ranks);
  const touched: number[] = [];
  const eachPair = (sample: number, use: (rank: number, count: number) => void): void => {
    touched.length = 0;
    for (let at = sample * epochs; at < (sample + 1) * epochs; at++) {
      if (occurs[at] === 0) continue;
      const rank = rankOf[at]!;
      if (counts[rank]!++ === 0) touched.push(rank);
    }
    touched.sort((a, b) => a - b);
    for (const rank of touched) use(rank, counts[rank]!);
    for (const rank of touched) counts[rank] = 0;
  };
  const first = new Int32Array(epochs + 2);
  for (let sample = 0; sample < samples; sample++) eachPair(sample, (_, count) => first[epochs - count + 1]!++);
  for (let f = 1; f < first.length; f++) first[f]! += first[f - 1]!;
  const pairs = first[epochs + 1]!;
  const sampleOf = new Int32Array(pairs);
  const rankOfPair = new Uint16Array(pairs);
  const at = first.slice();
  for (let sample = 0; sample < samples; sample++)
    eachPair(sample, (rank, count) => {
      const slot = at[epochs - count]!++;
      sampleOf[slot] = sample;
      rankOfPair[slot] = rank;
    });
  const owner = new Int32Array(samples).fill(NOBODY);
  const held = new Int32Array(ranks);
  for (let pair = 0; pair < pairs; pair++) {
    const [sample, rank] = [sampleOf[pair]!, rankOfPair[pair]!];
    if (owner[sample] !== NOBODY || held[rank]! >= capacity) continue;
    owner[sample] = rank;
    held[rank]!++;
  }
  let rank = 0;
  for (let sample = 0; sample < samples; sample++) {
    if (owner[sample] !== NOBODY) continue;
    while (rank < ranks && held[rank]! >= capacity) rank++;
    if (rank === ranks) break;
    owner[sample] = rank;
    held[rank]!++;
  }
  return owner;
}
