import type { Program } from '../../actors/training/index.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import { type Chunk, type Task, type Writer, writerFor } from './chunk.ts';
import type { CollectiveName } from './collectives.ts';
import type { TensorName } from './numerics/worker.ts';
import { kvWidth } from './setup.ts';

/** Writes the program of a setup: the layers forward, the loss and the layers backward in every micro-step, then the update. */
export function programOf(task: Task): Program {
  const { layers, microSteps, scope } = task.setup;
  if (scope === 'numerics') return [numericsChunk(task)];
  if (scope === 'attention') {
    const only = attentionChunk(task);
    return { length: layers, at: () => only };
  }
  const [forward, loss, backward, update] = [forwardChunk, lossChunk, backwardChunk, updateChunk].map((write) =>
    write(task),
  ) as [Chunk, Chunk, Chunk, Chunk];
  const perStep = 2 * layers + 1;
  return {
    length: microSteps * perStep + 1,
    at(index) {
      if (index >= microSteps * perStep) return update;
      const within = index % perStep;
      return within < layers ? forward : within === layers ? loss : backward;
    },
  };
}

function forwardChunk(task: Task): Chunk {
  const { memory, prices, setup } = task;
  const writer = writerFor(task);
  const perLayer = 1 / setup.layers;
  writer.memory('allocate', 'checkpoints', memory.checkpoints * perLayer);
  writer.memory('allocate', 'activations', memory.activations * perLayer);
  writer.memory('allocate', 'layer', memory.layer);
  writer.memory('allocate', 'scores', memory.scores);
  gather(writer, task);
  forwardPass(writer, task, '');
  writer.floor('host', 'allocate layer', prices.hostForward);
  writer.memory('free', 'scores', memory.scores);
  writer.memory('free', 'layer', memory.layer);
  return writer.end();
}

function lossChunk(task: Task): Chunk {
  const { memory, prices } = task;
  const writer = writerFor(task);
  writer.memory('allocate', 'loss', memory.loss);
  writer.kernel('loss', 'loss', prices.loss);
  writer.collective('lossGather', 'lossGather', 'lossGather');
  writer.memory('free', 'loss', memory.loss);
  return writer.end();
}

function backwardChunk(task: Task): Chunk {
  const { memory, prices, setup } = task;
  const writer = writerFor(task);
  const perLayer = 1 / setup.layers;
  writer.memory('allocate', 'layer', memory.layer);
  writer.memory('allocate', 'scores', memory.scores);
  gather(writer, task);
  if (setup.activationCheckpointing) {
    forwardPass(writer, task, 're');
    writer.floor('hostRecompute', 'allocate layer', prices.hostForward);
  }
  backwardPass(writer, task);
  const reduces = (setup.zeroStage === 3 || setup.zeroStage === 2) && setup.system !== 'megatron-sp';
  const done = writer.needs;
  if (reduces) writer.collective('reduceScatter', 'zero', 'zero', 'reduce');
  if (setup.overlapComm) writer.needs = done;
  writer.floor('host', 'gradMlp', prices.hostBackward);
  writer.memory('free', 'scores', memory.scores);
  writer.memory('free', 'layer', memory.layer);
  writer.memory('free', 'activations', memory.activations * perLayer);
  writer.memory('free', 'checkpoints', memory.checkpoints * perLayer);
  return writer.end();
}

function updateChunk(task: Task): Chunk {
  const { prices, setup } = task;
  const writer = writerFor(task);
  writer.needs = ['<end', '<reduceScatter'];
  if (setup.system === 'megatron-sp') writer.collective('gradients', 'collective', 'gradients');
  else if (setup.zeroStage < 3) writer.collective('states', 'zero', 'statesOnce', 'reduce');
  writer.kernel('update', 'optimizer', prices.optimizer);
  return writer.end();
}

function attentionChunk(task: Task): Chunk {
  const { memory, prices, setup } = task;
  const writer = writerFor(task);
  writer.memory('allocate', 'layer', memory.layer);
  writer.memory('allocate', 'scores', memory.scores);
  writer.kernel('call', 'host', prices.hostCall);
  if (setup.system !== 'megatron-sp') exchangeIn(writer, task, '');
  attend(writer, '', prices.attend, prices.merge, 'shift');
  if (setup.system !== 'megatron-sp') writer.collective('out', 'a2a', 'a2a');
  writer.memory('free', 'scores', memory.scores);
  writer.memory('free', 'layer', memory.layer);
  return writer.end();
}

/** Attention forward and backward with the tensors themselves: what an exchange or a kernel does to them happens where it ends. */
function numericsChunk(task: Task): Chunk {
  const { prices, setup } = task;
  const writer = writerFor(task);
  const exchange = (name: string, kind: 'toHeads' | 'toTokens', ...tensors: readonly TensorName[]): void => {
    for (const tensor of tensors) {
      writer.collective(`${name} ${tensor}`, 'a2a', 'a2a');
      writer.act({ kind, tensor });
    }
  };
  exchange('in', 'toHeads', 'q', 'k', 'v');
  prices.attend.forEach((duration, step) => {
    writer.kernel(`attend${step}`, 'attention', duration);
    writer.act({ kind: 'attend', step });
    if (step === setup.ringDegree - 1) return;
    writer.collective(`shift${step}`, 'collective', 'shift');
    writer.act({ kind: 'pass', step });
  });
  exchange('out', 'toTokens', 'output');
  exchange('gradient', 'toHeads', 'gradOutput');
  prices.attendBackward.forEach((duration, step) => {
    writer.kernel(`gradAttend${step}`, 'attention', duration);
    writer.act({ kind: 'attendBackward', step });
    writer.collective(`gradShift${step}`, 'collective', 'shiftBack');
    writer.act({ kind: 'pass', step });
  });
  writer.kernel('settle', 'elementwise', prices.elementwise);
  writer.act({ kind: 'settle' });
  exchange('gradients', 'toTokens', 'gradQ', 'gradK', 'gradV');
  writer.kernel('return', 'elementwise', prices.elementwise);
  exchange('inverse', 'toTokens', 'q', 'k', 'v');
  return writer.end();
}

