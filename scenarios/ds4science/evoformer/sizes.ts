import type { Setup, Shape } from './setup.ts';

/** Bytes of the tensors of one attention. */
export interface Sizes {
  /** One of queries, keys, values, output. */
  readonly tensor: number;
  /** One score tensor of all rows, and of one chunk of them. */
  readonly scores: number;
  readonly chunkScores: number;
  readonly maskBias: number;
  readonly pairBias: number;
  readonly pairGradient: number;
  /** One fp32 number for each query of the fused kernel, padded. */
  readonly rowSums: number;
  readonly workspace: number;
}

/** `value` rounded up to a multiple of `step`. */
function aligned(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** Sizes of the tensors; the pads are those of the kernel's tiles of 32 and 64. */
export function sizesOf(setup: Setup): Sizes {
  const { n1, n2, heads: H, headDim: D, samples, width } = setup;
  const fused = setup.kernel === 'ds4sci';
  const pair = setup.pairBias ? samples * H * n2 * n2 : 0;
  return {
    tensor: samples * n1 * n2 * H * D * width,
    scores: scoreBytes(setup, width),
    chunkScores: samples * setup.chunk * H * n2 * n2 * width,
    maskBias: setup.maskBias ? samples * n1 * n2 * width : 0,
    pairBias: pair * width,
    pairGradient: pair * (fused ? 4 : width),
    rowSums: fused ? 4 * samples * n1 * H * aligned(n2, 32) : 0,
    workspace: workspaceBytes(setup),
  };
}

/** One score tensor: samples n1 H n2^2 numbers. */
export function scoreBytes({ samples, n1, n2, heads }: Shape, width: number): number {
  return samples * n1 * heads * n2 * n2 * width;
}

/** The fp32 workspace in which the fused kernel sums the query gradient; none up to 64 positions. */
function workspaceBytes({ samples, n1, n2, heads, headDim }: Shape): number {
  return n2 > 64 ? 4 * samples * n1 * heads * aligned(n2, 64) * aligned(headDim, 64) : 0;
}

/** FLOP of the forward pass, unpadded. */
export function forwardFlops({ samples, n1, n2, heads, headDim }: Shape): number {
  return 4 * samples * n1 * heads * n2 * n2 * headDim;
}
