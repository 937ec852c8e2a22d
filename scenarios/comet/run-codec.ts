import {
  activationField,
  compress,
  decompress,
  type FieldShape,
  filterZeros,
  inspectContainer,
  largestError,
} from '../../actors/codecs/index.ts';
import { createRandomSource } from '../../engine/random/index.ts';
import type { Measured } from './metrics.ts';
import type { CometParams } from './params.ts';
import { codecRates } from './run-iteration.ts';

const vector1 = [0, 0, 0.52, 0.31, 0, -0.27, Number.NaN, 1e-42, 100, -0, 0.05, 0.15];

/** The array that mode codec compresses. */
function codecInput(params: CometParams, seed: number): { values: Float32Array; shape: FieldShape } {
  const { input, elements, errorBound, rampStep } = params;
  const line = { planes: 1, height: 1, width: elements };
  const fill = (of: (i: number) => number) => ({
    values: Float32Array.from({ length: elements }, (_, i) => of(i)),
    shape: line,
  });
  const field = (density: number, smoothPasses: number) => {
    const shape = { planes: Math.max(1, Math.floor(elements / 784)), height: 28, width: 28 };
    const stream = createRandomSource({ seed }).stream('comet', input);
    return { values: activationField(shape, { density, smoothPasses }, stream), shape };
  };
  switch (input) {
    case 'zeros':
      return fill(() => 0);
    case 'ramp':
      return fill((i) => i * rampStep * 2 * errorBound);
    case 'alternating':
      return fill((i) => (i % 2) * 2 * errorBound * rampStep);
    case 'vector-1':
      return { values: Float32Array.from(vector1), shape: { planes: 1, height: 3, width: 4 } };
    case 'relu-field':
      return field(params.activationDensity || 0.35, params.smoothPasses);
    case 'image':
      return field(1, params.imageSmoothPasses);
  }
}

/** Compresses one array and says everything about its container. */
export function runCodec(params: CometParams, seed: number): Measured {
  const { values, shape } = codecInput(params, seed);
  // The worked example has a bound of its own.
  const errorBound = params.input === 'vector-1' ? 0.05 : params.errorBound;
  const options = {
    errorBound,
    dims: params.lorenzoDims as 0 | 1 | 2,
    bins: params.nBins,
    variant: params.codecVariant,
  };
  const container = compress(values, shape, options);
  const { payloadBits, escapes, usedSymbols } = inspectContainer(container);
  const { values: restored } = decompress(container);
  const again = compress(restored, shape, options);
  if (params.zeroFilter) filterZeros(restored, errorBound);
  const worst = largestError(values, restored);
  return {
    containerBytes: container.length,
    payloadBits,
    escapes,
    usedSymbols,
    bitsPerValue: payloadBits / values.length,
    activationRatio: (4 * values.length) / Math.min(container.length, 4 * values.length),
    maxAbsError: worst,
    errorBoundHeld: worst <= errorBound,
    zerosPreserved: values.every((x, i) => x !== 0 || restored[i] === 0),
    roundTripStable: container.length === again.length && container.every((byte, i) => byte === again[i]),
    ...codecRates(params),
  };
}
