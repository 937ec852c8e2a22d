import type { Draw, Invariant, ParamsInput } from '../kit/index.ts';
import { parseRanks } from './choose-ranks.ts';
import { dense, isDense, macsAt } from './low-rank.ts';
import type { MetricName } from './metrics.ts';
import { networkOf } from './network.ts';
import { defaultParams, type HalocParams, stepOf } from './parameters.ts';
import type { params } from './params.ts';

type HalocInvariant = Invariant<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;

const networks = ['resnet20', 'vgg16-cifar', 'resnet18', 'resnet50', 'mobilenetv2'] as const;
const devices = ['rtx2080ti', 'a100', 'v100', 'jetson-tx2', 'eyeriss'] as const;

/** Any network, step and target; few search steps, for properties that hold after any search. */
function anyRun(draw: Draw): Input & Partial<HalocParams> {
  const network = draw.pick(networks);
  return {
    network,
    step: draw.pick(network === 'resnet20' ? [2, 4, 8, 16] : [16, 32, 48]),
    flopsTarget: draw.real(0.02, 0.95),
    device: draw.pick(devices),
    searchSteps: draw.integer(1, 20),
    method: draw.pick(['haloc', 'uniform', 'alds']),
    relaxation: draw.pick(['softmax', 'gumbel']),
    seed: draw.integer(0, 1000),
  };
}

