import type { Duration } from '../../engine/kernel/time.ts';
import { type Load, loads, type Transfer } from './layout.ts';

/** One collective as the network sees it. */
export interface Collective<Name extends string = string> {
  readonly name: Name;
  /** Which ranks take part together: a key of the step's groups. */
  readonly group: string;
  /** Paid once before bytes move: launch, synchronisation and hops. */
  readonly latency: Duration;
  /** Largest share of a network card's rate that the transfers of one rank reach together. */
  readonly nicShare: number;
  transfers(group: readonly number[]): readonly Transfer[];
}

/** The ranks of each group of a kind, in order; every rank is in exactly one group of each kind. */
export type Groups = ReadonlyMap<string, readonly (readonly number[])[]>;

/** Ranks that behave alike: one of them is simulated for all. */
export interface RankClass {
  /** The rank that is simulated. */
  readonly rank: number;
  /** Ranks that it stands for. */
  readonly count: number;
  readonly loads: ReadonlyMap<string, Load>;
}

const noLoad: Load = { onNodeBytes: 0, onNodePartners: 0, offNodeBytes: 0, offNodePartners: 0 };

/** Classes of `ranks` ranks: two are alike when they put the same load on their links in every collective. */
export function rankClasses(
  ranks: number,
  groups: Groups,
  collectives: ReadonlyMap<string, Collective>,
): readonly RankClass[] {
  const byRank = Array.from({ length: ranks }, () => new Map<string, Load>());
  for (const [name, collective] of collectives)
    for (const group of groups.get(collective.group) ?? []) {
      const found = loads(collective.transfers(group));
      for (const rank of group) byRank[rank]?.set(name, found.get(rank) ?? noLoad);
    }
  const classes = new Map<string, { rank: number; count: number; loads: Map<string, Load> }>();
  byRank.forEach((own, rank) => {
    const key = [...own].map(([name, load]) => `${name}:${Object.values(load).join()}`).join(' ');
    const known = classes.get(key);
    if (known === undefined) classes.set(key, { rank, count: 1, loads: own });
    else known.count++;
  });
  return [...classes.values()];
}
