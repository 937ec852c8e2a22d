import type { hostLabel } from '../../../actors/compute/index.ts';
import { type Chunk, ChunkWriter, type markLabel, type Program } from '../../../actors/training/index.ts';
import type { Duration } from '../../../engine/kernel/time.ts';
import type { CollectiveName } from './collectives.ts';
import type { MemoryPlan, MemoryTag } from './memory.ts';
import type { Prices } from './prices.ts';
import type { Setup } from './setup.ts';

/** Streams of one GPU: computation, collectives, copies to and from the host. */
export const streamNames = ['compute', 'exchange', 'copy'] as const;

/** What a stretch of time is spent on. */
export type Label =
  | 'mask'
  | 'gemm'
  | 'attention'
  | 'elementwise'
  | 'loss'
  | 'collective'
  | 'gradients'
  | 'offload'
  | 'optimizer'
  | typeof hostLabel
  | typeof markLabel;

/** Labels of time in which a rank communicates. */
export const communicationLabels: readonly Label[] = ['collective', 'gradients', 'offload'];

interface GenslmWords {
  readonly stream: (typeof streamNames)[number];
  readonly label: Label;
  readonly collective: CollectiveName;
  readonly tag: MemoryTag;
  readonly act: never;
}

type Writer = ChunkWriter<GenslmWords>;

/** What a program is written for; `has` tells which collectives exist in this run. */
export interface Task {
  readonly setup: Setup;
  readonly prices: Prices;
  readonly memory: MemoryPlan;
  readonly has: (name: CollectiveName) => boolean;
}

/** One optimiser step: the mask, the layers forward, the loss, the layers backward with their recomputation, and the update. */
export function programOf(task: Task): Program {
  const { layers } = task.setup;
  const [mask, forward, loss, backward, update] = [maskChunk, forwardChunk, lossChunk, backwardChunk, updateChunk].map(
    (write) => {
      const writer: Writer = new ChunkWriter<GenslmWords>({ compute: 'compute', exchange: 'exchange' }, task.has);
      write(writer, task);
      return writer.end();
    },
  ) as [Chunk, Chunk, Chunk, Chunk, Chunk];
  const repeated = (chunk: Chunk): Chunk[] => Array.from({ length: layers }, () => chunk);
  return [mask, ...repeated(forward), loss, ...repeated(backward), update];
}

function maskChunk(writer: Writer, { memory, prices }: Task): void {
  writer.memory('allocate', 'mask', memory.mask + memory.maskScratch);
  if (memory.mask > 0) writer.kernel('buildMask', 'mask', prices.mask);
  writer.memory('free', 'mask', memory.maskScratch);
}

function forwardChunk(writer: Writer, task: Task): void {
  writer.memory('allocate', 'checkpoints', task.memory.checkpoint);
  layerMemory(writer, task, 'allocate');
  forwardPass(writer, task, '');
  writer.floor('host', first(task, ''), task.prices.hostForward);
  layerMemory(writer, task, 'free');
}

function lossChunk(writer: Writer, { memory, prices }: Task): void {
  writer.memory('allocate', 'loss', memory.loss);
  writer.kernel('loss', 'loss', prices.loss);
  writer.memory('free', 'loss', memory.loss);
}

function backwardChunk(writer: Writer, task: Task): void {
  layerMemory(writer, task, 'allocate');
  forwardPass(writer, task, 're');
  writer.floor('hostRecompute', first(task, 're'), task.prices.hostForward);
  backwardPass(writer, task);
  writer.floor('host', 'gradFc2', task.prices.hostBackward);
  layerMemory(writer, task, 'free');
  writer.memory('free', 'checkpoints', task.memory.checkpoint);
}

function updateChunk(writer: Writer, { prices }: Task): void {
  writer.collective('gradReduce', 'gradients', 'gradients');
  if (prices.offload > 0) writer.kernel('optimizerOffload', 'offload', prices.offload, 'copy');
  else writer.kernel('optimizer', 'optimizer', prices.optimizer);
}

/** The first kernel or collective of a forward pass. */
function first({ has }: Task, prefix: string): string {
  return has('tensor') ? `${prefix}gatherQkv` : `${prefix}qkv`;
}

function layerMemory(writer: Writer, { memory }: Task, kind: 'allocate' | 'free'): void {
  for (const tag of ['layer', 'scores', 'gatherBuffers'] as const) writer.memory(kind, tag, memory[tag]);
}

function forwardPass(writer: Writer, { prices }: Task, prefix: string): void {
  writer.collective(`${prefix}gatherQkv`, 'collective', 'tensor');
  writer.kernel(`${prefix}qkv`, 'gemm', prices.qkv);
  writer.kernel(`${prefix}attend`, 'attention', prices.attend);
  writer.kernel(`${prefix}projection`, 'gemm', prices.projection);
  writer.collective(`${prefix}scatterProj`, 'collective', 'tensor');
  writer.collective(`${prefix}allReduceProj`, 'collective', 'allReduce');
  writer.collective(`${prefix}gatherFc`, 'collective', 'tensor');
  writer.kernel(`${prefix}fc1`, 'gemm', prices.fc1);
  writer.kernel(`${prefix}fc2`, 'gemm', prices.fc2);
  writer.collective(`${prefix}scatterFc`, 'collective', 'tensor');
  writer.collective(`${prefix}allReduceFc`, 'collective', 'allReduce');
  writer.kernel(`${prefix}elementwise`, 'elementwise', prices.elementwise);
}

/** With sequence parallelism each half gathers its gradient and once more its input, and scatters; without it each half reduces its input gradient. */
function backwardPass(writer: Writer, { prices }: Task): void {
  const twice = (duration: Duration): Duration => (2 * duration) as Duration;
  writer.collective('gatherGradFc', 'collective', 'tensor');
  writer.kernel('gradFc2', 'gemm', twice(prices.fc2));
  writer.collective('gatherFcAgain', 'collective', 'tensor');
  writer.kernel('gradFc1', 'gemm', twice(prices.fc1));
  writer.collective('scatterGradFc', 'collective', 'tensor');
  writer.collective('allReduceGradFc', 'collective', 'allReduce');
  writer.collective('gatherGradProj', 'collective', 'tensor');
  writer.kernel('gradProjection', 'gemm', twice(prices.projection));
  writer.kernel('gradAttend', 'attention', prices.attendBackward);
  writer.collective('gatherQkvAgain', 'collective', 'tensor');
  writer.kernel('gradQkv', 'gemm', twice(prices.qkv));
  writer.collective('scatterGradQkv', 'collective', 'tensor');
  writer.collective('allReduceGradQkv', 'collective', 'allReduce');
  writer.kernel('gradElementwise', 'elementwise', twice(prices.elementwise));
}
