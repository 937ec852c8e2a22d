import type { CometParams } from './params.ts';
import type { TensorShape } from './tensors.ts';

/** Bytes of one tensor in one batch, and what of it stays on the device between its forward and its backward. */
export interface TensorBytes {
  readonly raw: number;
  readonly out: number;
  readonly kept: number;
  /** Stored wherever it is stored. */
  readonly stored: number;
  /** Of `stored`, what lies in device memory. */
  readonly held: number;
  readonly first: boolean;
}

export type Codec = CometParams['codec'];

/** Tensors between two checkpoints, the first of them kept. */
export function segmentLength(tensors: number): number {
  return Math.ceil(Math.sqrt(tensors));
}

/** The tensors of a batch under a codec; `storedBytes(l, batch)` is what tensor l takes in store. */
export function tensorBytes(
  tensors: readonly TensorShape[],
  codec: Codec,
  batch: number,
  storedBytes: (index: number, batch: number) => number,
): readonly TensorBytes[] {
  const segment = segmentLength(tensors.length);
  return tensors.map(({ raw, out, kept, first }, l) => {
    const whole = raw * batch;
    const stored = codec === 'recompute' ? (l % segment === 0 ? whole : 0) : storedBytes(l, batch);
    const held = codec === 'migrate' || codec === 'jpeg-act' ? 0 : stored;
    return { raw: whole, out: out * batch, kept: kept * batch, stored, held, first };
  });
}

/** Whether the codec stages 16-bit codes while it compresses. */
export function stagesCodes(codec: Codec): boolean {
  return codec === 'comet' || codec === 'cusz-fixed';
}

/** Most bytes ever in use beyond the permanent state: the largest stage of the forward and the backward pass (see the README). */
export function peakActivations(tensors: readonly TensorBytes[], codec: Codec): number {
  const segment = segmentLength(tensors.length);
  const copies = codec === 'migrate' || codec === 'jpeg-act';
  let before = 0;
  let peak = 0;
  tensors.forEach(({ raw, out, kept, held, first }, l) => {
    const flying = copies && l > 0 ? (tensors[l - 1] as TensorBytes).raw : 0;
    const from = l - (l % segment);
    const others =
      codec === 'recompute'
        ? tensors
            .slice(from + 1, from + segment)
            .reduce((sum, tensor, i) => sum + (from + 1 + i === l ? 0 : tensor.raw), 0)
        : 0;
    const resident = before + flying;
    const own = held === raw ? 0 : raw;
    // Prefetched and recomputed tensors are there before the element-wise backward.
    const early = copies || codec === 'recompute';
    const stages = [
      resident + raw + out,
      stagesCodes(codec) || codec === 'lossless' ? resident + raw + out + held + (stagesCodes(codec) ? raw / 2 : 0) : 0,
      kept > 0 ? resident + held + kept + 2 * out + (early ? others + own : 0) : 0,
      resident + held + own + out + (first ? 0 : raw) + others,
    ];
    peak = Math.max(peak, ...stages);
    before += held + kept;
  });
  return peak;
}

/** Values, gradients and momentum of all parameters, and the work space. */
export function stateBytes(parameters: number, workspace: number): number {
  return 12 * parameters + workspace;
}

/** The largest batch whose peak fits, by bisection: the peak never falls when the batch grows. */
export function largestBatch(fits: (batch: number) => boolean): number {
  if (!fits(1)) return 0;
  let low = 1;
  while (low < 2 ** 24 && fits(2 * low)) low *= 2;
  let high = 2 * low;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
