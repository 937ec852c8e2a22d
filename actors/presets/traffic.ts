import { assumed, fitted, measured } from './parameter.ts';

const COUNT = 'reads and writes of 2-byte elements, counted';

/** Memory traffic of common operations, in bytes for each element (optimiser: for each parameter). */
export const trafficPresets = {
  /** Two reads and one write. */
  add: assumed(6, 'B', COUNT),
  gelu: assumed(4, 'B', COUNT),
  geluBackward: assumed(6, 'B', COUNT),
  layerNorm: assumed(4, 'B', COUNT),
  layerNormBackward: assumed(6, 'B', COUNT),
  /** Input and output gradient read again for the gradients of a norm's own parameters. */
  layerNormWeights: assumed(4, 'B', COUNT),
  /** Gradient of an output read again for that of its bias. */
  biasBackward: assumed(2, 'B', COUNT),
  /** Around a fused attention kernel, for each element of its output: products of output and gradient, one gradient cast from 4 bytes, three joined. */
  attentionBackward: assumed(22, 'B', `${COUNT}: 4 + 6 + 12`),
  softmax: assumed(4, 'B', COUNT),
  softmaxBackward: assumed(6, 'B', COUNT),
  /** With a stored one-byte mask. */
  dropout: assumed(5, 'B', COUNT),
  dropoutBackward: assumed(5, 'B', COUNT),
  copy: assumed(4, 'B', COUNT),
  /** A gathered row read and written. */
  embedding: assumed(4, 'B', COUNT),
  /** Logits of 2 bytes through a loss in fp32 and back. */
  crossEntropy: assumed(28, 'B', 'cast, softmax, its gradient, cast back: reads and writes counted'),
  /** Adam with fp32 master weights. */
  adam: assumed(24, 'B', 'Adam, fp32 master weights and moments: 24 to 28, counted'),
  /** A 2-byte element cast to fp8 and written twice, the second time transposed for the other pass. */
  fp8Cast: assumed(4, 'B', COUNT),
  /** Adam as ten operators in a row on fp32 parameters, and clipping by the norm of the gradients. */
  adamUnfused: assumed(
    100,
    'B',
    'mosaicml/composer, DecoupledAdamW: reads and writes of its operators counted (88), gradients read for their norm and scaled (12)',
  ),
  /** A gradient on its way to a reduce-scatter over shards, for each parameter: joined into one buffer, cast to 4 bytes, divided by the group. */
  shardedGradient: assumed(18, 'B', `PyTorch FSDP, ${COUNT}: 4 + 6 + 8`),
} as const;

/** FLOP of one exponential on the vector units. */
export const exponentialFlop = measured(35, '1', 'PrincetonUniversity/LLMCompass');

/** Host-side floor of Megatron-LM as of 2021-22 on an eager framework: a small model waits for its host. */
export const megatronHostFloor = {
  forwardLayer: fitted(530.2, 'us', 'fit to VIA-Research/vTrain, 240 of 300 single-node A100 rows'),
  backwardLayer: fitted(1963, 'us', 'fit to VIA-Research/vTrain, 240 of 300 single-node A100 rows'),
  tensorParallelPass: fitted(74.36, 'us', 'fit to VIA-Research/vTrain, 240 of 300 single-node A100 rows'),
  microBatch: fitted(4.584, 'ms', 'fit to VIA-Research/vTrain, 240 of 300 single-node A100 rows'),
} as const;

/** Hand-over between pipeline stages of Megatron-LM. */
export const pipelineHandover = {
  latency: assumed(
    30,
    'us',
    'point-to-point between processes; GenZ and ai-dynamo/aiconfigurator use 5 to 10 us for the wire alone',
  ),
  between: assumed(20, 'GB/s', 'one 200 Gb/s card at 80 %'),
  inside: assumed(100, 'GB/s', 'pairwise copies under load on NVLink'),
} as const;

/** Host time of one operator call of an eager framework on A100. */
export const eagerOperatorOverhead = {
  matmul: measured(21, 'us', 'PrincetonUniversity/LLMCompass, A100'),
  softmax: measured(12, 'us', 'PrincetonUniversity/LLMCompass, A100'),
  layerNorm: measured(45, 'us', 'PrincetonUniversity/LLMCompass, A100'),
  gelu: measured(45, 'us', 'PrincetonUniversity/LLMCompass, A100'),
} as const;
