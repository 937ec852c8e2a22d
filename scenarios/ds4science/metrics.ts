import type { MetricInfo } from '../kit/index.ts';

const flopRate = 'TFLOP/s';
const tagBytes = (what: string): MetricInfo => ({
  unit: 'B',
  describe: `genslm: ${what} of one GPU, largest over time`,
});

/** Every metric of the scenario with its unit. */
export const metrics = {
  peakMemoryBytes: { unit: 'B', describe: 'peak of one GPU; what it would need when out of memory' },
  usableMemoryBytes: { unit: 'B', describe: 'memoryFraction of the device memory' },
  outOfMemory: { unit: '', describe: 'whether an allocation crossed the usable memory' },
  oomTag: { unit: '', describe: 'largest tag at the peak, or where memory ended; with a search, at the next step' },
  maxSeq: { unit: 'tokens', describe: 'genslm: longest sequence that fits, 0 if none; with search=maxSeq' },
  stateBytes: tagBytes('weights, gradients and optimiser'),
  checkpointBytes: tagBytes('layer inputs kept for the backward pass'),
  maskBytes: tagBytes('attention mask'),
  positionTableBytes: tagBytes('position table with its states'),
  gatherBufferBytes: tagBytes('full-length buffers of a layer'),
  lossBytes: tagBytes('logits and loss'),
  microBatchUsed: { unit: 'samples', describe: 'genslm: samples per group and step' },
  tflopsPerGpu: { unit: flopRate, describe: 'genslm: rate as the paper counts FLOP' },
  executedTflopsPerGpu: { unit: flopRate, describe: 'genslm: rate of the FLOP that kernels execute' },
  paperFlopsPerIteration: { unit: 'FLOP', describe: 'genslm: 96 B s l h^2 (1 + s/(6h) + V/(16 l h))' },
  executedFlopsPerIteration: { unit: 'FLOP', describe: 'genslm: what kernels execute' },
  iterationSeconds: { unit: 's', describe: 'genslm: one optimiser step of one micro-batch' },
  exposedCommSeconds: { unit: 's', describe: 'genslm: time in which a rank waits for communication' },
  gemmSeconds: { unit: 's', describe: 'genslm: matrix products, loss excluded' },
  attentionSeconds: { unit: 's', describe: 'genslm: attention kernels' },
  elementwiseSeconds: { unit: 's', describe: 'genslm: unfused operators' },
  collectiveSeconds: { unit: 's', describe: 'genslm: collectives of the layers' },
  lossSeconds: { unit: 's', describe: 'genslm: logits and loss' },
  optimizerSeconds: { unit: 's', describe: 'genslm: gradients of replicas, update, copies to and from the host' },
  commBytesPerGpuPerLayer: { unit: 'B', describe: 'genslm: sent per layer and sample in all passes' },
  offNodeBytesPerGpuPerLayer: { unit: 'B', describe: 'genslm: the part of it that leaves the node' },
  logitsBytes: { unit: 'B', describe: 'evoformer: one score tensor' },
  workspaceBytes: { unit: 'B', describe: 'evoformer: fp32 workspace of the query gradient' },
  forwardFlops: { unit: 'FLOP', describe: 'evoformer: 4 n1 H n2^2 D samples, unpadded' },
  forwardSeconds: { unit: 's', describe: 'evoformer: forward pass of one attention' },
  backwardSeconds: { unit: 's', describe: 'evoformer: backward pass of one attention' },
  hbmBytesForward: { unit: 'B', describe: 'evoformer: memory traffic of the forward pass' },
  hbmBytesBackward: { unit: 'B', describe: 'evoformer: memory traffic of the backward pass' },
  memoryReduction: { unit: 'x', describe: 'evoformer: peak of eager-keep in fp32 over ds4sci in fp16, same shape' },
  blockForwardSeconds: { unit: 's', describe: 'evoformer: forward pass of one block; scope=block' },
  blockBackwardSeconds: { unit: 's', describe: 'evoformer: backward pass of one block; scope=block' },
  trainingSpeedup: { unit: 'x', describe: 'evoformer: eager over ds4sci, two forwards and a backward; scope=block' },
  numericsMaxAbsError: { unit: '', describe: 'evoformer: tiled output against fp64; scope=numerics' },
  numericsGradMaxAbsError: { unit: '', describe: 'evoformer: the same for gradients of queries, keys and values' },
  numericsBiasGradMaxAbsError: { unit: '', describe: 'evoformer: the same for the gradient of the pair bias' },
} as const satisfies Readonly<Record<string, MetricInfo>>;

export type MetricName = keyof typeof metrics;
