import { isSwitched, loadFabric, loadNodeCollectives } from '../../../actors/presets/collectives/load.ts';
import { loadGpu } from '../../../actors/presets/gpu/load.ts';
import { gpuIdOf, noPreset } from '../../../actors/presets/gpu/names.ts';
import { type FsdpStep, fsdpStep } from '../fsdp-step.ts';
import { dgxA100 } from '../megatron-step.ts';
import { leftOut, type ValidationModel } from '../model.ts';
import { noSwitch } from './collectives.ts';

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
    'H100 (6 % too fast: element-wise kernels below the bandwidth assumed); hundreds of GPUs that shard only gradients, and nearly full memory (to 24 %); attention over 16 Ki tokens and more (10 % too slow); fp8 by its peak alone.',
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
    const device = row.text('GPU');
    const id = gpuIdOf(device);
    if (id === undefined) return leftOut(noPreset(device));
    if (!isSwitched(id)) return leftOut(noSwitch(device));
    const shape = shapes[row.text('Model')];
    if (shape === undefined)
      return leftOut(`no shape for the model '${row.text('Model')}'; known are ${Object.keys(shapes).join(', ')}`);
    const precision = row.text('Precision');
    const gpu = loadGpu(id);
    const layerInputs = /fp8$/.test(precision) ? 'fp8' : 'bf16';
    if (!/^(amp_)?((bf|fp)16|fp8)$/.test(precision) || (layerInputs === 'fp8' && gpu.fp8Peak === undefined))
      return leftOut(
        `precision '${precision}' is not priced on '${device}'; known are bf16, fp16${gpu.fp8Peak === undefined ? '' : ', fp8'} and amp_ before them`,
      );
    const machine = {
      ...dgxA100(),
      gpu,
      node: loadNodeCollectives(id),
      fabric: { ...loadFabric('infiniband-hdr'), nic: gpu.nic },
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
      layerInputs,
      gradientBytes: row.has('MP Mode') && row.text('MP Mode') === 'PURE' ? 2 : 4,
      // The default of mosaicml/composer, which these runs do not change.
      prefetch: 'after',
    }).total;
  },
  group: (row) => String(row.line),
};
