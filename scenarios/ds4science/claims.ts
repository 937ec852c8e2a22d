import type { Claim, ParamsInput } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { Ds4Params, params } from './params.ts';

type Ds4Claim = Claim<typeof params, MetricName>;
type Run = Parameters<Ds4Claim['how']>[0];
type Input = ParamsInput<typeof params>;

const paper = 'DeepSpeed4Science (arXiv 2310.04610)';
const blog = `${paper}, longest-sequence figure`;
const derived = 'derived here: the boundary of the claim';

async function longest(run: Run, system: Ds4Params['system'], model: '25b' | '33b', gpus: number, set: Input = {}) {
  return (await run({ system, model, gpus, search: 'maxSeq', ...set })).number('maxSeq');
}

async function gain(run: Run, over: Ds4Params['system'], model: '25b' | '33b', gpus: number, set: Input = {}) {
  return (await longest(run, 'new-megatron-deepspeed', model, gpus)) / (await longest(run, over, model, gpus, set));
}

async function reduction(run: Run, set: Input): Promise<number> {
  return (await run({ study: 'evoformer', ...set })).number('memoryReduction');
}

async function rate(run: Run, system: Ds4Params['system'], seq: string): Promise<number> {
  return (await run({ system, model: '30b', gpus: 32, seq })).number('tflopsPerGpu');
}

