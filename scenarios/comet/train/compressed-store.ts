import {
  blockDctBytes,
  type CodecOptions,
  compress,
  decodeBlockDct,
  decompress,
  encodeBlockDct,
  filterZeros,
  largestError,
  packZeros,
} from '../../../actors/codecs/index.ts';
import { type ActivationStore, fromPlanes, type Tensor, toPlanes } from '../../../actors/numerics/index.ts';
import type { CometParams } from '../params.ts';

/** Bytes of one layer over a run, raw and stored. */
export interface StoredSum {
  raw: number;
  stored: number;
}

/** What a layer's bound is now; undefined: keep the tensor raw. */
export type BoundOf = (layer: string) => number | undefined;

/** The layer whose input an activation is: `conv1/input` belongs to conv1. */
function layerOf(activation: string): string {
  return activation.slice(0, activation.indexOf('/'));
}

interface Kept {
  readonly shape: readonly number[];
  restore(): Tensor;
}

/** Keeps inputs of convolutions as the run's codec leaves them, one container a tensor, planes of the batch one after another. */
export class CompressedStore implements ActivationStore<Kept> {
  readonly sums = new Map<string, StoredSum>();
  /** Largest error over its bound, over everything compressed. */
  worst = 0;
  readonly #params: CometParams;
  readonly #boundOf: BoundOf;
  /** Sees every input of a convolution as it was. */
  readonly #onSave: (layer: string, activation: Tensor) => void;

  constructor(params: CometParams, boundOf: BoundOf, onSave: (layer: string, activation: Tensor) => void) {
    this.#params = params;
    this.#boundOf = boundOf;
    this.#onSave = onSave;
  }

  save(name: string, activation: Tensor, role: string): Kept {
    const asIs: Kept = { shape: activation.shape, restore: () => activation };
    if (role !== 'convolution-input') return asIs;
    const layer = layerOf(name);
    this.#onSave(layer, activation);
    const raw = 4 * activation.data.length;
    const bound = this.#boundOf(layer);
    const planes = toPlanes(activation);
    const [n = 1, c = 1, height = 1, width = 1] = planes.shape;
    const shape = { planes: n * c, height, width };
    const back = (data: Float32Array): Tensor => fromPlanes({ shape: planes.shape, data });
    switch (this.#params.codec) {
      case 'comet':
      case 'cusz-fixed': {
        // Before the first bound is known a tensor stays raw and is not counted.
        if (bound === undefined) return asIs;
        const container = compress(planes.data, shape, this.#options(bound));
        this.#count(layer, raw, container.length);
        if (container.length >= raw) return asIs;
        return { shape: activation.shape, restore: () => back(this.#decompress(container, planes.data, bound)) };
      }
      case 'jpeg-act': {
        const field = encodeBlockDct(planes.data, shape, this.#params.jpegQuantShift);
        const size = blockDctBytes(field);
        this.#count(layer, raw, size);
        return size >= raw ? asIs : { shape: activation.shape, restore: () => back(decodeBlockDct(field)) };
      }
      case 'lossless':
        this.#count(layer, raw, packZeros(planes.data).length);
        return asIs;
      default:
        this.#count(layer, raw, raw);
        return asIs;
    }
  }

  load(kept: Kept): Tensor {
    return kept.restore();
  }

  #options(errorBound: number): CodecOptions {
    const { lorenzoDims, nBins, codecVariant } = this.#params;
    return { errorBound, dims: lorenzoDims as 0 | 1 | 2, bins: nBins, variant: codecVariant };
  }

  #decompress(container: Uint8Array, original: Float32Array, bound: number): Float32Array {
    const { values } = decompress(container);
    if (this.#params.zeroFilter) filterZeros(values, bound);
    this.worst = Math.max(this.worst, largestError(original, values) / bound);
    return values;
  }

  #count(layer: string, raw: number, stored: number): void {
    const sum = this.sums.get(layer) ?? { raw: 0, stored: 0 };
    sum.raw += raw;
    sum.stored += Math.min(raw, stored);
    this.sums.set(layer, sum);
  }
}
