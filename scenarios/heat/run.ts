import { areSimulationsWatched, createRandomSource, Simulation } from '../../engine/index.ts';
import type { RunContext, RunOutcome } from '../kit/index.ts';
import { type Baseline, baselineEpoch, batchSeconds, modelOf, mseEpoch, pricePresets } from './baselines.ts';
import { missesOfTrace } from './cache-trace.ts';
import { traceCaches, warningsOf } from './check.ts';
import { measureDispersion } from './dispersion.ts';
import { frameworkPipeline } from './framework-pipeline.ts';
import type { MetricName } from './metrics.ts';
import { runNumerics } from './numerics/run-numerics.ts';
import type { HeatParams } from './params.ts';
import { type HeatSetup, negativesOf, setupOf, sizesOf, threadsOf } from './setup.ts';
import { type Outcome, type SimulateOptions, simulateHeat } from './simulate.ts';

type Metrics = { -readonly [Name in MetricName]?: number | boolean };
type Context = Pick<RunContext, 'seed' | 'onWarning' | 'progress'>;

/** Relative half width of the interval from which a run is called imprecise. */
const IMPRECISE = 0.03;
const defaultTile = { tile: 1024, refresh: 4096 } as const;

/** Runs one of the three modes. */
export async function runHeat(params: HeatParams, context: Context): Promise<RunOutcome<MetricName>> {
  const given = { tile: params.tile !== defaultTile.tile || params.refresh !== defaultTile.refresh };
  for (const warning of warningsOf(params, given)) context.onWarning(warning);
  if (params.mode === 'cache-trace') return runTrace(params);
  if (params.mode === 'numerics') {
    const result = runNumerics(params, context.seed);
    return { metrics: { ...result, lossRatio: result.lossLastEpoch / result.lossFirstEpoch }, events: 0 };
  }
  if (params.epochSecondsOverride > 0)
    return { metrics: costsOf(params, params.epochSecondsOverride, false), events: 0 };
  if (params.system !== 'heat-ccl' && params.system !== 'heat-accl') return runBaseline(params.system, params);
  if (params.loss === 'mse') return runMse(params);
  return runTraining(params, context);
}

function runTrace(params: HeatParams): RunOutcome<MetricName> {
  const { l1, ll, references } = missesOfTrace({
    kind: params.traceKind,
    length: params.traceLength,
    footprint: params.footprintBytes,
    stride: params.strideBytes,
    seed: params.traceSeed,
    ...traceCaches(params),
  });
  return { metrics: { l1Misses: l1, llMisses: ll }, events: references };
}

/** Batches of a framework that are simulated; they are all alike. */
const BATCHES = 3;

function runBaseline(system: Baseline, params: HeatParams): RunOutcome<MetricName> {
  const epochSeconds = baselineEpoch(system, params);
  const metrics: Metrics = {
    epochSeconds,
    usPerSample: (epochSeconds / sizesOf(params).interactions) * 1e6,
    ...costsOf(params, epochSeconds, true),
  };
  if (system === 'cumf-sgd') return { metrics, events: 0 };
  metrics.batchSeconds = batchSeconds(system, params, modelOf(params));
  const sim = new Simulation({ seed: 1 });
  sim.spawn('framework', frameworkPipeline, { batchSeconds: metrics.batchSeconds, batches: BATCHES });
  sim.run();
  return { metrics, events: sim.events };
}

function runMse(params: HeatParams): RunOutcome<MetricName> {
  const { interactions } = sizesOf(params);
  const threads = threadsOf(params);
  const epochSeconds = mseEpoch(interactions, threads);
  const usPerSample = ((epochSeconds * threads) / interactions) * 1e6;
  return { metrics: { epochSeconds, usPerSample, ...costsOf(params, epochSeconds, true) }, events: 0 };
}

async function runTraining(params: HeatParams, context: Context): Promise<RunOutcome<MetricName>> {
  const setup = setupOf(params);
  const { seed } = context;
  const others = [
    ...(setup.sampler === 'tile' ? (['random'] as const) : []),
    ...(setup.aggregates && setup.localAccumulation > 1 && setup.sampler === 'random'
      ? (['no accumulation'] as const)
      : []),
  ];
  const parts = 1 + others.length;
  const outcome = await keptSimulation(setup, {
    seed,
    onProgress: (fraction) => context.progress(fraction / parts, 'training'),
  });
  const metrics: Metrics = metricsOf(params, setup, outcome);
  let events = outcome.events;
  for (const [i, other] of others.entries()) {
    const changed: HeatSetup =
      other === 'random' ? { ...setup, sampler: 'random' } : { ...setup, localAccumulation: 1 };
    const beside = await keptSimulation(changed, {
      seed,
      onProgress: (fraction) => context.progress((1 + i + fraction) / parts, `${other}, to compare`),
    });
    events += beside.events;
    metrics[other === 'random' ? 'speedupOverRandom' : 'speedupOverNoAccumulation'] =
      beside.epochSeconds / outcome.epochSeconds;
  }
  const [low, high] = outcome.interval;
  const scale = outcome.epochSeconds / outcome.sampleSeconds;
  const ci = (high - low) / 2 / outcome.sampleSeconds;
  if (ci > IMPRECISE)
    context.onWarning(`the 95 % interval of usPerSample is +- ${(100 * ci).toFixed(1)} %: more sampleRounds narrow it`);
  return {
    metrics,
    intervals: { usPerSample: [low * 1e6, high * 1e6], epochSeconds: [low * scale, high * scale] },
    events,
    fingerprint: outcome.fingerprint,
  };
}

