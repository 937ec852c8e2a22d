import { levelsOf, type MappingSpec } from '../../actors/index.ts';
import { firstOf, loadDataset, type Samples } from '../../actors/numerics/index.ts';
import { createRandomSource } from '../../engine/index.ts';
import { exactWeights, fatesOf, LevelTable, readBack, writerOf, writtenLevels } from './chip-cells.ts';
import type { MatrixLayer } from './matrix-layers.ts';
import { type TrainedName, trainedShapes } from './networks.ts';
import { ForwardPass } from './numerics/forward.ts';
import type { ReramParams } from './params.ts';

/** Where a chip's weights come from. */
export interface ChipOptions {
  readonly chip: number;
  readonly rate: number;
  readonly mapping: MappingSpec;
  readonly params: ReramParams;
}

/** The test part of the pictures: one of each class in turn. */
export function testSamples(params: ReramParams, seed: number): Samples {
  const random = createRandomSource({ seed });
  return firstOf(loadDataset(params.data, { trainShare: 0.8 }, random).test, params.images);
}

/** Classifies the test pictures on chips with faults; one per run, chips one after the other. */
export class AccuracyBench {
  readonly #layers: readonly MatrixLayer[];
  readonly #seed: number;
  readonly #forward: ForwardPass;
  readonly #scratch: readonly Float32Array[];
  readonly #tables = new Map<string, LevelTable>();

  constructor(network: TrainedName, layers: readonly MatrixLayer[], samples: Samples, seed: number) {
    this.#layers = layers;
    this.#seed = seed;
    this.#forward = new ForwardPass(trainedShapes[network], samples);
    this.#scratch = layers.map(({ weights }) => new Float32Array(weights.length));
  }

  /** Accuracy with these weights, in levels of -L to L. */
  accuracyOf(weights: readonly Float32Array[], bits: number): number {
    const L = levelsOf(bits);
    return this.#forward.accuracy(
      this.#layers.map(({ range, biases }, l) => ({ weights: weights[l] as Float32Array, scale: range / L, biases })),
    );
  }

  /** Accuracy without faults and with exact writes, under a mapping. */
  ideal(params: ReramParams, mapping: MappingSpec): number {
    for (const [l, { weights }] of this.#layers.entries()) {
      const none = new Uint8Array(weights.length * this.#table(mapping).cells);
      exactWeights({ ...params, mitigation: 'none' }, mapping, weights, none, this.#scratch[l] as Float32Array);
    }
    return this.accuracyOf(this.#scratch, mapping.bits);
  }

  /** Accuracy of one chip at a fault rate. */
  accuracy({ chip, rate, mapping, params }: ChipOptions): number {
    for (const [l, layer] of this.#layers.entries()) {
      const { fates } = fatesOf(params, layer, mapping, { seed: this.#seed, chip, layer: l }, rate);
      const into = this.#scratch[l] as Float32Array;
      const writer = writerOf(params, this.#seed, chip, l);
      if (writer === undefined) {
        exactWeights(params, mapping, layer.weights, fates, into);
        continue;
      }
      const levels = new Float32Array(fates.length);
      writtenLevels(params, this.#table(mapping), layer.weights, fates, writer, levels);
      readBack(mapping, levels, into);
    }
    return this.accuracyOf(this.#scratch, mapping.bits);
  }

  #table(mapping: MappingSpec): LevelTable {
    const key = JSON.stringify(mapping);
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = new LevelTable(mapping);
      this.#tables.set(key, table);
    }
    return table;
  }
}
