import { loadGcnAccelerators } from '../../actors/index.ts';
import { prunedOf, type Sizes } from './inputs.ts';
import { wideIndex } from './lower-awb.ts';
import { chunks, type Lowered, Program } from './lowered.ts';
import type { HgcnParams } from './parameters.ts';
import { resolve } from './resolve.ts';
import { featureBytes, isResident, layersOf, macsOf } from './sizes.ts';

const { stratixSx, island } = loadGcnAccelerators();

/** I-GCN: islands keep all multipliers busy but for the pruned share of the aggregation; DRAM runs beside. */
export function lowerIsland(params: HgcnParams, sizes: Sizes, seed: number): Lowered {
  const { baselineMacs, islandEfficiency, islandStartSeconds, residency } = params;
  const { onChip, ddr, clock } = resolve(params);
  const resident = isResident(residency, sizes, wideIndex, stratixSx.edge, onChip);
  const { share, measured } = prunedOf(params, seed);
  const program = new Program();
  let before: readonly number[] = [program.add('start', 'control', islandStartSeconds, [])];
  let [issued, useful, pruned] = [0, 0, 0];
  for (const { layer, inputs, outputs, nonzeros } of layersOf(sizes)) {
    const dense = layer === 1 && sizes.featureDensity > island.denseFrom;
    const combine = (dense ? sizes.nodes * inputs : nonzeros) * outputs;
    const aggregate = sizes.nonzeros * outputs;
    const rate = baselineMacs * clock * islandEfficiency;
    const ends = [
      program.add(`combine ${layer}`, 'pe', combine / rate, before),
      program.add(`aggregate ${layer}`, 'pe', (aggregate * (1 - share)) / rate, before),
    ];
    const moved = resident ? 0 : stratixSx.edge * sizes.nonzeros + (layer === 1 ? featureBytes(sizes, wideIndex) : 0);
    if (moved > 0)
      ends.push(program.add(`load ${layer}`, 'ddr', moved / ddr, before, { bytes: moved, slices: chunks }));
    issued += combine + aggregate * (1 - share);
    useful += combine + aggregate;
    pruned += aggregate * share;
    before = ends;
  }
  return {
    engines: [
      { name: 'pe', count: 1 },
      { name: 'ddr', count: 1 },
      { name: 'control', count: 1 },
    ],
    program: program.operations,
    macsIssued: Math.max(issued, macsOf(sizes) - pruned),
    elements: ['pe'],
    lumped: { cycles: issued, count: baselineMacs, clock },
    extra: {
      pruneRateOverall: useful > 0 ? pruned / useful : 0,
      ...(measured === undefined ? {} : { measuredPruneRate: measured }),
    },
  };
}
