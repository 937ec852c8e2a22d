export { CacheArray, type CacheShape, type Replacement } from './cache-array.ts';
export { type CacheCounts, CacheHierarchy, type CacheLevelCounts, type LineState } from './cache-hierarchy.ts';
export { type CpuCacheId, cpuCacheSpec, type GpuCacheId, gpuCacheSpec } from './cache-presets.ts';
export type { CacheHierarchySpec, CacheLevelSpec, Inclusion, SharedLevelSpec } from './cache-spec.ts';
export { type Sweep, type SweepLap, sweepLap } from './cache-sweep.ts';
export {
  type ClusterCacheCounts,
  ClusterCaches,
  type ClusterCachesSpec,
  type ClusterLevel,
  type CopyState,
  reach,
} from './cluster-caches.ts';
export {
  type AllocationFailed,
  type DeviceMemoryMessage,
  type DeviceMemorySpec,
  type DeviceMemoryState,
  deviceMemory,
  largestTag,
  type MemoryChange,
  type OutOfMemory,
} from './device-memory.ts';
export { memoryErrors } from './errors.ts';
export { MissTimer, type MissTimerSpec } from './miss-timer.ts';
export { type PointerChase, pointerChase } from './pointer-chase.ts';
