import { loadCodecStages } from '../../actors/presets/index.ts';
import { type CometParams, unlimited } from './params.ts';

/** Seconds that the codec takes for each raw byte, and for each tensor, on the device. */
export interface CodecSpeed {
  readonly compressPerByte: number;
  /** Undefined when nobody measured a decoding stage. */
  readonly decompressPerByte: number | undefined;
  readonly perTensor: number;
}

/** Strictly serial stages: their times add up (equation 10 of the README; reproduces the published totals of cuSZ). */
export function codecSpeed(params: CometParams): CodecSpeed {
  const stages = loadCodecStages(params.codecStages);
  const seconds = (override: number, preset: number | undefined): number =>
    override >= unlimited ? 0 : override > 0 ? 1 / override : preset === undefined ? 0 : 1 / preset;
  const compressPerByte =
    seconds(params.dualQuantBytesPerSecond, stages.dualQuant) +
    seconds(params.outlierGatherBytesPerSecond, stages.outlierGather) +
    seconds(params.histogramBytesPerSecond, stages.histogram) +
    seconds(params.huffEncodeBytesPerSecond, stages.huffEncode);
  const known = stages.huffDecode !== undefined || params.huffDecodeBytesPerSecond > 0;
  const rebuilt = stages.reconstruct !== undefined || params.reconstructBytesPerSecond > 0;
  return {
    compressPerByte,
    decompressPerByte:
      known && rebuilt
        ? seconds(params.huffDecodeBytesPerSecond, stages.huffDecode) +
          seconds(params.outlierScatterBytesPerSecond, stages.outlierScatter) +
          seconds(params.reconstructBytesPerSecond, stages.reconstruct)
        : undefined,
    perTensor: params.codebookSeconds,
  };
}
