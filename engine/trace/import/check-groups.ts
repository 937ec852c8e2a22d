import { importErrors } from './errors.ts';
import type { Communication, RankWork, WorkGroup } from './workload.ts';

/**
 * Holds the collectives of every group against each other: all members that have a trace issue the same operations of the same size in
 * the same order. Throws GROUP_SEQUENCE_MISMATCH with the first difference.
 */
export function checkGroups(ranks: readonly RankWork[], groups: ReadonlyMap<string, WorkGroup>): void {
  const sequences = ranks.map(({ nodes }) => collectivesOf(nodes));
  for (const [key, { name, ranks: members }] of groups) {
    let first: { readonly rank: number; readonly sequence: readonly Collective[] } | undefined;
    ranks.forEach(({ rank }, i) => {
      if (!members.includes(rank)) return;
      const sequence = sequences[i]?.get(key) ?? [];
      if (first === undefined) {
        first = { rank, sequence };
        return;
      }
      const length = Math.max(sequence.length, first.sequence.length);
      for (let at = 0; at < length; at++) {
        const a = describe(first.sequence[at]);
        const b = describe(sequence[at]);
        if (a !== b)
          throw importErrors.create('GROUP_SEQUENCE_MISMATCH', {
            group: name,
            position: at,
            first: a,
            firstRank: first.rank,
            second: b,
            secondRank: rank,
          });
      }
    });
  }
}

type Collective = Extract<Communication, { readonly kind: 'collective' }>;

function collectivesOf(nodes: RankWork['nodes']): ReadonlyMap<string, readonly Collective[]> {
  const found = new Map<string, Collective[]>();
  for (const { communication } of nodes) {
    if (communication?.kind !== 'collective') continue;
    const sequence = found.get(communication.group);
    if (sequence === undefined) found.set(communication.group, [communication]);
    else sequence.push(communication);
  }
  return found;
}

function describe(collective: Collective | undefined): string {
  return collective === undefined ? 'missing' : `${collective.op} of ${collective.bytes} B`;
}
