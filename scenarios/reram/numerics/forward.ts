import type { Samples } from '../../../actors/numerics/index.ts';
import { KERNEL, type TrainedShape } from '../networks.ts';
import { FEATURE_BYTES, type GatherKernel, gatherKernel, LANES } from './gather-kernel.ts';

/** One layer as the chip has it: weights row by row (inputs x outputs) in units of `scale`, digital biases. */
export interface ForwardLayer {
  readonly weights: Float32Array;
  readonly scale: number;
  readonly biases: Float32Array;
}

/** Where a layer finds its inputs and puts its outputs, in bytes of the kernel's memory. */
interface Place {
  readonly shape: TrainedShape;
  /** Byte offset of every row of the weights from the start of the input. */
  readonly offsets: Int32Array;
  readonly out: number;
  readonly list: number;
}

/**
 * Classifies pictures with weights that change from chip to chip. Zero weights cost nothing: each output is a list of its
 * non-zero weights, gathered for 16 pictures at once. Activations are single precision.
 */
export class ForwardPass {
  readonly count: number;
  readonly #places: readonly Place[];
  readonly #kernel: GatherKernel;
  readonly #floats: Float32Array;
  readonly #ints: Int32Array;
  readonly #labels: Uint8Array;
  readonly #tiles: number;
  readonly #pixels: number;
  /** By layer, inputs that are not zero in every picture; undefined where all may be. */
  readonly #isUsed: (Uint8Array | undefined)[] = [];

