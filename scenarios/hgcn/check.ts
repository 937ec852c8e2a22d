import { existsSync, statSync } from 'node:fs';
import type { Problem } from '../kit/index.ts';
import { datasets } from './datasets.ts';
import { readGraph } from './inputs.ts';
import { type Accelerator, defaultParams, type HgcnParams } from './parameters.ts';
import { macsOf } from './sizes.ts';

type Name = Extract<keyof HgcnParams, string>;

const tiles = [8, 16, 32, 64, 128];

/** A longer file cannot be read into one text. */
const mostFileBytes = 5e8;
/** Shortest line of an edge list, in bytes. */
const lineBytes = 4;

/** Multiply-adds beyond which nothing is multiplied for real; all graphs below are generated whole. */
const mostVerified = 2e9;

/** Parameters that mean something for some accelerators only. */
const only: Partial<Record<Name, readonly Accelerator[]>> = {
  order: ['boostgcn'],
  reorder: ['hgcn'],
  tile: ['hgcn'],
  tightThreshold: ['hgcn'],
  looseThreshold: ['hgcn'],
  partitions: ['hgcn'],
  singleEngine: ['hgcn'],
  sparseKernel: ['hgcn'],
  aieUsed: ['hgcn'],
  aieClockHz: ['hgcn'],
  aieEfficiency: ['hgcn'],
  sparseOverheadCycles: ['hgcn'],
  tileOverheadCycles: ['hgcn'],
  jobCycles: ['hgcn'],
  plLanes: ['hgcn'],
  plClockHz: ['hgcn'],
  plEfficiency: ['hgcn'],
  onChipBytes: ['hgcn', 'awb-gcn', 'i-gcn'],
  edgeBytes: ['hgcn'],
  layerOverheadSeconds: ['hgcn'],
  baselineMacs: ['awb-gcn', 'i-gcn'],
  baselineClockHz: ['awb-gcn', 'i-gcn', 'boostgcn'],
  rebalance: ['awb-gcn'],
  networkEfficiency: ['awb-gcn'],
  islandEfficiency: ['i-gcn'],
  islandStartSeconds: ['i-gcn'],
  pruneSource: ['i-gcn'],
  denseUpdateEfficiency: ['boostgcn'],
  boostStartSeconds: ['boostgcn'],
};

/** Parameters that mean something for some data sets only. */
const onlyDatasets: Partial<Record<Name, readonly string[]>> = {
  graphFile: ['file'],
  nodes: ['synthetic'],
  edges: ['synthetic'],
  featureLength: ['synthetic', 'file'],
  classes: ['synthetic', 'file'],
  featureDensity: ['synthetic', 'file'],
  hiddenDensity: ['synthetic', 'file'],
};

/** Everything that is wrong with a combination of parameters, before any event. */
export function checkParams(params: HgcnParams): readonly Problem<Name>[] {
  const { dataset, nodes, edges, tile, tightThreshold, looseThreshold, partitions, singleEngine } = params;
  const problems: Problem<Name>[] = [...effectless(params)];
  const refuse = (parameter: Name, constraint: string, use: readonly (string | number)[] = []): void => {
    problems.push({ parameter, constraint, use });
  };
  if (!tiles.includes(tile)) refuse('tile', `must be one of ${tiles.join(', ')}`, nearest(tile));
  if (tightThreshold < looseThreshold)
    refuse('tightThreshold', `must be at least looseThreshold, ${looseThreshold}`, [looseThreshold]);
  if (partitions !== 1 && singleEngine !== defaultParams.singleEngine)
    refuse('singleEngine', 'has no effect unless partitions=1', [defaultParams.singleEngine]);
  if (partitions === 2 && !params.sparseKernel) refuse('sparseKernel', 'partitions=2 has the sparse kernel only', [3]);
  if (dataset === 'synthetic') {
    const most = (nodes * (nodes - 1)) / 2;
    if (edges > most) refuse('edges', `${nodes} nodes have at most ${most} edges`, [most]);
  }
  if (params.verify && multiplyAdds(params) > mostVerified)
    refuse('verify', `multiplies at most ${mostVerified} numbers for real, this run has about ${multiplyAdds(params)}`);
  if (dataset === 'file') problems.push(...fileProblems(params.graphFile));
  return problems;
}

/** Multiply-adds of a run, about; of a file 0, which is read later. */
function multiplyAdds(params: HgcnParams): number {
  const { dataset, hidden, nodes, edges, featureLength: features, classes, featureDensity, hiddenDensity } = params;
  if (dataset === 'file') return 0;
  if (dataset !== 'synthetic') return macsOf({ ...datasets[dataset], hidden: hidden || datasets[dataset].hidden });
  const nonzeros = 2 * edges + nodes;
  return macsOf({ nodes, nonzeros, features, hidden: hidden || 128, classes, featureDensity, hiddenDensity });
}

/** Parameters that were changed and do nothing. */
function effectless(params: HgcnParams): readonly Problem<Name>[] {
  const { accelerator, compareTo, dataset, suite, residency } = params;
  const problems: Problem<Name>[] = [];
  const refuse = (parameter: Name, constraint: string): void => {
    problems.push({ parameter, constraint, use: [defaultParams[parameter] as string | number] });
  };
  const changed = (name: Name): boolean => params[name] !== defaultParams[name];
  for (const [name, accelerators] of Object.entries(only) as [Name, readonly Accelerator[]][])
    if (changed(name) && ![accelerator, compareTo].some((one) => accelerators.includes(one as Accelerator)))
      refuse(name, `has no effect for accelerator ${accelerator}, only for ${accelerators.join(', ')}`);
  for (const [name, ids] of Object.entries(onlyDatasets) as [Name, readonly string[]][])
    if (changed(name) && !ids.includes(dataset))
      refuse(name, `has no effect for dataset ${dataset}, only for ${ids.join(', ')}`);
  if (accelerator === 'boostgcn' && residency !== 'auto' && residency !== 'ddr')
    refuse('residency', 'has no effect for accelerator boostgcn, which always reads from DRAM');
  if (suite !== 'none')
    for (const name of ['dataset', 'accelerator', 'hidden', 'compareTo', 'residency', 'verify'] as const)
      if (changed(name)) refuse(name, 'has no effect with a suite, whose cells say it');
  if (compareTo !== 'none' && compareTo === accelerator)
    problems.push({ parameter: 'compareTo', constraint: 'must be another accelerator', use: ['none'] });
  return problems;
}

/** Reads the file, so that what is wrong with it is told before the run. */
function fileProblems(file: string): readonly Problem<Name>[] {
  const problem = (constraint: string): readonly Problem<Name>[] => [{ parameter: 'graphFile', constraint, use: [] }];
  if (file === '') return problem('dataset=file needs the path of a .csv or .mtx file');
  if (!existsSync(file)) return problem('there is no such file');
  const { size } = statSync(file);
  if (size > mostFileBytes)
    return problem(
      `up to ${Math.round(size / lineBytes / 1e6)} million edges are expected, files above 500 MB are not read`,
    );
  try {
    readGraph(file);
    return [];
  } catch (error) {
    return problem((error as Error).message.replace(/[.]$/, ''));
  }
}

function nearest(tile: number): readonly number[] {
  return [tiles.reduce((best, one) => (Math.abs(one - tile) < Math.abs(best - tile) ? one : best))];
}