/** Properties of every run, checked on random parameters. */
export const invariants: readonly HalocInvariant[] = [
  {
    id: 'grid',
    text: 'every rank is a multiple of the step, or the width where that is smaller; both ranks are equal; no layer needs more than dense',
    draw: anyRun,
    holds: async (input, run) => {
      const result = await run(input);
      const { table, decomposable } = networkOf(input.network as HalocParams['network']);
      const step = stepOf({ ...defaultParams, ...(input as Partial<HalocParams>) });
      for (const [i, ranks] of parseRanks(String(result.metrics.rankList)).entries()) {
        const layer = table.convs[decomposable[i] as number];
        if (layer === undefined) return `${i} is no layer`;
        if (isDense(ranks)) continue;
        const width = Math.min(layer.inChannels, layer.outChannels);
        if (ranks.r1 !== ranks.r2) return `ranks ${ranks.r1} and ${ranks.r2} differ`;
        if (ranks.r1 % step !== 0 && ranks.r1 !== width) return `rank ${ranks.r1} is off the grid`;
        if (macsAt(layer, ranks) >= macsAt(layer, dense)) return `layer ${i} costs more than dense`;
      }
      const reduction = result.number('flopsReduction');
      return (reduction >= 0 && reduction < 1) || `reduction ${reduction}`;
    },
  },
  {
    id: 'target',
    text: 'a target that is met is met by the counted FLOP or the simulated latency; one that is not leaves no layer that could be cheaper',
    draw: (draw) => ({
      ...anyRun(draw),
      method: 'haloc',
      objective: draw.pick(['flops', 'latency']),
      latencyTarget: draw.real(0.05, 1),
    }),
    holds: async (input, run) => {
      const result = await run(input);
      const byLatency = input.objective === 'latency';
      const ratio = byLatency
        ? result.number('latencySeconds') / result.number('denseLatencySeconds')
        : 1 - result.number('flopsReduction');
      const target = byLatency ? Number(input.latencyTarget) : 1 - Number(input.flopsTarget);
      if (result.flag('targetMet')) return ratio <= target * (1 + 1e-6) || `${ratio} above ${target}`;
      const lowest = await run({ ...input, ...(byLatency ? { latencyTarget: 0.02 } : { flopsTarget: 0.98 }) });
      return result.metrics.rankList === lowest.metrics.rankList || 'a layer could be cheaper';
    },
  },
  {
    id: 'less than uniform',
    text: 'searched ranks lose no more than uniform ranks at the same target and step',
    draw: (draw) => ({
      network: draw.pick(['resnet20', 'vgg16-cifar', 'resnet18', 'resnet50']),
      step: draw.pick([8, 16, 32]),
      flopsTarget: draw.real(0.02, 0.95),
      device: 'eyeriss',
    }),
    holds: async (input, run) => {
      const [searched, uniform] = [await run(input), await run({ ...input, method: 'uniform' })];
      if (!uniform.flag('targetMet')) return true;
      const [a, b] = [searched.number('truncationLoss'), uniform.number('truncationLoss')];
      return a <= b + 1e-9 || `${a} over ${b}`;
    },
    runs: 30,
  },
  {
    id: 'seed',
    text: 'softmax does not depend on the seed, gumbel gives the same ranks for the same seed',
    draw: (draw) => ({ ...anyRun(draw), method: 'haloc' }),
    holds: async (input, run) => {
      const again =
        input.relaxation === 'softmax' ? { ...input, seed: Number(input.seed) + 1 } : { ...input, batch: 2 };
      const [one, two] = [await run(input), await run(again)];
      return one.metrics.rankList === two.metrics.rankList || 'ranks differ';
    },
  },
  {
    id: 'least latency',
    text: 'latency is at least the launches; a low-rank network has three launches a decomposed layer, two in mobilenetv2',
    draw: anyRun,
    holds: async (input, run) => {
      const result = await run(input);
      if (input.device === 'eyeriss') return result.number('launchSeconds') === 0 || 'launches on an array';
      const { table, factors } = networkOf(input.network as HalocParams['network']);
      const launch = input.device === 'jetson-tx2' ? 20e-6 : 10e-6;
      const count = table.convs.length + table.linear.length + (factors - 1) * result.number('decomposedLayers');
      if (Math.abs(result.number('launchSeconds') / (count * launch) - 1) > 1e-9)
        return `${result.number('launchSeconds')} s`;
      return result.number('latencySeconds') >= count * launch || 'faster than its launches';
    },
  },
  {
    id: 'batch',
    text: 'twice the batch never lowers the latency and never raises that of one image',
    draw: (draw) => ({ ...anyRun(draw), batch: draw.integer(1, 64) }),
    holds: async (input, run) => {
      const ranks = String((await run(input)).metrics.rankList);
      const [one, two] = [
        await run({ ...input, ranks }),
        await run({ ...input, ranks, batch: 2 * Number(input.batch) }),
      ];
      const growth = two.number('latencySeconds') / one.number('latencySeconds');
      return (growth >= 1 - 1e-9 && growth <= 2 + 1e-6) || `latency grew by ${growth}`;
    },
  },
  {
    id: 'flops are not time',
    text: 'no set of ranks of ResNet-18 is as much faster on library kernels as it has fewer FLOP',
    draw: (draw) => ({ flopsTarget: draw.real(0.1, 0.95), step: draw.pick([8, 16, 32]), searchSteps: 20 }),
    holds: async (input, run) => {
      const result = await run(input);
      const ideal = 1 / (1 - result.number('flopsReduction'));
      return (
        result.number('decomposedLayers') === 0 ||
        result.number('speedup') < ideal ||
        `${result.number('speedup')} against ${ideal}`
      );
    },
    runs: 30,
  },
  {
    id: 'smaller cuts lose less',
    text: 'a smaller cut never loses more than 1 % more; a finer step, where both meet the target, never more than 10 % more',
    draw: (draw) => ({
      network: draw.pick(['resnet20', 'resnet18', 'vgg16-cifar']),
      flopsTarget: draw.real(0.3, 0.9),
      step: 16,
      device: 'eyeriss',
    }),
    holds: async (input, run) => {
      const loss = async (set: Input): Promise<number> => (await run({ ...input, ...set })).number('truncationLoss');
      if (!(await run(input)).flag('targetMet')) return true;
      const own = await loss({});
      const [smaller, finer] = [
        await loss({ flopsTarget: Number(input.flopsTarget) - 0.1 }),
        await loss({ step: Number(input.step) / 2 }),
      ];
      if (smaller > 1.01 * own + 1e-9) return `a smaller cut loses ${smaller}, not ${own}`;
      return finer <= 1.1 * own + 1e-9 || `finer steps lose ${finer}, not ${own}`;
    },
    runs: 15,
  },
  {
    id: 'break-even',
    text: 'factors need no more multiplications than dense exactly up to the break-even rank',
    draw: (draw) => {
      const [coreIn, coreOut] = [draw.integer(1, 512), draw.integer(1, 512)];
      return {
        mode: 'layer',
        coreIn,
        coreOut,
        coreSize: draw.integer(1, 112),
        stride: draw.integer(1, 2),
        rank: draw.integer(1, Math.min(coreIn, coreOut)),
      };
    },
    holds: async (input, run) => {
      const result = await run(input);
      const within = result.number('lowRankMacs') <= result.number('denseMacs');
      return (
        within === Number(input.rank) <= result.number('breakEvenRank') ||
        'break-even rank and multiplications disagree'
      );
    },
  },
];
