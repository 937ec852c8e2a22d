export {
  attentionDecode,
  attentionPrefill,
  type DecodePrice,
  type DecodeShape,
  explainDecode,
  explainPrefill,
  type PrefillPrice,
  type PrefillShape,
} from './attention.ts';
export {
  type AttentionKernelPrice,
  type AttentionWork,
  attentionKernel,
  attentionPairs,
  explainAttentionKernel,
} from './attention-kernel.ts';
export {
  arrayConvolution,
  bestCoreTile,
  type ConvolutionWork,
  type CoreTile,
  convolutionBytes,
  convolutionMacs,
  coreConvolution,
  coreTiles,
  isConvolutionGpu,
  libraryConvolution,
  libraryLinear,
} from './convolution.ts';
export {
  type CorrectionOptions,
  type CorrectionPoint,
  type CorrectionSurface,
  correctionSurface,
} from './correction-surface.ts';
export {
  type ElementwiseOperation,
  type ElementwisePrice,
  type ElementwiseWork,
  elementwise,
  elementwiseBytes,
  explainElementwise,
} from './elementwise.ts';
export { computeErrors } from './errors.ts';
export { explainGemm, fp8View, type GemmBound, type GemmPrice, type GemmShape, gemm } from './gemm.ts';
export {
  type CallMessage,
  type GpuMessage,
  type GpuSpecification,
  type GpuState,
  gpu,
  hostLabel,
  idleLabel,
  type OpStarted,
  type OpWork,
  partnersLabel,
  type Span,
  type StreamOp,
  type StreamState,
  type StreamTimes,
  timesAt,
} from './gpu.ts';
export { gpuErrors } from './gpu-errors.ts';
export { type HostCall, type HostMessage, type HostSpecification, type HostState, host } from './host.ts';
export {
  type EngineBound,
  type EnginePrice,
  type MatrixVectorRates,
  matrixEngine,
  vectorCores,
  vectorMatmul,
} from './matrix-vector.ts';
export { type RooflineWork, roofline } from './roofline.ts';
