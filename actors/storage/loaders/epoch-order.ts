import type { RandomStream } from '../../../engine/kernel/random.ts';
import { type AccessTrace, epochOrder } from './access-trace.ts';
import { loaderErrors } from './errors.ts';

/** How the order of epochs is chosen: as drawn, nearest next epoch from the best start, discrete particle swarm, dynamic programming. */
export type EpochOrdering = 'given' | 'greedy' | 'pso' | 'exact';

/** What running one epoch after another costs. */
export interface EpochCosts {
  readonly epochs: number;
  /** cost[u * epochs + v] of running v right after u: samples that each of the ranks has to read again. */
  readonly cost: Int32Array;
  /** Samples that the end of u and the beginning of v share, mean over all ordered pairs; NaN with one epoch. */
  readonly overlap: number;
}

/** Most epochs that dynamic programming takes. */
export const EXACT_EPOCHS = 14;
const ITERATIONS = 1000;
const TOWARDS_OWN_BEST = 0.9;

/** floor(|F_v without L_u| / ranks): F_v the first `buffered` samples of v, L_u the last of u (as SOLAR, arXiv 2211.00224, released code). */
export function epochCosts(trace: AccessTrace, buffered: number, ranks: number): EpochCosts {
  const { epochs, samples } = trace;
  const cost = new Int32Array(epochs * epochs);
  const lastOf = new Int32Array(samples).fill(-1);
  let shared = 0;
  for (let u = 0; u < epochs; u++) {
    const ended = epochOrder(trace, u);
    for (let i = Math.max(0, ended.length - buffered); i < ended.length; i++) lastOf[ended[i]!] = u;
    for (let v = 0; v < epochs; v++) {
      if (u === v) continue;
      const order = epochOrder(trace, v);
      const first = Math.min(buffered, order.length);
      let kept = 0;
      for (let i = 0; i < first; i++) if (lastOf[order[i]!] === u) kept++;
      cost[u * epochs + v] = Math.floor((first - kept) / ranks);
      shared += kept;
    }
  }
  return { epochs, cost, overlap: shared / (epochs * (epochs - 1)) };
}

/** Cost of a path over epochs, without a way back. */
export function pathCost({ epochs, cost }: EpochCosts, path: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 1; i < path.length; i++) sum += cost[path[i - 1]! * epochs + path[i]!]!;
  return sum;
}

/** A path over all epochs by one of the rules, never dearer than the given order. `stream` moves the swarm. Throws LOADER_RULES for exact beyond 14 epochs. */
export function orderEpochs(costs: EpochCosts, ordering: EpochOrdering, stream: RandomStream): readonly number[] {
  const given = Array.from({ length: costs.epochs }, (_, epoch) => epoch);
  const found = search(costs, ordering, stream, given);
  return pathCost(costs, found) <= pathCost(costs, given) ? found : given;
}

function search(costs: EpochCosts, ordering: EpochOrdering, stream: RandomStream, given: number[]): number[] {
  switch (ordering) {
    case 'given':
      return given;
    case 'greedy':
      return greedy(costs);
    case 'pso':
      return swarm(costs, stream, given);
    case 'exact':
      return exact(costs);
  }
}

function greedy(costs: EpochCosts): number[] {
  const { epochs, cost } = costs;
  let best: number[] = [];
  for (let start = 0; start < epochs; start++) {
    const path = [start];
    const isFree = new Uint8Array(epochs).fill(1);
    isFree[start] = 0;
    while (path.length < epochs) {
      const from = path[path.length - 1]!;
      let next = -1;
      for (let v = 0; v < epochs; v++)
        if (isFree[v] === 1 && (next < 0 || cost[from * epochs + v]! < cost[from * epochs + next]!)) next = v;
      isFree[next] = 0;
      path.push(next);
    }
    if (start === 0 || pathCost(costs, path) < pathCost(costs, best)) best = path;
  }
  return best;
}

