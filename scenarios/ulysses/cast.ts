import { type Collective, type CollectiveName, groupsOf } from './collectives.ts';
import { type Load, loads } from './layout.ts';
import type { Setup } from './setup.ts';

/** Ranks that behave alike: one of them is simulated for all. */
export interface RankClass {
  /** The rank that is simulated. */
  readonly rank: number;
  /** Ranks that it stands for. */
  readonly count: number;
  readonly loads: ReadonlyMap<CollectiveName, Load>;
}

const noLoad: Load = { onNodeBytes: 0, onNodePartners: 0, offNodeBytes: 0, offNodePartners: 0 };

/** Classes of ranks: two ranks are alike when they put the same load on their links in every collective. */
export function rankClasses(setup: Setup, collectives: ReadonlyMap<CollectiveName, Collective>): readonly RankClass[] {
  const byRank = Array.from({ length: setup.gpus }, () => new Map<CollectiveName, Load>());
  for (const [name, collective] of collectives)
    for (const group of groupsOf(setup, collective.group)) {
      const found = loads(collective.transfers(group));
      for (const rank of group) byRank[rank]?.set(name, found.get(rank) ?? noLoad);
    }
  const classes = new Map<string, { rank: number; count: number; loads: Map<CollectiveName, Load> }>();
  byRank.forEach((own, rank) => {
    const key = [...own].map(([name, load]) => `${name}:${Object.values(load).join()}`).join(' ');
    const known = classes.get(key);
    if (known === undefined) classes.set(key, { rank, count: 1, loads: own });
    else known.count++;
  });
  return [...classes.values()];
}
