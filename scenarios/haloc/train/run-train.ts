import {
  type Backend,
  type BackendName,
  batchOf,
  crossEntropy,
  type Dataset,
  evaluate,
  initialise,
  loadDataset,
  type Network,
  openBackend,
  type Samples,
  sgd,
  trainSteps,
  weightsOf,
} from '../../../actors/numerics/index.ts';
import type { RandomSource, RandomStream } from '../../../engine/index.ts';
import { createRandomSource } from '../../../engine/random/index.ts';
import type { RunContext } from '../../kit/index.ts';
import { chooseRanks, type LossOfRanks, spaceOf } from '../choose-ranks.ts';
import type { Ranks } from '../low-rank.ts';
import type { Metrics } from '../metrics.ts';
import type { HalocParams } from '../parameters.ts';
import { LatencyTable } from '../pricing.ts';
import type { RankSpace } from '../rank-space.ts';
import { type HalocRun, measure, rankText } from '../run.ts';
import type { MixtureLoss, SearchStep } from '../search.ts';
import { measuredLoss, mixedWeights, probabilityGradient, type TrainedLayer, trainedLayer } from './rank-mixture.ts';
import { decomposableNames, denseNetwork, FeatureMap, factoredNetwork } from './tiny-network.ts';

const BATCH = 64;
const RATE = 0.05;
const FINE_RATES = [0.02, 0.005] as const;

/** A dense network after training, and what the same fine-tuning makes of it. */
interface Trained {
  readonly backend: Backend;
  readonly data: Dataset;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly layers: readonly TrainedLayer[];
  readonly accuracyBaseline: number;
}

type Watch = Pick<RunContext, 'progress'>;

/** Trains, searches ranks on real weights and pictures, factors and fine-tunes tiny-cnn. */
export async function runTrain(
  params: HalocParams,
  context: RunContext,
  onStep?: (step: SearchStep) => void,
): Promise<HalocRun> {
  const { seed } = context;
  const trained = await trainedNetwork(params, context.backend, seed, context);
  const latencies = new LatencyTable(params.device, params.kernelLibrary, params.batch);
  const loss: LossOfRanks = (i, ranks) => measuredLoss(trained.layers[i] as TrainedLayer, ranks);
  const space = spaceOf(params, latencies, loss);
  const random = createRandomSource({ seed });
  const mixtureLoss = pictureLoss(trained, space, random.stream('haloc/search', 'pictures'), params.featureMapWeight);
  const watch = (step: SearchStep): void => {
    context.progress(0.5 + (0.2 * step.step) / 120, 'search');
    onStep?.(step);
  };
  const chosen = chooseRanks(params, space, { seed, mixtureLoss, onStep: watch });
  const tuned = await fineTuned(params, trained, chosen.ranks, seed, context);
  const { metrics, ...rest } = measure(params, chosen, loss, latencies, seed);
  return {
    ...rest,
    metrics: {
      ...metrics,
      accuracyBaseline: trained.accuracyBaseline,
      accuracyTruncated: tuned.before,
      accuracy: tuned.after,
      accuracyDrop: trained.accuracyBaseline - tuned.after,
      ...(params.compareUniform
        ? await compared(params, trained, space, chosen.ranks, tuned.after, seed, context)
        : {}),
      backend: trained.backend.description,
    },
  };
}

/** Uniform ranks of the same target after the same fine-tuning. */
async function compared(
  params: HalocParams,
  trained: Trained,
  space: RankSpace,
  ranks: readonly Ranks[],
  accuracy: number,
  seed: number,
  watch: Watch,
): Promise<Metrics> {
  const { ranks: uniform } = chooseRanks({ ...params, method: 'uniform', rankFraction: 0, ranks: '' }, space, { seed });
  const { after } = await fineTuned(params, trained, uniform, seed, watch);
  const byWeights = chooseRanks({ ...params, method: 'haloc', ranks: '' }, space, { seed });
  const lossAt = (chosen: readonly Ranks[]): number =>
    chosen.reduce((sum, pair, i) => sum + measuredLoss(trained.layers[i] as TrainedLayer, pair), 0) / chosen.length;
  return {
    uniformAccuracy: after,
    uniformTruncationLoss: lossAt(uniform),
    weightSearchTruncationLoss: lossAt(byWeights.ranks),
    uniformRankList: rankText(uniform),
    uniformCostRatio: costAt(space, uniform) / costAt(space, ranks),
    accuracyGain: accuracy - after,
  };
}

function costAt({ layers, fixed }: RankSpace, ranks: readonly Ranks[]): number {
  return ranks.reduce((sum, { r1, r2 }, l) => {
    const candidate = layers[l]?.find((own) => own.r1 === r1 && own.r2 === r2);
    return sum + (candidate?.cost ?? Number.NaN);
  }, fixed);
}

const finished = new Map<string, Promise<Trained>>();
const KEPT = 8;

