import { loadGcnAccelerators } from '../../actors/index.ts';
import { rowNonzeros, type Sizes, type Source } from './inputs.ts';
import { chunks, type Lowered, Program } from './lowered.ts';
import type { HgcnParams } from './parameters.ts';
import { rebalancedRounds } from './rebalance.ts';
import { resolve } from './resolve.ts';
import { featureBytes, isResident, layersOf } from './sizes.ts';

const { edge } = loadGcnAccelerators().stratixSx;

/** Bytes of the index of a stored feature of the Stratix designs. */
export const wideIndex = 4;

/** AWB-GCN: every column of the dense operand is a round of all processing elements, which ends with the slowest; DRAM runs beside. */
export function lowerAwb(params: HgcnParams, sizes: Sizes, source: Source, seed: number): Lowered {
  const { baselineMacs, networkEfficiency, rebalance, residency } = params;
  const { onChip, ddr, clock } = resolve(params);
  const elements = Math.max(1, Math.round(baselineMacs));
  const resident = isResident(residency, sizes, wideIndex, edge, onChip);
  const program = new Program();
  const adjacency = source.degrees.map((degree) => degree + 1);
  let before: readonly number[] = [];
  let [issued, largest, mean] = [0, 0, 0];
  for (const { layer, inputs, outputs } of layersOf(sizes)) {
    const density = layer === 1 ? sizes.featureDensity : sizes.hiddenDensity;
    const rows = rowNonzeros(sizes.nodes, inputs, density, seed, `layer${layer}`);
    const ends: number[] = [];
    const moved = resident ? 0 : edge * sizes.nonzeros + (layer === 1 ? featureBytes(sizes, wideIndex) : 0);
    if (moved > 0)
      ends.push(program.add(`load ${layer}`, 'ddr', moved / ddr, before, { bytes: moved, slices: chunks }));
    for (const [label, operand] of [
      ['combine', rows],
      ['aggregate', adjacency],
    ] as const) {
      const { largest: loads, total } = rebalancedRounds(operand, outputs, elements, rebalance);
      const fed = total / (elements * networkEfficiency);
      for (const load of loads) {
        ends.push(program.add(`${label} ${layer}`, 'pe', Math.max(load, fed) / clock, before));
        largest += load;
        mean += total / elements;
      }
      issued += total * outputs;
    }
    before = ends;
  }
  return {
    engines: [
      { name: 'pe', count: 1 },
      { name: 'ddr', count: 1 },
    ],
    program: program.operations,
    macsIssued: issued,
    elements: ['pe'],
    lumped: { cycles: issued, count: elements, clock },
    extra: { imbalance: mean > 0 ? largest / mean : 1 },
  };
}
