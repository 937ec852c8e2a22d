import type { ConvLayer } from '../../actors/cnn/index.ts';
import { isConvolutionGpu } from '../../actors/compute/index.ts';
import { loadConvolutionDevice } from '../../actors/presets/index.ts';
import type { Problem } from '../kit/index.ts';
import { parseRanks } from './choose-ranks.ts';
import { networkOf } from './network.ts';
import { type HalocParams, modeOf, stepOf } from './parameters.ts';
import { networksWith, rankSetOf } from './rank-sets.ts';
import { grid } from './rank-space.ts';

type HalocProblem = Problem<keyof HalocParams>;

const MOST_CANDIDATES = 4096;
const SMALLEST_CLASS = 863;

/** Everything that cannot work, with values that would. */
export function problemsOf(params: HalocParams): readonly HalocProblem[] {
  const mode = modeOf(params);
  if (mode === 'kernel') return kernelProblems(params);
  const common = libraryProblems(params);
  if (mode === 'layer') return [...common, ...layerProblems(params)];
  const found = [...common, ...networkProblems(params)];
  return mode === 'train' ? [...found, ...trainProblems(params)] : found;
}

function libraryProblems({ device, kernelLibrary }: HalocParams): readonly HalocProblem[] {
  const machine = loadConvolutionDevice(device);
  if (kernelLibrary === 'cudnn' || !isConvolutionGpu(machine) || machine.core !== undefined) return [];
  return [
    {
      parameter: 'kernelLibrary',
      constraint: `no calibrated kernel constants for device ${device}`,
      use: ['cudnn'],
    },
  ];
}

function kernelProblems(params: HalocParams): readonly HalocProblem[] {
  const machine = loadConvolutionDevice(params.device);
  if (!isConvolutionGpu(machine) || machine.core === undefined)
    return [
      {
        parameter: 'device',
        constraint: `no calibrated kernel constants for device ${params.device}`,
        use: ['rtx2080ti', 'a100'],
      },
    ];
  const { tileH, tileW, coreSize } = params;
  const found: HalocProblem[] = [];
  for (const [parameter, extent] of [
    ['tileH', tileH],
    ['tileW', tileW],
  ] as const)
    if (extent > coreSize)
      found.push({ parameter, constraint: `the output has ${coreSize} rows and columns`, use: [coreSize, 0] });
  if (tileH * tileW > 144)
    found.push({ parameter: 'tileW', constraint: 'tileH times tileW is at most 144', use: [Math.floor(144 / tileH)] });
  return found;
}

function layerProblems({ rank, coreIn, coreOut }: HalocParams): readonly HalocProblem[] {
  const most = Math.min(coreIn, coreOut);
  return rank > most ? [{ parameter: 'rank', constraint: `the layer has ${most} channels`, use: [most] }] : [];
}

function networkProblems(params: HalocParams): readonly HalocProblem[] {
  const { table, decomposable, id } = networkOf(params.network);
  const layers = decomposable.map((index) => table.convs[index] as ConvLayer);
  const found: HalocProblem[] = [];
  if (params.ranks !== '') return rankProblems(params.ranks, id, layers);
  if (params.method === 'tdc') {
    if (rankSetOf(id, params.rankSet) !== undefined) return found;
    const known = networksWith(params.rankSet);
    return [
      {
        parameter: 'rankSet',
        constraint: `${params.rankSet} is not defined for ${id}, only for ${known.join(', ')}`,
        use: (['tdc-sc', 'tdc-2x', 'tdc-10x'] as const).filter((name) => networksWith(name).includes(id)),
      },
    ];
  }
  const step = stepOf(params);
  const widest = Math.max(...layers.map(({ inChannels, outChannels }) => Math.min(inChannels, outChannels)));
  if (step > widest)
    found.push({ parameter: 'step', constraint: `no candidate rank: the widest layer has ${widest}`, use: [widest] });
  if (!params.equalRank) {
    const most = Math.max(
      ...layers.map(({ inChannels, outChannels }) => grid(inChannels, step).length * grid(outChannels, step).length),
    );
    if (most > MOST_CANDIDATES)
      found.push({
        parameter: 'step',
        constraint: `${most} pairs of ranks in one layer are more than ${MOST_CANDIDATES}`,
        use: [step * Math.ceil(Math.sqrt(most / MOST_CANDIDATES))],
      });
  }
  return found;
}

function rankProblems(text: string, id: string, layers: readonly ConvLayer[]): readonly HalocProblem[] {
  const ranks = parseRanks(text);
  if (ranks.length !== layers.length)
    return [{ parameter: 'ranks', constraint: `${id} has ${layers.length} decomposable layers, got ${ranks.length}` }];
  const found: HalocProblem[] = [];
  for (const [i, { r1, r2 }] of ranks.entries()) {
    const { inChannels, outChannels, kernel } = layers[i] as ConvLayer;
    const inside = r1 === 0 ? r2 === 0 : r2 > 0 && r1 <= inChannels && r2 <= outChannels;
    if (!inside || (kernel === 1 && r1 !== r2))
      found.push({
        parameter: 'ranks',
        constraint: `entry ${i + 1} is ${r1}:${r2}, the layer takes 1:1 to ${inChannels}:${outChannels}${kernel === 1 ? ' with equal ranks' : ''}, or 0:0`,
      });
  }
  return found;
}

function trainProblems({ network, dataset, trainPerClass, testPerClass }: HalocParams): readonly HalocProblem[] {
  if (network !== 'tiny-cnn')
    return [{ parameter: 'network', constraint: 'only tiny-cnn can be trained here', use: ['tiny-cnn'] }];
  if (dataset === 'mnist' && trainPerClass + testPerClass > SMALLEST_CLASS)
    return [
      {
        parameter: 'trainPerClass',
        constraint: `the smallest class of mnist has ${SMALLEST_CLASS} pictures, ${testPerClass} of them for tests`,
        use: [Math.max(1, SMALLEST_CLASS - testPerClass)],
      },
    ];
  return [];
}
