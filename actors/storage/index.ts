export { benchmarkAccelerator } from './benchmark-accelerator.ts';
export { type BenchmarkResult, benchmarkStorage, type StorageBenchmark } from './benchmark-storage.ts';
export { type CachedRead, cachedRead } from './cached-read.ts';
export { storageErrors } from './errors.ts';
export {
  type FileClientMessage,
  type FileClientSpec,
  type FileClientState,
  fileClient,
  objectShares,
  type ReadDone,
  type ReadFile,
  type Striping,
} from './file-client.ts';
export { type FileSystem, type FileSystemSpec, fileSystem } from './file-system.ts';
export { type Lists, LruLists } from './lru-lists.ts';
export { type NvmeMessage, type NvmeSpec, type NvmeState, nvmeDrive, type ReadDrive } from './nvme-drive.ts';
export { PageCache, type PageCacheSpec, type PageRead, type PageRun } from './page-cache.ts';
export { type SampleLoaderSpec, sampleLoader, type Utilisation } from './sample-loader.ts';
export {
  type Served,
  type StationMessage,
  type StationSpec,
  type StationState,
  serviceStation,
} from './service-station.ts';
export { type StorageFabricSpec, storageFabric } from './storage-fabric.ts';
export {
  type MlperfAccelerator,
  type MlperfWorkload,
  mlperfRead,
  sharedUtilisation,
  sustainedAccelerators,
  type TrainingRead,
} from './sustained-accelerators.ts';
export {
  type AggregateRate,
  aggregateRate,
  clientRate,
  type Fetched,
  fetchSeconds,
  type ThroughputMessage,
  type ThroughputSpec,
  type ThroughputState,
  throughputStorage,
} from './throughput-storage.ts';
