import { largestTag } from '../../../actors/memory/device-memory.ts';
import { loadGpu } from '../../../actors/presets/index.ts';
import type { MemoryWalk, Outcome } from '../../../actors/training/index.ts';
import type { MetricName } from '../metrics.ts';
import type { Ds4Params } from '../params.ts';
import { type AttentionOptions, memoryOf, simulateAttention } from './attention.ts';
import { blockMetrics } from './block.ts';
import { attentionProgram } from './program.ts';
import { type Setup, setupOf } from './setup.ts';
import { forwardFlops, scoreBytes, sizesOf } from './sizes.ts';

/** A run with what it was resolved to, for reports and tests that need more than its metrics. */
export interface EvoformerRun {
  readonly setup: Setup;
  readonly walk: MemoryWalk;
  readonly outcome: Outcome;
  readonly metrics: Partial<Record<MetricName, number | boolean | string>>;
}

/** Simulates one attention, and with scope=block the four of a block. */
export function runEvoformer(params: Ds4Params, options: AttentionOptions = {}): EvoformerRun {
  const gpu = loadGpu(params.gpu);
  const usable = params.memoryFraction * gpu.capacity;
  const setup = setupOf(params);
  const walk = memoryOf(setup, gpu);
  const outcome = simulateAttention(setup, gpu, { ...options, usable });
  const { forwardBytes, backwardBytes } = attentionProgram(setup, gpu);
  const alive = !outcome.outOfMemory;
  const peak = (kernel: Setup['kernel'], width: Setup['width']): number =>
    memoryOf({ ...setup, kernel, width, backward: true, chunk: setup.n1 }, gpu).peak;
  const backwardSeconds = setup.backward ? outcome.updateSeconds : 0;
  return {
    setup,
    walk,
    outcome,
    metrics: {
      peakMemoryBytes: walk.peak,
      usableMemoryBytes: usable,
      outOfMemory: outcome.outOfMemory,
      oomTag: outcome.memory.failure?.largest ?? largestTag(walk.atPeak),
      logitsBytes: scoreBytes(setup, setup.width),
      workspaceBytes: setup.kernel === 'ds4sci' && setup.backward ? sizesOf(setup).workspace : 0,
      forwardFlops: forwardFlops(setup),
      forwardSeconds: alive ? outcome.seconds - backwardSeconds : 0,
      backwardSeconds: alive ? backwardSeconds : 0,
      hbmBytesForward: forwardBytes,
      hbmBytesBackward: backwardBytes,
      memoryReduction: peak('eager-keep', 4) / peak('ds4sci', 2),
      ...(params.scope === 'block' ? blockMetrics(params, gpu, usable) : {}),
    },
  };
}
