import { networkEfficiency } from '../../actors/network/network-efficiency.ts';
import {
  type Collective as AnyCollective,
  allToAll,
  nodeCount,
  ringHopSeconds,
  rings,
  shift,
} from '../../actors/training/index.ts';
import { seconds } from '../../engine/kernel/time.ts';
import { constants } from './constants.ts';

import type { Platform } from './platform.ts';
import { ownedParameters } from './prices.ts';
import { a2aDegree, kvWidth, ranksPerNode, type Setup, tokensPerGpu } from './setup.ts';

/** Names of everything that ranks do together. */
export type CollectiveName =
  | 'a2a'
  | 'a2aNarrow'
  | 'a2aFused'
  | 'shift'
  | 'shiftBack'
  | 'tensor'
  | 'lossGather'
  | 'zero'
  | 'statesOnce'
  | 'gradients';

/** Who takes part: ranks that exchange heads, ranks of one attention ring, one sequence- or tensor-parallel group, equal ranks of all groups, everybody. */
export type GroupKind = 'heads' | 'ring' | 'sequence' | 'replicas' | 'all';

/** One collective of this scenario. */
export type Collective = AnyCollective<CollectiveName>;

/** The ranks of each group of a kind, in order; every rank is in exactly one. */
export function groupsOf(setup: Setup, kind: GroupKind): readonly (readonly number[])[] {
  const { gpus, sp, dp } = setup;
  const U = a2aDegree(setup);
  const R = setup.system === 'megatron-sp' ? 1 : setup.ringDegree;
  const range = (count: number, at: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => at(i));
  switch (kind) {
    case 'all':
      return [range(gpus, (i) => i)];
    case 'sequence':
      return range(dp, (d) => d).map((d) => range(sp, (i) => d * sp + i));
    case 'replicas':
      return range(sp, (s) => s).map((s) => range(dp, (d) => d * sp + s));
    case 'heads':
      return range(gpus / U, (g) => g).map((g) => range(U, (i) => g * U + i));
    case 'ring':
      return range(gpus / R, (g) => g).map((g) => {
        const [d, u] = [Math.floor(g / U), g % U];
        return range(R, (r) => d * sp + r * U + u);
      });
    default:
      return kind satisfies never;
  }
}

/** Every collective of an iteration of `setup`, by name; those of groups of one are left out. */
export function collectivesOf(setup: Setup, platform: Platform): ReadonlyMap<CollectiveName, Collective> {
  const { hidden: h, sp: P, gpus: G, dp, layers: l } = setup;
  const nodeSize = ranksPerNode(setup);
  const T = tokensPerGpu(setup);
  const U = a2aDegree(setup);
  const R = setup.system === 'megatron-sp' ? 1 : setup.ringDegree;
  const base = constants.collectiveBase;
  const found = new Map<CollectiveName, Collective>();
  const add = (
    name: CollectiveName,
    group: GroupKind,
    ranks: number,
    latency: number,
    transfers: Collective['transfers'],
    nicShare = platform.nicEfficiency,
  ): void => {
    if (ranks > 1) found.set(name, { name, group, latency: seconds(latency), nicShare, transfers });
  };
  const exchange = (name: CollectiveName, width: number): void =>
    add(name, 'heads', U, base, (group) => allToAll(group, (2 * T * h * width) / U, nodeSize));
  const narrow = kvWidth(setup);
  exchange('a2a', 1);
  if (narrow < 1) exchange('a2aNarrow', narrow);
  exchange('a2aFused', 1 + 2 * narrow);
  add('shift', 'ring', R, base, (group) => shift(group, 4 * T * h * narrow, nodeSize));
  add('shiftBack', 'ring', R, base, (group) => shift(group, 8 * T * h * narrow, nodeSize));
  const ring = (bytes: number) => (group: readonly number[]) =>
    rings(group, (bytes * (group.length - 1)) / group.length, nodeSize);
  if (setup.system === 'megatron-sp') {
    const bytes = 2 * T * P * h;
    const nodes = nodeCount(P, nodeSize);
    add(
      'tensor',
      'sequence',
      P,
      base + ringHopSeconds(P, nodeSize),
      ring(bytes),
      nodes > 1 ? networkEfficiency('ring', bytes, nodes) : 1,
    );
    add('gradients', 'replicas', dp, base + 2 * ringHopSeconds(dp, nodeSize), ring(4 * ownedParameters(setup)));
  } else {
    const layer = 24 * h * h;
    const launches = constants.zeroCollectives;
    const zeroLatency = constants.zeroBase + ringHopSeconds(G, nodeSize);
    add('lossGather', 'sequence', P, base + ringHopSeconds(P, nodeSize), ring(4 * T * P));
    add('zero', 'all', G, launches * zeroLatency, ring(layer));
    const rounds = setup.zeroStage === 2 ? 1 : 2;
    add('statesOnce', 'all', G, rounds * l * launches * zeroLatency, ring(rounds * l * layer));
  }
  return found;
}
