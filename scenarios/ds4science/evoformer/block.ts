import type { GpuSpec } from '../../../actors/presets/gpu/load.ts';
import { constants } from '../constants.ts';
import type { MetricName } from '../metrics.ts';
import type { Ds4Params } from '../params.ts';
import { simulateAttention } from './attention.ts';
import { setupOf } from './setup.ts';

/** Attentions of one Evoformer block. */
export const blockVariants = ['msa-row', 'msa-column', 'triangle-start', 'triangle-end'] as const;

/** Seconds of one block: its four attentions, simulated one after the other, and the rest of it, which no kernel choice changes. */
function blockSeconds(
  params: Ds4Params,
  gpu: GpuSpec,
  usable: number,
): { readonly forward: number; readonly backward: number; readonly outOfMemory: boolean } {
  let { restForward: forward, restBackward: backward } = constants.evoformer;
  let outOfMemory = false;
  for (const variant of blockVariants) {
    const setup = setupOf({ ...params, variant, pairBias: 'auto', backward: true });
    const outcome = simulateAttention(setup, gpu, { usable });
    outOfMemory ||= outcome.outOfMemory;
    forward += outcome.seconds - outcome.updateSeconds;
    backward += outcome.updateSeconds;
  }
  return { forward, backward, outOfMemory };
}

/** Times of the block, and of a training step that keeps one checkpoint for each block, with plain attention over the fused kernel. */
export function blockMetrics(
  params: Ds4Params,
  gpu: GpuSpec,
  usable: number,
): Partial<Record<MetricName, number | boolean>> {
  const of = (kernel: Ds4Params['kernel']) => blockSeconds({ ...params, kernel }, gpu, usable);
  const own = of(params.kernel);
  const [eager, fused] = [of('eager'), of('ds4sci')];
  const step = ({ forward, backward }: typeof own): number => 2 * forward + backward;
  return {
    outOfMemory: own.outOfMemory,
    blockForwardSeconds: own.outOfMemory ? 0 : own.forward,
    blockBackwardSeconds: own.outOfMemory ? 0 : own.backward,
    trainingSpeedup: eager.outOfMemory || fused.outOfMemory ? 0 : step(eager) / step(fused),
  };
}
