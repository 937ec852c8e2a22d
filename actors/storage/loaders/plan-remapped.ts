import { type AccessTrace, nextUses } from './access-trace.ts';
import { type Balance, deal, type SampleCosts } from './deal.ts';
import { type LoadPlan, PlanWriter, type Ranks } from './load-plan.ts';
import { type Eviction, KEPT, sampleBuffer } from './sample-buffer.ts';

export interface RemappedRules {
  readonly eviction: Eviction;
  readonly balance: Balance;
  readonly costs: SampleCosts;
  /** A buffered sample that cannot stay is fetched by its new rank instead of read again. */
  readonly peerFetch: boolean;
  /** Distance up to which reads are merged; 0 = never. */
  readonly gap: number;
}

const NOBODY = -1;

/** Each sample of a step goes to the rank that has it in its buffer; the others are dealt by `balance`. A sample is in one buffer at most. */
export function planRemapped(trace: AccessTrace, shape: Ranks, rules: RemappedRules): LoadPlan {
  const { ranks, batch, capacity } = shape;
  const next = nextUses(trace);
  const buffers = Array.from({ length: ranks }, () => sampleBuffer(rules.eviction, capacity));
  const owner = new Int32Array(trace.samples).fill(NOBODY);
  const writer = new PlanWriter(trace, shape, rules.gap);
  const hits = new Int32Array(ranks);
  const turn = new Int32Array(ranks);
  /** Rank that trains on the sample at a place of the step, and the rank whose buffer it came from. */
  const rankOf = new Int32Array(ranks * batch);
  const from = new Int32Array(ranks * batch);
  writer.eachStep((samples, place, access) => {
    const total = samples.length;
    hits.fill(0);
    for (let i = 0; i < total; i++) {
      const holder = owner[samples[i]!]!;
      from[i] = holder;
      if (holder !== NOBODY) hits[holder]!++;
    }
    const { kept, reads } = deal(hits, total, rules.balance, rules.costs);
    const order = rules.balance === 'loads' ? byFewestHits(hits) : undefined;
    turn.fill(0);
    for (let i = 0; i < total; i++) {
      const holder = from[i]!;
      if (holder === NOBODY) rankOf[i] = NOBODY;
      else if (turn[holder]! < kept[holder]!) {
        turn[holder]!++;
        rankOf[i] = holder;
      } else {
        const sample = samples[i]!;
        rankOf[i] = NOBODY;
        buffers[holder]!.remove(sample);
        owner[sample] = NOBODY;
        writer.overflow();
      }
    }
    assignReads(rankOf, total, reads, order);
    // Hits first: a newcomer must not drive out what is used in the same step.
    for (let i = 0; i < total; i++) {
      const sample = samples[i]!;
      const rank = rankOf[i]!;
      if (owner[sample] !== rank) continue;
      writer.hit(rank, sample, place + i);
      buffers[rank]!.use(sample, next[access + i]!);
      rankOf[i] = NOBODY;
    }
    for (let i = 0; i < total; i++) {
      const rank = rankOf[i]!;
      if (rank === NOBODY) continue;
      const sample = samples[i]!;
      const buffer = buffers[rank]!;
      if (rules.peerFetch && from[i] !== NOBODY) writer.peer(rank, sample, place + i);
      else writer.read(rank, sample);
      const dropped = buffer.admit(sample, next[access + i]!);
      if (dropped === sample) continue;
      if (dropped !== KEPT) owner[dropped] = NOBODY;
      owner[sample] = rank;
      if (buffer.size > writer.bufferPeak) writer.bufferPeak = buffer.size;
    }
  });
  return writer.plan();
}

function byFewestHits(hits: Int32Array): number[] {
  return Array.from(hits.keys()).sort((a, b) => hits[a]! - hits[b]! || a - b);
}

/** Gives the places without a rank to ranks with reads left: one by one in turn when there is an order, else rank after rank. */
function assignReads(rankOf: Int32Array, total: number, reads: Int32Array, order: readonly number[] | undefined): void {
  let at = 0;
  for (let i = 0; i < total; i++) {
    if (rankOf[i] !== NOBODY) continue;
    if (order !== undefined) {
      rankOf[i] = order[at++ % order.length]!;
      continue;
    }
    while (reads[at] === 0) at++;
    reads[at]!--;
    rankOf[i] = at;
  }
}
