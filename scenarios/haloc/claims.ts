import { type Estimate, estimateMean } from '../../engine/statistics/index.ts';
import type { Claim, ParamsInput } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';

type HalocClaim = Claim<typeof params, MetricName>;
type Run = Parameters<HalocClaim['how']>[0];
type Input = ParamsInput<typeof params>;

const paper = 'HALOC, AAAI 2023, abstract';
const tdc = 'TDC (Wang et al., PPoPP 2023), README of the artifact: range over five networks';
const derived = 'derived here: the boundary of the claim';
const reference = 'derived: an independent computation of the same model';

/** The three headline runs: network and published reduction of FLOP. */
const headlines = [
  { network: 'resnet20', flopsTarget: 0.722 },
  { network: 'vgg16-cifar', flopsTarget: 0.8644 },
  { network: 'resnet18', flopsTarget: 0.6616 },
] as const;
const referenceLoss = { resnet20: 0.3, 'vgg16-cifar': 0.266, resnet18: 0.186 } as const;
/** Networks and rank sets of the end-to-end ranges. */
const schemes = [
  { network: 'resnet18', rankSet: 'tdc-sc' },
  { network: 'resnet50', rankSet: 'tdc-sc' },
  { network: 'vgg16', rankSet: 'tdc-2x' },
] as const;

async function ratio(run: Run, metric: MetricName, above: Input, below: Input): Promise<number> {
  return (await run(above)).number(metric) / (await run(below)).number(metric);
}

function reductions({ network, flopsTarget }: (typeof headlines)[number]): readonly HalocClaim[] {
  const input: Input = { network, flopsTarget };
  return [
    {
      id: `flops ${network}`,
      text: `reduction of FLOP of ${network} after search and repair`,
      published: flopsTarget,
      source: paper,
      pass: { min: flopsTarget, max: flopsTarget + 0.02 },
      how: async (run) => (await run(input)).number('flopsReduction'),
    },
    {
      id: `argmax ${network}`,
      text: `reduction of FLOP of ${network} that the search itself finds, before repair`,
      published: flopsTarget,
      source: paper,
      pass: { min: flopsTarget - 0.03, max: flopsTarget + 0.03 },
      how: async (run) => (await run(input)).number('argmaxReduction'),
    },
    {
      id: `loss ${network}`,
      text: `truncation loss of ${network} at that reduction`,
      published: referenceLoss[network],
      source: `${reference}; 5 % above its value`,
      pass: { max: referenceLoss[network] },
      how: async (run) => (await run(input)).number('truncationLoss'),
    },
    {
      id: `less than uniform ${network}`,
      text: `truncation loss of searched ranks of ${network} over that of uniform ranks`,
      published: 1,
      unit: 'x',
      source: 'HALOC: searched ranks beat uniform ones',
      pass: { max: 1 },
      how: (run) => ratio(run, 'truncationLoss', input, { ...input, method: 'uniform' }),
    },
  ];
}

type Device = 'rtx2080ti' | 'a100';
type Library = 'cudnn' | 'tvm' | 'tdc';

/** Least or greatest speed of `fast` over `slow` over the three networks; the bands are the published ranges widened by a tenth. */
function endToEnd(device: Device, slow: Library | 'dense', low: number, high: number): readonly HalocClaim[] {
  const speeds = (run: Run): Promise<number[]> =>
    Promise.all(
      schemes.map((scheme) => {
        const own: Input = { ...scheme, device, method: 'tdc', kernelLibrary: 'tdc' };
        const other: Input = slow === 'dense' ? { ...own, method: 'none' } : { ...own, kernelLibrary: slow };
        return ratio(run, 'latencySeconds', other, own);
      }),
    );
  const band = { min: 0.9 * low, max: 1.1 * high };
  const of =
    slow === 'dense' ? 'the dense network' : slow === 'cudnn' ? 'the same ranks on cudnn' : 'the same ranks on tvm';
  return (['least', 'greatest'] as const).map((which) => ({
    id: `${device} ${which} over ${slow}`,
    text: `${which} speed-up on ${device} of published ranks with own kernels over ${of}, three networks`,
    published: which === 'least' ? low : high,
    unit: 'x',
    source: tdc,
    pass: band,
    how: async (run) => {
      const all = await speeds(run);
      return which === 'least' ? Math.min(...all) : Math.max(...all);
    },
  }));
}

