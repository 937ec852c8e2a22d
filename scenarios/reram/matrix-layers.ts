import {
  cellsPerWeight,
  type DrawKey,
  drawKey,
  drawUniform,
  type LayerShape,
  levelsOf,
  type MappingName,
  type MappingSpec,
  type Tiling,
  tile,
} from '../../actors/index.ts';
import { layerShapes } from './networks.ts';
import { loadTrained, type TrainedLayer, type TrainedRatio } from './numerics/weights.ts';
import type { ReramParams } from './params.ts';

/** A layer as it is mapped: whole weights k from -L to L with w = k W / L, and the biases that stay digital. */
export interface MatrixLayer {
  readonly shape: LayerShape;
  readonly weights: Int32Array;
  /** Range W of the layer. */
  readonly range: number;
  readonly biases: Float32Array;
}

/** The mapping that parameters ask for; another name gives the same precision under that mapping. */
export function mappingOf(params: ReramParams, mapping: MappingName = params.mapping): MappingSpec {
  const { bits, cellBits, restLevel } = params;
  return { mapping, restLevel, bits, cellBits: cellBits === 0 ? bits : cellBits };
}

/** How a layer lies on arrays under a mapping. */
export function tilingOf(params: ReramParams, shape: LayerShape, mapping: MappingSpec): Tiling {
  return tile(shape, cellsPerWeight(mapping), params.crossbarRows, params.crossbarCols);
}

/** Layers of the network in whole weights: trained ones, or random ones where only the shape counts. `trained` replaces stored weights. */
export function matrixLayers(
  params: ReramParams,
  seed: number,
  trained?: readonly TrainedLayer[],
): readonly MatrixLayer[] {
  const { network, bits, weightClip } = params;
  const L = levelsOf(bits);
  if (network === 'mlp' || network === 'lenet5') {
    const stored = trained ?? loadTrained(network, params.pruneRatio as TrainedRatio);
    return layerShapes(network, 0, 0).map((shape, l) => {
      const { weights, biases } = stored[l]!;
      const range = weightClip * weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
      return { shape, weights: quantise(weights, range, L), range, biases };
    });
  }
  return layerShapes(network, params.linearRows, params.linearCols).map((shape, l) => ({
    shape,
    weights: randomWeights(shape.inputs * shape.outputs, params.pruneRatio, L, drawKey('weights', seed, -1, l)),
    range: 1,
    biases: new Float32Array(shape.outputs),
  }));
}

/** Nearest whole weights in a range; larger ones are clipped. */
function quantise(weights: Float32Array, range: number, L: number): Int32Array {
  return Int32Array.from(weights, (weight) => {
    const u = Math.min(1, Math.max(-1, weight / range));
    return Math.sign(u) * Math.floor(Math.abs(u) * L + 0.5);
  });
}

/** The random law: round(count / ratio) weights at random places, uniform in -1 to 1, the rest zero. */
function randomWeights(count: number, ratio: number, L: number, key: DrawKey): Int32Array {
  const weights = new Int32Array(count);
  let left = Math.round(count / ratio);
  for (let i = 0; i < count && left > 0; i++) {
    // Selection sampling (Knuth, volume 2, algorithm S): exactly `left` of those that remain.
    if (drawUniform(key, 2 * i) * (count - i) >= left) continue;
    left--;
    const u = 2 * drawUniform(key, 2 * i + 1) - 1;
    weights[i] = Math.sign(u) * Math.floor(Math.abs(u) * L + 0.5);
  }
  return weights;
}
