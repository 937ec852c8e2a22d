import { idleLabel, partnersLabel } from '../../../actors/compute/index.ts';
import { largestTag } from '../../../actors/memory/device-memory.ts';
import { type MemoryWalk, type Outcome, secondsOn, simulateStep } from '../../../actors/training/index.ts';
import type { MetricName } from '../metrics.ts';
import type { Ds4Params } from '../params.ts';
import { type CollectiveName, collectivesOf, groupsOf } from './collectives.ts';
import { executedFlops, paperFlops } from './flops.ts';
import { memoryPlan, permanentOf } from './memory.ts';
import { pricesOf } from './prices.ts';
import { communicationLabels, programOf, streamNames } from './program.ts';
import { longestSequence, memoryOf, resolve, seqStepOf } from './resolve.ts';
import { type Platform, platformOf, ranksPerNode, type Setup } from './setup.ts';

/** A run with what it was resolved to, for reports and tests that need more than its metrics. */
export interface GenslmRun {
  readonly setup: Setup;
  readonly walk: MemoryWalk;
  readonly outcome: Outcome<CollectiveName>;
  readonly metrics: Partial<Record<MetricName, number | boolean | string>>;
}

interface RunOptions {
  readonly seed?: number;
  readonly full?: boolean;
  readonly record?: boolean;
}

/** Share of peak and seconds from which ticks of a nanosecond are used; a picosecond reaches 2.5 hours. */
const slow = { share: 0.01, seconds: 8000 } as const;

/** Simulates one step of `setup`. */
export function simulateGenslm(
  setup: Setup,
  platform: Platform,
  options: RunOptions & { readonly usable: number },
): Outcome<CollectiveName> {
  const memory = memoryPlan(setup);
  const collectives = collectivesOf(setup, platform);
  const prices = pricesOf(setup, platform);
  const seconds = executedFlops(setup) / (setup.gpus * platform.gpu.tensorPeak * slow.share);
  return simulateStep(
    {
      ranks: setup.gpus,
      perNode: ranksPerNode(setup),
      streams: streamNames,
      program: programOf({ setup, prices, memory, has: (name) => collectives.has(name) }),
      permanent: permanentOf(memory),
      groups: groupsOf(setup),
      collectives,
      nvlink: platform.nvlink,
      nic: platform.nic,
      resolution: seconds > slow.seconds ? 'ns' : 'ps',
    },
    options,
  );
}

/** Simulates one step. With search=maxSeq: the one with the longest sequence that fits, or of one grid step when none does. */
export function runGenslm(params: Ds4Params, options: RunOptions = {}): GenslmRun {
  const platform = platformOf(params);
  const usable = params.memoryFraction * platform.gpu.capacity;
  if (params.search === 'none') return runStep(resolve(params, usable), platform, usable, options);
  const step = seqStepOf(params);
  const maxSeq = longestSequence(params, usable);
  const found = runStep(
    resolve({ ...params, seq: Math.max(maxSeq, step), microBatch: 1 }, usable),
    platform,
    usable,
    options,
  );
  const next = memoryOf({ ...found.setup, seq: maxSeq + step });
  return { ...found, metrics: { ...found.metrics, maxSeq, oomTag: largestTag(next.atPeak) } };
}

function runStep(setup: Setup, platform: Platform, usable: number, options: RunOptions): GenslmRun {
  const walk = memoryOf(setup);
  const outcome = simulateGenslm(setup, platform, { ...options, usable });
  const { most } = walk;
  const alive = !outcome.outOfMemory;
  const rate = (flop: number): number => (alive ? flop / (outcome.seconds * setup.gpus) / 1e12 : 0);
  const waits = outcome.streams[0]?.waits ?? {};
  const busy = (label: string): number =>
    alive ? outcome.streams.reduce((sum, stream) => sum + secondsOn(stream.busy, [label]), 0) : 0;
  return {
    setup,
    walk,
    outcome,
    metrics: {
      peakMemoryBytes: walk.peak,
      usableMemoryBytes: usable,
      outOfMemory: outcome.outOfMemory,
      oomTag: outcome.memory.failure?.largest ?? largestTag(walk.atPeak),
      stateBytes: most.states ?? 0,
      checkpointBytes: most.checkpoints ?? 0,
      maskBytes: most.mask ?? 0,
      positionTableBytes: most.positions ?? 0,
      gatherBufferBytes: most.gatherBuffers ?? 0,
      lossBytes: most.loss ?? 0,
      microBatchUsed: setup.microBatch,
      tflopsPerGpu: rate(paperFlops(setup)),
      executedTflopsPerGpu: rate(executedFlops(setup)),
      paperFlopsPerIteration: paperFlops(setup),
      executedFlopsPerIteration: executedFlops(setup),
      iterationSeconds: alive ? outcome.seconds : 0,
      exposedCommSeconds: alive ? secondsOn(waits, [...communicationLabels, partnersLabel, idleLabel]) : 0,
      gemmSeconds: busy('gemm'),
      attentionSeconds: busy('attention'),
      elementwiseSeconds: busy('elementwise'),
      collectiveSeconds: busy('collective'),
      lossSeconds: busy('loss'),
      optimizerSeconds: busy('optimizer') + busy('offload') + busy('gradients'),
      ...traffic(setup, outcome),
    },
  };
}

/** Bytes per layer and sample, counted on the links. */
function traffic(setup: Setup, { sent }: Outcome<CollectiveName>): Partial<Record<MetricName, number>> {
  const share = 1 / (setup.layers * setup.microBatch);
  const names: readonly CollectiveName[] = ['tensor', 'allReduce'];
  const sum = (of: 'onNode' | 'offNode'): number =>
    names.reduce((total, name) => total + (sent.get(name)?.[of] ?? 0), 0);
  return {
    commBytesPerGpuPerLayer: (sum('onNode') + sum('offNode')) * share,
    offNodeBytesPerGpuPerLayer: sum('offNode') * share,
  };
}