/** The headlines, each computed from runs and judged by a stated band; where one does not hold, a claim says so. */
export const claims: readonly Ds4Claim[] = [
  {
    id: '13x',
    text: 'peak memory of plain attention over the fused kernel, extra-msa-finetune row',
    published: 13.25,
    unit: 'x',
    source: `${paper}: 95.4 GB to 7.2 GB`,
    pass: { min: 10.5, max: 15 },
    how: (run) => reduction(run, { stack: 'extra-msa-finetune', variant: 'msa-row' }),
  },
  {
    id: 'not 13x',
    text: 'does not hold: main-msa-initial, row, with wider heads and shorter rows',
    published: 13.25,
    unit: 'x',
    source: derived,
    pass: { max: 6.6 },
    how: (run) => reduction(run, { stack: 'main-msa-initial', variant: 'msa-row' }),
  },
  {
    id: 'not 13x: equal terms',
    text: 'does not hold: extra-msa-finetune, both in fp16 and nothing kept by the caller',
    published: 13.25,
    unit: 'x',
    source: derived,
    pass: { max: 6.6 },
    how: async (run) => {
      const of = async (kernel: Ds4Params['kernel']) =>
        (await run({ study: 'evoformer', kernel })).number('peakMemoryBytes');
      return (await of('eager')) / (await of('ds4sci'));
    },
  },
  {
    id: 'between',
    text: '95.4 GB lies between plain attention in fp32 and plain attention with its scores kept',
    published: true,
    source: `${paper}: 95.4 GB`,
    pass: { equals: true },
    how: async (run) => {
      const of = async (kernel: Ds4Params['kernel']) =>
        (await run({ study: 'evoformer', kernel, dtype: 'fp32' })).number('peakMemoryBytes');
      return (await of('eager')) < 95.4e9 && (await of('eager-keep')) > 95.4e9;
    },
  },
  {
    id: '12x',
    text: 'longest sequence, new over old, 25b on 64 GPUs',
    published: 512 / 42,
    unit: 'x',
    source: blog,
    pass: { min: 9, max: 15 },
    how: (run) => gain(run, 'old-megatron-deepspeed', '25b', 64),
  },
  {
    id: '14x',
    text: 'longest sequence, new over old, 33b on 64 GPUs',
    published: 14,
    unit: 'x',
    source: blog,
    pass: { min: 11, max: 18 },
    how: (run) => gain(run, 'old-megatron-deepspeed', '33b', 64),
  },
  {
    id: 'not 12x: fewer GPUs',
    text: 'does not hold: new over old, 25b on 16 GPUs; full-length buffers stay, the rest is divided by less',
    published: 512 / 42,
    unit: 'x',
    source: derived,
    pass: { max: 9 },
    how: (run) => gain(run, 'old-megatron-deepspeed', '25b', 16),
  },
  {
    id: 'not 12x: split checkpoints',
    text: 'does not hold: new over old, 25b on 64 GPUs, when old splits its checkpoints and has no mask',
    published: 512 / 42,
    unit: 'x',
    source: derived,
    pass: { max: 9 },
    how: (run) => gain(run, 'old-megatron-deepspeed', '25b', 64, { checkpoints: 'split', mask: 'none' }),
  },
  {
    id: 'not 14x: fewer GPUs',
    text: 'does not hold: new over old, 33b on 16 GPUs',
    published: 14,
    unit: 'x',
    source: derived,
    pass: { max: 11 },
    how: (run) => gain(run, 'old-megatron-deepspeed', '33b', 16),
  },
  {
    id: '9.8x',
    text: 'longest sequence, new over Megatron-LM, 25b on 64 GPUs',
    published: 9.8,
    unit: 'x',
    source: blog,
    pass: { min: 7.5, max: 12 },
    how: (run) => gain(run, 'megatron-lm', '25b', 64),
  },
  {
    id: '9.1x',
    text: 'longest sequence, new over Megatron-LM, 33b on 16 GPUs',
    published: 9.1,
    unit: 'x',
    source: blog,
    pass: { min: 7, max: 13 },
    how: (run) => gain(run, 'megatron-lm', '33b', 16),
  },
  {
    id: 'old limit is flat',
    text: 'longest sequence of the old system, 64 over 32 GPUs, 25b',
    published: 1,
    unit: 'x',
    source: blog,
    pass: { min: 0.9, max: 1.1 },
    how: async (run) =>
      (await longest(run, 'old-megatron-deepspeed', '25b', 64)) /
      (await longest(run, 'old-megatron-deepspeed', '25b', 32)),
  },
  {
    id: 'mask limit',
    text: 'Megatron-LM reaches the same length with 25b and 33b on 64 GPUs: the mask does not know the model',
    published: true,
    source: blog,
    pass: { equals: true },
    how: async (run) =>
      (await longest(run, 'megatron-lm', '25b', 64)) === (await longest(run, 'megatron-lm', '33b', 64)),
  },
  {
    id: 'less than twice',
    text: 'longest sequence of the new system, 64 over 32 GPUs, 25b',
    published: 512 / 448,
    unit: 'x',
    source: blog,
    pass: { max: 1.99 },
    how: async (run) =>
      (await longest(run, 'new-megatron-deepspeed', '25b', 64)) /
      (await longest(run, 'new-megatron-deepspeed', '25b', 32)),
  },
  {
    id: 'rate at 2K',
    text: 'rate of the new over the old system, 30b on 32 GPUs, 2K tokens',
    published: 2.7,
    unit: 'x',
    source: 'deepspeedai/Megatron-DeepSpeed, long-sequence README, table',
    pass: { min: 2 },
    how: async (run) =>
      (await rate(run, 'new-megatron-deepspeed', '2K')) / (await rate(run, 'old-megatron-deepspeed', '2K')),
  },
  {
    id: 'not 2.7x: one sample each',
    text: 'does not hold: 2K with one sample in both systems; the lead is the larger micro-batch that memory permits',
    published: 2.7,
    unit: 'x',
    source: derived,
    pass: { max: 1.5 },
    how: async (run) => {
      const of = async (system: Ds4Params['system']) =>
        (await run({ system, model: '30b', gpus: 32, seq: '2K', microBatch: 1 })).number('tflopsPerGpu');
      return (await of('new-megatron-deepspeed')) / (await of('old-megatron-deepspeed'));
    },
  },
  {
    id: '15 %',
    text: 'training step of one block, plain over fused attention, main-msa-initial',
    published: 1.15,
    unit: 'x',
    source: paper,
    pass: { min: 1.06, max: 1.25 },
    how: async (run) =>
      (await run({ study: 'evoformer', scope: 'block', stack: 'main-msa-initial' })).number('trainingSpeedup'),
  },
];
