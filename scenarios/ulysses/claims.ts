import type { Claim, ParamsInput } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';

type UlyssesClaim = Claim<typeof params, MetricName>;
type Run = Parameters<UlyssesClaim['how']>[0];
type System = 'ulysses' | 'megatron-sp';
type Input = ParamsInput<typeof params>;

const paper = 'arXiv 2309.14509';
const derived = 'derived here: the boundary of the claim';
const sweep = ['8K', '16K', '32K', '64K', '128K', '256K'] as const;
const sweepEnd = 256 * 1024;
const cluster = { '7b': 32, '30b': 64, '66b': 72 } as const;
type Model = keyof typeof cluster;

async function best(run: Run, model: Model, system: System, set: Input = {}): Promise<number> {
  let rate = 0;
  for (const seq of sweep)
    rate = Math.max(rate, (await run({ model, system, gpus: cluster[model], seq, ...set })).number('tflopsPerGpu'));
  return rate;
}

async function lead(run: Run, model: Model, set: Input = {}): Promise<number> {
  return (await best(run, model, 'ulysses', set)) / (await best(run, model, 'megatron-sp', set));
}

async function longest(run: Run, model: Model | '1.2b', gpus: number, system: System, set: Input = {}) {
  return (await run({ model, system, gpus, search: 'maxSeq', ...set })).number('maxSeq');
}

async function longer(run: Run, model: Model, end = sweepEnd, set: Input = {}): Promise<number> {
  const of = async (system: System) => Math.min(await longest(run, model, cluster[model], system, set), end);
  return (await of('ulysses')) / (await of('megatron-sp'));
}

/** A metric of 30b on 64 GPUs with `seq` tokens on `sp` of them, one sample for each group. */
async function grouped(run: Run, metric: MetricName, seq: string, sp: number, system: System = 'ulysses') {
  return (await run({ model: '30b', gpus: 64, seq, sp, system, batch: 64 / sp, microBatch: 1 })).number(metric);
}

async function volume(run: Run, system: System, metric: MetricName): Promise<number> {
  return (await run({ model: '7b', gpus: 32, sp: 16, seq: '64K', batch: 2, system })).number(metric);
}

