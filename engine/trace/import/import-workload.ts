import { SimError } from '../../kernel/index.ts';
import { unpackedBytes } from './byte-source.ts';
import { type ChakraRank, chakraGraph, note, worldGroup } from './chakra-graph.ts';
import { chakraNodeOfJson } from './chakra-json.ts';
import type { ChakraNode } from './chakra-node.ts';
import { ChakraStream } from './chakra-stream.ts';
import { checkGroups } from './check-groups.ts';
import { importErrors } from './errors.ts';
import { guessFormat } from './guess-format.ts';
import { JsonStream } from './json-stream.ts';
import { KinetoEvents, type TracedTraffic } from './kineto-events.ts';
import { kinetoGraph } from './kineto-graph.ts';
import { scaleWorkload } from './scale-workload.ts';
import type { ImportNote, ImportOptions, RankWork, TraceFile, WorkGroup, Workload } from './workload.ts';

/** Ranks are below this; a larger one is damage. */
const rankLimit = 1 << 17;

const knownVersions = new Set(['', '0.0.4']);

/** What was read of one file, before ranks are brought together. */
type Parsed =
  | {
      readonly format: 'chakra';
      readonly file: string;
      readonly nodes: readonly ChakraNode[];
      readonly rank: number | undefined;
    }
  | {
      readonly format: 'kineto';
      readonly file: string;
      readonly events: KinetoEvents;
      readonly rank: number | undefined;
    };

/**
 * Reads the traces of a job, one file for each rank, as a workload. Files are told apart by their first bytes, ranks by what the file says
 * or by names such as `trace.3.et`. Throws the errors of the import catalogue; warnings are notes of the result.
 */
export async function importWorkload(files: readonly TraceFile[], options: ImportOptions = {}): Promise<Workload> {
  const notes: ImportNote[] = [];
  const parsed: Parsed[] = [];
  for (const file of files) parsed.push(await parseFile(file, options.partial === true, notes));
  const first = parsed[0];
  if (first === undefined)
    throw importErrors.create('TRACE_NOT_THIS_FORMAT', {
      file: 'the input',
      looks: 'no files',
      remedy: 'Name a trace.',
    });
  const byRank = new Map<number, Parsed>();
  for (const one of parsed) {
    if (one.format !== first.format)
      throw importErrors.create('TRACE_NOT_THIS_FORMAT', {
        file: one.file,
        looks: `${one.format}, and ${first.file} is ${first.format}`,
        remedy: 'Give traces of one job.',
      });
    const rank = one.rank ?? (parsed.length === 1 ? 0 : undefined) ?? parsed.indexOf(one);
    const other = byRank.get(rank);
    if (other !== undefined)
      throw importErrors.create('TRACE_RANK_TWICE', { rank, first: other.file, second: one.file });
    byRank.set(rank, one);
  }
  const sorted = [...byRank].sort(([a], [b]) => a - b);
  const workload =
    first.format === 'chakra' ? chakraWorkload(sorted, options, notes) : kinetoWorkload(sorted, options, notes);
  checkGroups(workload.ranks, workload.groups);
  return options.ranks === undefined ? workload : scaleWorkload(workload, options.ranks);
}

