import { type AccessTrace, epochOrder } from './access-trace.ts';
import { type LoadPlan, PlanWriter, type Ranks } from './load-plan.ts';
import { sampleBuffer } from './sample-buffer.ts';

export interface ReleasedRules {
  /** Owner of the k-th sample kept from an epoch: rank k modulo ranks as released, or the rank that really holds it. */
  readonly owner: 'aligned' | 'as-released';
  /** The second buffer is emptied after each step, or never, as released. */
  readonly secondBuffer: 'bounded' | 'as-released';
}

const NOBODY = -1;

/** SOLAR as its released code does it (github.com/ANL-FAIR-SBI/SOLAR): slots for what the end of the last epoch left behind, a buffer in order of arrival, and a second one for what was dealt out. */
export function planReleased(trace: AccessTrace, shape: Ranks, rules: ReleasedRules): LoadPlan {
  const { ranks, batch, capacity } = shape;
  const buffered = ranks * capacity;
  const globalBatch = ranks * batch;
  const fifo = Array.from({ length: ranks }, () => sampleBuffer('fifo', capacity));
  const second = Array.from({ length: ranks }, () => new Set<number>());
  const owner = new Int32Array(trace.samples).fill(NOBODY);
  const writer = new PlanWriter(trace, shape, 0);
  /** The list of the epoch as ranks go through it. */
  let list = new Int32Array(0);
  const dealtIn = new Int32Array(trace.samples).fill(-1);
  const dealtTo = new Int32Array(trace.samples);
  const wasHeld = new Uint8Array(trace.samples);
  let steps = 0;
  const note = (rank: number): void => {
    writer.bufferPeak = Math.max(writer.bufferPeak, fifo[rank]!.size + second[rank]!.size);
  };
  writer.eachStep((samples, place, _access, epoch) => {
    if (place === 0) {
      owner.fill(NOBODY);
      const length = list.length;
      for (let k = 0; k < Math.min(buffered, length); k++) {
        const from = Math.max(0, length - buffered) + k;
        owner[list[from]!] = (rules.owner === 'aligned' ? from : k) % ranks;
      }
      list = Int32Array.from(epochOrder(trace, epoch));
    }
    const step = steps++;
    const arranged = list.subarray(place, place + samples.length);
    if (epoch > 0 && place / globalBatch < Math.floor(buffered / globalBatch)) {
      const dealt = arrange(samples, owner, ranks, arranged).sort();
      for (let k = 0; k < dealt.length; k++) {
        const sample = dealt[k]!;
        const loader = k % ranks;
        dealtIn[sample] = step;
        dealtTo[sample] = loader;
        wasHeld[sample] = fifo[loader]!.has(sample) || second[loader]!.has(sample) ? 1 : 0;
        second[loader]!.add(sample);
        note(loader);
      }
    }
    for (let j = 0; j < arranged.length; j++) {
      const sample = arranged[j]!;
      const rank = j % ranks;
      if (dealtIn[sample] === step) {
        writer.loadedBy(dealtTo[sample]!, rank, sample, place + j, wasHeld[sample] === 1);
        continue;
      }
      if (fifo[rank]!.has(sample) || second[rank]!.has(sample)) writer.hit(rank, sample, place + j);
      else {
        writer.read(rank, sample);
        fifo[rank]!.admit(sample, 0);
        note(rank);
      }
    }
    if (rules.secondBuffer === 'bounded') for (const held of second) held.clear();
  });
  return writer.plan();
}

/** Puts the samples of a step into slots, those with an owner into one of its slots while it has any; returns the samples to be dealt out. */
function arrange(samples: Int32Array, owner: Int32Array, ranks: number, slots: Int32Array): Int32Array {
  const n = samples.length;
  const next = Int32Array.from({ length: ranks }, (_, rank) => rank);
  const isEmpty = new Uint8Array(n).fill(1);
  const dealt: number[] = [];
  const missed: number[] = [];
  const arranged = new Int32Array(n);
  let empty = 0;
  const put = (slot: number, sample: number): void => {
    arranged[slot] = sample;
    isEmpty[slot] = 0;
    while (empty < n && isEmpty[empty] === 0) empty++;
  };
  for (let i = 0; i < n; i++) {
    const sample = samples[i]!;
    const rank = owner[sample]!;
    if (rank === NOBODY) {
      missed.push(sample);
      dealt.push(sample);
      continue;
    }
    const wanted = next[rank]!;
    if (wanted < n && isEmpty[wanted] === 1) {
      put(wanted, sample);
      next[rank]! += ranks;
      continue;
    }
    next[empty % ranks]! += ranks;
    put(empty, sample);
    dealt.push(sample);
  }
  for (const sample of missed) put(empty, sample);
  slots.set(arranged);
  return Int32Array.from(dealt);
}