/** The headlines of the paper, each computed from runs and judged by a stated band; where one does not hold, a claim says so. */
export const claims: readonly UlyssesClaim[] = [
  {
    id: 'rate',
    text: 'best rate per GPU of 7b on 32 GPUs, 8K to 256K',
    published: 175,
    unit: 'TFLOP/s',
    source: `${paper}, Figure 4`,
    pass: { min: 165 },
    how: (run) => best(run, '7b', 'ulysses'),
  },
  {
    id: 'lead 66b',
    text: 'best rate against the baseline, 66b on 72 GPUs',
    published: 2.5,
    unit: 'x',
    source: `${paper}, summary figure; configuration unpublished`,
    pass: { min: 1.8, max: 3.4 },
    how: (run) => lead(run, '66b'),
    slow: true,
  },
  {
    id: 'not 2.5x: cards of 80 GB',
    text: 'does not hold: 66b on cards of 80 GB, where 24 GPUs hold a baseline model instead of 72',
    published: 2.5,
    unit: 'x',
    source: derived,
    pass: { max: 1.8 },
    how: (run) => lead(run, '66b', { gpu: 'a100-80gb' }),
    slow: true,
  },
  {
    id: 'lead 30b',
    text: 'best rate against the baseline, 30b on 64 GPUs',
    published: 1.58,
    unit: 'x',
    source: `${paper}, Figure 5`,
    pass: { min: 1.3, max: 1.9 },
    how: (run) => lead(run, '30b'),
  },
  {
    id: 'lead 7b',
    text: 'best rate against the baseline, 7b on 32 GPUs',
    published: 1.1,
    unit: 'x',
    source: `${paper}, Figure 4`,
    pass: { min: 1, max: 1.25 },
    how: (run) => lead(run, '7b'),
  },
  {
    id: 'lead grows',
    text: 'the lead grows from 7b to 30b to 66b',
    published: true,
    source: `${paper}, summary figure`,
    pass: { equals: true },
    how: async (run) => {
      const [small, middle, large] = [await lead(run, '7b'), await lead(run, '30b'), await lead(run, '66b')];
      return small < middle && middle < large;
    },
    slow: true,
  },
  {
    id: 'longer 30b',
    text: 'longest sequence (sweep ends at 256K) against the baseline, 30b on 64 GPUs',
    published: 4,
    unit: 'x',
    source: `${paper}, Figure 5`,
    pass: { equals: 4 },
    how: (run) => longer(run, '30b'),
  },
  {
    id: 'not 4x: cards of 80 GB',
    text: 'does not hold: 30b on cards of 80 GB, where the baseline reaches the end of the sweep as well',
    published: 4,
    unit: 'x',
    source: derived,
    pass: { max: 2 },
    how: (run) => longer(run, '30b', sweepEnd, { gpu: 'a100-80gb' }),
  },
  {
    id: 'not 4x: no end of the sweep',
    text: 'does not hold: 30b with no end of the sweep, as far as memory permits',
    published: 4,
    unit: 'x',
    source: derived,
    pass: { min: 5 },
    how: (run) => longer(run, '30b', Number.POSITIVE_INFINITY),
  },
  {
    id: 'longer 7b',
    text: 'longest sequence (sweep ends at 256K) against the baseline, 7b on 32 GPUs',
    published: 2,
    unit: 'x',
    source: `${paper}, Figure 4`,
    pass: { equals: 2 },
    how: (run) => longer(run, '7b'),
  },
  {
    id: 'million tokens',
    text: 'longest sequence of 1.2b on 64 GPUs',
    published: 1048576,
    unit: 'tokens',
    source: `${paper}, Figure 3`,
    pass: { min: 1048576 },
    how: (run) => longest(run, '1.2b', 64, 'ulysses'),
  },
  {
    id: 'volume per link',
    text: 'volume per link of the baseline against ulysses at sp 16 (analysis: equal to sp)',
    published: 16,
    unit: 'x',
    source: `${paper}, section 3.2`,
    pass: { equals: 16 },
    how: async (run) =>
      (await volume(run, 'megatron-sp', 'bytesPerLinkPerLayer')) /
      (await volume(run, 'ulysses', 'bytesPerLinkPerLayer')),
  },
  {
    id: 'constant volume',
    text: 'volume per link of 30b at (256K, sp 64) against (16K, sp 4)',
    published: 1,
    unit: 'x',
    source: `${paper}, section 3.2`,
    pass: { equals: 1 },
    how: async (run) =>
      (await grouped(run, 'bytesPerLinkPerLayer', '256K', 64)) / (await grouped(run, 'bytesPerLinkPerLayer', '16K', 4)),
  },
  {
    id: 'not constant: fixed degree',
    text: 'does not hold: volume per link at (64K, sp 4) against (16K, sp 4), as tokens grow alone',
    published: 1,
    unit: 'x',
    source: derived,
    pass: { equals: 4 },
    how: async (run) =>
      (await grouped(run, 'bytesPerLinkPerLayer', '64K', 4)) / (await grouped(run, 'bytesPerLinkPerLayer', '16K', 4)),
  },
  {
    id: 'not constant: baseline',
    text: 'does not hold: volume per link of the baseline at (256K, sp 64) against (16K, sp 4)',
    published: 1,
    unit: 'x',
    source: derived,
    pass: { equals: 16 },
    how: async (run) =>
      (await grouped(run, 'bytesPerLinkPerLayer', '256K', 64, 'megatron-sp')) /
      (await grouped(run, 'bytesPerLinkPerLayer', '16K', 4, 'megatron-sp')),
  },
  {
    id: 'not constant: time',
    text: 'does not hold: time in all-to-alls at (256K, sp 64) against (16K, sp 4), as the group leaves its node',
    published: 1,
    unit: 'x',
    source: derived,
    pass: { min: 5 },
    how: async (run) => (await grouped(run, 'a2aSeconds', '256K', 64)) / (await grouped(run, 'a2aSeconds', '16K', 4)),
  },
  {
    id: 'volume on the wire',
    text: 'bytes sent by one GPU, all passes, baseline against ulysses at sp 16 (7 sp / 6)',
    published: (7 * 16) / 6,
    unit: 'x',
    source: `derived from ${paper}, section 3.2, with recomputation`,
    pass: { min: 18.6666, max: 18.6667 },
    how: async (run) =>
      (await volume(run, 'megatron-sp', 'commBytesPerGpuPerLayer')) /
      (await volume(run, 'ulysses', 'commBytesPerGpuPerLayer')),
  },
];
