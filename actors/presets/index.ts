export {
  type AttentionKernelId,
  type AttentionKernelPreset,
  type AttentionKernelSpec,
  attentionKernelPresets,
  attentionKernels,
} from './attention-kernels.ts';
export { type GpuCacheLevel, type GpuCachePreset, gpuCaches, type LatencyLevel, l2Rates } from './caches.ts';
export {
  type CodecStages,
  type CodecStagesId,
  type CodecStagesPreset,
  codecStagesIds,
  codecStagesPresets,
  loadCodecStages,
  trainingMemory,
} from './codec-stages.ts';
export {
  type Fabric,
  type FabricId,
  type FabricProtocol,
  fabricPresets,
  isSwitched,
  loadFabric,
  loadNodeCollectives,
  type NodeCollectives,
  nodeCollectivesPresets,
  type ProtocolConstants,
  type SwitchedGpuId,
  switchedDomains,
  switchedGpuIds,
} from './collectives/load.ts';
export { overlapTax } from './collectives/nccl.ts';
export { type NcclGeneration, ncclTuner } from './collectives/nccl-tuner.ts';
export { networkEfficiencyPresets } from './collectives/network-efficiency.ts';
export type {
  FabricPreset,
  FabricProtocolPreset,
  NodeCollectivesPreset,
  ProtocolPreset,
} from './collectives/preset.ts';
export {
  type ConvolutionDevice,
  type ConvolutionDeviceId,
  type ConvolutionGpu,
  type ConvolutionGpuPreset,
  type CoreKernelPreset,
  convolutionDevices,
  implicitGemmPreset,
  loadConvolutionDevice,
  type SpatialArray,
  type SpatialArrayPreset,
} from './convolution-devices.ts';
export { type CpuCachePreset, type CpuPreset, cpus } from './cpus.ts';
export { crossbarPresets } from './crossbars.ts';
export { presetErrors } from './errors.ts';
export { feedbackSteps, fewShotCall, firstToken, languageModels } from './feedback-service.ts';
export {
  type Fp32GpuId,
  type Fp32GpuPreset,
  type Fp32GpuSpec,
  fp32GpuPresets,
  loadFp32Gpu,
} from './fp32-gpus.ts';
export { type GaudiCycles, type GaudiSpec, gaudiPreset, loadGaudi } from './gaudi.ts';
export { type GcnAcceleratorSpec, gcnAcceleratorPreset, loadGcnAccelerators } from './gcn-accelerators.ts';
export {
  type DecodeConstants,
  type GemmConstants,
  type GpuId,
  type GpuSpec,
  gpuIds,
  gpuPresets,
  loadGpu,
  type PrefillConstants,
  toGpuSpec,
} from './gpu/load.ts';
export { gpuIdOf, noPreset } from './gpu/names.ts';
export type { DecodePreset, GemmPreset, GpuPreset, PrefillPreset } from './gpu/preset.ts';
export { type CacheSizePreset, type ManyCorePreset, manyCores } from './many-core.ts';
export {
  asBytes,
  asFlopRate,
  asHertz,
  asRate,
  assumed,
  asWatts,
  carriedOver,
  fitted,
  type InSI,
  inSI,
  isParameter,
  isParameterSeries,
  measured,
  measuredSeries,
  type Parameter,
  type ParameterKind,
  type ParameterSeries,
  type ParameterTree,
  type RateUnit,
  type SizeUnit,
  seriesInSI,
  spec,
  type TimeUnit,
  treeInSI,
  type Unit,
} from './parameter.ts';
export {
  lassenReaders,
  mlperfStorage,
  nvmeDrives,
  pageCache,
  parallelFileSystem,
  readerFileSystems,
} from './storage.ts';
export { loadSystem, type SystemId, type SystemPreset, type SystemSpec, systemPresets } from './systems.ts';
export {
  eagerOperatorOverhead,
  exponentialFlop,
  megatronHostFloor,
  pipelineHandover,
  trafficPresets,
} from './traffic.ts';
export { loadVersal, type VersalSpec, versalPreset } from './versal.ts';
