import * as fc from 'fast-check';
import { defaultParams, type System, type UlyssesParams } from '../../../scenarios/ulysses/parameters.ts';

/** Seed and number of cases of every property of this scenario. */
export const cases = { seed: 20261123, numRuns: 200 } as const;

const powersUpTo = (limit: number): number[] => [1, 2, 4, 8, 16, 32].filter((power) => power <= limit);

/** Valid runs of small custom models: concrete degrees, every system of `systems`, one or more nodes. */
export function runs(
  systems: readonly System[] = ['ulysses', 'megatron-sp', 'ring', 'hybrid'],
): fc.Arbitrary<UlyssesParams> {
  return fc
    .record({
      system: fc.constantFrom(...systems),
      layers: fc.integer({ min: 1, max: 8 }),
      heads: fc.constantFrom(4, 8, 16, 32, 64),
      headDim: fc.constantFrom(16, 32, 64, 96, 128),
      degree: fc.nat(),
      ring: fc.nat(),
      ringLayout: fc.constantFrom('contiguous' as const, 'zigzag' as const),
      dp: fc.integer({ min: 1, max: 4 }),
      nodeSize: fc.constantFrom(2, 4, 8),
      blocks: fc.integer({ min: 1, max: 64 }),
      microBatch: fc.integer({ min: 1, max: 4 }),
      microSteps: fc.integer({ min: 1, max: 2 }),
      nic: fc.double({ min: 9, max: 12, noNaN: true }),
    })
    .map(
      ({
        system,
        layers,
        heads,
        headDim,
        degree,
        ring,
        ringLayout,
        dp,
        nodeSize,
        blocks,
        microBatch,
        microSteps,
        nic,
      }) => {
        const degrees = powersUpTo(Math.min(heads, 32));
        const sp = degrees[degree % degrees.length] as number;
        const rings = powersUpTo(sp);
        return {
          ...defaultParams,
          model: 'custom',
          system,
          layers,
          heads,
          hidden: heads * headDim,
          vocab: 51200,
          gpus: sp * dp,
          sp,
          ringDegree: system === 'hybrid' ? (rings[ring % rings.length] as number) : 1,
          ringLayout,
          seq: sp * 64 * blocks,
          batch: dp * microBatch * microSteps,
          microBatch,
          nodeSize,
          nicBandwidth: 10 ** nic,
        };
      },
    );
}
