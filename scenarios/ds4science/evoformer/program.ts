import type { GpuSpec } from '../../../actors/presets/gpu/load.ts';
import { ChunkWriter, type Permanent, type Program } from '../../../actors/training/index.ts';
import { eagerKernel, fusedKernel, type KernelPrice } from './prices.ts';
import type { Setup } from './setup.ts';
import { type Sizes, sizesOf } from './sizes.ts';

/** Names under which memory is allocated. */
export type MemoryTag =
  | 'inputs'
  | 'output'
  | 'biases'
  | 'scores'
  | 'copies'
  | 'gradients'
  | 'biasGradients'
  | 'rowSums'
  | 'workspace';

/** What a stretch of time is spent on. */
export type Label =
  | 'qk'
  | 'addMask'
  | 'addPair'
  | 'softmax'
  | 'pv'
  | 'dV'
  | 'dP'
  | 'softmaxBackward'
  | 'biasGrad'
  | 'dQ'
  | 'dK'
  | 'fusedForward'
  | 'fusedBackward';

interface Words {
  readonly stream: 'compute';
  readonly label: Label;
  readonly collective: never;
  readonly tag: MemoryTag;
  readonly act: never;
}

/** One attention as a program: a chunk forward and, with gradients, one backward; with the memory traffic of each. */
export interface AttentionProgram {
  readonly program: Program;
  readonly permanent: readonly Permanent[];
  readonly forwardBytes: number;
  readonly backwardBytes: number;
}

/** Inputs and biases that the caller holds. */
function permanentOf(sizes: Sizes): readonly Permanent[] {
  return [
    { tag: 'inputs', bytes: 3 * sizes.tensor },
    { tag: 'biases', bytes: sizes.maskBias + sizes.pairBias },
  ];
}

/** Writes one attention, forward and, with `backward`, backward. */
export function attentionProgram(setup: Setup, gpu: GpuSpec): AttentionProgram {
  const parts = setup.kernel === 'ds4sci' ? fused(setup, gpu) : eager(setup, gpu);
  return { ...parts, permanent: permanentOf(sizesOf(setup)) };
}

/** Writes kernels in order and adds up their traffic. */
class Pass {
  readonly writer = new ChunkWriter<Words>({ compute: 'compute', exchange: 'compute' }, () => false);
  bytes = 0;
  #count = 0;

  kernel(label: Label, price: KernelPrice): void {
    this.bytes += price.bytes;
    this.writer.kernel(`${label} ${this.#count++}`, label, price.duration);
  }

  take(tag: MemoryTag, bytes: number): void {
    this.#mark('allocate', tag, bytes);
  }

  give(tag: MemoryTag, bytes: number): void {
    this.#mark('free', tag, bytes);
  }

  #mark(kind: 'allocate' | 'free', tag: MemoryTag, bytes: number): void {
    this.writer.memory(kind, tag, bytes);
  }
}

type Parts = Omit<AttentionProgram, 'permanent'>;

/** The fused kernel: contiguous copies of its inputs, row sums, and in the backward pass a workspace; scores stay on the chip. */
function fused(setup: Setup, gpu: GpuSpec): Parts {
  const sizes = sizesOf(setup);
  const forward = new Pass();
  forward.take('output', sizes.tensor);
  forward.take('copies', 3 * sizes.tensor);
  forward.take('rowSums', sizes.rowSums);
  forward.kernel('fusedForward', fusedKernel(setup, gpu, 'forward'));
  if (!setup.backward) {
    forward.give('rowSums', sizes.rowSums);
    forward.give('copies', 3 * sizes.tensor);
    return { program: [forward.writer.end()], forwardBytes: forward.bytes, backwardBytes: 0 };
  }
  const backward = new Pass();
  backward.take('gradients', 4 * sizes.tensor);
  backward.take('copies', sizes.tensor);
  backward.take('rowSums', sizes.rowSums);
  backward.take('workspace', sizes.workspace);
  backward.take('biasGradients', sizes.pairGradient);
  backward.kernel('fusedBackward', fusedKernel(setup, gpu, 'backward'));
  backward.give('workspace', sizes.workspace);
  backward.give('rowSums', 2 * sizes.rowSums);
  backward.give('copies', 4 * sizes.tensor);
  return {
    program: [forward.writer.end(), backward.writer.end()],
    forwardBytes: forward.bytes,
    backwardBytes: backward.bytes,
  };
}

/** Plain attention: every kernel writes a new score tensor; the tape keeps the softmax, the caller of `eager-keep` the biased scores. */
function eager(setup: Setup, gpu: GpuSpec): Parts {
  const sizes = sizesOf(setup);
  const forward = new Pass();
  forward.take('output', sizes.tensor);
  for (let done = 0; done < setup.n1; done += setup.chunk)
    eagerForward(forward, setup, gpu, Math.min(setup.chunk, setup.n1 - done));
  if (!setup.backward) return { program: [forward.writer.end()], forwardBytes: forward.bytes, backwardBytes: 0 };
  const backward = new Pass();
  eagerBackward(backward, setup, gpu);
  return {
    program: [forward.writer.end(), backward.writer.end()],
    forwardBytes: forward.bytes,
    backwardBytes: backward.bytes,
  };
}

function eagerForward(pass: Pass, setup: Setup, gpu: GpuSpec, rows: number): void {
  const sizes = sizesOf(setup);
  const scores = (sizes.scores * rows) / setup.n1;
  const price = (scorePasses: number, tensors = 0, products = 0): KernelPrice =>
    eagerKernel(setup, gpu, { scorePasses, tensors, products }, rows);
  if (setup.backward) pass.take('copies', 2 * sizes.tensor);
  pass.take('scores', scores);
  pass.kernel('qk', price(1, 2, 1));
  for (const label of ['addMask', 'addPair'] as const) {
    if (!(label === 'addMask' ? setup.maskBias : setup.pairBias)) continue;
    pass.take('scores', scores);
    pass.kernel(label, price(2));
    pass.give('scores', scores);
  }
  const keeps = setup.kernel === 'eager-keep';
  if (keeps) pass.take('scores', scores);
  pass.take('scores', scores);
  pass.kernel('softmax', price(2));
  pass.give('scores', scores);
  pass.kernel('pv', price(1, 2, 1));
  if (setup.backward) return;
  pass.give('scores', keeps ? 2 * scores : scores);
}

function eagerBackward(pass: Pass, setup: Setup, gpu: GpuSpec): void {
  const { tensor, scores, pairGradient } = sizesOf(setup);
  const price = (scorePasses: number, tensors = 0, products = 0): KernelPrice =>
    eagerKernel(setup, gpu, { scorePasses, tensors, products });
  pass.take('gradients', tensor);
  pass.take('biasGradients', pairGradient);
  pass.take('gradients', tensor);
  pass.kernel('dV', price(1, 2, 1));
  pass.take('scores', scores);
  pass.kernel('dP', price(1, 2, 1));
  pass.take('scores', scores);
  pass.kernel('softmaxBackward', price(3));
  pass.give('scores', 2 * scores);
  pass.give('copies', tensor);
  pass.give('gradients', tensor);
  if (setup.pairBias) pass.kernel('biasGrad', price(1));
  pass.take('gradients', tensor);
  pass.kernel('dQ', price(1, 2, 1));
  pass.give('copies', tensor);
  pass.take('gradients', tensor);
  pass.kernel('dK', price(1, 2, 1));
  pass.give('scores', scores);
  if (setup.kernel === 'eager-keep') pass.give('scores', scores);
}
