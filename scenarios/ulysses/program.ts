import type { Duration } from '../../engine/kernel/time.ts';
import type { CollectiveName } from './collectives.ts';
import type { MemoryPlan, MemoryTag } from './memory.ts';
import type { Prices } from './prices.ts';
import { kvWidth, type Setup } from './setup.ts';

/** Streams of one GPU: computation, sequence- or tensor-parallel traffic, gathering and reducing of sharded states. */
export const streamNames = ['compute', 'exchange', 'gather', 'reduce'] as const;

/** What a stretch of time is spent on. */
export type Label =
  | 'attention'
  | 'gemm'
  | 'elementwise'
  | 'loss'
  | 'optimizer'
  | 'host'
  | 'a2a'
  | 'collective'
  | 'zero'
  | 'lossGather'
  | 'mark';

/** Labels of time in which a rank communicates. */
export const communicationLabels: readonly Label[] = ['a2a', 'collective', 'zero', 'lossGather'];

/** One operation of a chunk: named within it; `after` names operations of this chunk or, with one or two `<` in front, of earlier ones. */
export interface ChunkOp {
  readonly name: string;
  readonly stream: (typeof streamNames)[number];
  readonly label: Label;
  readonly after: readonly string[];
  readonly work:
    | { readonly kind: 'kernel'; readonly duration: Duration }
    | { readonly kind: 'collective'; readonly collective: CollectiveName }
    | { readonly kind: 'floor'; readonly since: string; readonly duration: Duration }
    | { readonly kind: 'allocate' | 'free'; readonly tag: MemoryTag; readonly bytes: number }
    | { readonly kind: 'done' };
  readonly timed?: boolean;
}

/** A part of the work that ends at one point: one layer in one direction, the loss, or the update. */
export type Chunk = readonly ChunkOp[];

/** The work of one rank in one iteration: chunks that repeat. */
export interface Program {
  readonly forward: Chunk;
  /** Left out in scope attention, where only `forward` runs. */
  readonly training?: { readonly loss: Chunk; readonly backward: Chunk; readonly update: Chunk };
  readonly layers: number;
  readonly microSteps: number;
}

/** Number of chunks in an iteration. */
export function chunkCount({ training, layers, microSteps }: Program): number {
  return training === undefined ? layers : microSteps * (2 * layers + 1) + 1;
}

/** The chunk at `index`, counted from 0. */
export function chunkAt({ forward, training, layers, microSteps }: Program, index: number): Chunk {
  if (training === undefined) return forward;
  const perStep = 2 * layers + 1;
  if (index >= microSteps * perStep) return training.update;
  const within = index % perStep;
  return within < layers ? forward : within === layers ? training.loss : training.backward;
}

/** Writes the program of `setup`; `has` tells which collectives exist in this run (groups of one rank have none). */
export function programOf(
  setup: Setup,
  prices: Prices,
  memory: MemoryPlan,
  has: (name: CollectiveName) => boolean,
): Program {
  const { layers, microSteps } = setup;
  const task: Task = { setup, prices, memory, has };
  if (setup.scope === 'attention') return { forward: attentionChunk(task), layers, microSteps };
  const training = { loss: lossChunk(task), backward: backwardChunk(task), update: updateChunk(task) };
  return { forward: forwardChunk(task), training, layers, microSteps };
}

interface Task {
  readonly setup: Setup;
  readonly prices: Prices;
  readonly memory: MemoryPlan;
  readonly has: (name: CollectiveName) => boolean;
}

function forwardChunk(task: Task): Chunk {
  const { memory, prices, setup } = task;
  const writer = new ChunkWriter(task);
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
  const writer = new ChunkWriter(task);
  writer.memory('allocate', 'loss', memory.loss);
  writer.kernel('loss', 'loss', prices.loss);
  writer.collective('lossGather', 'lossGather', 'lossGather');
  writer.memory('free', 'loss', memory.loss);
  return writer.end();
}

function backwardChunk(task: Task): Chunk {
  const { memory, prices, setup } = task;
  const writer = new ChunkWriter(task);
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
  const writer = new ChunkWriter(task);
  writer.needs = ['<end', '<reduceScatter'];
  if (setup.system === 'megatron-sp') writer.collective('gradients', 'collective', 'gradients');
  else if (setup.zeroStage < 3) writer.collective('states', 'zero', 'statesOnce', 'reduce');
  writer.kernel('update', 'optimizer', prices.optimizer);
  return writer.end();
}

function attentionChunk(task: Task): Chunk {
  const { memory, prices, setup } = task;
  const writer = new ChunkWriter(task);
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

/** Collects a layer's sharded parameters; with overlap one chunk ahead. */
function gather(writer: ChunkWriter, { setup, has }: Task): void {
  if (setup.zeroStage !== 3 || !has('zero')) return;
  const before = writer.needs;
  writer.collective('gather', 'zero', 'zero', 'gather', setup.overlapComm ? ['<<end'] : before);
  if (setup.overlapComm) writer.needs = ['gather', ...before];
}

/** One forward pass of a layer, or its recomputation with a prefix to its names. */
function forwardPass(writer: ChunkWriter, task: Task, prefix: string): void {
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
function backwardPass(writer: ChunkWriter, task: Task): void {
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
function exchangeIn(writer: ChunkWriter, { setup }: Task, prefix: string): void {
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
  writer: ChunkWriter,
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

/** Writes the operations of one chunk. Each follows what `needs` names, by default the operation before it. */
class ChunkWriter {
  /** What the next operation waits for. */
  needs: readonly string[] = ['<end'];
  readonly #task: Task;
  readonly #ops: ChunkOp[] = [];

  constructor(task: Task) {
    this.#task = task;
  }

  kernel(name: string, label: Label, duration: Duration): void {
    this.#add(name, label, 'compute', { kind: 'kernel', duration });
  }

  /** Writes a collective on `stream`; nothing when its group is one rank. */
  collective(
    name: string,
    label: Label,
    collective: CollectiveName,
    stream: ChunkOp['stream'] = 'exchange',
    after: readonly string[] = this.needs,
  ): void {
    if (!this.#task.has(collective)) return;
    this.needs = after;
    this.#add(name, label, stream, { kind: 'collective', collective });
  }

  memory(kind: 'allocate' | 'free', tag: MemoryTag, bytes: number): void {
    const before = this.needs;
    if (bytes > 0) this.#add(`${kind} ${tag}`, 'mark', 'compute', { kind, tag, bytes });
    this.needs = before;
  }

  /** Makes the chunk last at least as long as the host takes to issue what begins with `since`. */
  floor(name: string, since: string, duration: Duration): void {
    const at = this.#ops.findIndex((op) => op.name === since);
    this.#ops[at] = { ...(this.#ops[at] as ChunkOp), timed: true };
    this.#add(name, 'host', 'compute', { kind: 'floor', since, duration });
  }

  /** Ends the chunk on the compute stream and reports it. */
  end(): Chunk {
    this.#add('end', 'mark', 'compute', { kind: 'done' });
    return this.#ops;
  }

  #add(name: string, label: Label, stream: ChunkOp['stream'], work: ChunkOp['work']): void {
    this.#ops.push({ name, stream, label, after: this.needs, work });
    this.needs = [name];
  }
}
