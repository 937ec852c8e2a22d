import { bytes } from '../../engine/kernel/quantities.ts';
import { gpuCaches } from '../presets/caches.ts';
import { cpus } from '../presets/cpus.ts';
import { inSI } from '../presets/parameter.ts';
import type { CacheHierarchySpec } from './cache-spec.ts';

/** GPUs whose caches are known. */
export type GpuCacheId = keyof typeof gpuCaches;
/** CPUs whose caches are known. */
export type CpuCacheId = keyof typeof cpus;

/** Caches of a GPU as `processors` of it see them: private L1, L2 in one or two parts, whole-line fills. Latencies in cycles of the measured clock. */
export function gpuCacheSpec(id: GpuCacheId, processors = 1): CacheHierarchySpec {
  const preset = gpuCaches[id];
  const { l1, l2Near, dram, line } = preset;
  const far = 'l2Far' in preset ? { partitions: 2, farLatency: inSI(preset.l2Far.latency) } : {};
  return {
    line: bytes(inSI(line)),
    cores: processors,
    levels: [{ name: 'L1', size: bytes(inSI(l1.size)), ways: inSI(l1.ways), latency: inSI(l1.latency) }],
    shared: {
      name: 'L2',
      size: bytes(inSI(l2Near.size)),
      ways: inSI(l2Near.ways),
      latency: inSI(l2Near.latency),
      ...far,
    },
    memoryLatency: inSI(dram.latency),
    coherent: false,
  };
}

/** Caches of one complex of a CPU: `cores` (by default as many as share an L3) with private L1 and L2, their L3, memory. Latencies in cycles. */
export function cpuCacheSpec(id: CpuCacheId, cores: number = cpus[id].l3.sharedBy.value): CacheHierarchySpec {
  const { clock, l1, l2, l3, dramLatency, transferNear } = cpus[id];
  const cycles = inSI(clock);
  const level = (name: string, { size, ways, latency }: typeof l1 | typeof l2 | typeof l3) => ({
    name,
    size: bytes(inSI(size)),
    ways: inSI(ways),
    latency: inSI(latency),
  });
  return {
    line: bytes(inSI(cpus[id].line)),
    cores,
    levels: [level('L1', l1), level('L2', l2)],
    shared: level('L3', l3),
    memoryLatency: Math.round(inSI(dramLatency) * cycles),
    transferLatency: Math.round(inSI(transferNear) * cycles),
  };
}
