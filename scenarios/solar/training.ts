import {
  type AccessTrace,
  epochCosts,
  type LoaderParts,
  type LoadPlan,
  loaderParts,
  orderEpochs,
  pathCost,
  planLoading,
  reorderedTrace,
  rulesOf,
  simulateTraining,
  sumOfEpoch,
  type TrainingTimes,
  unevenness,
  uniformTrace,
} from '../../actors/index.ts';
import { createRandomSource, seconds } from '../../engine/index.ts';
import type { RunContext, RunOutcome } from '../kit/index.ts';
import { binomialTail } from './binomial-tail.ts';
import type { MetricName } from './metrics.ts';
import { clientAlone, gapOf, type Setup } from './resolve.ts';

/** A plan carried out. */
export interface Carried {
  readonly plan: LoadPlan;
  readonly times: TrainingTimes;
  /** Sums over all epochs, those after the simulated ones at the steady mean. */
  readonly reads: number;
  readonly loading: number;
  readonly elapsed: number;
}

/** The orders that were drawn for a run. */
export function drawTrace(setup: Setup, seed: number): AccessTrace {
  return uniformTrace(createRandomSource({ seed }).stream('planner', 'shuffle'), setup.samples, setup.simulated);
}

/** Plans and simulates one loader on a trace. */
export function carryOut(setup: Setup, parts: LoaderParts, trace: AccessTrace, seed: number): Carried {
  const { fileSystem: fs, requestsPerSample, sampleBytes, compute } = setup;
  const read = requestsPerSample * fs.latency + sampleBytes / clientAlone(fs);
  const details = { gap: gapOf({ ...setup, parts }), costs: { read, compute }, released: setup.released };
  const rules = rulesOf(parts, { ...details, onlyHeld: setup.onlyHeld });
  const shape = { ranks: setup.gpus, batch: setup.batch, capacity: setup.capacity };
  const plan = planLoading(trace, shape, rules);
  const times = simulateTraining(plan, {
    sampleBytes,
    requestsPerSample,
    storage: {
      latency: seconds(fs.latency),
      depth: setup.ioDepth,
      ...(Number.isFinite(fs.client) ? { client: fs.client } : {}),
      ...(fs.aggregate === undefined ? {} : { aggregate: fs.aggregate }),
    },
    network: { latency: seconds(setup.network.latency), rate: setup.network.rate, ranksPerNode: setup.gpusPerNode },
    hit: seconds(setup.hit),
    compute: seconds(compute),
    allReduce: seconds(setup.allReduce),
    prefetch: setup.prefetch,
    seed,
  });
  return {
    plan,
    times,
    reads: extrapolate(setup, (epoch) => sumOfEpoch(plan, plan.reads, epoch)),
    loading: extrapolate(setup, (epoch) => times.epochs[epoch]?.loading ?? 0),
    elapsed: extrapolate(setup, (epoch) => times.epochs[epoch]?.elapsed ?? 0),
  };
}

function sumOver(from: number, to: number, of: (epoch: number) => number): number {
  let sum = 0;
  for (let epoch = from; epoch < to; epoch++) sum += of(epoch);
  return sum;
}

/** Sum over all epochs of the training. */
function extrapolate({ epochs, simulated, from, to }: Setup, of: (epoch: number) => number): number {
  const rest = epochs - simulated;
  return sumOver(0, simulated, of) + (rest === 0 ? 0 : (rest * sumOver(from, to, of)) / (to - from));
}

