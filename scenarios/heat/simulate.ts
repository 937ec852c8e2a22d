import { estimateMean, Simulation } from '../../engine/index.ts';
import { type ManyCoreState, manyCore, type Span } from './many-core.ts';
import { BLOCK, type HeatSetup } from './setup.ts';
import { waitNames } from './wait-times.ts';

export interface SimulateOptions {
  readonly seed?: number;
  readonly byLine?: boolean;
  readonly recordSamples?: number;
  /** Told the share that is done, now and then. */
  readonly onProgress?: (fraction: number) => void;
}

/** Wall time after which a run lets progress, signals and sockets through. */
const sliceMs = 40;

/** Where the first line of a negative's row was found, as shares. */
export interface Fetches {
  readonly l1: number;
  readonly l2: number;
  readonly l3: number;
  readonly peer: number;
  readonly remote: number;
  readonly dram: number;
}

/** A simulated stretch of training and what it says about an epoch. */
export interface Outcome {
  /** Mean thread time of a sample, s, with its 95 % interval. */
  readonly sampleSeconds: number;
  readonly interval: readonly [number, number];
  readonly epochSeconds: number;
  readonly fetches: Fetches;
  /** Misses over accesses of each private level, then of the cluster's cache. */
  readonly missRates: readonly number[];
  /** Lines fetched from another cluster and lines whose ownership was asked for, in a sample. */
  readonly coherenceLines: number;
  /** Bytes to and from memory in a sample. */
  readonly dramBytes: number;
  /** Shares of thread time: waiting for rows to read, computing, waiting in the update. */
  readonly readShare: number;
  readonly computeShare: number;
  readonly backwardShare: number;
  /** Seconds of a sample spent in each wait, by name. */
  readonly waits: Readonly<Record<string, number>>;
  readonly samples: number;
  readonly events: number;
  readonly fingerprint: string;
  readonly spans: readonly Span[];
}

/** Seconds of an epoch from those of a sample: threads share blocks, and the last round of blocks may be incomplete. */
function epochSecondsOf(sampleSeconds: number, setup: Pick<HeatSetup, 'interactions' | 'threads'>): number {
  const { interactions, threads } = setup;
  const blocks = Math.ceil(interactions / BLOCK);
  return ((interactions * sampleSeconds) / threads) * ((Math.ceil(blocks / threads) * threads) / blocks);
}

/** Trains for the rounds of the setup after its warm-up, on fresh caches. */
export async function simulateHeat(setup: HeatSetup, options: SimulateOptions = {}): Promise<Outcome> {
  const sim = new Simulation({ seed: options.seed ?? 1 });
  const actor = sim.spawn('machine', manyCore, {
    setup,
    byLine: options.byLine ?? false,
    recordSamples: options.recordSamples ?? 0,
  });
  const stateNow = (): ManyCoreState => sim.stateOf(actor) as ManyCoreState;
  const wallBudget = { ms: sliceMs, clock: () => performance.now() };
  const samples = setup.threads * (setup.warmupRounds + setup.sampleRounds);
  while (sim.run({ wallBudget }).end === 'wallBudget') {
    options.onProgress?.(Math.min(1, stateNow().ended / samples));
    await new Promise((resume) => setImmediate(resume));
  }
  return outcomeOf(setup, stateNow(), sim);
}

function outcomeOf(setup: HeatSetup, state: ManyCoreState, sim: Simulation): Outcome {
  const { measured, caches, unitsPerRow } = state;
  const { samples } = measured;
  const { mean, low, high } = batches([...measured.rounds].map((sum) => sum / setup.threads / 1e12));
  const counts = caches.counts();
  const lines = setup.linesPerRow;
  const unitBytes = setup.rowBytes / unitsPerRow;
  const total = measured.fetches.reduce((sum, count) => sum + count, 0) || 1;
  const share = (place: number): number => (measured.fetches[place] ?? 0) / total;
  const depth = caches.places.length - 4;
  const hasL2 = depth > 1;
  const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  const [reading, updating] = [sumOf(measured.reading), sumOf(measured.updating)];
  const time = reading + updating + measured.computing;
  const epochSeconds = epochSecondsOf(mean, setup);
  return {
    sampleSeconds: mean,
    interval: [low, high],
    epochSeconds,
    fetches: {
      l1: share(0),
      l2: hasL2 ? share(1) : share(depth),
      l3: hasL2 ? share(depth) : 0,
      peer: share(depth + 1),
      remote: share(depth + 2),
      dram: share(depth + 3),
    },
    missRates: missRatesOf(counts.ends, depth),
    coherenceLines: ((measured.remoteRows + measured.upgrades) * lines) / samples,
    dramBytes: ((counts.memoryReads + counts.memoryWrites) * unitBytes) / Math.max(1, state.samplesSinceReset),
    readShare: reading / time,
    computeShare: measured.computing / time,
    backwardShare: updating / time,
    waits: Object.fromEntries(
      waitNames.map((name, kind) => [
        name,
        ((measured.reading[kind] ?? 0) + (measured.updating[kind] ?? 0)) / samples / 1e12,
      ]),
    ),
    samples,
    events: sim.events,
    fingerprint: sim.fingerprint({ sampleSeconds: mean }),
    spans: state.spans,
  };
}

/** Mean and 95 % Student interval over 20 batches of rounds, or over the rounds when there are fewer. */
function batches(rounds: readonly number[]): { readonly mean: number; readonly low: number; readonly high: number } {
  const mean = rounds.reduce((sum, value) => sum + value, 0) / rounds.length;
  const count = Math.min(20, rounds.length);
  if (count < 2) return { mean, low: 0, high: 2 * mean };
  const means = Array.from({ length: count }, (_, i) => {
    const batch = rounds.slice(Math.floor((i * rounds.length) / count), Math.floor(((i + 1) * rounds.length) / count));
    return batch.reduce((sum, value) => sum + value, 0) / batch.length;
  });
  const { halfWidth } = estimateMean(means);
  return { mean, low: mean - halfWidth, high: mean + halfWidth };
}

function missRatesOf(ends: readonly number[], depth: number): readonly number[] {
  let accesses = ends.reduce((sum, count) => sum + count, 0);
  return ends.slice(0, depth + 1).map((hits) => {
    const rate = accesses === 0 ? 0 : 1 - hits / accesses;
    accesses -= hits;
    return rate;
  });
}
