import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type TrainedName, trainedShapes } from '../networks.ts';

/** A trained layer: weights row by row (inputs x outputs), biases in full precision. */
export interface TrainedLayer {
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

/** Ratios of weights to non-zero weights that were trained. */
export const trainedRatios = [1, 10, 20] as const;
export type TrainedRatio = (typeof trainedRatios)[number];

/** Steps of a stored weight: 16 bits, since 8-bit cells with a sign need 511 values. */
const STEPS = 32767;

const folder = new URL('../weights/', import.meta.url);

/** Where the weights of a network are stored. */
export function weightsFile(network: TrainedName, ratio: TrainedRatio): URL {
  return new URL(`${network}-${ratio}.bin.gz`, folder);
}

/** Weights as bytes: for each layer its largest magnitude (f32), its biases (f32) and its weights (i16 steps of it), compressed. */
export function packWeights(layers: readonly TrainedLayer[]): Uint8Array {
  const parts = layers.flatMap(({ weights, biases }) => {
    const scale = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    const steps = Int16Array.from(weights, (weight) => Math.round((weight / scale) * STEPS));
    return [Float32Array.of(scale), biases, steps].map((each) => new Uint8Array(each.buffer, 0, each.byteLength));
  });
  return gzipSync(Buffer.concat(parts), { level: 9 });
}

/** Reads what `packWeights` wrote for a network. */
export function unpackWeights(network: TrainedName, packed: Uint8Array): readonly TrainedLayer[] {
  const bytes = gunzipSync(packed);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  return trainedShapes[network].map(({ inputs, outputs }) => {
    const floats = Float32Array.from({ length: 1 + outputs }, (_, i) => view.getFloat32(at + 4 * i, true));
    at += 4 * floats.length;
    const scale = floats[0] as number;
    const weights = Float32Array.from(
      { length: inputs * outputs },
      (_, i) => (view.getInt16(at + 2 * i, true) / STEPS) * scale,
    );
    at += 2 * weights.length;
    return { weights, biases: floats.slice(1) };
  });
}

/** The weights that were trained for this package. */
export function loadTrained(network: TrainedName, ratio: TrainedRatio): readonly TrainedLayer[] {
  return unpackWeights(network, readFileSync(weightsFile(network, ratio)));
}
