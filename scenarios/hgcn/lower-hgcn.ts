import { rowNonzeros, type Sizes, type Source, tilesFor } from './inputs.ts';
import { chunks, type LayerSize, type Lowered, Program } from './lowered.ts';
import type { HgcnParams } from './parameters.ts';
import { resolve } from './resolve.ts';
import { isResident, layersOf } from './sizes.ts';
import { cheaper, denseKernel, type Piece, sparseKernel, type TileWork, tileWork } from './tile-work.ts';
import { featureIndex, layerBytes } from './traffic.ts';

/** Work of one layer on the AI Engines and in the logic. */
interface LayerWork {
  readonly combine: readonly Piece[];
  readonly aggregate: readonly Piece[];
  /** Multiply-adds in the logic, and of them those of the combination. */
  readonly scattered: number;
}

/** Jobs of each AI Engine and layer above which work is not cut any finer. */
const jobsPerEngine = 64;

/** H-GCN: panels and clustered tiles are jobs of the AI Engines, scattered nonzeros stream through the logic, DRAM feeds both, each layer ends in a merge. */
export function lowerHgcn(params: HgcnParams, sizes: Sizes, source: Source, seed: number): Lowered {
  const { aieUsed, layerOverheadSeconds, edgeBytes, residency } = params;
  const { onChip, ddr } = resolve(params);
  const work = tileWork(params, tilesFor(params, source, seed), source, sizes.nonzeros);
  const resident = isResident(residency, sizes, featureIndex, edgeBytes, onChip);
  const program = new Program();
  let issued = 0;
  let before: readonly number[] = [];
  for (const layer of layersOf(sizes)) {
    const moved = resident ? 0 : layerBytes(sizes, layer, { edgeBytes, onChip, all: residency === 'ddr' });
    const parts = workOf(params, sizes, layer, work, seed);
    const loads = Array.from({ length: moved > 0 ? chunks : 0 }, () =>
      program.add(`load ${layer.layer}`, 'ddr', moved / chunks / ddr, before, { bytes: moved / chunks }),
    );
    const ends = addLayer(program, params, layer.layer, parts, loads, before);
    before = [program.add(`merge ${layer.layer}`, 'control', layerOverheadSeconds, [...loads, ...ends, ...before])];
    issued += slotsOf(parts.combine) + slotsOf(parts.aggregate) + parts.scattered;
  }
  const [scattered, loose, tight] = work.byClass;
  const share = (count: number): number => count / sizes.nonzeros;
  return {
    engines: [
      { name: 'aie', count: aieUsed },
      { name: 'pl', count: 1 },
      { name: 'ddr', count: 1 },
      { name: 'control', count: 1 },
    ],
    program: program.operations,
    macsIssued: issued,
    elements: [],
    extra: {
      nnzShareTight: share(tight),
      nnzShareLoose: share(loose),
      nnzShareScattered: share(scattered),
      nnzShareClustered: share(tight + loose),
      nonEmptyTiles: work.nonEmpty,
    },
  };
}

/** What one layer asks of the AI Engines and of the logic. */
function workOf(params: HgcnParams, sizes: Sizes, size: LayerSize, work: TileWork, seed: number): LayerWork {
  const { partitions, singleEngine, sparseKernel: skips, sparseOverheadCycles, tileOverheadCycles, tile } = params;
  const { layer, inputs, outputs, nonzeros } = size;
  if (partitions === 1 && singleEngine === 'pl')
    return { combine: [], aggregate: [], scattered: (nonzeros + sizes.nonzeros) * outputs };
  const density = layer === 1 ? sizes.featureDensity : sizes.hiddenDensity;
  const rows = rowNonzeros(sizes.nodes, inputs, density, seed, `layer${layer}`);
  const combine: Piece[] = [];
  for (let begin = 0; begin < rows.length; begin += tile) {
    const end = Math.min(rows.length, begin + tile);
    let count = 0;
    for (let row = begin; row < end; row++) count += rows[row] as number;
    const dense = denseKernel(end - begin, inputs, outputs);
    combine.push(skips ? cheaper(sparseKernel(count, outputs, sparseOverheadCycles), dense) : dense);
  }
  const aggregate: Piece[] = [];
  const full = denseKernel(tile, tile, outputs);
  work.nonzeros.forEach((count, index) => {
    const sparse = sparseKernel(count, outputs, sparseOverheadCycles);
    const piece = !skips ? full : work.tight[index] === 1 ? cheaper(sparse, full) : sparse;
    aggregate.push({ cycles: (piece.cycles + tileOverheadCycles) * work.scale, slots: piece.slots * work.scale });
  });
  return { combine, aggregate, scattered: partitions === 1 ? 0 : work.byClass[0] * outputs };
}

/** Adds the jobs of a layer, each after the chunk of DRAM traffic that it needs; returns what the merge waits for. */
function addLayer(
  program: Program,
  params: HgcnParams,
  layer: 1 | 2,
  work: LayerWork,
  loads: readonly number[],
  before: readonly number[],
): readonly number[] {
  const { aieUsed, aieClockHz, aieEfficiency, jobCycles, plLanes, plClockHz, plEfficiency } = params;
  const total = cyclesOf(work.combine) + cyclesOf(work.aggregate);
  const grain = Math.max(jobCycles, total / (jobsPerEngine * aieUsed));
  const jobs = [
    ...jobsOf(work.combine, grain).map((cycles) => ({ label: `combine ${layer}`, cycles })),
    ...jobsOf(work.aggregate, grain).map((cycles) => ({ label: `aggregate ${layer}`, cycles })),
  ];
  const needs = (part: number, parts: number): readonly number[] =>
    loads.length === 0 ? before : [loads[Math.floor((chunks * part) / parts)] as number];
  const ends = jobs.map(({ label, cycles }, index) =>
    program.add(label, 'aie', cycles / (aieClockHz * aieEfficiency), needs(index, jobs.length)),
  );
  if (work.scattered === 0) return ends;
  const seconds = work.scattered / (plLanes * plClockHz * plEfficiency);
  const parts = loads.length === 0 ? 1 : chunks;
  for (let part = 0; part < parts; part++)
    ends.push(program.add(`scatter ${layer}`, 'pl', seconds / parts, needs(part, parts)));
  return ends;
}

/** Cuts pieces into jobs of at most `grain` cycles, and puts small ones that follow each other into one job. */
function jobsOf(pieces: readonly Piece[], grain: number): readonly number[] {
  const jobs: number[] = [];
  let open = 0;
  for (const { cycles } of pieces) {
    if (open > 0 && open + cycles > grain) {
      jobs.push(open);
      open = 0;
    }
    if (cycles <= grain) open += cycles;
    else {
      const parts = Math.ceil(cycles / grain);
      for (let part = 0; part < parts; part++) jobs.push(cycles / parts);
    }
  }
  if (open > 0) jobs.push(open);
  return jobs;
}

function cyclesOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { cycles }) => sum + cycles, 0);
}

function slotsOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { slots }) => sum + slots, 0);
}
