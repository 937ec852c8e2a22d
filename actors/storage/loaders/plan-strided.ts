import { type AccessTrace, NEVER, nextUses } from './access-trace.ts';
import { type LoadPlan, PlanWriter, type Ranks } from './load-plan.ts';
import { type Eviction, KEPT, sampleBuffer } from './sample-buffer.ts';

export interface StridedRules {
  readonly eviction: Eviction;
  /** A sample that another rank holds is fetched from it instead of read. */
  readonly peerFetch: boolean;
  /** Distance up to which reads are merged; 0 = never. */
  readonly gap: number;
}

/** The sample at place i of a step goes to rank i modulo ranks, whoever holds it: each rank has a buffer of its own, and looks ahead in its own accesses only. */
export function planStrided(trace: AccessTrace, shape: Ranks, rules: StridedRules): LoadPlan {
  const { ranks, capacity } = shape;
  const looksAhead = rules.eviction === 'belady' && capacity > 0;
  const next = looksAhead ? nextOwnUses(trace, shape) : undefined;
  const buffers = Array.from({ length: ranks }, () => sampleBuffer(rules.eviction, capacity));
  const holders = rules.peerFetch ? new Int32Array(trace.samples) : undefined;
  const writer = new PlanWriter(trace, shape, rules.gap);
  writer.eachStep((samples, place, access) => {
    for (let i = 0; i < samples.length; i++) {
      const sample = samples[i]!;
      const rank = i % ranks;
      const buffer = buffers[rank]!;
      const uses = next === undefined ? 0 : next[access + i]!;
      if (buffer.has(sample)) {
        writer.hit(rank, sample, place + i);
        buffer.use(sample, uses);
        continue;
      }
      if (holders !== undefined && holders[sample]! > 0) writer.peer(rank, sample, place + i);
      else writer.read(rank, sample);
      const dropped = buffer.admit(sample, uses);
      if (dropped === sample) continue;
      if (holders !== undefined) {
        holders[sample]!++;
        if (dropped !== KEPT) holders[dropped]!--;
      }
      if (buffer.size > writer.bufferPeak) writer.bufferPeak = buffer.size;
    }
  });
  return writer.plan();
}

/** Index of the next access of the same sample by the same rank, or NEVER. */
function nextOwnUses(trace: AccessTrace, { ranks, batch }: Ranks): Int32Array {
  const next = nextUses(trace);
  const { length } = next;
  const rankOf = new Uint16Array(length);
  for (let epoch = 0; epoch < trace.epochs; epoch++) {
    const start = trace.starts[epoch]!;
    const places = trace.starts[epoch + 1]! - start;
    for (let i = 0; i < places; i++) rankOf[start + i] = (i % (ranks * batch)) % ranks;
  }
  const isFirst = new Uint8Array(length).fill(1);
  for (let i = 0; i < length; i++) if (next[i] !== NEVER) isFirst[next[i]!] = 0;
  const own = new Int32Array(length);
  const uses = new Int32Array(trace.epochs);
  const soonest = new Int32Array(ranks).fill(NEVER);
  for (let i = 0; i < length; i++) {
    if (isFirst[i] === 0) continue;
    let count = 0;
    for (let use = i; use !== NEVER; use = next[use]!) uses[count++] = use;
    for (let k = count - 1; k >= 0; k--) {
      const use = uses[k]!;
      own[use] = soonest[rankOf[use]!]!;
      soonest[rankOf[use]!] = use;
    }
    for (let k = 0; k < count; k++) soonest[rankOf[uses[k]!]!] = NEVER;
  }
  return own;
}
