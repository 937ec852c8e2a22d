import {
  type AggregateRate,
  breakEvenGap,
  inSI,
  isParameter,
  type LoaderName,
  type LoaderParts,
  loaderParts,
  readerFileSystems,
  seriesInSI,
} from '../../actors/index.ts';
import type { SolarParams } from './params.ts';
import { surrogates } from './surrogates.ts';

/** Accesses that are simulated unless asked otherwise. */
const ACCESSES = 5e6;
/** Rate and fixed time of copying a sample out of a buffer. */
const COPY = { rate: 10e9, fixed: 5e-6 } as const;

export interface FileSystemSetup {
  readonly latency: number;
  /** Infinity where only the aggregate limits. */
  readonly client: number;
  readonly aggregate: AggregateRate | undefined;
}

/** A run with every choice made. Times in seconds. */
export interface Setup {
  readonly samples: number;
  readonly sampleBytes: number;
  readonly requestsPerSample: number;
  readonly layout: 'shared-file' | 'file-per-sample';
  readonly gpus: number;
  readonly gpusPerNode: number;
  readonly batch: number;
  readonly epochs: number;
  readonly simulated: number;
  /** First steady epoch, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Samples that one rank buffers. */
  readonly capacity: number;
  readonly fileSystem: FileSystemSetup;
  readonly network: { readonly latency: number; readonly rate: number };
  readonly hit: number;
  readonly compute: number;
  readonly allReduce: number;
  readonly prefetch: number;
  readonly ioDepth: number;
  readonly loader: LoaderName;
  readonly parts: LoaderParts;
  readonly released: {
    readonly owner: 'aligned' | 'as-released';
    readonly secondBuffer: 'bounded' | 'as-released';
  };
  readonly onlyHeld: boolean;
  readonly mergeGap: number;
}

/** Makes every choice that the parameters leave open. */
export function resolve(params: SolarParams): Setup {
  const surrogate = surrogates[params.surrogate];
  const samples = params.samples || surrogate.samples;
  const sampleBytes = params.sampleBytes || surrogate.sampleBytes;
  const epochs = params.epochs || surrogate.epochs;
  const enough = Math.max(3, Math.floor(ACCESSES / samples));
  const simulated = Math.min(epochs, params.simulatedEpochs || enough);
  const layout = params.layout === 'auto' ? surrogate.layout : params.layout;
  const parts = partsOf(params, layout);
  const warmUp = parts.eviction === 'lru' || parts.eviction === 'fifo' ? 2 : 1;
  const from = Math.min(params.statsFromEpoch < 0 ? warmUp : params.statsFromEpoch, simulated - 1);
  const to = params.statsToEpoch < 0 ? simulated : Math.min(params.statsToEpoch + 1, simulated);
  return {
    samples,
    sampleBytes,
    requestsPerSample: params.requestsPerSample || surrogate.requestsPerSample,
    layout,
    gpus: params.gpus,
    gpusPerNode: Math.min(params.gpusPerNode, params.gpus),
    batch: params.batch || surrogate.batch,
    epochs,
    simulated,
    from,
    to: Math.max(to, from + 1),
    capacity: capacityOf(params, samples, sampleBytes),
    fileSystem: fileSystemOf(params),
    network: { latency: params.networkLatencySeconds, rate: params.networkBytesPerSecond },
    hit: params.hitSecondsPerSample < 0 ? sampleBytes / COPY.rate + COPY.fixed : params.hitSecondsPerSample,
    compute: params.computeSecondsPerSample < 0 ? surrogate.compute : params.computeSecondsPerSample,
    allReduce: params.allReduceSeconds,
    prefetch: params.prefetchDepth,
    ioDepth: params.ioDepth,
    loader: params.loader,
    parts,
    released: { owner: params.remapOwner, secondBuffer: params.releasedBuffer },
    onlyHeld: params.loader === 'deepio' && params.deepioMode === 'optimistic',
    mergeGap: params.mergeGapRecords,
  };
}

/** The loader's parts with those that were given in their place. */
function partsOf(params: SolarParams, layout: Setup['layout']): LoaderParts {
  const bundle = loaderParts[params.loader];
  const mapping = params.mapping === 'auto' ? bundle.mapping : params.mapping;
  const ofMapping = mapping === 'strided' ? 'equal' : bundle.balance;
  const { placement, ...rest } = bundle;
  const keepsPlacement = placement !== undefined && params.eviction === 'auto' && params.mapping === 'auto';
  return {
    ...rest,
    order: params.order === 'auto' ? bundle.order : params.order,
    mapping,
    eviction: params.eviction === 'auto' ? bundle.eviction : params.eviction,
    balance: params.balance === 'auto' ? ofMapping : params.balance,
    chunking: layout === 'file-per-sample' ? 'off' : params.chunking === 'auto' ? bundle.chunking : params.chunking,
    peerFetch: params.peerFetch === 'auto' ? bundle.peerFetch : params.peerFetch === 'true',
    ...(keepsPlacement ? { placement } : {}),
  };
}

function capacityOf(params: SolarParams, samples: number, sampleBytes: number): number {
  if (params.bufferSamples >= 0) return Math.floor(params.bufferSamples / params.gpus);
  return Math.min(Math.floor(params.bufferBytesPerGpu / sampleBytes), samples);
}

function fileSystemOf(params: SolarParams): FileSystemSetup {
  const { fsLatencySeconds, fsClientBytesPerSecond, fsAggregateBytesPerSecond } = params;
  const preset = params.fileSystem === 'custom' ? undefined : readerFileSystems[params.fileSystem];
  const curve = preset?.aggregate;
  const rates = curve === undefined ? [] : seriesInSI(curve.rate);
  const readers = curve === undefined ? undefined : seriesInSI(curve.readers);
  const known = readers?.map((count, i): [number, number] => [count, rates[i] as number]);
  const client = preset !== undefined && 'client' in preset && isParameter(preset.client) ? inSI(preset.client) : 0;
  const aggregate = fsAggregateBytesPerSecond > 0 ? fsAggregateBytesPerSecond : known;
  return {
    latency: fsLatencySeconds >= 0 ? fsLatencySeconds : preset === undefined ? 0 : inSI(preset.latency),
    client: fsClientBytesPerSecond || client || Number.POSITIVE_INFINITY,
    aggregate,
  };
}

/** Distance up to which reads are merged; 0 = never. */
export function gapOf({ parts, mergeGap, fileSystem, sampleBytes, requestsPerSample }: Setup): number {
  switch (parts.chunking) {
    case 'off':
      return 0;
    case 'threshold':
      return mergeGap;
    case 'breakeven':
      // Each of a sample's requests brings its part of the bytes.
      return breakEvenGap(fileSystem.latency, clientAlone(fileSystem), sampleBytes / requestsPerSample);
  }
}

/** Bytes per second that one client gets while it is alone. */
export function clientAlone({ client, aggregate }: FileSystemSetup): number {
  const first = typeof aggregate === 'number' ? aggregate : aggregate?.[0]?.[1];
  return Math.min(client, first ?? Number.POSITIVE_INFINITY);
}
