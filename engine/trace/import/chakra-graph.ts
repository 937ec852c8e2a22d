import type { Duration } from '../../kernel/index.ts';
import type { AttributeValue, ChakraNode, NodeId } from './chakra-node.ts';
import { importErrors } from './errors.ts';
import { operatorShape, tensorShapes } from './node-shape.ts';
import { type Orderable, orderNodes } from './order-nodes.ts';
import type { Communication, ImportNote, RankWork, TracedCollective, WorkNode, WorkShape } from './workload.ts';

/** Group of a collective that names none: all ranks. */
export const worldGroup = 'world';

const type = { metadata: 1, load: 2, store: 3, compute: 4, send: 5, receive: 6, collective: 7 } as const;

const collectiveOps: readonly TracedCollective[] = [
  'all-reduce',
  'reduce',
  'all-gather',
  'gather',
  'scatter',
  'broadcast',
  'all-to-all',
  'reduce-scatter',
  'reduce-scatter',
  'barrier',
];

/** A rank's nodes with the groups its metadata nodes declare. */
export interface ChakraRank {
  readonly work: RankWork;
  readonly groups: ReadonlyMap<string, readonly number[]>;
  readonly notes: readonly ImportNote[];
}

/**
 * Turns the nodes of a Chakra file into the work of a rank. Throws CHAKRA_DUPLICATE_ID, CHAKRA_CYCLE, TRACE_MALFORMED; notes
 * CHAKRA_MISSING_DEP.
 */
export function chakraGraph(file: string, rank: number, nodes: readonly ChakraNode[]): ChakraRank {
  const notes: ImportNote[] = [];
  const index = new Map<NodeId, number>();
  nodes.forEach((node, i) => {
    const before = index.get(node.id);
    if (before !== undefined)
      throw importErrors.create('CHAKRA_DUPLICATE_ID', {
        file,
        rank,
        id: node.id,
        first: before,
        firstName: (nodes[before] as ChakraNode).name,
        second: i,
        secondName: node.name,
      });
    index.set(node.id, i);
  });
  const missing: string[] = [];
  let missingCount = 0;
  const before = nodes.map((node) => {
    const found = new Set<number>();
    for (const dep of [...node.dataDeps, ...node.controlDeps]) {
      const at = index.get(dep);
      if (at !== undefined) found.add(at);
      else if (++missingCount <= 3) missing.push(`${dep} of '${node.name}' (id ${node.id})`);
    }
    return [...found];
  });
  if (missingCount > 0)
    notes.push(
      note(importErrors.create('CHAKRA_MISSING_DEP', { file, rank, count: missingCount, first: missing.join(', ') })),
    );
  const orderable: Orderable[] = nodes.map((node, i) => ({ before: before[i] as number[], priority: node.start }));
  const sorted = orderNodes(orderable);
  if ('cycle' in sorted)
    throw importErrors.create('CHAKRA_CYCLE', { file, rank, cycle: describeCycle(sorted.cycle, nodes) });
  const groups = new Map<string, readonly number[]>();
  for (const node of nodes) if (node.type === type.metadata) readGroups(node, groups);
  const started = nodes.filter((node) => node.start > 0 && node.type !== type.metadata);
  const base = started.reduce((least, node) => Math.min(least, node.start), Number.POSITIVE_INFINITY);
  const place = new Map<number, number>();
  const work: WorkNode[] = [];
  for (const i of sorted.order) {
    const node = nodes[i] as ChakraNode;
    place.set(i, work.length);
    work.push(
      workNode(
        node,
        (before[i] as number[]).map((b) => place.get(b) as number),
        base,
        { file, rank },
      ),
    );
  }
  const ends = started.map((node) => node.start + node.duration - base);
  const last = ends.reduce((most, end) => Math.max(most, end), 0);
  return {
    work: {
      rank,
      file,
      nodes: work,
      makespan: started.length === 0 ? undefined : microseconds(last, file, 'the whole'),
    },
    groups,
    notes,
  };
}

function workNode(
  node: ChakraNode,
  after: readonly number[],
  base: number,
  place: { readonly file: string; readonly rank: number },
): WorkNode {
  const { attributes } = node;
  const host = attributes.get('is_cpu_op') === true;
  const communication = communicationOf(node, place);
  const kind =
    communication !== undefined
      ? 'communication'
      : node.type === type.compute
        ? host
          ? 'host'
          : 'compute'
        : node.type === type.load || node.type === type.store
          ? 'copy'
          : 'host';
  const shape = shapeOf(node);
  return {
    name: node.name,
    kind,
    lane: laneOf(node, kind, communication),
    after,
    ...(node.start > 0 ? { start: microseconds(node.start - base, place.file, node.name) } : {}),
    duration: microseconds(kind === 'host' && node.type !== type.compute ? 0 : node.duration, place.file, node.name),
    ...(shape === undefined || kind === 'host' ? {} : { shape }),
    ...(communication === undefined ? {} : { communication }),
    position: node.position,
  };
}

