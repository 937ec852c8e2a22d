import { loadGcnAccelerators } from '../../actors/index.ts';
import type { Sizes } from './inputs.ts';
import { chunks, type Lowered, Program } from './lowered.ts';
import type { HgcnParams } from './parameters.ts';
import { resolve } from './resolve.ts';
import { layersOf } from './sizes.ts';

const { aggregation, denseUpdate, sparseUpdate, modules, interval, slice, edge, denseFrom } =
  loadGcnAccelerators().boost;

const toSlices = (width: number): number => slice * Math.ceil(width / slice);

/** BoostGCN: partitions stream through DRAM, one burst for each slice of features; update and aggregation modules take turns. */
export function lowerBoost(params: HgcnParams, sizes: Sizes): Lowered {
  const dense = sizes.featureDensity > denseFrom;
  const program = new Program();
  const issued = dense ? addDense(program, params, sizes) : addSparse(program, params, sizes);
  return {
    engines: [
      { name: 'fum', count: 1 },
      { name: 'fam', count: 1 },
      { name: 'ddr', count: 1 },
      { name: 'control', count: 1 },
    ],
    program: program.operations,
    macsIssued: issued,
    elements: ['fum', 'fam'],
    extra: {},
  };
}

/** Dense features: an update, then an aggregation whose edges and sources arrive beside it. */
function addDense(program: Program, params: HgcnParams, sizes: Sizes): number {
  const { denseUpdateEfficiency, order } = params;
  const { ddr, clock } = resolve(params);
  const { nodes, nonzeros } = sizes;
  let before: readonly number[] = [];
  let issued = 0;
  for (const { layer, inputs, outputs } of layersOf(sizes)) {
    const first = order === 'update-first';
    const width = toSlices(first ? outputs : inputs);
    const updated = nodes * inputs * toSlices(outputs);
    const aggregated = nonzeros * width;
    const passes = Math.ceil(Math.ceil(nodes / interval) / modules);
    const streamed = (edge * nonzeros * width) / slice + passes * nodes * width * 4 + nodes * toSlices(outputs) * 4;
    const moved = streamed + (first ? nodes * inputs * 4 + nodes * toSlices(outputs) * 4 : 0);
    const update = (after: readonly number[]): number =>
      program.add(`update ${layer}`, 'fum', updated / (denseUpdate * clock * denseUpdateEfficiency), after);
    const aggregate = (after: readonly number[]): readonly number[] => [
      program.add(`aggregate ${layer}`, 'fam', aggregated / (aggregation * clock), after),
      program.add(`stream ${layer}`, 'ddr', moved / ddr, after, { bytes: moved, slices: chunks }),
    ];
    before = first ? aggregate([update(before)]) : [update(aggregate(before))];
    issued += updated + aggregated;
  }
  return issued;
}

/** Sparse features: nonzeros are updated while they arrive, then edges are aggregated while they arrive. */
function addSparse(program: Program, params: HgcnParams, sizes: Sizes): number {
  const { ddr, clock } = resolve(params);
  const { nonzeros } = sizes;
  let before: readonly number[] = [program.add('start', 'control', params.boostStartSeconds, [])];
  let issued = 0;
  for (const { layer, outputs, nonzeros: features } of layersOf(sizes)) {
    const loaded = layer === 1 ? edge * features : 0;
    const updated = [program.add(`update ${layer}`, 'fum', (features * outputs) / (sparseUpdate * clock), before)];
    if (loaded > 0)
      updated.push(program.add(`load ${layer}`, 'ddr', loaded / ddr, before, { bytes: loaded, slices: chunks }));
    const moved = edge * nonzeros * Math.ceil(outputs / slice);
    before = [
      program.add(`aggregate ${layer}`, 'fam', (nonzeros * outputs) / (aggregation * clock), updated),
      program.add(`stream ${layer}`, 'ddr', moved / ddr, updated, { bytes: moved, slices: chunks }),
    ];
    issued += (features + nonzeros) * outputs;
  }
  return issued;
}