function metricsOf(params: HeatParams, setup: HeatSetup, outcome: Outcome): Metrics {
  const { fetches, missRates, epochSeconds, waits, interval, sampleSeconds } = outcome;
  const model = modelOf(params);
  const over = (system: Baseline): number => baselineEpoch(system, { ...params, loss: 'ccl' }, model) / epochSeconds;
  const hasL2 = setup.machine.levels.length > 1;
  return {
    epochSeconds,
    usPerSample: sampleSeconds * 1e6,
    fetchL1: fetches.l1,
    fetchL2: fetches.l2,
    fetchL3: fetches.l3,
    fetchPeer: fetches.peer,
    fetchRemote: fetches.remote,
    fetchDram: fetches.dram,
    l1MissRate: missRates[0] ?? 0,
    l2MissRate: missRates[1] ?? 0,
    ...(hasL2 ? { l3MissRate: missRates[2] ?? 0 } : {}),
    coherenceMisses: outcome.coherenceLines,
    dramBytes: outcome.dramBytes * setup.interactions,
    tableBytesPerEpoch: tableBytes(setup),
    ciRelHalfWidth: (interval[1] - interval[0]) / 2 / sampleSeconds,
    speedupOverPytorchCpu: over('pytorch-cpu'),
    ...(params.platform === 'a64fx' ? {} : { speedupOverTorchrecCpu: over('torchrec-cpu') }),
    speedupOverPytorchV100: over('pytorch-v100'),
    speedupOverTorchrecV100: over('torchrec-v100'),
    phaseReadShare: outcome.readShare,
    phaseComputeShare: outcome.computeShare,
    phaseBackwardShare: outcome.backwardShare,
    waitCluster: (waits['cluster cache'] ?? 0) * 1e6,
    waitPeer: (waits['peer core'] ?? 0) * 1e6,
    waitRemote: (waits['remote cluster'] ?? 0) * 1e6,
    waitMemory: (waits.memory ?? 0) * 1e6,
    waitDirectory: (waits.directory ?? 0) * 1e6,
    ...dispersionOf(setup),
    ...costsOf(params, epochSeconds, true),
  };
}

/** Draws of an interval from which its spread is left out. */
const MANY_DRAWS = 2e6;

/** Spread of the negatives of one thread over 20 intervals, where these are of a reasonable length. */
function dispersionOf(setup: HeatSetup): Metrics {
  if (setup.negatives * setup.refresh > MANY_DRAWS) return {};
  const stream = createRandomSource({ seed: 1 }).stream('heat', 'dispersion');
  const { index, distinct } = measureDispersion(setup, stream);
  return { negativeDispersionIndex: index, distinctNegativesPerInterval: distinct };
}

/** Rows that an epoch reads and writes: interactions (n + 2) 2 rowBytes, twice that with gradient rows. */
function tableBytes({
  interactions,
  negatives,
  rowBytes,
  gradientRows,
}: Pick<HeatSetup, 'interactions' | 'negatives' | 'rowBytes' | 'gradientRows'>): number {
  return interactions * (negatives + 2) * 2 * rowBytes * (gradientRows ? 2 : 1);
}

/** Dollars of the epochs on the machines, where a price is known; `comparable` when the V100's epoch is known too. */
function costsOf(params: HeatParams, epochSeconds: number, comparable: boolean): Metrics {
  const { platform, system, pricePerHour, costEpochs, instances } = params;
  const v100 = pricePresets['p3.2xlarge'].value;
  const listed = system.endsWith('v100') ? v100 : platform === 'c5a.16xlarge' ? pricePresets[platform].value : 0;
  const price = pricePerHour > 0 ? pricePerHour : listed;
  const metrics: Metrics = comparable ? {} : { epochSeconds };
  if (price === 0) return metrics;
  const dollars = (costEpochs * epochSeconds * instances * price) / 3600;
  metrics.costDollars = dollars;
  if (comparable && negativesOf(params) > 1) {
    const seconds = baselineEpoch('pytorch-v100', { ...params, loss: 'ccl' }, modelOf(params));
    metrics.costRatioOverV100 = (costEpochs * seconds * pricePresets.v100Instances.value * v100) / 3600 / dollars;
  }
  return metrics;
}

const KEPT = 32;
const kept = new Map<string, Promise<Outcome>>();

/** Simulates, or takes the result of an equal simulation of this process, unless somebody watches: comparisons run the same reference many times. */
function keptSimulation(setup: HeatSetup, options: SimulateOptions): Promise<Outcome> {
  if (areSimulationsWatched()) return simulateHeat(setup, options);
  const key = JSON.stringify([setup, options.seed]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const outcome = simulateHeat(setup, options);
  kept.set(key, outcome);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value as string);
  outcome.catch(() => kept.delete(key));
  return outcome;
}
