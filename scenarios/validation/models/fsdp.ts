import { loadFabric, loadNodeCollectives } from '../../../actors/presets/collectives/load.ts';
import { loadGpu } from '../../../actors/presets/gpu/load.ts';
import { gpuIdOf } from '../device-names.ts';
import { type FsdpStep, fsdpStep } from '../fsdp-step.ts';
import { dgxA100 } from '../megatron-step.ts';
import type { ValidationModel } from '../model.ts';

/** Shapes of the MPT models, mosaicml/llm-foundry. */
const shapes: Readonly<Record<string, Pick<FsdpStep, 'layers' | 'hidden' | 'heads'>>> = {
  '125m': { layers: 12, hidden: 768, heads: 12 },
  '350m': { layers: 24, hidden: 1024, heads: 16 },
  '760m': { layers: 24, hidden: 1536, heads: 12 },
  '1b': { layers: 24, hidden: 2048, heads: 16 },
  '3b': { layers: 32, hidden: 2560, heads: 20 },
  '7b': { layers: 32, hidden: 4096, heads: 32 },
  '13b': { layers: 40, hidden: 5120, heads: 40 },
  '30b': { layers: 48, hidden: 7168, heads: 56 },
  '70b': { layers: 80, hidden: 8192, heads: 64 },
};

const VOCABULARY = 50368;

/** Iteration time of MPT pre-training with fully sharded data parallelism, from its throughput. */
export const fsdpModel: ValidationModel = {
  id: 'fsdp-iteration',
  title: 'MPT iteration, fully sharded',
  limits:
    'H100 (15 % too fast) and runs without recomputation or with small micro-batches (to 34 %), for reasons not understood; fp8 is not priced.',
  columns: [
    'Model',
    'SeqLen (T)',
    '# GPUs',
    'GPU',
    'MicroBatchSize',
    'GradAccum',
    'GlobalBatchSize (T)',
    'Throughput (T/s)',
    'Precision',
    'Sharding Strategy',
    'Activation Checkpointing',
  ],
  device: (row) => row.text('GPU'),
  measured: (row) => row.positive('GlobalBatchSize (T)') / row.positive('Throughput (T/s)'),
  predict(row) {
    const id = gpuIdOf(row.text('GPU'));
    const shape = shapes[row.text('Model')];
    if (id === undefined || shape === undefined || row.text('Precision') !== 'amp_bf16') return undefined;
    const machine = {
      ...dgxA100(),
      gpu: loadGpu(id),
      node: loadNodeCollectives(id),
      fabric: loadFabric(id.startsWith('a100') ? 'infiniband-hdr' : 'infiniband-ndr'),
    };
    return fsdpStep(machine, {
      ...shape,
      vocabulary: VOCABULARY,
      sequence: row.count('SeqLen (T)'),
      gpus: row.count('# GPUs'),
      microBatch: row.count('MicroBatchSize'),
      microSteps: row.count('GradAccum'),
      recompute: row.text('Activation Checkpointing') === 'True',
      regather: row.text('Sharding Strategy') === 'FULL_SHARD',
    }).total;
  },
  group: (row) => String(row.line),
};
