import { exp, log } from '../../engine/kernel/elementary.ts';
import type { RandomStream } from '../../engine/kernel/random.ts';
import type { Candidate, RankSpace } from './rank-space.ts';

/** How the search goes. */
export interface SearchOptions {
  /** Cost that must not be exceeded. */
  readonly target: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly penaltyPower: number;
  readonly temperatureStart: number;
  readonly temperatureEnd: number;
  readonly relaxation: 'softmax' | 'gumbel';
  /** Draws Gumbel noise; not used by softmax. */
  readonly noise: RandomStream;
}

/** Loss of a mixture and its gradient in the probabilities of every layer; given real weights, a training batch. */
export type MixtureLoss = (
  probabilities: readonly Float64Array[],
  step: number,
) => { readonly loss: number; readonly gradient: readonly Float64Array[] };

/** One step, for watchers. */
export interface SearchStep {
  readonly step: number;
  readonly probabilities: readonly Float64Array[];
  readonly cost: number;
  readonly loss: number;
}

/** Mean expected truncation loss: what stands in for accuracy where there are no weights. */
export function expectedTruncation({ layers }: RankSpace): MixtureLoss {
  const gradient = layers.map((candidates) => Float64Array.from(candidates, ({ loss }) => loss / layers.length));
  return (probabilities) => ({
    loss: probabilities.reduce(
      (sum, p, l) => sum + p.reduce((part, value, i) => part + value * gradient[l]![i]!, 0),
      0,
    ),
    gradient,
  });
}

/**
 * Differentiable search: each layer holds weights alpha over its candidates, mixed by softmax(alpha / temperature); the objective
 * (1 + loss) * max(1, cost / target)^power goes down by Adam on alpha. Yields every step and returns the most probable candidate of each layer.
 */
export function* search(
  space: RankSpace,
  lossOf: MixtureLoss,
  options: SearchOptions,
): Generator<SearchStep, number[]> {
  const { target, steps, learningRate, penaltyPower, temperatureStart, temperatureEnd, relaxation, noise } = options;
  const { layers, fixed } = space;
  const alphas = layers.map(({ length }) => new Float64Array(length).fill(1 / length));
  const moments = alphas.map(({ length }) => [new Float64Array(length), new Float64Array(length)] as const);
  const [beta1, beta2] = [0.9, 0.999];
  let [power1, power2] = [1, 1];
  for (let step = 0; step < steps; step++) {
    const progress = steps > 1 ? step / (steps - 1) : 1;
    const temperature = temperatureStart * exp(progress * log(temperatureEnd / temperatureStart));
    const probabilities = alphas.map((alpha) =>
      mixture(alpha, temperature, relaxation === 'gumbel' ? noise : undefined),
    );
    const cost = expectedCost(layers, fixed, probabilities);
    const { loss, gradient } = lossOf(probabilities, step);
    const over = Math.max(1, cost / target);
    const penalty = exp(penaltyPower * log(over));
    const slope = cost > target ? ((1 + loss) * penaltyPower * penalty) / over / target : 0;
    power1 *= beta1;
    power2 *= beta2;
    for (let l = 0; l < layers.length; l++) {
      const [alpha, p, candidates] = [alphas[l]!, probabilities[l]!, layers[l]!];
      const [first, second] = moments[l]!;
      const along = (i: number): number => gradient[l]![i]! * penalty + slope * candidates[i]!.cost;
      let mean = 0;
      for (let i = 0; i < p.length; i++) mean += p[i]! * along(i);
      for (let i = 0; i < p.length; i++) {
        const g = (p[i]! * (along(i) - mean)) / temperature;
        first[i] = beta1 * first[i]! + (1 - beta1) * g;
        second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
        alpha[i]! -= (learningRate * first[i]!) / (1 - power1) / (Math.sqrt(second[i]! / (1 - power2)) + 1e-8);
      }
    }
    yield { step, probabilities, cost, loss };
  }
  return alphas.map((alpha) => alpha.reduce((best, value, i) => (value > alpha[best]! ? i : best), 0));
}

/** softmax(alpha / temperature), with Gumbel noise added to alpha when a stream is given; sums to one. */
export function mixture(alpha: Float64Array, temperature: number, noise?: RandomStream): Float64Array {
  const scores = alpha.map((value) => {
    const gumbel = noise === undefined ? 0 : -log(-log(Math.max(noise.uniform(), 1e-300)));
    return (value + gumbel) / temperature;
  });
  const most = scores.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
  const powers = scores.map((score) => exp(score - most));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

function expectedCost(layers: RankSpace['layers'], fixed: number, probabilities: readonly Float64Array[]): number {
  return layers.reduce(
    (sum, candidates, l) => sum + candidates.reduce((part, { cost }, i) => part + probabilities[l]![i]! * cost, 0),
    fixed,
  );
}

/** A setting after repair. */
export interface Repaired {
  readonly choice: number[];
  readonly met: boolean;
}

/**
 * Makes a setting meet the target: the move to a cheaper candidate with the least loss for each unit of cost saved, until the cost is met or
 * no layer can be cheaper; then spends what is left on the moves with the most loss saved for each unit of cost added.
 */
export function repair(space: RankSpace, start: readonly number[], target: number): Repaired {
  const choice = [...start];
  const { layers } = space;
  const total = (): number => layers.reduce((sum, candidates, l) => sum + candidates[choice[l]!]!.cost, space.fixed);
  let cost = total();
  while (cost > target) {
    const move = bestMove(layers, choice, (from, to) =>
      to.cost < from.cost ? (from.loss - to.loss) / (from.cost - to.cost) : undefined,
    );
    if (move === undefined) return { choice, met: false };
    choice[move.layer] = move.candidate;
    cost = total();
  }
  return { choice: addBack(space, choice, target), met: true };
}

/** Spends the cost that is left below the target; `choice` must meet it. */
export function addBack(space: RankSpace, start: readonly number[], target: number): number[] {
  const choice = [...start];
  const { layers } = space;
  const total = (): number => layers.reduce((sum, candidates, l) => sum + candidates[choice[l]!]!.cost, space.fixed);
  for (;;) {
    const cost = total();
    const move = bestMove(layers, choice, (from, to) => {
      if (to.loss >= from.loss || cost - from.cost + to.cost > target) return undefined;
      return to.cost <= from.cost ? Number.POSITIVE_INFINITY : (from.loss - to.loss) / (to.cost - from.cost);
    });
    if (move === undefined) return choice;
    const kept = choice[move.layer] as number;
    choice[move.layer] = move.candidate;
    if (total() > target) {
      choice[move.layer] = kept;
      return choice;
    }
  }
}

/** The move of one layer to another candidate with the highest worth; the first of equals. */
function bestMove(
  layers: RankSpace['layers'],
  choice: readonly number[],
  worthOf: (from: Candidate, to: Candidate) => number | undefined,
): { readonly layer: number; readonly candidate: number } | undefined {
  let best: { layer: number; candidate: number; worth: number } | undefined;
  for (const [layer, candidates] of layers.entries()) {
    const from = candidates[choice[layer]!]!;
    for (const [candidate, to] of candidates.entries()) {
      if (candidate === choice[layer]) continue;
      const worth = worthOf(from, to);
      if (worth !== undefined && (best === undefined || worth > best.worth)) best = { layer, candidate, worth };
    }
  }
  return best;
}
