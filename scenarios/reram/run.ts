import { createHash } from 'node:crypto';
import { loadDataset, openBackend } from '../../actors/numerics/index.ts';
import { createRandomSource } from '../../engine/index.ts';
import type { RunContext, RunOutcome } from '../kit/index.ts';
import { AccuracyBench, testSamples } from './accuracy.ts';
import { runDevice } from './device-study.ts';
import { matrixLayers } from './matrix-layers.ts';
import type { MetricName } from './metrics.ts';
import { trainPruned } from './numerics/train.ts';
import type { TrainedLayer, TrainedRatio } from './numerics/weights.ts';
import type { ReramParams } from './params.ts';
import { pointStudy, type StudyResult } from './point-study.ts';
import { toleranceStudy } from './tolerance-study.ts';

/** Seed of generated pictures and of what is trained on them: as the stored weights, they belong to the network, not to the chips. */
const PICTURES = 1;

/** Runs one study. */
export async function runReram(params: ReramParams, context: RunContext): Promise<RunOutcome<MetricName>> {
  const { seed } = context;
  if (params.study === 'device') return deviceOutcome(params, seed);
  const layers = matrixLayers(params, seed, await trainedOn(params, context));
  const { network } = params;
  const bench =
    network === 'mlp' || network === 'lenet5'
      ? new AccuracyBench(network, layers, testSamples(params, PICTURES), seed)
      : undefined;
  const progress = (share: number): void => context.progress(share);
  if (params.study === 'tolerance' && bench !== undefined) {
    const result = toleranceStudy(params, layers, seed, bench, progress);
    if (result.metrics.toleranceSaturated === true)
      context.onWarning('a tolerated rate lies outside the grid of rates from 1e-4 to 0.32: the gain is a bound');
    return outcomeOf(result);
  }
  return outcomeOf(pointStudy(params, layers, seed, bench, progress));
}

function outcomeOf({ metrics, intervals, events, fingerprint }: StudyResult): RunOutcome<MetricName> {
  // Numbers found outside the simulation belong to the fingerprint as well.
  const hash = createHash('sha256')
    .update(`${fingerprint} ${JSON.stringify(metrics)}`)
    .digest('hex');
  return { metrics, intervals, events, fingerprint: hash.slice(0, 16) };
}

const trained = new Map<string, readonly TrainedLayer[]>();

/** Weights trained on generated pictures, once a process; stored weights (undefined) for digits. */
async function trainedOn(
  { network, data, pruneRatio }: ReramParams,
  { backend: name, progress }: RunContext,
): Promise<readonly TrainedLayer[] | undefined> {
  if (data === 'mnist' || (network !== 'mlp' && network !== 'lenet5')) return undefined;
  const backend = await openBackend(name);
  const key = `${network} ${pruneRatio} ${backend.description}`;
  let layers = trained.get(key);
  if (layers === undefined) {
    const pictures = loadDataset(data, { trainShare: 0.8 }, createRandomSource({ seed: PICTURES }));
    const onEpoch = (text: string): void => progress(Number.NaN, text);
    layers = trainPruned(network, pruneRatio as TrainedRatio, pictures, backend, PICTURES, onEpoch).layers;
    trained.set(key, layers);
  }
  return layers;
}

function deviceOutcome(params: ReramParams, seed: number): RunOutcome<MetricName> {
  const run = runDevice(params, seed);
  const { census } = run;
  const whole = params.cells - run.formedStuck;
  return {
    metrics: {
      cellCount: params.cells,
      arrayCount: run.arrays,
      stuckCells: census.stuckOn + census.stuckOff,
      stuckOnCells: census.stuckOn,
      stuckOffCells: census.stuckOff,
      pristineCells: census.pristine,
      hrsCells: census.hrs,
      lrsCells: census.lrs,
      intermediateCells: census.intermediate,
      programSeconds: run.programSeconds,
      pulsesPerCellMean: run.pulsesPerCell,
      verifyFailShare: run.failShare,
      residualStd: run.residual,
      wornShare: whole > 0 ? run.worn / whole : 0,
      chips: 1,
    },
    events: run.events,
    fingerprint: run.fingerprint,
  };
}
