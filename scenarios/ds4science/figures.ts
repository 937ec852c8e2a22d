import type { Figure, Role, Target } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { Ds4Params, params } from './params.ts';

const K = 1024;
const step = 64;
const blog = 'DeepSpeed4Science (arXiv 2310.04610), longest-sequence figure, bar labels';
const readme = 'deepspeedai/Megatron-DeepSpeed, long-sequence README, table';

type Cell = Figure<typeof params, MetricName>;
type System = Ds4Params['system'];
type Model = '25b' | '30b' | '33b';

const systemNames: Readonly<Record<string, System>> = {
  old: 'old-megatron-deepspeed',
  'megatron-lm': 'megatron-lm',
  new: 'new-megatron-deepspeed',
};

function longest(role: Role, name: string, model: Model, gpus: number, valueK: number): Cell {
  const fresh = name === 'new';
  return {
    id: `longest sequence: ${name} ${model}, ${gpus} GPUs`,
    group: role === 'calibration' ? 'longest, fitted' : fresh ? 'longest, new' : 'longest, baselines',
    params: { system: systemNames[name] as System, model, gpus, search: 'maxSeq' },
    metric: 'maxSeq',
    value: valueK * K,
    source: blog,
    tag: 'read',
    role,
    tolerance: role === 'calibration' ? 0.16 : fresh ? step / valueK : 0.2,
  };
}

function rate(
  role: Role,
  name: string,
  model: Model,
  seqK: number,
  value: number,
  tolerance?: number,
  set: Cell['params'] = {},
  source = readme,
): Cell {
  const group = name === 'old' ? 'rate, old' : role === 'calibration' ? 'rate, given' : 'rate, new';
  return {
    id: `rate: ${name} ${model}, 32 GPUs, ${seqK}K${value === 106.7 ? ', second run' : ''}`,
    group: role === 'report' ? 'rate, beyond 192K' : group,
    params: { system: systemNames[name] as System, model, gpus: 32, seq: seqK * K, ...set },
    metric: 'tflopsPerGpu',
    value,
    source,
    tag: 'read',
    role,
    ...(tolerance === undefined ? {} : { tolerance }),
  };
}

const largest = { study: 'evoformer', stack: 'extra-msa-finetune', variant: 'msa-row' } as const;

function kernel(
  id: string,
  set: Cell['params'],
  metric: MetricName,
  value: number,
  tolerance: number,
  source: string,
): Cell {
  return {
    id,
    group: 'kernel',
    params: { ...largest, ...set },
    metric,
    value,
    source,
    tag: 'read',
    role: 'check',
    tolerance,
  };
}

function block(metric: MetricName, value: number): Cell {
  return {
    id: `eager block: ${metric}`,
    group: 'block, fitted',
    params: { study: 'evoformer', scope: 'block', stack: 'main-msa-initial', kernel: 'eager' },
    metric,
    value,
    source: 'dptech-corp/Uni-Fold, pull request 10: OpenFold eager on A100-40GB',
    tag: 'read',
    role: 'calibration',
    tolerance: 0.01,
  };
}

const runTable = 'saforem2/personal_site, run table';
const paperText = 'DeepSpeed4Science (arXiv 2310.04610), text';

/** Every published cell, in the order of the studies. Nothing outside this file and the claims knows these values. */
export const figures: readonly Cell[] = [
  longest('calibration', 'old', '25b', 32, 42),
  longest('calibration', 'old', '33b', 32, 32),
  longest('calibration', 'megatron-lm', '25b', 16, 26),
  longest('calibration', 'megatron-lm', '33b', 64, 52),
  longest('calibration', 'new', '25b', 16, 192),
  longest('calibration', 'new', '33b', 64, 448),
  longest('check', 'old', '25b', 64, 42),
  longest('check', 'old', '33b', 64, 32),
  longest('check', 'megatron-lm', '25b', 64, 52),
  longest('check', 'megatron-lm', '33b', 16, 14),
  longest('check', 'new', '25b', 64, 512),
  longest('check', 'new', '25b', 32, 448),
  longest('check', 'new', '33b', 16, 128),
  rate('calibration', 'new', '30b', 8, 86, 0.25),
  rate('calibration', 'new', '30b', 64, 106, 0.25),
  rate('check', 'new', '30b', 2, 68, 0.25),
  rate('check', 'new', '30b', 16, 92, 0.25),
  rate('check', 'new', '30b', 128, 119, 0.25),
  rate('check', 'new', '25b', 128, 105, 0.2, { microBatch: 1 }, runTable),
  rate('check', 'new', '25b', 128, 106.7, 0.2, { microBatch: 1 }, runTable),
  rate('report', 'new', '30b', 256, 94),
  rate('check', 'old', '30b', 2, 25, 0.4),
  kernel('peak with the fused kernel', { kernel: 'ds4sci' }, 'peakMemoryBytes', 7.2e9, 0.05, paperText),
  kernel(
    'peak with plain attention, fp32, scores kept',
    { kernel: 'eager-keep', dtype: 'fp32' },
    'peakMemoryBytes',
    95.4e9,
    0.1,
    paperText,
  ),
  kernel('one score tensor, fp16', { kernel: 'eager' }, 'logitsBytes', 12e9, 0.02, `${paperText}: over 12 GB`),
  kernel('one score tensor, fp32', { kernel: 'eager', dtype: 'fp32' }, 'logitsBytes', 24e9, 0.02, paperText),
  kernel(
    'plain forward, fp32: two score tensors',
    { kernel: 'eager', dtype: 'fp32', backward: false },
    'peakMemoryBytes',
    48e9,
    0.08,
    'aqlaboratory/openfold, issue 64',
  ),
  block('blockForwardSeconds', 17.198e-3),
  block('blockBackwardSeconds', 23.703e-3),
];

/** Limits on the mean and the worst error of groups of cells. */
export const targets: readonly Target[] = [
  { id: 'longest sequence, three constants fitted', groups: ['longest, fitted'], mean: 0.08, worst: 0.16 },
  { id: 'longest sequence, baselines, nobody fitted', groups: ['longest, baselines'], mean: 0.12, worst: 0.2 },
  { id: 'longest sequence, new, nobody fitted (one step of 64K)', groups: ['longest, new'], mean: 0.2, worst: 0.5 },
  { id: 'rate of the new system to 128K', groups: ['rate, given', 'rate, new'], mean: 0.18, worst: 0.25 },
  { id: 'memory of the kernels', groups: ['kernel'], worst: 0.1 },
];