/** The dense network, trained once for equal arguments: runs that differ in their ranks alone share it. */
export function trainedNetwork(
  params: HalocParams,
  backend: BackendName,
  seed: number,
  watch: Watch,
): Promise<Trained> {
  const { dataset, trainPerClass, testPerClass, epochs, fineTuneEpochs } = params;
  const key = JSON.stringify([dataset, trainPerClass, testPerClass, epochs, fineTuneEpochs, backend, seed]);
  let trained = finished.get(key);
  if (trained === undefined) {
    trained = trainDense(params, backend, seed, watch);
    trained.catch(() => finished.delete(key));
    if (finished.size >= KEPT) finished.delete(finished.keys().next().value as string);
    finished.set(key, trained);
  }
  return trained;
}

async function trainDense(params: HalocParams, name: BackendName, seed: number, watch: Watch): Promise<Trained> {
  const { dataset, trainPerClass, testPerClass, epochs } = params;
  const backend = await openBackend(name);
  const random = createRandomSource({ seed });
  const data = loadDataset(dataset, { trainPerClass, testPerClass }, random);
  const net = denseNetwork();
  initialise(net, random);
  await trainOn(
    net,
    data.train,
    backend,
    random,
    'train',
    epochs,
    () => RATE,
    (share) => watch.progress(0.25 * share, 'train'),
  );
  const weights = weightsOf(net);
  await fineTune(net, data.train, backend, random, params.fineTuneEpochs, (share) =>
    watch.progress(0.25 + 0.25 * share, 'fine-tune the dense network'),
  );
  const layers = decomposableNames.map((layer) => {
    const { shape } = net.parameters.find((own) => own.name === `${layer}/weights`) as { shape: readonly number[] };
    const [rows, columns, inputs, outputs] = shape as [number, number, number, number];
    return trainedLayer(weights.get(`${layer}/weights`) as Float32Array, rows * columns, inputs, outputs);
  });
  return { backend, data, weights, layers, accuracyBaseline: evaluate(net, data.test, backend).accuracy };
}

async function fineTuned(
  params: HalocParams,
  { backend, data, weights, layers }: Trained,
  ranks: readonly Ranks[],
  seed: number,
  watch: Watch,
): Promise<{ readonly before: number; readonly after: number }> {
  const net = factoredNetwork(weights, layers, ranks);
  const before = evaluate(net, data.test, backend).accuracy;
  await fineTune(net, data.train, backend, createRandomSource({ seed }), params.fineTuneEpochs, (share) =>
    watch.progress(0.7 + 0.3 * share, 'fine-tune the factors'),
  );
  return { before, after: evaluate(net, data.test, backend).accuracy };
}

/** The first half of the epochs at one rate, the rest at a quarter of it. */
function fineTune(
  net: Network,
  data: Samples,
  backend: Backend,
  random: RandomSource,
  epochs: number,
  progress: (share: number) => void,
): Promise<void> {
  const rate = (epoch: number): number => FINE_RATES[epoch < Math.ceil(epochs / 2) ? 0 : 1];
  return trainOn(net, data, backend, random, 'fine-tune', epochs, rate, progress);
}

async function trainOn(
  net: Network,
  data: Samples,
  backend: Backend,
  random: RandomSource,
  stream: string,
  epochs: number,
  learningRate: (epoch: number) => number,
  progress: (share: number) => void,
): Promise<void> {
  const shuffle = random.stream('haloc/train', stream);
  for (const { step, steps } of trainSteps(net, data, {
    backend,
    optimizer: sgd(),
    shuffle,
    epochs,
    batch: BATCH,
    learningRate,
  })) {
    progress((step + 1) / steps);
    // Lets the process breathe: progress, Ctrl-C.
    if (step % 8 === 7) await new Promise(setImmediate);
  }
}

/** Cross-entropy of the mixture on random training pictures, with the weights fixed (eq. 8). */
function pictureLoss(
  { backend, data, weights, layers }: Trained,
  space: RankSpace,
  stream: RandomStream,
  featureMapWeight: number,
): MixtureLoss {
  const maps = featureMapWeight > 0 ? decomposableNames.map((name) => new FeatureMap(name)) : [];
  const net = denseNetwork(maps);
  const original = denseNetwork(maps);
  for (const own of [net, original])
    for (const { name, value } of own.parameters) value.set(weights.get(name) as Float32Array);
  const kernels = decomposableNames.map((name) => {
    const found = net.parameters.find((own) => own.name === `${name}/weights`);
    return found as NonNullable<typeof found>;
  });
  return (probabilities) => {
    const indices = Int32Array.from({ length: BATCH }, () => Math.floor(stream.uniform() * data.train.count));
    const { images, labels } = batchOf(data.train, indices);
    if (maps.length > 0) {
      original.predict(images, backend);
      for (const map of maps)
        map.reference = map.seen === undefined ? undefined : { map: map.seen, weight: featureMapWeight };
    }
    for (const [l, kernel] of kernels.entries())
      kernel.value.set(
        mixedWeights(layers[l] as TrainedLayer, space.layers[l] ?? [], probabilities[l] as Float64Array).data,
      );
    const { output, backward } = net.forward(images, backend);
    const { loss, gradient } = crossEntropy(output, labels);
    backward(gradient);
    return {
      loss: maps.reduce((sum, map) => sum + map.penalty(), loss),
      gradient: kernels.map(({ gradient: own }, l) => {
        const layer = layers[l] as TrainedLayer;
        return probabilityGradient(layer, space.layers[l] ?? [], { ...layer.kernel, data: Float64Array.from(own) });
      }),
    };
  };
}
