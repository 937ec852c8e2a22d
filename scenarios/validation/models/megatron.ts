import type { TableRow } from '../csv.ts';
import { dgxA100, type MegatronStep, megatronStep } from '../megatron-step.ts';
import { leftOut, type ValidationModel } from '../model.ts';

/** Layers, width and heads of the models of Korthikanti et al. (arXiv 2205.05198), Table 3. */
const shapes: Readonly<Record<string, Pick<MegatronStep, 'layers' | 'hidden' | 'heads'>>> = {
  '22B': { layers: 48, hidden: 6144, heads: 64 },
  '175B': { layers: 96, hidden: 12288, heads: 96 },
  '530B': { layers: 105, hidden: 20480, heads: 128 },
  '1T': { layers: 128, hidden: 25600, heads: 160 },
};

const VOCABULARY = 51200;

function tableModel(
  id: string,
  title: string,
  limits: string,
  column: string,
  variant: Pick<MegatronStep, 'recompute' | 'sequenceParallel'>,
): ValidationModel {
  return {
    id,
    title,
    limits,
    columns: ['model', 'tp', 'pp', 'interleave', 'global_batch', 'microbatch', 'seq', column],
    device: () => 'A100-80GB',
    measured: (row) => row.positive(column),
    predict(row) {
      const shape = shapes[row.text('model')];
      if (shape === undefined)
        return leftOut(`no shape for the model '${row.text('model')}'; known are ${Object.keys(shapes).join(', ')}`);
      const tensorParallel = row.count('tp');
      const pipelineParallel = row.count('pp');
      const dataParallel = row.has('gpus') ? row.count('gpus') / (tensorParallel * pipelineParallel) : 1;
      return megatronStep(dgxA100(), {
        ...shape,
        ...variant,
        vocabulary: VOCABULARY,
        sequence: row.count('seq'),
        globalBatch: row.count('global_batch'),
        microBatch: row.count('microbatch'),
        tensorParallel,
        pipelineParallel,
        dataParallel,
        interleave: row.count('interleave'),
      }).total;
    },
    group: (row) => row.text('model'),
  };
}

/** Iteration time with full recomputation and plain tensor parallelism. */
export const megatronFullModel = tableModel(
  'megatron-full',
  'Megatron iteration, full recomputation',
  'any GPU but A100 in DGX nodes; data-parallel runs, whose gradient exchange overlaps nothing here; stragglers.',
  'full_recompute_s',
  { recompute: 'full' },
);

/** Iteration time with sequence parallelism and selective recomputation. */
export const megatronSelectiveModel = tableModel(
  'megatron-selective',
  'Megatron iteration, sequence parallel, selective recomputation',
  'any GPU but A100 in DGX nodes; fused attention kernels, which these runs did not use; stragglers.',
  'seqsel_s',
  { recompute: 'selective', sequenceParallel: true },
);

/** Iteration times of Megatron-LM over many small configurations. */
export const vtrainModel: ValidationModel = {
  id: 'megatron-iteration',
  title: 'Megatron iteration, measured on many configurations',
  limits:
    'small models on other hosts or later versions of Megatron: the floor that the host sets is fitted to these runs (single rows to 32 %); more than one node.',
  columns: [
    '# GPUs',
    'global batch',
    'micro batch',
    'hidden size',
    'attention heads',
    '# layers',
    'sequence length',
    'tensor parallelism',
    'data parallelism',
    'pipeline parallelism',
    'iteration time (ms)',
  ],
  device: () => 'A100',
  measured: (row) => row.positive('iteration time (ms)') * 1e-3,
  predict(row) {
    return megatronStep(dgxA100(), vtrainStep(row)).total;
  },
  group: (row: TableRow) => String(row.line),
};

/** The step a row describes: full recomputation, plain tensor parallelism. Throws TABLE_CELL. */
export function vtrainStep(row: TableRow): MegatronStep {
  return {
    layers: row.count('# layers'),
    hidden: row.count('hidden size'),
    heads: row.count('attention heads'),
    vocabulary: VOCABULARY,
    sequence: row.count('sequence length'),
    globalBatch: row.count('global batch'),
    microBatch: row.count('micro batch'),
    tensorParallel: row.count('tensor parallelism'),
    pipelineParallel: row.count('pipeline parallelism'),
    dataParallel: row.count('data parallelism'),
    recompute: 'full',
  };
}
