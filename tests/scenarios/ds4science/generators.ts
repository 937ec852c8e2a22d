import * as fc from 'fast-check';
import { type Ds4Params, params as declared } from '../../../scenarios/ds4science/params.ts';

/** Seed and number of cases of every property of this scenario. */
export const cases = { seed: 20261123, numRuns: 200 } as const;

/** Every parameter at its default. */
export const defaults = Object.fromEntries(
  Object.entries(declared).map(([name, schema]) => [name, schema.parse(undefined)]),
) as unknown as Ds4Params;

const systems = ['old-megatron-deepspeed', 'megatron-lm', 'new-megatron-deepspeed'] as const;

/** Valid small language models on one or more nodes, every system, offload on and off. */
export const models: fc.Arbitrary<Ds4Params> = fc
  .record({
    system: fc.constantFrom(...systems),
    layers: fc.integer({ min: 1, max: 8 }),
    tp: fc.constantFrom(1, 2, 4, 8, 16),
    replicas: fc.constantFrom(1, 1, 2),
    perRank: fc.integer({ min: 1, max: 4 }),
    headDim: fc.constantFrom(16, 32, 64, 90),
    blocks: fc.integer({ min: 1, max: 64 }),
    microBatch: fc.integer({ min: 1, max: 4 }),
    offloadOptimizer: fc.constantFrom('auto' as const, 'on' as const, 'off' as const),
    oldScores: fc.boolean(),
    nodeSize: fc.constantFrom(2, 4, 8),
  })
  .map(({ replicas, perRank, headDim, blocks, ...rest }) => ({
    ...defaults,
    ...rest,
    model: 'custom',
    gpus: rest.tp * replicas,
    heads: rest.tp * perRank,
    hidden: rest.tp * perRank * headDim,
    seq: 128 * rest.tp * blocks,
  }));

/** Attentions of every variant, kernel and element type that the kernel supports. */
export const attentions: fc.Arbitrary<Ds4Params> = fc
  .record({
    variant: fc.constantFrom('msa-row', 'msa-column', 'triangle-start', 'triangle-end'),
    nSeq: fc.integer({ min: 17, max: 128 }),
    nRes: fc.integer({ min: 17, max: 512 }),
    heads: fc.integer({ min: 1, max: 8 }),
    headDim: fc.constantFrom(8, 16, 32, 64),
    samples: fc.integer({ min: 1, max: 3 }),
    kernel: fc.constantFrom('eager', 'eager-keep', 'ds4sci'),
    dtype: fc.constantFrom('fp16', 'bf16', 'fp32'),
    backward: fc.boolean(),
    maskBias: fc.constantFrom('auto', 'true', 'false'),
    pairBias: fc.constantFrom('auto', 'true', 'false'),
  } as const)
  .filter(({ kernel, dtype }) => kernel !== 'ds4sci' || dtype !== 'fp32')
  .map((drawn) => ({ ...defaults, study: 'evoformer', stack: 'custom', ...drawn }) as Ds4Params);

/** Fails unless `actual` is `expected` within a relative `tolerance`. */
export function close(actual: number, expected: number, tolerance: number, what: string): void {
  if (Math.abs(actual - expected) > tolerance * Math.max(Math.abs(expected), Number.MIN_VALUE))
    throw new Error(`${what}: ${actual} is not ${expected}`);
}
