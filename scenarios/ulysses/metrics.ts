import { idleLabel, partnersLabel } from '../../actors/compute/index.ts';
import { type Sent, secondsOn } from '../../actors/training/index.ts';
import { communicationLabels, streamNames } from './chunk.ts';
import { attentionFlopShare, executedFlops, paperFlops } from './flops.ts';
import { type MemoryTag, memoryPlan, peakMemory } from './memory.ts';
import type { Platform } from './platform.ts';
import { type Setup, tokensPerGpu } from './setup.ts';
import type { Outcome } from './simulate.ts';
import { bytesPerLinkPerLayer, bytesPerPeerPerA2a, zeroBytesPerGpu } from './volumes.ts';

const flopRate = 'TFLOP/s';

/** Every metric of the scenario with its unit. */
export const metrics = {
  tflopsPerGpu: { unit: flopRate, describe: 'FLOP rate per GPU as the paper counts it, equation (1)' },
  executedTflopsPerGpu: { unit: flopRate, describe: 'rate of the FLOP that kernels execute, equation (2)' },
  paperFlopsPerIteration: { unit: 'FLOP', describe: 'equation (1): recomputation and full attention counted' },
  executedFlopsPerIteration: { unit: 'FLOP', describe: 'equation (2): causal attention' },
  attentionFlopShare: { unit: '', describe: 'share of the attention term in equation (1)' },
  mfu: { unit: '', describe: 'equation (1) without recomputation over time, GPUs and peak' },
  iterationSeconds: { unit: 's', describe: 'one optimiser step, or one attention forward in scope attention' },
  attentionSeconds: { unit: 's', describe: 'attention kernels on the busiest rank' },
  gemmSeconds: { unit: 's', describe: 'matrix products on the busiest rank, loss excluded' },
  elementwiseSeconds: { unit: 's', describe: 'unfused operators, list copies and merges on the busiest rank' },
  a2aSeconds: { unit: 's', describe: 'all-to-alls on the busiest rank' },
  zeroSeconds: { unit: 's', describe: 'gathering and reducing of sharded states on the busiest rank' },
  collectiveSeconds: { unit: 's', describe: 'collectives of the baseline and ring transfers on the busiest rank' },
  lossSeconds: { unit: 's', describe: 'logits and loss on the busiest rank' },
  exposedCommSeconds: { unit: 's', describe: 'time in which the rank waits for communication and computes nothing' },
  bytesPerLinkPerLayer: { unit: 'B', describe: 'analytic volume of a forward pass per link, layer and sample' },
  a2aBytesPerGpuPerLayer: { unit: 'B', describe: 'sent by one GPU in all-to-alls, one layer and sample, all passes' },
  commBytesPerGpuPerLayer: { unit: 'B', describe: 'the same for all sequence- or tensor-parallel traffic' },
  bytesPerPeerPerA2a: { unit: 'B', describe: 'one tensor between one pair of ranks' },
  offNodeFraction: { unit: '', describe: 'share of commBytesPerGpuPerLayer that leaves the node' },
  zeroBytesPerGpu: { unit: 'B', describe: 'received by one GPU per iteration for sharded states' },
  peakMemoryBytes: { unit: 'B', describe: 'peak of the busiest rank; what it would need when out of memory' },
  usableMemoryBytes: { unit: 'B', describe: 'memoryFraction of the device memory' },
  outOfMemory: { unit: '', describe: 'whether an allocation crossed the usable memory' },
  oomTag: { unit: '', describe: 'allocation tag with the largest share at the peak' },
  spUsed: { unit: '', describe: 'sequence- or tensor-parallel degree' },
  dpUsed: { unit: '', describe: 'groups that work on different samples' },
  batchUsed: { unit: 'samples', describe: 'global samples per iteration' },
  microBatchUsed: { unit: 'samples', describe: 'samples per group and pass' },
  microSteps: { unit: '', describe: 'passes per iteration' },
  tokensPerGpu: { unit: 'tokens', describe: 'tokens one GPU holds in one pass' },
  maxSeq: { unit: 'tokens', describe: 'longest sequence that fits; with search=maxSeq' },
  numericsRoundTripExact: { unit: '', describe: 'an all-to-all and its inverse give every bit back; scope=numerics' },
  numericsMaxAbsError: { unit: '', describe: 'distributed output against one device in fp64; scope=numerics' },
  numericsGradMaxAbsError: { unit: '', describe: 'the same for gradients of queries, keys and values' },
  attentionItersPerSecond: { unit: '1/s', describe: 'attention forwards per second; with scope=attention' },
} as const;