/** Collects a layer's sharded parameters; with overlap one chunk ahead. */
function gather(writer: Writer, { setup, has }: Task): void {
  if (setup.zeroStage !== 3 || !has('zero')) return;
  const before = writer.needs;
  writer.collective('gather', 'zero', 'zero', 'gather', setup.overlapComm ? ['<<end'] : before);
  if (setup.overlapComm) writer.needs = ['gather', ...before];
}

/** One forward pass of a layer, or its recomputation with a prefix to its names. */
function forwardPass(writer: Writer, task: Task, prefix: string): void {
  const { prices, setup } = task;
  const baseline = setup.system === 'megatron-sp';
  if (baseline) writer.collective(`${prefix}allGather`, 'collective', 'tensor');
  writer.kernel(`${prefix}qkv`, 'gemm', prices.qkv);
  if (!baseline) exchangeIn(writer, task, prefix);
  attend(writer, prefix, prices.attend, prices.merge, 'shift');
  if (!baseline) writer.collective(`${prefix}a2aOut`, 'a2a', 'a2a');
  writer.kernel(`${prefix}projection`, 'gemm', prices.projection);
  if (baseline) {
    writer.collective(`${prefix}reduceScatterAct`, 'collective', 'tensor');
    writer.collective(`${prefix}allGatherMlp`, 'collective', 'tensor');
  }
  writer.kernel(`${prefix}mlp`, 'gemm', prices.mlp);
  if (baseline) writer.collective(`${prefix}reduceScatterMlp`, 'collective', 'tensor');
  writer.kernel(`${prefix}elementwise`, 'elementwise', prices.elementwise);
}

/** The backward pass proper. The baseline gathers gradients and inputs and reduces, once for each of its two blocks. */
function backwardPass(writer: Writer, task: Task): void {
  const { prices, setup } = task;
  const baseline = setup.system === 'megatron-sp';
  const outer = sum(prices.projection, prices.mlp);
  if (baseline) {
    writer.collective('allGatherGradMlp', 'collective', 'tensor');
    writer.collective('allGatherMlpAgain', 'collective', 'tensor');
  }
  writer.kernel('gradMlp', 'gemm', outer);
  if (!baseline && setup.overlapComm) {
    writer.collective('a2aGradOut', 'a2a', 'a2a');
    const arrived = writer.needs;
    writer.needs = ['gradMlp'];
    writer.kernel('gradMlpWeights', 'gemm', outer);
    writer.needs = [...new Set(['gradMlpWeights', ...arrived])];
  } else {
    writer.kernel('gradMlpWeights', 'gemm', outer);
    if (!baseline) writer.collective('a2aGradOut', 'a2a', 'a2a');
  }
  if (baseline) {
    writer.collective('reduceScatterGradMlp', 'collective', 'tensor');
    writer.collective('allGatherGradOut', 'collective', 'tensor');
    writer.collective('allGatherAgain', 'collective', 'tensor');
  }
  attend(writer, 'grad', prices.attendBackward, prices.merge, 'shiftBack');
  if (!baseline) exchangeIn(writer, task, 'a2aGrad');
  writer.kernel('gradQkv', 'gemm', sum(prices.qkv, prices.qkv));
  if (baseline) writer.collective('reduceScatterGrad', 'collective', 'tensor');
  writer.kernel('gradElementwise', 'elementwise', sum(prices.elementwise, prices.elementwise));
}

/** Queries, keys and values into the layout by heads, or their gradients back: one all-to-all for each tensor, or one of all. */
function exchangeIn(writer: Writer, { setup }: Task, prefix: string): void {
  if (setup.a2aFused) {
    writer.collective(`${prefix}a2aQKV`, 'a2a', 'a2aFused');
    return;
  }
  const narrow: CollectiveName = kvWidth(setup) < 1 ? 'a2aNarrow' : 'a2a';
  writer.collective(`${prefix}a2aQ`, 'a2a', 'a2a');
  writer.collective(`${prefix}a2aK`, 'a2a', narrow);
  writer.collective(`${prefix}a2aV`, 'a2a', narrow);
}

/** Attention of this rank's heads. Around a ring the next block travels while this one is computed, and both are awaited. */
function attend(
  writer: Writer,
  prefix: string,
  blocks: readonly Duration[],
  merge: Duration,
  travel: CollectiveName,
): void {
  blocks.forEach((duration, step) => {
    const ready = writer.needs;
    const moves = step < blocks.length - 1;
    if (moves) writer.collective(`${prefix}Shift${step}`, 'collective', travel);
    writer.needs = ready;
    writer.kernel(`${prefix}Attend${step}`, 'attention', duration);
    if (step > 0) writer.kernel(`${prefix}Merge${step}`, 'elementwise', merge);
    if (moves) writer.needs = [...writer.needs, `${prefix}Shift${step}`];
  });
}

function sum(a: Duration, b: Duration): Duration {
  return (a + b) as Duration;
}