/** Least cost of a path that visits a set of epochs and ends in one of them (Held and Karp, 1962). */
function exact({ epochs, cost }: EpochCosts): number[] {
  if (epochs > EXACT_EPOCHS) {
    const expected = `another one: exact takes at most ${EXACT_EPOCHS} epochs; use pso or greedy`;
    throw loaderErrors.create('LOADER_RULES', { what: 'epoch order', value: `exact with ${epochs} epochs`, expected });
  }
  const sets = 1 << epochs;
  const least = new Float64Array(sets * epochs).fill(Number.POSITIVE_INFINITY);
  const before = new Int8Array(sets * epochs).fill(-1);
  for (let v = 0; v < epochs; v++) least[(1 << v) * epochs + v] = 0;
  for (let set = 1; set < sets; set++) {
    for (let u = 0; u < epochs; u++) {
      const so = least[set * epochs + u]!;
      if (so === Number.POSITIVE_INFINITY) continue;
      for (let v = 0; v < epochs; v++) {
        if ((set & (1 << v)) !== 0) continue;
        const to = (set | (1 << v)) * epochs + v;
        const sum = so + cost[u * epochs + v]!;
        if (sum < least[to]!) {
          least[to] = sum;
          before[to] = u;
        }
      }
    }
  }
  let set = sets - 1;
  let end = 0;
  for (let v = 1; v < epochs; v++) if (least[set * epochs + v]! < least[set * epochs + end]!) end = v;
  const path: number[] = [];
  while (end >= 0) {
    path.unshift(end);
    const previous = before[set * epochs + end]!;
    set &= ~(1 << end);
    end = previous;
  }
  return path;
}

/** Swaps that turn `from` into `to`, as pairs of places. */
function swapsTowards(from: Int32Array, to: Int32Array, places: Int32Array, swaps: number[]): void {
  const rest = to.slice();
  for (let i = 0; i < rest.length; i++) places[rest[i]!] = i;
  for (let i = 0; i < from.length; i++) {
    const wanted = from[i]!;
    const here = rest[i]!;
    if (wanted === here) continue;
    const j = places[wanted]!;
    rest[i] = wanted;
    rest[j] = here;
    places[wanted] = i;
    places[here] = j;
    swaps.push(i, j);
  }
}

/** Discrete particle swarm on swap sequences: as many particles as epochs, one of them at the given order. */
function swarm(costs: EpochCosts, stream: RandomStream, given: readonly number[]): number[] {
  const { epochs } = costs;
  if (epochs < 3) return epochs === 2 && costs.cost[2]! < costs.cost[1]! ? [1, 0] : [...given];
  const particles = Array.from({ length: epochs }, (_, p) => {
    const path = Int32Array.from(given);
    if (p > 0)
      for (let i = epochs - 1; i > 0; i--) {
        const j = Math.floor(stream.uniform() * (i + 1));
        [path[i], path[j]] = [path[j]!, path[i]!];
      }
    return { path, best: path.slice(), bestCost: pathCost(costs, path) };
  });
  let leader = particles.reduce((one, other) => (other.bestCost < one.bestCost ? other : one));
  let bestPath = leader.best.slice();
  let bestCost = leader.bestCost;
  const places = new Int32Array(epochs);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    for (const particle of particles) {
      const swaps: number[] = [];
      swapsTowards(particle.path, particle.best, places, swaps);
      const own = swaps.length;
      swapsTowards(particle.path, bestPath, places, swaps);
      const { path } = particle;
      for (let k = 0; k < swaps.length; k += 2) {
        if (k < own && stream.uniform() >= TOWARDS_OWN_BEST) continue;
        const [i, j] = [swaps[k]!, swaps[k + 1]!];
        const moved = path[i]!;
        path[i] = path[j]!;
        path[j] = moved;
      }
      const cost = pathCost(costs, path);
      if (cost < particle.bestCost) {
        particle.bestCost = cost;
        particle.best.set(path);
      }
    }
    leader = particles.reduce((one, other) => (other.bestCost < one.bestCost ? other : one));
    if (leader.bestCost < bestCost) {
      bestCost = leader.bestCost;
      bestPath = leader.best.slice();
    }
  }
  return [...bestPath];
}