async function parseFile(file: TraceFile, partial: boolean, notes: ImportNote[]): Promise<Parsed> {
  const named = /[._-](?:rank_?)?(\d{1,7})(?=(?:\.[a-z_]+)*$)/i.exec(file.name) ?? /rank_?(\d{1,7})/i.exec(file.name);
  const rank = named === null ? undefined : Number(named[1]);
  const chunks = unpackedBytes(file)[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  let done = false;
  const pull = async (): Promise<Uint8Array | undefined> => {
    try {
      const next = await chunks.next();
      return next.done === true ? undefined : next.value;
    } catch (error) {
      if (!partial || !(error instanceof SimError) || error.code !== 'TRACE_TRUNCATED') throw error;
      notes.push(note(error));
      return undefined;
    }
  };
  while (head.length < 64 && !done) {
    const next = await pull();
    if (next === undefined) done = true;
    else head = head.length === 0 ? next : Buffer.concat([head, next]);
  }
  const reader =
    guessFormat(file.name, head) === 'chakra'
      ? chakraReader(file.name, rank, partial, notes)
      : jsonReader(file.name, rank, partial, notes);
  reader.push(head);
  for (let next = done ? undefined : await pull(); next !== undefined; next = await pull()) reader.push(next);
  return reader.finish();
}

interface FileReader {
  push(chunk: Uint8Array): void;
  finish(): Parsed;
}

function chakraReader(file: string, rank: number | undefined, partial: boolean, notes: ImportNote[]): FileReader {
  const stream = new ChakraStream(file);
  return {
    push: (chunk) => stream.push(chunk),
    finish: () => {
      if (stream.leftover > 0) truncated(file, stream.byte, `after ${stream.nodes.length} nodes`, partial, notes);
      if (!knownVersions.has(stream.version))
        notes.push(note(importErrors.create('CHAKRA_VERSION', { file, version: JSON.stringify(stream.version) })));
      if (stream.nodes.length === 0)
        throw importErrors.create('TRACE_NOT_THIS_FORMAT', {
          file,
          looks: 'a Chakra trace without nodes',
          remedy: 'Convert the trace again.',
        });
      return { format: 'chakra', file, nodes: stream.nodes, rank };
    },
  };
}

function jsonReader(file: string, rank: number | undefined, partial: boolean, notes: ImportNote[]): FileReader {
  const events = new KinetoEvents(file);
  const nodes: ChakraNode[] = [];
  const stream = new JsonStream(file, {
    lists: new Set(['traceEvents', 'workload_graph']),
    item: (list, index, value) => {
      if (list === 'workload_graph') nodes.push(chakraNodeOfJson(file, index, value));
      else events.event(index, value);
    },
    member: (key, value) => events.member(key, value),
  });
  return {
    push: (chunk) => stream.push(chunk),
    finish: () => {
      if (!stream.ended) truncated(file, stream.bytes, `after ${stream.items} items`, partial, notes);
      if (nodes.length > 0) return { format: 'chakra', file, nodes, rank };
      if (events.seen === 0)
        throw importErrors.create('TRACE_NOT_THIS_FORMAT', {
          file,
          looks: 'JSON without traceEvents or workload_graph',
          remedy: 'Give a PyTorch profiler trace or a Chakra trace.',
        });
      return { format: 'kineto', file, events, rank: events.header.rank ?? rank };
    },
  };
}

function truncated(file: string, byte: number, where: string, partial: boolean, notes: ImportNote[]): void {
  const error = importErrors.create('TRACE_TRUNCATED', { file, byte, where });
  if (!partial) throw error;
  if (!notes.some(({ code, text }) => code === 'TRACE_TRUNCATED' && text.startsWith(file))) notes.push(note(error));
}

function chakraWorkload(
  parsed: ReadonlyArray<readonly [number, Parsed]>,
  options: ImportOptions,
  notes: ImportNote[],
): Workload {
  const ranks: RankWork[] = [];
  const declared = new Map<string, readonly number[]>();
  for (const [rank, one] of parsed) {
    if (one.format !== 'chakra') continue;
    const graph: ChakraRank = chakraGraph(one.file, rank, one.nodes);
    ranks.push(graph.work);
    notes.push(...graph.notes);
    for (const [name, members] of graph.groups) declared.set(name, members);
  }
  for (const [name, members] of options.groups ?? []) declared.set(name, members);
  const highest = [...declared.values()]
    .flat()
    .reduce((most, rank) => Math.max(most, rank), (ranks.at(-1) as RankWork).rank);
  let worldSize = highest + 1;
  requireSane(parsed[0]?.[1].file ?? '', highest, 'a process group or file name');
  for (const { rank, file, nodes } of ranks)
    for (const { communication, name } of nodes)
      if (communication !== undefined && communication.kind !== 'collective') {
        requireSane(file, communication.peer, `rank ${rank}, node '${name}'`);
        worldSize = Math.max(worldSize, communication.peer + 1);
      }
  const groups = new Map<string, WorkGroup>();
  for (const { rank, file, nodes } of ranks)
    for (const { communication } of nodes) {
      if (communication?.kind !== 'collective' || groups.has(communication.group)) continue;
      const name = communication.group;
      const members = declared.get(name) ?? (name === worldGroup ? upTo(worldSize) : undefined);
      if (members === undefined)
        throw importErrors.create('GROUP_UNKNOWN_RANKS', {
          file,
          rank,
          group: name,
          known:
            declared.size === 0
              ? 'the trace declares no groups'
              : `it declares ${[...declared.keys()].slice(0, 5).join(', ')}`,
        });
      groups.set(name, { name, ranks: members });
    }
  const workload: Workload = { format: 'chakra', worldSize, ranks: wholeBuffers(ranks, groups), groups, notes };
  requireRanks(workload, options);
  notes.push({
    code: '',
    text: 'comm_size is taken as what a rank puts in: the whole buffer of an all-gather is its size times the ranks',
  });
  return workload;
}

/** An all-gather says what one rank contributes; its whole buffer is that of all. */
function wholeBuffers(ranks: readonly RankWork[], groups: ReadonlyMap<string, WorkGroup>): RankWork[] {
  return ranks.map((work) => ({
    ...work,
    nodes: work.nodes.map((node) => {
      const { communication } = node;
      if (communication?.kind !== 'collective' || communication.op !== 'all-gather') return node;
      const members = groups.get(communication.group)?.ranks.length ?? 1;
      return { ...node, communication: { ...communication, bytes: communication.bytes * members } };
    }),
  }));
}

function requireRanks(workload: Workload, options: ImportOptions): void {
  const present = new Set(workload.ranks.map(({ rank }) => rank));
  const absent = upTo(workload.worldSize).filter((rank) => !present.has(rank));
  const rank = absent[0];
  if (rank === undefined || options.partial === true) return;
  const group = [...workload.groups.values()].find(({ ranks }) => ranks.includes(rank));
  throw importErrors.create('CHAKRA_RANK_MISSING', {
    rank,
    needs:
      group === undefined
        ? `there are files up to rank ${workload.worldSize - 1}`
        : `group '${group.name}' has it as a member`,
  });
}

function kinetoWorkload(
  parsed: ReadonlyArray<readonly [number, Parsed]>,
  options: ImportOptions,
  notes: ImportNote[],
): Workload {
  const groups = new Map<string, WorkGroup>();
  const ranks: RankWork[] = [];
  let worldSize = (parsed.at(-1)?.[0] ?? 0) + 1;
  for (const [rank, one] of parsed) {
    if (one.format !== 'kineto') continue;
    const { header, device, traffic } = one.events;
    worldSize = Math.max(worldSize, header.worldSize ?? 0);
    const all = [...device.flatMap((event) => event.traffic ?? []), ...traffic.values()];
    for (const { ranks: members = [], peer = 0 } of all)
      for (const member of [...members, peer]) worldSize = Math.max(worldSize, member + 1);
    for (const members of header.groups.values())
      for (const member of members) worldSize = Math.max(worldSize, member + 1);
    requireSane(one.file, Math.max(rank, worldSize - 1), 'its process groups');
  }
  for (const members of options.groups?.values() ?? [])
    for (const member of members) worldSize = Math.max(worldSize, member + 1);
  for (const [rank, one] of parsed) {
    if (one.format !== 'kineto') continue;
    const lookup = (name: string, traced: TracedTraffic): string => {
      const members =
        options.groups?.get(name) ??
        traced.ranks ??
        one.events.header.groups.get(name) ??
        (traced.size === worldSize ? upTo(worldSize) : undefined);
      if (members === undefined)
        throw importErrors.create('GROUP_UNKNOWN_RANKS', {
          file: one.file,
          rank,
          group: name,
          known: `of size ${traced.size ?? 'unknown'}, and the list in the trace is missing or cut`,
        });
      const key = `${name} [${members.join(',')}]`;
      if (!groups.has(key)) groups.set(key, { name, ranks: members });
      return key;
    };
    const graph = kinetoGraph(one.file, rank, one.events, lookup);
    ranks.push(graph.work);
    notes.push(...graph.notes);
  }
  const missing = worldSize - ranks.length;
  if (missing > 0)
    notes.push({
      code: '',
      text: `${missing} of ${worldSize} ranks have no trace; they are taken to arrive with those that have`,
    });
  return { format: 'kineto', worldSize, ranks, groups, notes };
}

/** Refuses ranks that no job has, before anything is sized by them. Throws TRACE_MALFORMED. */
function requireSane(file: string, rank: number, what: string): void {
  if (rank >= rankLimit)
    throw importErrors.create('TRACE_MALFORMED', {
      file,
      where: what,
      problem: `rank ${rank} is above ${rankLimit - 1}`,
    });
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
