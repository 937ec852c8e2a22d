import type { UlyssesParams } from '../parameters.ts';

/** Degrees, heads and lengths of random cases. */
export const numericsRange = { degrees: [1, 2, 3, 4, 6, 8], heads: 16, seq: 256, minHead: 8, maxHead: 64 } as const;

/** A trial with the shape of a custom model: one group of sp ranks, or of all GPUs when sp is left to choose, and one sample. */
export function trialOf(params: UlyssesParams): UlyssesParams {
  const ranks = params.sp > 0 ? params.sp : params.gpus;
  return { ...params, gpus: ranks, sp: ranks, batch: 1, microBatch: 1 };
}