/** Collectives of a group share a lane; nodes of a traced stream or thread keep it. */
function laneOf(node: ChakraNode, kind: WorkNode['kind'], communication: Communication | undefined): string {
  const stream = node.attributes.get('stream');
  const tid = node.attributes.get('tid');
  if (communication?.kind === 'collective') return `group ${communication.group}`;
  if (communication !== undefined) return `${communication.kind} ${communication.peer}`;
  if (kind === 'host') return node.type === type.metadata ? 'metadata' : tid === undefined ? 'host' : `host ${tid}`;
  if (kind === 'copy') return 'memory';
  return stream === undefined ? 'device' : `stream ${stream}`;
}

function communicationOf(
  node: ChakraNode,
  place: { readonly file: string; readonly rank: number },
): Communication | undefined {
  const { attributes } = node;
  const amount = (name: string): number => {
    const value = attributes.get(name);
    if (value === undefined) return 0;
    const number = Number(value);
    if (!Number.isSafeInteger(number) || number < 0) throw malformed(node, place, `${name} is ${shown(value)}`);
    return number;
  };
  const bytes = amount('comm_size');
  if (node.type === type.send || node.type === type.receive)
    return {
      kind: node.type === type.send ? 'send' : 'receive',
      peer: amount(node.type === type.send ? 'comm_dst' : 'comm_src'),
      tag: amount('comm_tag'),
      bytes,
    };
  if (node.type !== type.collective) return undefined;
  const op = collectiveOps[amount('comm_type')];
  if (op === undefined)
    throw malformed(node, place, `comm_type is ${shown(attributes.get('comm_type') ?? 0)}, not 0 to 9`);
  const name = attributes.get('pg_name');
  const group = name === undefined || name === '' ? worldGroup : String(name);
  return { kind: 'collective', op, bytes, group };
}

function shapeOf(node: ChakraNode): WorkShape | undefined {
  if (node.type !== type.compute) {
    const moved = Number(node.attributes.get('tensor_size') ?? 0);
    return moved > 0 ? { bytes: moved } : undefined;
  }
  const named = operatorShape(node.name, tensorShapes(parseList(node.shapes)), []);
  if (named?.gemm !== undefined) return named;
  const flop = Number(node.attributes.get('num_ops') ?? 0);
  const bytes = Number(node.attributes.get('tensor_size') ?? 0);
  if (!(flop > 0) && !(bytes > 0)) return undefined;
  return { ...(flop > 0 ? { flop } : {}), ...(bytes > 0 ? { bytes } : {}) };
}

/** Process groups stand as JSON in the inputs of a metadata node: a list of `{ pg_name, ranks }`. */
function readGroups(node: ChakraNode, into: Map<string, readonly number[]>): void {
  const list = parseList(node.inputs);
  if (!Array.isArray(list)) return;
  for (const entry of list.flat(2)) {
    const parsed: unknown = typeof entry === 'string' ? parseList(entry) : entry;
    for (const group of Array.isArray(parsed) ? parsed : [parsed]) {
      if (typeof group !== 'object' || group === null) continue;
      const { pg_name: name, ranks } = group as { pg_name?: unknown; ranks?: unknown };
      if (name === undefined || !Array.isArray(ranks)) continue;
      const members = ranks.map(Number);
      if (members.length > 0 && members.every((rank) => Number.isSafeInteger(rank) && rank >= 0))
        into.set(String(name), members);
    }
  }
}

function parseList(text: string): unknown {
  if (text === '' || text.length > 1 << 24) return undefined;
  for (const candidate of [text, text.replaceAll("'", '"')])
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      // Converters write Python lists as often as JSON; anything else carries no groups or shapes.
    }
  return undefined;
}

function microseconds(value: number, file: string, name: string): Duration {
  const picoseconds = value * 1e6;
  if (!(picoseconds >= 0 && picoseconds <= Number.MAX_SAFE_INTEGER))
    throw importErrors.create('TRACE_MALFORMED', {
      file,
      where: `node '${name}'`,
      problem: `a time of ${value} us, more than 2.5 hours`,
    });
  return Math.round(picoseconds) as Duration;
}

function malformed(node: ChakraNode, place: { readonly file: string; readonly rank: number }, problem: string): Error {
  return importErrors.create('TRACE_MALFORMED', {
    file: place.file,
    where: `rank ${place.rank}, node ${node.position} '${node.name}' (id ${node.id})`,
    problem,
  });
}

function shown(value: AttributeValue): string {
  return JSON.stringify(value);
}

function describeCycle(cycle: readonly number[], nodes: readonly ChakraNode[]): string {
  const names = cycle.slice(0, 8).map((i) => `'${(nodes[i] as ChakraNode).name}' (id ${(nodes[i] as ChakraNode).id})`);
  const more = cycle.length > 8 ? ` ... ${cycle.length - 8} more` : '';
  return `${names.join(' waits for ')}${more} waits for ${names[0]}`;
}

/** A note from an error that was not thrown. */
export function note(error: { readonly code: string; readonly message: string }): ImportNote {
  return { code: error.code, text: error.message };
}
