import { loadGaudi, type MatrixVectorRates } from '../../actors/index.ts';
import { type GaudiParams, isModel } from './parameters.ts';

/** The shape of a run with every rule applied. */
export interface Shape {
  readonly batch: number;
  readonly seq: number;
  readonly heads: number;
  readonly headDim: number;
  readonly vocab: number;
  /** Random features m of Performer. */
  readonly features: number;
  /** Bytes of an element. */
  readonly word: number;
}

/** Applies the rules behind 0: shapes by workload, features by head width. */
export function shapeOf(params: GaudiParams): Shape {
  const { workload, seq, headDim, dtype } = params;
  const model = isModel(workload);
  const batch = params.batch > 0 ? params.batch : workload === 'matmul' ? 64 : model ? 8 : 128;
  return {
    batch,
    seq,
    heads: params.heads > 0 ? params.heads : model ? 8 : 6,
    headDim,
    vocab: params.vocab > 0 ? params.vocab : workload === 'gpt' ? 50257 : 30522,
    features: params.features > 0 ? params.features : Math.max(1, Math.floor(headDim * Math.log(headDim))),
    word: dtype === 'fp32' ? 4 : 2,
  };
}

/** Rates of the device under the run's parameters. */
export function ratesOf(params: GaudiParams): MatrixVectorRates {
  const { mme, tpc } = loadGaudi();
  const fp32 = params.dtype === 'fp32';
  return {
    matrix: params.mmePeakFlops > 0 ? params.mmePeakFlops : fp32 ? mme.fp32 : mme.bf16,
    cores: params.tpcCores,
    clock: params.tpcClockHz,
    lanes: tpc.vector / (fp32 ? 4 : 2),
    memory: params.hbmBandwidth,
  };
}
