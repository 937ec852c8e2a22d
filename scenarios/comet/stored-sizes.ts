import {
  activationField,
  blockDctBytes,
  compress,
  containerBytes,
  decompress,
  encodeBlockDct,
  type FieldShape,
  filterZeros,
  inspectContainer,
  largestError,
  zeroBitmapBytes,
} from '../../actors/codecs/index.ts';
import { createRandomSource } from '../../engine/random/index.ts';
import { relativeBound } from './control-law.ts';
import type { CometParams } from './params.ts';
import { defaultDensity, type TensorShape } from './tensors.ts';

/** What one tensor becomes when it is stored, from the real codec on a generated sample of it. */
export interface StoredTensor {
  /** Bytes in store for a batch; never more than the raw tensor. */
  bytes(batch: number): number;
  /** The same through the block transform, the other framework. */
  jpegBytes(batch: number): number;
  /** Absolute bound, where the codec has one. */
  readonly bound: number | undefined;
  /** Root mean square of all values of the sample. */
  readonly rms: number;
  /** Share of zeros in the sample. */
  readonly zeros: number;
  /** Whether no sampled value moved by more than the bound; true for codecs without one. */
  readonly boundHeld: boolean;
}

interface Sample {
  readonly shape: FieldShape;
  readonly values: Float32Array;
  readonly nonZero: number;
  readonly rms: number;
  /** Block transform at the shift it was made with: bytes per value of the sample. */
  readonly jpegPerValue: number;
}

const samples = new Map<string, Sample>();
const sampleLimit = 128;

/** The generated sample of a tensor; the most recent ones are kept, since many runs share them. */
function sampleOf(params: CometParams, tensor: TensorShape, index: number, seed: number): Sample {
  const { sampleElements, imageSmoothPasses, smoothPasses, jpegQuantShift } = params;
  const area = tensor.size ** 2;
  const planes = Math.min(tensor.channels, Math.max(1, Math.floor(sampleElements / area)));
  const shape = { planes, height: tensor.size, width: tensor.size };
  const density = tensor.first ? 1 : params.activationDensity || defaultDensity(params.network);
  const passes = tensor.first ? imageSmoothPasses : smoothPasses;
  const key = [planes, tensor.size, density, passes, jpegQuantShift, index, seed].join(' ');
  const known = samples.get(key);
  if (known !== undefined) return known;
  const stream = createRandomSource({ seed }).stream('comet', `activation ${index}`);
  const values = activationField(shape, { smoothPasses: passes, density }, stream);
  let nonZero = 0;
  let squares = 0;
  for (const value of values) {
    if (value !== 0) nonZero++;
    squares += value * value;
  }
  const jpegPerValue = blockDctBytes(encodeBlockDct(values, shape, jpegQuantShift)) / values.length;
  const sample = { shape, values, nonZero, rms: Math.sqrt(squares / values.length), jpegPerValue };
  if (samples.size >= sampleLimit) samples.delete(samples.keys().next().value as string);
  samples.set(key, sample);
  return sample;
}

/** Codes a sample of every tensor as the run's codec would. */
export function storedTensors(
  params: CometParams,
  tensors: readonly TensorShape[],
  seed: number,
): readonly StoredTensor[] {
  return tensors.map((tensor, index) => storedTensor(params, tensor, index, seed));
}

function storedTensor(params: CometParams, tensor: TensorShape, index: number, seed: number): StoredTensor {
  const sample = sampleOf(params, tensor, index, seed);
  const { values, nonZero, rms } = sample;
  const zeros = 1 - nonZero / values.length;
  const capped = (of: (count: number) => number) => (batch: number) =>
    Math.min(tensor.raw * batch, Math.ceil(of((tensor.raw / 4) * batch)));
  const jpegBytes = capped((count) => count * sample.jpegPerValue);
  const bound = boundOf(params, tensor);
  const common = { jpegBytes, bound, rms, zeros };
  const { ratioOverride } = params;
  if (ratioOverride >= 1 && params.codec !== 'none')
    return { ...common, bytes: capped((count) => (4 * count) / ratioOverride), boundHeld: true };
  if (bound !== undefined) {
    const coded = codeSample(params, sample, bound);
    return { ...common, bytes: capped(coded.bytes), boundHeld: coded.boundHeld };
  }
  const bytes =
    params.codec === 'lossless'
      ? capped((count) => zeroBitmapBytes(count, Math.round(count * (nonZero / values.length))))
      : params.codec === 'jpeg-act'
        ? jpegBytes
        : capped((count) => 4 * count);
  return { ...common, bytes, boundHeld: true };
}

/** The bound of a tensor whose non-zeros have an rms of 1. */
function boundOf(params: CometParams, tensor: TensorShape): number | undefined {
  if (params.codec === 'cusz-fixed') return params.fixedErrorBound;
  if (params.codec !== 'comet') return undefined;
  return relativeBound(params.sigmaFraction, tensor.first ? params.firstLayerGain : params.momentumGain, params);
}

function codeSample(
  params: CometParams,
  { shape, values }: Sample,
  errorBound: number,
): { bytes(count: number): number; boundHeld: boolean } {
  const dims = params.lorenzoDims as 0 | 1 | 2;
  const container = compress(values, shape, { errorBound, dims, bins: params.nBins, variant: params.codecVariant });
  const { usedSymbols, escapes, payloadBits } = inspectContainer(container);
  const { values: restored } = decompress(container);
  if (params.zeroFilter) filterZeros(restored, errorBound);
  return {
    boundHeld: largestError(values, restored) <= errorBound,
    bytes: (count) =>
      containerBytes({
        count,
        usedSymbols,
        payloadBits: (count * payloadBits) / values.length,
        escapes: (count * escapes) / values.length,
      }),
  };
}
