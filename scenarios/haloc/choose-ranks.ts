import type { ConvLayer } from '../../actors/cnn/index.ts';
import { createRandomSource } from '../../engine/random/index.ts';
import { equalLoss, uniformChoice, uniformForTarget } from './baselines.ts';
import { dense, macsAt, type Ranks } from './low-rank.ts';
import { type Network, networkOf } from './network.ts';
import { type HalocParams, searchStepsOf, stepOf } from './parameters.ts';
import type { LatencyTable } from './pricing.ts';
import { rankSetOf } from './rank-sets.ts';
import { type Candidate, costOf, type RankSpace, rankSpace } from './rank-space.ts';
import { expectedTruncation, type MixtureLoss, repair, type SearchStep, search } from './search.ts';
import { keptEnergy } from './spectrum.ts';

/** Loss of a layer at given ranks. */
export type LossOfRanks = (layer: number, ranks: Ranks) => number;

/** Ranks of all decomposable layers and how they were found. */
export interface Chosen {
  readonly ranks: readonly Ranks[];
  /** Whether the target is met; undefined for methods that have none. */
  readonly met: boolean | undefined;
  /** Cost right after taking the most probable candidates, as a share of the dense cost; searches only. */
  readonly argmaxCost: number | undefined;
  /** Cheapest cost that can be reached, as a share of the dense cost, when the target is not met. */
  readonly cheapest: number | undefined;
  readonly searchSteps: number;
}

/** Loss of truncations when singular values fall as j^-q: eq. 7, and the loss of one factor for 1x1 layers. */
export function assumedLoss({ table, decomposable, factors }: Network, q: number): LossOfRanks {
  return (i, { r1, r2 }) => {
    const { inChannels, outChannels } = table.convs[decomposable[i] as number] as ConvLayer;
    if (r1 === 0) return 0;
    if (factors === 2) return 1 - keptEnergy(r1, Math.min(inChannels, outChannels), q);
    return 1 - keptEnergy(r1, inChannels, q) * keptEnergy(r2, outChannels, q);
  };
}

/** The candidates of a run, priced in what its objective counts: multiplications of one image, or seconds on the device. */
export function spaceOf(params: HalocParams, latencies: LatencyTable, loss: LossOfRanks): RankSpace {
  const network = networkOf(params.network);
  const byLatency = params.objective === 'latency';
  const linear = network.table.linear;
  return rankSpace(network, {
    step: stepOf(params),
    equalRank: params.equalRank,
    loss,
    cost: byLatency ? (layer, ranks) => latencies.seconds(layer, ranks) : macsAt,
    linearCost: byLatency
      ? linear.reduce((sum, layer) => sum + latencies.linearSeconds(layer), 0)
      : linear.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures * outFeatures, 0),
  });
}

/** Cost that the objective permits. */
function targetOf(params: HalocParams, { denseCost }: RankSpace): number {
  return (params.objective === 'latency' ? params.latencyTarget : 1 - params.flopsTarget) * denseCost;
}

/** What a run may hand in beside its parameters. */
export interface ChooseOptions {
  readonly seed: number;
  /** Loss of the mixture; default the expected truncation loss. */
  readonly mixtureLoss?: MixtureLoss;
  readonly onStep?: (step: SearchStep) => void;
}

/** Finds the ranks of a run. */
export function chooseRanks(params: HalocParams, space: RankSpace, options: ChooseOptions): Chosen {
  const network = networkOf(params.network);
  const plain = { met: undefined, argmaxCost: undefined, cheapest: undefined, searchSteps: 0 };
  if (params.ranks !== '') return { ...plain, ranks: parseRanks(params.ranks) };
  const step = stepOf(params);
  const target = targetOf(params, space);
  const widths = network.decomposable.map((index) => {
    const { inChannels, outChannels } = network.table.convs[index] as ConvLayer;
    return Math.min(inChannels, outChannels);
  });
  const ranksOf = (choice: readonly number[]): readonly Ranks[] =>
    choice.map((candidate, l) => {
      const { r1, r2 } = (space.layers[l] as readonly Candidate[])[candidate] as Candidate;
      return { r1, r2 };
    });
  const outcome = ({ choice, met }: { choice: readonly number[]; met: boolean }): Chosen => ({
    ...plain,
    ranks: ranksOf(choice),
    met,
    cheapest: met ? undefined : costOf(space, choice) / space.denseCost,
  });
  switch (params.method) {
    case 'none':
      return { ...plain, ranks: network.decomposable.map(() => dense) };
    case 'tdc':
      return { ...plain, ranks: rankSetOf(params.network, params.rankSet) ?? [] };
    case 'uniform':
      if (params.rankFraction > 0)
        return { ...plain, ranks: ranksOf(uniformChoice(space, widths, step, params.rankFraction)) };
      return outcome(uniformForTarget(space, widths, step, target));
    case 'alds':
      return outcome(equalLoss(space, target));
    case 'haloc': {
      const steps = searchStepsOf(params);
      const { mixtureLoss = expectedTruncation(space), seed, onStep } = options;
      const noise = createRandomSource({ seed }).stream('haloc/search', 'gumbel');
      const { alphaLearningRate: learningRate, penaltyPower, temperatureStart, temperatureEnd, relaxation } = params;
      const going = search(space, mixtureLoss, {
        target,
        steps,
        learningRate,
        penaltyPower,
        temperatureStart,
        temperatureEnd,
        relaxation,
        noise,
      });
      let next = going.next();
      for (; next.done !== true; next = going.next()) onStep?.(next.value);
      const argmax = next.value;
      return {
        ...outcome(repair(space, argmax, target)),
        argmaxCost: costOf(space, argmax) / space.denseCost,
        searchSteps: steps,
      };
    }
  }
}

/** Reads `r1:r2,…`. */
export function parseRanks(text: string): readonly Ranks[] {
  return text.split(',').map((pair) => {
    const [r1, r2] = pair.split(':').map(Number) as [number, number];
    return { r1, r2 };
  });
}