  /** Puts the samples into memory, transposed to tiles of 16. */
  constructor(shapes: readonly TrainedShape[], samples: Samples) {
    const pixels = samples.images.length / samples.count;
    this.count = samples.count;
    this.#labels = samples.labels;
    this.#pixels = pixels;
    this.#tiles = Math.ceil(samples.count / LANES);
    let at = this.#tiles * pixels * FEATURE_BYTES;
    this.#places = shapes.map((shape, l) => {
      const out = at;
      at += shape.outputs * shape.windows * FEATURE_BYTES;
      const list = at;
      at += shape.inputs * shape.outputs * 8;
      return { shape, offsets: offsetsOf(shape, shapes[l - 1]), out, list };
    });
    this.#kernel = gatherKernel(at);
    this.#floats = new Float32Array(this.#kernel.buffer);
    this.#ints = new Int32Array(this.#kernel.buffer);
    const isLit = new Uint8Array(pixels);
    for (let i = 0; i < samples.images.length; i++) if (samples.images[i] !== 0) isLit[i % pixels] = 1;
    if (shapes[0]?.kind === 'dense') this.#isUsed[0] = isLit;
    for (let i = 0; i < samples.count; i++) {
      const tile = Math.floor(i / LANES) * pixels * LANES + (i % LANES);
      for (let p = 0; p < pixels; p++) this.#floats[tile + p * LANES] = samples.images[i * pixels + p]!;
    }
  }

  /** Share of the pictures that these weights classify right; the first of equal outputs counts. */
  accuracy(layers: readonly ForwardLayer[]): number {
    return this.#correct(this.classify(layers)) / this.count;
  }

  /** The class of each picture. */
  classify(layers: readonly ForwardLayer[]): Uint8Array {
    const counts = this.#places.map((place, l) => this.#writeLists(place, layers[l]!, this.#isUsed[l]));
    const last = this.#places.at(-1)!;
    const classes = new Uint8Array(this.count);
    for (let tile = 0; tile < this.#tiles; tile++) {
      let source = tile * this.#pixels * FEATURE_BYTES;
      for (const [l, place] of this.#places.entries()) {
        this.#runLayer(place, source, counts[l]!, layers[l]!.biases, place !== last);
        source = place.out;
      }
      const lanes = Math.min(LANES, this.count - tile * LANES);
      for (let lane = 0; lane < lanes; lane++) {
        let best = 0;
        for (let o = 1; o < last.shape.outputs; o++)
          if (this.#output(last, o, lane) > this.#output(last, best, lane)) best = o;
        classes[tile * LANES + lane] = best;
      }
    }
    return classes;
  }

  #output({ out }: Place, index: number, lane: number): number {
    return this.#floats[(out >> 2) + index * LANES + lane]!;
  }

  #correct(classes: Uint8Array): number {
    let correct = 0;
    for (let i = 0; i < classes.length; i++) if (classes[i] === this.#labels[i]) correct++;
    return correct;
  }

  /** Lists of (offset, weight) for each output; returns where each ends, in pairs. */
  #writeLists(
    { shape, offsets, list }: Place,
    { weights, scale }: ForwardLayer,
    isUsed: Uint8Array | undefined,
  ): Int32Array {
    const { inputs, outputs } = shape;
    const ends = new Int32Array(outputs + 1);
    for (let i = 0; i < inputs; i++) {
      if (isUsed?.[i] === 0) continue;
      for (let o = 0, at = i * outputs; o < outputs; o++, at++) if (weights[at] !== 0) ends[o + 1]!++;
    }
    for (let o = 0; o < outputs; o++) ends[o + 1]! += ends[o]!;
    const next = ends.slice(0, outputs);
    const [ints, floats] = [this.#ints, this.#floats];
    const base = list >> 2;
    for (let i = 0; i < inputs; i++) {
      if (isUsed?.[i] === 0) continue;
      for (let o = 0, at = i * outputs; o < outputs; o++, at++) {
        const weight = weights[at]!;
        if (weight === 0) continue;
        const pair = base + 2 * next[o]!++;
        ints[pair] = offsets[i]!;
        floats[pair + 1] = weight * scale;
      }
    }
    return ends;
  }

  #runLayer(
    { shape, out, list }: Place,
    source: number,
    ends: Int32Array,
    biases: Float32Array,
    hasRelu: boolean,
  ): void {
    const { gather } = this.#kernel;
    const { kind, side, outputs } = shape;
    const floor = hasRelu ? 0 : Number.NEGATIVE_INFINITY;
    const size = kind === 'convolution' ? side - KERNEL + 1 : 1;
    const rowStep = kind === 'convolution' ? side * FEATURE_BYTES : 0;
    const channel = size * size * FEATURE_BYTES;
    for (let o = 0; o < outputs; o++) {
      const count = ends[o + 1]! - ends[o]!;
      gather(out + o * channel, source, list + 8 * ends[o]!, count, biases[o]!, floor, size, size, rowStep);
    }
    if (kind === 'convolution') this.#pool(out, outputs, size);
  }

  /** Largest of each square of two by two, in place: what is read lies at or after what is written. */
  #pool(out: number, channels: number, size: number): void {
    const values = this.#floats;
    const half = size >> 1;
    let to = out >> 2;
    for (let c = 0; c < channels; c++)
      for (let row = 0; row < half; row++)
        for (let column = 0; column < half; column++) {
          const a = (out >> 2) + ((c * size + 2 * row) * size + 2 * column) * LANES;
          const below = a + size * LANES;
          for (let lane = 0; lane < LANES; lane++, to++) {
            const top = Math.max(values[a + lane]!, values[a + LANES + lane]!);
            values[to] = Math.max(top, values[below + lane]!, values[below + LANES + lane]!);
          }
        }
  }
}

/**
 * Byte offsets of the inputs of a layer. Images lie channel by channel; the weights of a convolution are kernel row, kernel
 * column, channel, and those of a dense layer after one are row, column, channel of its pooled output.
 */
function offsetsOf({ kind, inputs, side, channels }: TrainedShape, before: TrainedShape | undefined): Int32Array {
  return Int32Array.from({ length: inputs }, (_, i) => {
    if (kind === 'convolution') {
      const [channel, k] = [i % channels, Math.floor(i / channels)];
      const [row, column] = [Math.floor(k / KERNEL), k % KERNEL];
      return ((channel * side + row) * side + column) * FEATURE_BYTES;
    }
    if (before?.kind !== 'convolution') return i * FEATURE_BYTES;
    const pooled = ((before.side - KERNEL + 1) >> 1) ** 2;
    return ((i % before.outputs) * pooled + Math.floor(i / before.outputs)) * FEATURE_BYTES;
  });
}
