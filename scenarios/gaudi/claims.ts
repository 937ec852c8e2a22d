import type { Claim, ParamsInput } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';

type GaudiClaim = Claim<typeof params, MetricName>;
type Run = Parameters<GaudiClaim['how']>[0];
type Input = ParamsInput<typeof params>;

const paper = 'arXiv 2309.16976, as recalled';
const derived = 'derived here: the boundary of the claim';
const smooth = ['relu', 'leaky-relu', 'elu', 'gelu'] as const;

const metric = (name: MetricName, set: Input) => async (run: Run) => (await run(set)).number(name);

/** Seconds of linear attention with each activation that the compiler supports. */
async function activationTimes(run: Run, set: Input = {}): Promise<readonly number[]> {
  const runs = smooth.map((activation) => run({ workload: 'linear-attention', activation, ...set }));
  return (await Promise.all(runs)).map((result) => result.number('seconds'));
}

async function spread(run: Run, set: Input = {}): Promise<number> {
  const times = await activationTimes(run, set);
  return Math.max(...times) / Math.min(...times) - 1;
}

/** Time of softmax attention of the same shape over that of `workload`. */
const speedup = (workload: 'linear-attention' | 'performer', set: Input = {}) =>
  metric('speedupOverSoftmax', { workload, ...set });

/** The headlines of the paper, each computed from runs and judged by a stated band; where one does not hold, a claim says so. */
export const claims: readonly GaudiClaim[] = [
  {
    id: 'softmax share',
    text: 'share of run time that softmax attention spends in the softmax (more than this)',
    published: 0.8,
    source: paper,
    pass: { min: 0.8 },
    how: metric('softmaxShare', {}),
  },
  {
    id: 'not 80 %: no overlap',
    text: 'does not hold: the same share when one node runs after another',
    published: 0.8,
    source: derived,
    pass: { max: 0.7 },
    how: metric('softmaxShare', { scheduler: 'serial' }),
  },
  {
    id: 'not 80 %: short sequences',
    text: 'does not hold: the same share at 256 tokens, where projections weigh more',
    published: 0.8,
    source: derived,
    pass: { max: 0.5 },
    how: metric('softmaxShare', { seq: 256 }),
  },
  {
    id: 'gap of the MME',
    text: 'softmax attention: the MME waits for the softmax more than for anything else',
    published: true,
    source: paper,
    pass: { equals: true },
    how: async (run) => (await run({})).metrics.mmeGapCause === 'dependency: softmax',
  },
  {
    id: 'linear attention',
    text: 'linear attention against softmax attention at 2048 tokens',
    published: 6,
    unit: 'x',
    source: paper,
    pass: { min: 4.5, max: 7.5 },
    how: speedup('linear-attention'),
  },
  {
    id: 'not 6x: 256 tokens',
    text: 'does not hold: linear against softmax attention at 256 tokens',
    published: 6,
    unit: 'x',
    source: derived,
    pass: { max: 2 },
    how: speedup('linear-attention', { seq: 256 }),
  },
  {
    id: 'performer',
    text: 'Performer against softmax attention at 2048 tokens',
    published: 2,
    unit: 'x',
    source: paper,
    pass: { min: 1.4, max: 2.6 },
    how: speedup('performer'),
  },
  {
    id: 'not 2x: 512 tokens',
    text: 'does not hold: Performer against softmax attention at 512 tokens, where it is slower',
    published: 2,
    unit: 'x',
    source: derived,
    pass: { max: 1 },
    how: speedup('performer', { seq: 512 }),
  },
  {
    id: 'MME over TPC',
    text: 'products of 2048: time on the TPCs over time on the MME',
    published: 7,
    unit: 'x',
    source: paper,
    pass: { min: 6.3, max: 7.7 },
    how: metric('tpcOverMmeTime', { workload: 'matmul', engine: 'both', n: 2048 }),
  },
  {
    id: 'not 7x: small products',
    text: 'does not hold: the same for products of 128, where the host limits both',
    published: 7,
    unit: 'x',
    source: derived,
    pass: { max: 1.5 },
    how: metric('tpcOverMmeTime', { workload: 'matmul', engine: 'both', n: 128 }),
  },
  {
    id: 'activations',
    text: 'linear attention: spread of ReLU, leaky ReLU, ELU and GELU (less than this)',
    published: 0.1,
    source: paper,
    pass: { max: 0.1 },
    how: (run) => spread(run),
  },
  {
    id: 'not equal: exponentials exposed',
    text: 'does not hold: the same spread when one node runs after another and nothing hides an exponential',
    published: 0.1,
    source: derived,
    pass: { min: 0.1 },
    how: (run) => spread(run, { scheduler: 'serial', expCycles: 86 }),
  },
  {
    id: 'GLU',
    text: 'GLU is slower than each other activation',
    published: true,
    source: paper,
    pass: { equals: true },
    how: async (run) => {
      const glu = (await run({ workload: 'linear-attention', activation: 'glu' })).number('seconds');
      return (await activationTimes(run)).every((seconds) => glu > seconds);
    },
  },
  {
    id: 'gap of GLU',
    text: 'GLU leaves a longer gap on the MME than ELU',
    published: true,
    source: paper,
    pass: { equals: true },
    how: async (run) => {
      const gap = (activation: 'glu' | 'elu') =>
        metric('mmeLongestGapSeconds', { workload: 'linear-attention', activation });
      return (await gap('glu')(run)) > (await gap('elu')(run));
    },
  },
  {
    id: 'not: gap of GLU without compilation',
    text: 'does not hold: the same when the compiler knows GLU already',
    published: true,
    source: derived,
    pass: { equals: false },
    how: async (run) => {
      const set = { workload: 'linear-attention', compileGapSeconds: 0 } as const;
      const gap = (activation: 'glu' | 'elu') => metric('mmeLongestGapSeconds', { ...set, activation });
      return (await gap('glu')(run)) > (await gap('elu')(run));
    },
  },
  ...(['bert', 'gpt'] as const).flatMap((workload): readonly GaudiClaim[] => [
    {
      id: `${workload}: little overlap`,
      text: `${workload} forward: share of the time in which both engines are busy (less than this)`,
      published: 0.1,
      source: `${paper}, qualitative`,
      pass: { max: 0.1 },
      how: metric('overlapFraction', { workload }),
    },
    {
      id: `${workload}: gaps`,
      text: `${workload} forward: gaps of the MME above 100 us (at least this many)`,
      published: 6,
      source: `${paper}, qualitative`,
      pass: { min: 6 },
      how: metric('mmeGapCount', { workload }),
    },
  ]),
  {
    id: 'not: TPC nearly always busy',
    text: 'does not hold in forward graphs: share of the time in which the TPCs are busy in BERT',
    published: 0.9,
    source: `${paper}, qualitative; the number stands for "nearly always"`,
    pass: { max: 0.6 },
    how: metric('tpcBusyFraction', { workload: 'bert' }),
  },
];