/** ResNet-18 with ranks in steps of 16 on measured kernels, searched for FLOP. */
const fine: Input = { network: 'resnet18', step: 16, kernelLibrary: 'tdc' };

async function atEqualLatency(run: Run): Promise<number> {
  const found = await run(fine);
  const latencyTarget = found.number('latencySeconds') / found.number('denseLatencySeconds');
  const searched = await run({ ...fine, objective: 'latency', latencyTarget });
  return searched.number('truncationLoss') / found.number('truncationLoss');
}

/** Loss of ranks searched for a latency over that of uniform ranks for the same latency. */
async function overUniform(run: Run, set: Input): Promise<number> {
  const given: Input = { objective: 'latency', ...set };
  return ratio(run, 'truncationLoss', given, { ...given, method: 'uniform' });
}

/** The headlines, each computed from runs and judged by a stated band; where one does not hold, a claim says so. */
export const claims: readonly HalocClaim[] = [
  ...headlines.flatMap(reductions),
  {
    id: 'search for time',
    text: 'truncation loss of ranks searched for latency over that of ranks searched for FLOP, at equal latency',
    published: 0.84,
    unit: 'x',
    source: reference,
    pass: { max: 0.9 },
    how: atEqualLatency,
  },
  {
    id: 'less than uniform at equal latency',
    text: 'truncation loss of searched over uniform ranks, ResNet-18 at 0.4 of the dense latency, rtx2080ti',
    published: 1,
    unit: 'x',
    source: 'HALOC: searched ranks beat uniform ones',
    pass: { max: 1 },
    how: (run) => overUniform(run, { ...fine, latencyTarget: 0.4 }),
  },
  {
    id: 'flops are not time',
    text: 'speed-up of 66.16 % fewer FLOP of ResNet-18 on library kernels',
    published: 1 / (1 - 0.6616),
    unit: 'x',
    source: `${paper}: the FLOP; 1 / (1 - reduction) is what they would be worth`,
    pass: { min: 1.2, max: 1.7 },
    how: async (run) => (await run({})).number('speedup'),
  },
  {
    id: 'not faster: launch-bound',
    text: 'does not hold: 72 % fewer FLOP of ResNet-20 on Jetson TX2 make nothing faster',
    published: 1 / (1 - 0.722),
    unit: 'x',
    source: derived,
    pass: { max: 1.4 },
    how: async (run) =>
      (await run({ network: 'resnet20', flopsTarget: 0.722, device: 'jetson-tx2' })).number('speedup'),
  },
  {
    id: 'not faster: three launches',
    text: 'does not hold: the same on rtx2080ti is slower than dense',
    published: 1 / (1 - 0.722),
    unit: 'x',
    source: derived,
    pass: { max: 1 },
    how: async (run) => (await run({ network: 'resnet20', flopsTarget: 0.722 })).number('speedup'),
  },
  {
    id: 'not reachable: coarse steps',
    text: 'does not hold: 72.20 % with ranks in steps of 16 instead of 4 on ResNet-20',
    published: true,
    source: derived,
    pass: { equals: false },
    how: async (run) => (await run({ network: 'resnet20', flopsTarget: 0.722, step: 16 })).flag('targetMet'),
  },
  ...endToEnd('rtx2080ti', 'dense', 1.57, 3.41),
  ...endToEnd('a100', 'dense', 1.85, 4.57),
  ...endToEnd('rtx2080ti', 'cudnn', 1.04, 2.22),
  ...endToEnd('a100', 'cudnn', 1.27, 3.14),
  ...endToEnd('rtx2080ti', 'tvm', 1.09, 1.51),
  ...endToEnd('a100', 'tvm', 1.08, 1.45),
  {
    id: 'one rank past the step',
    text: 'core kernel of 33 over that of 32 output channels, 64 inputs at 56 x 56',
    published: 1,
    unit: 'x',
    source: 'derived: blocks of 32 threads',
    pass: { min: 1.1 },
    how: (run) =>
      ratio(
        run,
        'coreKernelSeconds',
        { mode: 'kernel', kernelLibrary: 'tdc', coreOut: 33 },
        { mode: 'kernel', kernelLibrary: 'tdc', coreOut: 32 },
      ),
  },
  {
    id: 'trained drop',
    text: 'accuracy lost by the small network at 72 % fewer FLOP after fine-tuning, mean of seeds 1 to 3',
    published: 0.01,
    source: 'derived: an independent implementation, mean of three seeds',
    pass: { max: 0.018 },
    slow: true,
    how: (run) => meanOf(run, 0.72, 'accuracyDrop'),
  },
  {
    id: 'trained baseline',
    text: 'accuracy of the dense network, mean of seeds 1 to 3',
    published: 0.971,
    source: 'derived: an independent implementation, mean of three seeds',
    pass: { min: 0.95 },
    slow: true,
    how: (run) => meanOf(run, 0.72, 'accuracyBaseline'),
  },
  {
    id: 'fine-tuning matters',
    text: 'accuracy that fine-tuning brings back at 72 % fewer FLOP, mean of seeds 1 to 3',
    published: 0.039,
    source: 'derived: an independent implementation, mean of three seeds',
    pass: { min: 0.02 },
    slow: true,
    how: async (run) => (await meanOf(run, 0.72, 'accuracy')) - (await meanOf(run, 0.72, 'accuracyTruncated')),
  },
  {
    id: 'trained: less loss than uniform',
    text: 'truncation loss of ranks searched on trained weights over that of uniform ranks of the same latency, worst of seeds 1 to 5',
    published: 1,
    unit: 'x',
    source: 'HALOC: searched ranks beat uniform ones',
    pass: { max: 1 },
    slow: true,
    how: async (run) => {
      let worst = 0;
      for (const seed of [1, 2, 3, 4, 5]) {
        const result = await run({ ...besideUniform, seed });
        worst = Math.max(worst, result.number('weightSearchTruncationLoss') / result.number('uniformTruncationLoss'));
      }
      return worst;
    },
  },
  {
    id: 'trained: no worse than uniform',
    text: 'accuracy gained over uniform ranks of the same latency, lower end of the 95 % interval over seeds 1 to 5',
    published: 0.0066,
    source: `${paper}: over the best automatic method, on ImageNet`,
    pass: { min: -0.01 },
    slow: true,
    how: async (run) => (await trainedGain(run)).low,
  },
  {
    id: 'trained: no loss for certain',
    text: 'the same, upper end of the interval',
    published: 0.0066,
    source: `${paper}: over the best automatic method, on ImageNet`,
    pass: { min: 0 },
    slow: true,
    how: async (run) => (await trainedGain(run)).high,
  },
];

/** The small network, ranks searched for what uniform ranks 8, 12, 24 take on Eyeriss, and those uniform ranks. */
const besideUniform: Input = {
  network: 'tiny-cnn',
  device: 'eyeriss',
  objective: 'latency',
  latencyTarget: 0.2991,
  compareUniform: true,
};

async function trainedGain(run: Run): Promise<Estimate> {
  const gains: number[] = [];
  for (const seed of [1, 2, 3, 4, 5]) gains.push((await run({ ...besideUniform, seed })).number('accuracyGain'));
  return estimateMean(gains);
}

async function meanOf(run: Run, flopsTarget: number, metric: MetricName): Promise<number> {
  let sum = 0;
  for (const seed of [1, 2, 3]) sum += (await run({ network: 'tiny-cnn', flopsTarget, seed })).number(metric);
  return sum / 3;
}
