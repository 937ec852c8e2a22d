import { levelsOf, type MappingSpec, type PulseWriter } from '../../actors/index.ts';
import { firstOf, loadDataset, type Samples } from '../../actors/numerics/index.ts';
import { createRandomSource } from '../../engine/index.ts';
import { exactWeights, fatesOf, LevelTable, readBack, writerOf, writtenLevels } from './chip-cells.ts';
import { crossbarOf } from './hardware.ts';
import { type MatrixLayer, tilingOf } from './matrix-layers.ts';
import { type TrainedName, trainedShapes } from './networks.ts';
import { ConvertedPass } from './numerics/converted-pass.ts';
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
  readonly #network: TrainedName;
  readonly #samples: Samples;
  readonly #scratch: readonly Float32Array[];
  readonly #tables = new Map<string, LevelTable>();

  constructor(network: TrainedName, layers: readonly MatrixLayer[], samples: Samples, seed: number) {
    this.#layers = layers;
    this.#network = network;
    this.#samples = samples;
    this.#seed = seed;
    this.#forward = new ForwardPass(trainedShapes[network], samples);
    this.#scratch = layers.map(({ weights }) => new Float32Array(weights.length));
  }

  /** Accuracy with these weights, in levels of -L to L, read without loss. */
  accuracyOf(weights: readonly Float32Array[], bits: number): number {
    const L = levelsOf(bits);
    return this.#forward.accuracy(
      this.#layers.map(({ range, biases }, l) => ({ weights: weights[l]!, scale: range / L, biases })),
    );
  }

  /** Accuracy with these levels of all cells, read through the converters of `params`. */
  convertedAccuracyOf(levels: readonly Float32Array[], params: ReramParams, mapping: MappingSpec): number {
    const L = levelsOf(mapping.bits);
    const pass = new ConvertedPass(trainedShapes[this.#network], this.#samples, crossbarOf(params), mapping);
    return pass.accuracy(
      this.#layers.map(({ shape, range, biases }, l) => ({
        ...{ levels: levels[l]!, tiling: tilingOf(params, shape, mapping), unit: range / L, biases },
      })),
    );
  }

  /** Accuracy without faults and with exact writes, under a mapping. */
  ideal(params: ReramParams, mapping: MappingSpec): number {
    const exact = { ...params, mitigation: 'none', writeVariance: 0 } as const;
    const fates = this.#layers.map(({ weights }) => new Uint8Array(weights.length * this.#table(mapping).cells));
    return this.#accuracy(exact, mapping, fates, () => undefined);
  }

  /** Accuracy of one chip at a fault rate. */
  accuracy({ chip, rate, mapping, params }: ChipOptions): number {
    const fates = this.#layers.map(
      (layer, l) => fatesOf(params, layer, mapping, { seed: this.#seed, chip, layer: l }, rate).fates,
    );
    return this.#accuracy(params, mapping, fates, (l) => writerOf(params, this.#seed, chip, l));
  }

  #accuracy(
    params: ReramParams,
    mapping: MappingSpec,
    fates: readonly Uint8Array[],
    writerFor: (layer: number) => PulseWriter | undefined,
  ): number {
    const isConverted = params.adcMode === 'quantised';
    const written: Float32Array[] = [];
    for (const [l, layer] of this.#layers.entries()) {
      const into = this.#scratch[l]!;
      const writer = writerFor(l);
      if (writer === undefined && !isConverted) {
        exactWeights(params, mapping, layer.weights, fates[l]!, into);
        continue;
      }
      const levels = new Float32Array(fates[l]!.length);
      writtenLevels(params, this.#table(mapping), layer.weights, fates[l]!, writer, levels);
      if (isConverted) written.push(levels);
      else readBack(mapping, levels, into);
    }
    return isConverted
      ? this.convertedAccuracyOf(written, params, mapping)
      : this.accuracyOf(this.#scratch, mapping.bits);
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
