import { inSI, type ManyCorePreset, manyCores } from '../../actors/presets/index.ts';
import { machineConstants } from './constants.ts';
import { datasetOf } from './datasets.ts';
import { hostDelays } from './host.ts';
import type { HeatParams } from './params.ts';

/** Size and ways of a cache. */
export interface CacheSize {
  readonly bytes: number;
  readonly ways: number;
}

/** Seconds of a row fetch: until its first line is there, and between its lines. */
export interface RowCost {
  readonly latency: number;
  readonly gap: number;
}

/** Times of the program on a machine, in seconds. */
export interface ProgramCosts {
  readonly row: number;
  readonly aggregation: number;
  readonly cluster: RowCost;
  readonly peer: RowCost;
  readonly remote: RowCost;
  readonly dram: RowCost;
  readonly home: number;
}

/** A machine as a run sees it, overrides applied. */
export interface Machine {
  readonly cores: number;
  readonly sockets: number;
  readonly coresPerCluster: number;
  readonly clock: number;
  readonly line: number;
  /** Private levels, innermost first. */
  readonly levels: readonly CacheSize[];
  readonly cluster: CacheSize;
  readonly dramRate: number;
  readonly socketCrossing: number;
  readonly dotFlops: number;
  readonly costs: ProgramCosts;
}

/** A training run with everything resolved. */
export interface HeatSetup {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly historyMean: number;
  readonly itemZipf: number;
  /** Whether the user's row is mixed with those of the history. */
  readonly aggregates: boolean;
  readonly machine: Machine;
  readonly threads: number;
  /** Cluster and socket of each thread's core. */
  readonly clusterOf: readonly number[];
  readonly socketOf: readonly number[];
  readonly dim: number;
  readonly rowBytes: number;
  readonly linesPerRow: number;
  readonly negatives: number;
  readonly sampler: HeatParams['sampler'];
  readonly tile: number;
  readonly refresh: number;
  readonly localAccumulation: number;
  readonly gradientRows: boolean;
  readonly reuse: boolean;
  readonly warmupRounds: number;
  readonly sampleRounds: number;
}

/** Samples that a thread takes from the queue at once. */
export const BLOCK = 512;
/** Items of a history that aggregation uses at most. */
export const HISTORY_CAP = 100;

/** Models of the machines by name; `host` has the caches of an EPYC and delays measured here and now. */
function presetOf(platform: HeatParams['platform']): ManyCorePreset {
  return manyCores[platform === 'host' ? 'epyc-7742x2' : platform];
}

/** The machine of a run. */
export function machineOf(params: HeatParams): Machine {
  const { platform } = params;
  const preset = presetOf(platform);
  const size = (given: { readonly size: number; readonly ways: number }, bytes: number, ways: number): CacheSize => ({
    bytes: bytes > 0 ? bytes : given.size,
    ways: ways > 0 ? ways : given.ways,
  });
  const read = (level: ManyCorePreset['l1']) => ({ size: inSI(level.size), ways: inSI(level.ways) });
  const l1 = size(read(preset.l1), params.l1Bytes, params.l1Ways);
  const hasL2 = preset.l2 !== undefined;
  const costs = machineConstants[platform === 'host' ? 'epyc-7742x2' : platform];
  return {
    cores: preset.cores.value,
    sockets: preset.sockets.value,
    coresPerCluster: params.coresPerCluster > 0 ? params.coresPerCluster : preset.coresPerCluster.value,
    clock: inSI(preset.clock),
    line: params.lineBytes > 0 ? params.lineBytes : inSI(preset.line),
    levels: preset.l2 === undefined ? [l1] : [l1, size(read(preset.l2), params.l2Bytes, params.l2Ways)],
    cluster: hasL2
      ? size(read(preset.cluster), params.l3Bytes, params.l3Ways)
      : size(read(preset.cluster), params.l2Bytes, params.l2Ways),
    dramRate: inSI(preset.dramRate),
    socketCrossing: inSI(preset.socketCrossing),
    dotFlops: preset.dotFlops.value,
    costs: platform === 'host' ? hostDelays(costs) : costs,
  };
}

/** Floats of a row. */
export function dimOf({ dim, mode }: HeatParams): number {
  return dim > 0 ? dim : mode === 'numerics' ? 16 : 128;
}

/** Negatives of a sample. */
export function negativesOf({ negatives, mode, loss }: HeatParams): number {
  return negatives > 0 ? negatives : loss === 'mse' ? 1 : mode === 'numerics' ? 16 : 64;
}

/** Users, items and interactions, overrides applied. */
export function sizesOf(params: HeatParams): ReturnType<typeof datasetOf> {
  const base = datasetOf(params.dataset);
  return {
    users: params.users || base.users,
    items: params.items || base.items,
    interactions: params.interactions || base.interactions,
  };
}

/** Threads of a run. */
export function threadsOf(params: HeatParams, machine: Pick<Machine, 'cores'> = machineOf(params)): number {
  return params.threads > 0 ? params.threads : Math.min(64, machine.cores);
}

/** Everything a training run needs. */
export function setupOf(params: HeatParams): HeatSetup {
  const machine = machineOf(params);
  const threads = threadsOf(params, machine);
  const sizes = sizesOf(params);
  const dim = dimOf(params);
  const rowBytes = 4 * dim;
  const perCluster = machine.coresPerCluster;
  const clusters = Math.ceil(machine.cores / perCluster);
  const clusterOf = Array.from({ length: threads }, (_, thread) =>
    params.placement === 'compact' ? Math.floor(thread / perCluster) : thread % clusters,
  );
  return {
    ...sizes,
    historyMean: params.historyMean > 0 ? params.historyMean : Math.max(1, sizes.interactions / sizes.users),
    itemZipf: params.itemZipf,
    aggregates: params.system === 'heat-accl',
    machine,
    threads,
    clusterOf,
    socketOf: clusterOf.map((cluster) => Math.floor((cluster * machine.sockets) / clusters)),
    dim,
    rowBytes,
    linesPerRow: rowBytes / machine.line,
    negatives: negativesOf(params),
    sampler: params.sampler,
    tile: params.tile,
    refresh: params.refresh,
    localAccumulation: params.localAccumulation,
    gradientRows: params.gradientRows,
    reuse: params.reuse,
    warmupRounds: params.warmupRounds > 0 ? params.warmupRounds : Math.max(150, Math.ceil(9600 / threads)),
    sampleRounds: params.sampleRounds,
  };
}
