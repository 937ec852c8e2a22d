import { networkEfficiency } from '../../../actors/network/network-efficiency.ts';
import {
  type Collective,
  type Groups,
  nodeCount,
  parameterCount,
  ringHopSeconds,
  rings,
  trainingSoftware,
} from '../../../actors/training/index.ts';
import { seconds } from '../../../engine/kernel/time.ts';
import { type Platform, ranksPerNode, type Setup } from './setup.ts';

/** What ranks do together: gathers and scatters of sequence parallelism, all-reduces without it, and gradients of replicas. */
export type CollectiveName = 'tensor' | 'allReduce' | 'gradients';

/** Tensor-parallel groups are runs of ranks; replicas are equal ranks of all groups. */
export function groupsOf({ gpus, tp }: Setup): Groups {
  const replicas = gpus / tp;
  const range = (count: number, at: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => at(i));
  return new Map([
    ['tensor', range(replicas, (d) => d).map((d) => range(tp, (i) => d * tp + i))],
    ['replicas', range(tp, (i) => i).map((i) => range(replicas, (d) => d * tp + i))],
  ]);
}

/** Every collective of a step by name; those of groups of one are left out. */
export function collectivesOf(
  setup: Setup,
  platform: Pick<Platform, 'nicEfficiency'>,
): ReadonlyMap<CollectiveName, Collective<CollectiveName>> {
  const { hidden: h, seq: s, microBatch: b, tp: t, gpus } = setup;
  const perNode = ranksPerNode(setup);
  const found = new Map<CollectiveName, Collective<CollectiveName>>();
  const ring = (
    name: CollectiveName,
    group: string,
    ranks: number,
    size: number,
    rounds: number,
    share: number,
  ): void => {
    if (ranks === 1) return;
    const latency = seconds(trainingSoftware.collectiveBase + rounds * ringHopSeconds(ranks, perNode));
    const transfers = (members: readonly number[]) =>
      rings(members, (rounds * size * (members.length - 1)) / members.length, perNode);
    found.set(name, { name, group, latency, nicShare: share, transfers });
  };
  const layer = 2 * s * b * h;
  const nodes = nodeCount(t, perNode);
  const share = nodes > 1 ? networkEfficiency('ring', layer, nodes) : 1;
  if (setup.sequenceParallel) ring('tensor', 'tensor', t, layer, 1, share);
  else ring('allReduce', 'tensor', t, layer, 2, share);
  const gradients = (2 * parameterCount(setup, setup.vocab)) / t;
  ring('gradients', 'replicas', gpus / t, gradients, 2, platform.nicEfficiency);
  return found;
}
