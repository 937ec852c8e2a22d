import type { ConvLayer, LayerTable, LinearLayer } from './layer-table.ts';

/** What a convolution needs beyond its place in the chain. */
export interface ConvOptions {
  readonly stride?: number;
  readonly groups?: number;
  /** Default: the input size over the stride, rounded up. */
  readonly outSize?: number;
}

/** Builds the table of a network layer by layer; each convolution reads what the one before it left. */
export class TableBuilder {
  readonly #convs: ConvLayer[] = [];
  readonly #linear: LinearLayer[] = [];
  #channels: number;
  #size: number;
  #tensors = 0;

  constructor(channels: number, size: number) {
    this.#channels = channels;
    this.#size = size;
  }

  get channels(): number {
    return this.#channels;
  }

  get size(): number {
    return this.#size;
  }

  /** A convolution on the present tensor; its output becomes the present tensor. */
  conv(outChannels: number, kernel: number, { stride = 1, groups = 1, outSize }: ConvOptions = {}): this {
    const out = outSize ?? Math.ceil(this.#size / stride);
    this.#push(this.#channels, this.#size, outChannels, kernel, stride, groups, out, this.#tensors++, false);
    this.#channels = outChannels;
    this.#size = out;
    return this;
  }

  /** A 1x1 convolution beside the block whose first convolution read tensor `tensor` of the given shape; ends at the present shape. */
  shortcut(tensor: number, inChannels: number, inSize: number): this {
    this.#push(inChannels, inSize, this.#channels, 1, inSize / this.#size, 1, this.#size, tensor, true);
    return this;
  }

  /** A max-pool after the last convolution, to images of side `size`. */
  pool(size: number): this {
    const last = this.#convs.pop();
    if (last !== undefined) this.#convs.push({ ...last, pooled: true });
    this.#size = size;
    return this;
  }

  /** Distinct convolution inputs so far: the index the next convolution's input gets. */
  get tensors(): number {
    return this.#tensors;
  }

  /** Fully connected layers through the given widths. */
  linear(...features: readonly number[]): this {
    for (let i = 1; i < features.length; i++)
      this.#linear.push({ inFeatures: features[i - 1] as number, outFeatures: features[i] as number });
    return this;
  }

  build(id: string, title: string, imageSize: number, batchNorm: boolean): LayerTable {
    return Object.freeze({
      id,
      title,
      imageSize,
      batchNorm,
      convs: Object.freeze(this.#convs.map((conv) => Object.freeze(conv))),
      linear: Object.freeze(this.#linear),
    });
  }

  #push(
    inChannels: number,
    inSize: number,
    outChannels: number,
    kernel: number,
    stride: number,
    groups: number,
    outSize: number,
    tensor: number,
    shortcut: boolean,
  ): void {
    const name = `conv${this.#convs.length + 1}`;
    const shape = { inChannels, outChannels, kernel, stride, inSize, outSize, groups };
    this.#convs.push({ name, ...shape, tensor, shortcut, pooled: false });
  }
}