/** Mode training: one loader, and the two it is compared with. */
export function runTraining(setup: Setup, frequency: number, context: RunContext): RunOutcome<MetricName> {
  const { seed } = context;
  const trace = drawTrace(setup, seed);
  context.progress(0.1, 'epochs drawn');
  const order = orderOf(setup, trace, seed);
  const mine = carryOut(setup, setup.parts, order.trace, seed);
  context.progress(0.5, setup.loader);
  const isPlain = setup.loader === 'pytorch' && setup.parts.eviction === 'none' && setup.parts.mapping === 'strided';
  const plain = isPlain ? mine : carryOut({ ...setup, onlyHeld: false }, loaderParts.pytorch, trace, seed);
  context.progress(0.7, 'pytorch');
  const isNopfs = setup.loader === 'nopfs' && setup.parts.placement !== undefined;
  const nopfs = isNopfs ? mine : carryOut({ ...setup, onlyHeld: false }, loaderParts.nopfs, trace, seed);
  const found = { ...countsOf(setup, mine), ...timesOf(setup, mine), ...factorsOf(mine, plain, nopfs) };
  const { epochs, gpus, samples } = setup;
  const share = Math.min(1, (setup.capacity * gpus) / samples);
  return {
    metrics: {
      ...found,
      reuseBound: epochs / (1 + (epochs - 1) * (1 - share)),
      eooGainFraction: order.gain,
      ...(Number.isFinite(order.overlap) ? { eooOverlapMean: order.overlap } : {}),
      frequentSamplesExpected: samples * binomialTail(epochs, 1 / gpus, frequency),
    },
    events: mine.times.events + (isPlain ? 0 : plain.times.events) + (isNopfs ? 0 : nopfs.times.events),
    fingerprint: [mine, plain, nopfs].map(({ times }) => times.fingerprint).join('-'),
  };
}

/** The trace with its epochs in the loader's order, what that saves by the loader's own measure, and the overlap of epochs. */
function orderOf(
  setup: Setup,
  trace: AccessTrace,
  seed: number,
): { trace: AccessTrace; gain: number; overlap: number } {
  const { parts, capacity, gpus } = setup;
  if (parts.order === 'given' || trace.epochs < 2) return { trace, gain: 0, overlap: Number.NaN };
  const costs = epochCosts(trace, capacity * gpus, gpus);
  const path = orderEpochs(costs, parts.order, createRandomSource({ seed }).stream('planner', 'swarm'));
  const given = pathCost(
    costs,
    trace.starts.slice(0, -1).map((_, epoch) => epoch),
  );
  const gain = given === 0 ? 0 : 1 - pathCost(costs, path) / given;
  return { trace: reorderedTrace(trace, path), gain, overlap: costs.overlap };
}

type Found = Partial<Record<MetricName, number | boolean>>;

function countsOf(setup: Setup, { plan, reads }: Carried): Found {
  const { samples, from, to, sampleBytes, requestsPerSample } = setup;
  const last = setup.simulated - 1;
  const perAccess = (column: Int32Array, first: number, end: number): number =>
    sumOver(first, end, (epoch) => sumOfEpoch(plan, column, epoch)) / (samples * (end - first));
  const total = (column: Int32Array): number => extrapolate(setup, (epoch) => sumOfEpoch(plan, column, epoch));
  const ratio = (column: Int32Array): number => {
    const [most, mean] = unevenness(plan, column, from, to);
    return mean === 0 ? 1 : most / mean;
  };
  const later = (of: (epoch: number) => number): number => sumOver(Math.min(1, last), setup.simulated, of);
  const hits = later((epoch) => sumOfEpoch(plan, plan.hits, epoch) + sumOfEpoch(plan, plan.peers, epoch));
  const records = total(plan.records);
  return {
    pfsReads: reads,
    pfsReadsEpoch0: sumOfEpoch(plan, plan.reads, 0),
    pfsReadFractionSteady: perAccess(plan.reads, from, to),
    ...(last >= 1 ? { pfsReadFractionEpoch1: perAccess(plan.reads, 1, 2) } : {}),
    ...(last >= 2 ? { pfsReadFractionEpoch2: perAccess(plan.reads, 2, 3) } : {}),
    pfsReadFractionLast: perAccess(plan.reads, last, last + 1),
    pfsBytes: records * sampleBytes,
    pfsRequests: total(plan.requests) * requestsPerSample,
    readAmplification: records / reads,
    hitRateSteady: perAccess(plan.hits, from, to),
    remoteHitRateSteady: perAccess(plan.peers, from, to),
    ...(hits > 0 ? { firstHitShare: later((epoch) => plan.earlyHits[epoch] as number) / hits } : {}),
    slotOverflowFraction: sumOver(from, to, (epoch) => plan.overflows[epoch] as number) / (samples * (to - from)),
    loadImbalance: ratio(plan.reads),
    computeImbalance: ratio(plan.processed),
    bufferPeakSamplesPerRank: plan.bufferPeak,
    networkBytes: (total(plan.peers) + plan.placed) * sampleBytes,
    sampleCoverage: plan.coverage,
    batchMembershipUnchanged: plan.keepsBatches,
    stepReadSpread: spreadOf(plan, plan.reads),
    stepProcessedSpread: spreadOf(plan, plan.processed),
  };
}

