import { cpus } from './cpus.ts';
import { assumed, type Parameter, type RateUnit, type SizeUnit, spec, type TimeUnit } from './parameter.ts';

/** Size and ways of one cache of a level. */
export interface CacheSizePreset {
  readonly size: Parameter<SizeUnit>;
  readonly ways: Parameter<'1'>;
}

/** A machine of many cores in clusters that share a cache. */
export interface ManyCorePreset {
  readonly name: string;
  readonly cores: Parameter<'1'>;
  readonly sockets: Parameter<'1'>;
  readonly coresPerCluster: Parameter<'1'>;
  readonly clock: Parameter<'MHz'>;
  readonly line: Parameter<SizeUnit>;
  /** Private levels, innermost first. */
  readonly l1: CacheSizePreset;
  readonly l2?: CacheSizePreset;
  /** The cache of a cluster. */
  readonly cluster: CacheSizePreset;
  /** Memory bandwidth of one domain: a socket, or a cluster with its own memory. */
  readonly dramRate: Parameter<RateUnit>;
  /** Added to the way to the memory or the caches of another socket. */
  readonly socketCrossing: Parameter<TimeUnit>;
  /** Single-precision operations a cycle in a loop of dot products from L1. */
  readonly dotFlops: Parameter<'1'>;
}

const epyc = cpus['epyc-7742'];
const HEAT = 'HEAT (arXiv 2304.07334), section 5.1';
const RECALLED = 'A64FX datasheet, as recalled';
const crossing = assumed(80, 'ns', 'difference of near and far memory on two-socket servers, as recalled');

/** Machines with several clusters of cores. */
export const manyCores = {
  'epyc-7742x2': {
    name: '2 x AMD EPYC 7742',
    cores: spec(128, '1', HEAT),
    sockets: spec(2, '1', HEAT),
    coresPerCluster: epyc.l3.sharedBy,
    clock: epyc.clock,
    line: epyc.line,
    l1: epyc.l1,
    l2: epyc.l2,
    cluster: epyc.l3,
    dramRate: epyc.dramRate,
    socketCrossing: crossing,
    dotFlops: assumed(16, '1', 'two 8-wide fused multiply-adds a cycle, half of it when both operands are loads'),
  },
  a64fx: {
    name: 'Fujitsu A64FX',
    cores: spec(48, '1', HEAT),
    sockets: spec(1, '1', HEAT),
    coresPerCluster: assumed(12, '1', RECALLED),
    clock: assumed(1800, 'MHz', RECALLED),
    line: assumed(256, 'B', RECALLED),
    l1: { size: assumed(64, 'KiB', RECALLED), ways: assumed(4, '1', RECALLED) },
    cluster: { size: spec(8, 'MiB', `${HEAT}: 32 MB in four clusters`), ways: assumed(16, '1', RECALLED) },
    dramRate: spec(1024, 'GB/s', HEAT),
    socketCrossing: crossing,
    dotFlops: assumed(32, '1', 'two 16-wide fused multiply-adds a cycle, half of it when both operands are loads'),
  },
  'c5a.16xlarge': {
    name: 'c5a.16xlarge (EPYC 7R32)',
    cores: assumed(32, '1', 'c5a.16xlarge: 64 virtual processors, two for each core'),
    sockets: assumed(1, '1', 'c5a.16xlarge'),
    coresPerCluster: epyc.l3.sharedBy,
    clock: epyc.clock,
    line: epyc.line,
    l1: epyc.l1,
    l2: epyc.l2,
    cluster: epyc.l3,
    dramRate: epyc.dramRate,
    socketCrossing: crossing,
    dotFlops: assumed(16, '1', 'as of EPYC 7742'),
  },
} as const satisfies Readonly<Record<string, ManyCorePreset>>;
