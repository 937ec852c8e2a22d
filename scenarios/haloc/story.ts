import type { Plot, RunFunction } from '../kit/index.ts';
import { assumedLoss, chooseRanks, spaceOf } from './choose-ranks.ts';
import { launchLabel, runPasses } from './forward-pass.ts';
import { dense } from './low-rank.ts';
import type { MetricName } from './metrics.ts';
import { networkOf } from './network.ts';
import { defaultParams, type HalocParams } from './parameters.ts';
import type { params } from './params.ts';
import { LatencyTable } from './pricing.ts';
import { layerOf } from './run.ts';
import type { SearchStep } from './search.ts';

type Run = RunFunction<typeof params, MetricName>;

/** The plots that tell the story: the staircase, the search, the launches, FLOP against time, loss against time. */
export async function story(run: Run): Promise<readonly Plot[]> {
  return [staircase(), searchStrip(), await flopsAgainstTime(run), launches(), await lossAgainstTime(run)];
}

function staircase(): Plot {
  const layer = layerOf({ ...defaultParams, coreIn: 64, coreOut: 64, coreSize: 56 });
  const tables = { cudnn: new LatencyTable('rtx2080ti', 'cudnn', 1), tdc: new LatencyTable('rtx2080ti', 'tdc', 1) };
  const ranks = Array.from({ length: 64 }, (_, i) => i + 1);
  return {
    kind: 'line',
    title: 'One layer against its rank',
    note: '64 to 64 channels at 56 x 56 on rtx2080ti. Kernels work in steps of 32 output channels: rank 33 pays for 64.',
    x: { label: 'rank' },
    y: { label: 'time', unit: 'us' },
    series: Object.entries(tables).map(([name, table]) => ({
      name: `three factors, ${name}`,
      points: ranks.map((r) => [r, table.seconds(layer, { r1: r, r2: r }) * 1e6] as const),
    })),
    levels: [{ y: tables.cudnn.seconds(layer, dense) * 1e6, label: 'dense layer' }],
  };
}

/** The search of ResNet-18 for 66.16 % fewer FLOP, seen through the candidates that end up chosen. */
function searchStrip(): Plot {
  const given: HalocParams = { ...defaultParams, step: 32 };
  const network = networkOf(given.network);
  const space = spaceOf(
    given,
    new LatencyTable(given.device, given.kernelLibrary, 1),
    assumedLoss(network, given.spectrumExponent),
  );
  const steps: SearchStep[] = [];
  const { ranks } = chooseRanks(given, space, { seed: 1, onStep: (step) => void steps.push(step) });
  const chosen = ranks.map(({ r1 }, l) => (space.layers[l] ?? []).findIndex((candidate) => candidate.r1 === r1));
  const shown = steps.filter(({ step }) => step % 30 === 0 || step === steps.length - 1);
  return {
    kind: 'heat',
    title: 'The search: probability of the rank that each layer ends with',
    note: 'ResNet-18, 66.16 % fewer FLOP. All candidates start equal; as the temperature falls one takes over. Low values at the end are layers that repair moved.',
    x: { label: 'step' },
    y: { label: 'layer' },
    value: { label: 'probability' },
    cells: shown.flatMap(({ step, probabilities }) =>
      probabilities.map((p, l) => {
        const name = `${String(l + 1).padStart(2, '0')}: ${ranks[l]?.r1 === 0 ? 'dense' : `rank ${ranks[l]?.r1}`}`;
        const value = p[chosen[l] as number];
        return [String(step), name, value === undefined ? null : Math.round(1e3 * value) / 1e3] as const;
      }),
    ),
  };
}

async function flopsAgainstTime(run: Run): Promise<Plot> {
  const cuts = [0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
  const machines = [
    { name: 'rtx2080ti, cudnn', set: { device: 'rtx2080ti' } },
    { name: 'rtx2080ti, tdc', set: { device: 'rtx2080ti', kernelLibrary: 'tdc' } },
    { name: 'a100, tdc', set: { device: 'a100', kernelLibrary: 'tdc' } },
    { name: 'v100, cudnn', set: { device: 'v100' } },
    { name: 'jetson-tx2, cudnn', set: { device: 'jetson-tx2' } },
    { name: 'eyeriss', set: { device: 'eyeriss' } },
  ] as const;
  const series = await Promise.all(
    machines.map(async ({ name, set }) => {
      const runs = await Promise.all(cuts.map((flopsTarget) => run({ ...set, flopsTarget })));
      return {
        name,
        points: runs.map((result) => [100 * result.number('flopsReduction'), result.number('speedup')] as const),
      };
    }),
  );
  const ideal = cuts.map((cut) => [100 * cut, 1 / (1 - cut)] as const);
  return {
    kind: 'line',
    title: 'What a cut of FLOP is worth in time',
    note: 'ResNet-18, ranks searched for FLOP in steps of 32. Library kernels stay far below the ideal line; kernels written for thin cores win even where FLOP hardly fall.',
    x: { label: 'FLOP cut', unit: '%' },
    y: { label: 'speed-up', unit: 'x' },
    series: [{ name: 'ideal 1/(1-x)', points: ideal.slice(0, -1) }, ...series],
  };
}

function launches(): Plot {
  const network = networkOf('resnet20');
  const given: HalocParams = { ...defaultParams, network: 'resnet20', flopsTarget: 0.722 };
  const table = new LatencyTable('rtx2080ti', 'cudnn', 1);
  const { ranks } = chooseRanks(given, spaceOf(given, table, assumedLoss(network, given.spectrumExponent)), {
    seed: 1,
  });
  const names = ['dense', 'low-rank'];
  const { outcomes } = runPasses(
    [
      {
        name: 'dense',
        launches: table.launches(
          network,
          ranks.map(() => dense),
        ),
      },
      { name: 'low-rank', launches: table.launches(network, ranks) },
    ],
    { record: true },
  );
  return {
    kind: 'timeline',
    title: 'A forward pass of ResNet-20, dense above low-rank',
    note: 'rtx2080ti, library kernels, 72.2 % fewer FLOP. Three launches a layer eat what the thinner kernels save.',
    x: { label: 'time', unit: 'us' },
    lanes: outcomes.map(({ spans }, i) => ({
      name: names[i] as string,
      spans: spans
        .filter(({ busy }) => busy)
        .map(({ start, end, label }) => ({
          start: start / 1e6,
          end: end / 1e6,
          kind: label === launchLabel ? 'launch' : label,
        })),
    })),
  };
}

async function lossAgainstTime(run: Run): Promise<Plot> {
  const targets = [0.3, 0.35, 0.4, 0.45, 0.5, 0.6];
  const methods = [
    { name: 'searched for latency', set: { method: 'haloc', objective: 'latency' } },
    { name: 'equal loss', set: { method: 'alds', objective: 'latency' } },
    { name: 'uniform', set: { method: 'uniform', objective: 'latency' } },
  ] as const;
  const series = await Promise.all(
    methods.map(async ({ name, set }) => {
      const runs = await Promise.all(
        targets.map((latencyTarget) => run({ ...set, latencyTarget, step: 16, kernelLibrary: 'tdc' })),
      );
      return {
        name,
        points: runs
          .filter((result) => result.flag('targetMet'))
          .map((result) => [1e3 * result.number('latencySeconds'), result.number('truncationLoss')] as const),
      };
    }),
  );
  return {
    kind: 'line',
    title: 'Truncation loss against latency',
    note: 'ResNet-18 on rtx2080ti with kernels of its own, ranks in steps of 16: lower is better.',
    x: { label: 'latency', unit: 'ms' },
    y: { label: 'truncation loss' },
    series,
  };
}