/** Largest difference between two ranks in one step. */
function spreadOf({ ranks }: LoadPlan, column: Int32Array): number {
  let widest = 0;
  for (let start = 0; start < column.length; start += ranks) {
    let [least, most] = [Number.POSITIVE_INFINITY, 0];
    for (let i = start; i < start + ranks; i++) {
      const value = column[i] as number;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    widest = Math.max(widest, most - least);
  }
  return widest;
}

function timesOf({ from, to, simulated }: Setup, { times, loading, elapsed }: Carried): Found {
  const steady = (of: (epoch: number) => number): number => sumOver(from, to, of) / (to - from);
  const loadingOf = (epoch: number): number => times.epochs[epoch]?.loading ?? 0;
  const { ranks } = times;
  const mean = (cause: keyof (typeof ranks)[number]): number =>
    ranks.reduce((sum, rank) => sum + rank[cause], 0) / ranks.length;
  return {
    loadSecondsEpoch0: loadingOf(0),
    ...(simulated > 1 ? { loadSecondsEpoch1: loadingOf(1) } : {}),
    loadSecondsPerEpoch: steady(loadingOf),
    loadSecondsTotal: loading,
    epochSeconds: steady((epoch) => times.epochs[epoch]?.elapsed ?? 0),
    totalSeconds: elapsed,
    readSeconds: mean('read'),
    peerSeconds: mean('peer'),
    copySeconds: mean('copy'),
    dataSeconds: mean('data'),
    computeSeconds: mean('compute'),
    barrierSeconds: mean('barrier'),
    simulatedSeconds: times.elapsed,
  };
}

/** What makes the difference to the plain loader. The factors multiply to the speed-up of the whole training. */
function factorsOf(mine: Carried, plain: Carried, nopfs: Carried): Found {
  const secondsPerRead = ({ plan, times }: Carried): number => {
    const reads = sumOver(0, plan.epochs, (epoch) => sumOfEpoch(plan, plan.reads, epoch));
    return times.ranks.reduce((sum, { read }) => sum + read, 0) / reads;
  };
  const imbalance = ({ plan }: Carried): number => {
    const [most, mean] = unevenness(plan, plan.reads, 0, plan.epochs);
    return most / mean;
  };
  const ratio = (a: number, b: number): number => (b > 0 ? a / b : 1);
  const reuse = plain.reads / mine.reads;
  const balance = ratio(imbalance(plain), imbalance(mine));
  const readCost = ratio(secondsPerRead(plain), secondsPerRead(mine));
  const speedup = ratio(plain.elapsed, mine.elapsed);
  return {
    loadSpeedupOverPytorch: ratio(plain.loading, mine.loading),
    speedupOverPytorch: speedup,
    speedupOverNopfs: ratio(nopfs.loading, mine.loading),
    reuseFactor: reuse,
    balanceFactor: balance,
    readCostFactor: readCost,
    overlapFactor: speedup / (reuse * balance * readCost),
  };
}
