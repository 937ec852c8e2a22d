import { importErrors } from './errors.ts';
import type { ImportNote, RankWork, WorkGroup, Workload, WorkNode } from './workload.ts';

/**
 * The workload on more ranks: the job is copied `ranks / worldSize` times as in data parallelism. Groups of the outermost kind (all
 * ranks, or the widest stride) span the copies, others are copied with them. A rank keeps its FLOP and its whole buffers, so that the
 * part each peer gets of an all-to-all, all-gather or reduce-scatter shrinks. Throws WORKLOAD_SCALE.
 */
export function scaleWorkload(workload: Workload, ranks: number): Workload {
  const { worldSize } = workload;
  const copies = ranks / worldSize;
  if (!Number.isSafeInteger(copies) || copies < 1)
    throw importErrors.create('WORKLOAD_SCALE', { traced: worldSize, ranks });
  if (copies === 1) return workload;
  const widest = Math.max(...[...workload.groups.values()].map(stride));
  const spans = (group: WorkGroup): boolean =>
    group.ranks.length === worldSize || (widest > 1 && group.ranks.length > 1 && stride(group) === widest);
  const offsets = Array.from({ length: copies }, (_, copy) => copy * worldSize);
  const groups = new Map<string, WorkGroup>();
  for (const [key, group] of workload.groups)
    if (spans(group))
      groups.set(key, {
        name: group.name,
        ranks: offsets.flatMap((offset) => group.ranks.map((rank) => rank + offset)),
      });
    else
      for (const [copy, offset] of offsets.entries())
        groups.set(copyKey(key, copy), { name: group.name, ranks: group.ranks.map((rank) => rank + offset) });
  const whole = new Set([...workload.groups].flatMap(([key, group]) => (spans(group) ? [key] : [])));
  const scaled: RankWork[] = offsets.flatMap((offset, copy) =>
    workload.ranks.map((work) => ({
      ...work,
      rank: work.rank + offset,
      nodes: copy === 0 ? work.nodes : work.nodes.map((node) => moved(node, offset, copy, whole)),
    })),
  );
  const spanning = [...whole].map((key) => `'${workload.groups.get(key)?.name}'`);
  const notes: ImportNote[] = [
    ...workload.notes,
    {
      code: '',
      text: `scaled from ${worldSize} to ${ranks} ranks: ${copies} copies of every rank with the same FLOP and whole buffers; ${
        spanning.length === 0
          ? 'no group spans the copies, so they do not meet'
          : `groups over all copies: ${listed(spanning)}`
      }`,
    },
  ];
  return { ...workload, worldSize: ranks, ranks: scaled, groups, notes };
}

function copyKey(key: string, copy: number): string {
  return copy === 0 ? key : `${key}#${copy}`;
}

function moved(node: WorkNode, offset: number, copy: number, whole: ReadonlySet<string>): WorkNode {
  const { communication } = node;
  if (communication === undefined) return node;
  if (communication.kind !== 'collective')
    return { ...node, communication: { ...communication, peer: communication.peer + offset } };
  if (whole.has(communication.group)) return node;
  return { ...node, communication: { ...communication, group: copyKey(communication.group, copy) } };
}

/** Distance of neighbouring members; 0 for a group of one. */
function stride({ ranks }: WorkGroup): number {
  const sorted = [...ranks].sort((a, b) => a - b);
  const steps = sorted.slice(1).map((rank, i) => rank - (sorted[i] as number));
  return steps.length === 0 ? 0 : Math.min(...steps);
}

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)];
  return unique.length > 4 ? `${unique.slice(0, 4).join(', ')} and ${unique.length - 4} more` : unique.join(', ');
}