export type MetricName = keyof typeof metrics;

/** Everything a run reports. Times and rates are 0 when it ran out of memory; volumes, FLOP and memory are reported all the same. */
export function measure(
  setup: Setup,
  platform: Platform,
  outcome: Outcome,
  usable: number,
): Partial<Record<MetricName, number | boolean | string>> {
  const plan = memoryPlan(setup);
  const alive = !outcome.outOfMemory;
  const paper = paperFlops(setup);
  const executed = executedFlops(setup);
  const rate = (flop: number): number => (alive ? flop / (outcome.seconds * setup.gpus) : 0);
  const perSecond = alive ? 1 / outcome.seconds : 0;
  return {
    tflopsPerGpu: rate(paper) / 1e12,
    executedTflopsPerGpu: rate(executed) / 1e12,
    paperFlopsPerIteration: paper,
    executedFlopsPerIteration: executed,
    attentionFlopShare: attentionFlopShare(setup),
    mfu: rate(setup.scope === 'iteration' ? paperFlops(setup, 3) : executed) / platform.gpu.tensorPeak,
    ...times(outcome),
    ...traffic(setup, outcome),
    zeroBytesPerGpu: zeroBytesPerGpu(setup),
    peakMemoryBytes: peakMemory(plan),
    usableMemoryBytes: usable,
    outOfMemory: outcome.outOfMemory,
    oomTag: largestAtPeak(plan),
    spUsed: setup.sp,
    dpUsed: setup.dp,
    batchUsed: setup.batch,
    microBatchUsed: setup.microBatch,
    microSteps: setup.microSteps,
    tokensPerGpu: tokensPerGpu(setup),
    ...(setup.scope === 'attention' ? { attentionItersPerSecond: perSecond } : {}),
  };
}

function times(outcome: Outcome): Partial<Record<MetricName, number>> {
  const stream = (name: (typeof streamNames)[number]) => outcome.streams[streamNames.indexOf(name)];
  const busy = (name: (typeof streamNames)[number], label: string): number =>
    outcome.outOfMemory ? 0 : secondsOn(stream(name)?.busy ?? {}, [label]);
  const waits = stream('compute')?.waits ?? {};
  return {
    iterationSeconds: outcome.outOfMemory ? 0 : outcome.seconds,
    attentionSeconds: busy('compute', 'attention'),
    gemmSeconds: busy('compute', 'gemm'),
    elementwiseSeconds: busy('compute', 'elementwise'),
    a2aSeconds: busy('exchange', 'a2a'),
    zeroSeconds: busy('gather', 'zero') + busy('reduce', 'zero'),
    collectiveSeconds: busy('exchange', 'collective'),
    lossSeconds: busy('compute', 'loss') + busy('exchange', 'lossGather'),
    exposedCommSeconds: outcome.outOfMemory ? 0 : secondsOn(waits, [...communicationLabels, partnersLabel, idleLabel]),
  };
}

/** Bytes per layer and sample, counted on the links. */
function traffic(setup: Setup, { sent }: Outcome): Partial<Record<MetricName, number>> {
  const share = 1 / (setup.layers * setup.microSteps * setup.microBatch);
  const sum = (names: readonly string[], of: (sent: Sent) => number): number =>
    [...sent].reduce((total, [name, bytes]) => total + (names.includes(name) ? of(bytes) : 0), 0);
  const exchanges = ['a2a', 'a2aNarrow', 'a2aFused'];
  const all = [...exchanges, 'shift', 'shiftBack', 'tensor'];
  const total = sum(all, ({ onNode, offNode }) => onNode + offNode);
  return {
    bytesPerLinkPerLayer: bytesPerLinkPerLayer(setup),
    a2aBytesPerGpuPerLayer: sum(exchanges, ({ onNode, offNode }) => onNode + offNode) * share,
    commBytesPerGpuPerLayer: total * share,
    bytesPerPeerPerA2a: bytesPerPeerPerA2a(setup),
    offNodeFraction: total > 0 ? sum(all, ({ offNode }) => offNode) / total : 0,
  };
}

/** The tag that holds most when the peak is reached. */
function largestAtPeak(plan: Readonly<Record<MemoryTag, number>>): MemoryTag {
  const lossPeaks = plan.loss > plan.layer + plan.scores;
  const atPeak = { ...plan, ...(lossPeaks ? { layer: 0, scores: 0 } : { loss: 0 }) };
  return (Object.keys(atPeak) as MemoryTag[]).reduce((best, tag) => (atPeak[tag] > atPeak[best] ? tag : best));
}
