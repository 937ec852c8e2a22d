import { layout as arrange, Graph } from '@dagrejs/dagre';

/** A thing of the topology: an actor, or what links are named after. Places and sizes are pixels, of its middle. */
export interface Box {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a link is called and where it hangs: between what it is named after and what that is part of. */
export interface LinkEnds {
  readonly link: string;
  /** The lower end. */
  readonly from: string;
  readonly to: string;
  /** Which of the links of these ends it is, from 0. */
  readonly place: number;
}

export interface TopologyLayout {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly width: number;
  readonly height: number;
  /** Names left out because there are too many. */
  readonly left: number;
}

const directions = new Set(['up', 'down', 'in', 'out', 'read', 'write', 'loopback']);
const mostBoxes = 150;

/** Ends of links: `node0/gpu1/nvlink/up` of network `net` hangs between node0/gpu1/nvlink and node0, or net when nothing is above. */
export function linkEnds(links: ReadonlyArray<{ readonly network: string; readonly link: string }>): LinkEnds[] {
  const owners = links.map(({ link }) => {
    const slash = link.lastIndexOf('/');
    return slash > 0 && directions.has(link.slice(slash + 1)) ? link.slice(0, slash) : link;
  });
  // What has but one thing below it and no name of its own is not drawn: node0/gpu1/nvlink hangs on node0.
  const below = new Map<string, Set<string>>();
  for (const owner of owners)
    for (let name = owner; name.includes('/'); name = parentOf(name)) {
      const parent = parentOf(name);
      const set = below.get(parent);
      if (set === undefined) below.set(parent, new Set([name]));
      else set.add(name);
    }
  const places = new Map<string, number>();
  return links.map(({ network, link }, i) => {
    const from = owners[i]!;
    let to = parentOf(from);
    while (to !== '' && (below.get(to)?.size ?? 0) < 2) to = parentOf(to);
    if (to === '') to = network;
    const place = places.get(from) ?? 0;
    places.set(from, place + 1);
    return { link, from, to, place };
  });
}

/** Lays names out as layers; ends of edges are names, and each name hangs on the nearest name that is a path to it. */
export function layoutTopology(
  names: Iterable<string>,
  edges: Iterable<{ readonly from: string; readonly to: string }>,
): TopologyLayout {
  const all = [...new Set(names)].filter((name) => name !== '');
  const shown = new Set(all.slice(0, mostBoxes));
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 24, ranksep: 46, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of shown)
    graph.setNode(name, { width: Math.max(96, 40 + Math.min(name.length, 22) * 7), height: 36 });
  for (const { from, to } of edges) if (shown.has(from) && shown.has(to) && from !== to) graph.setEdge(from, to);
  for (const name of shown) {
    let parent = parentOf(name);
    while (parent !== '' && !shown.has(parent)) parent = parentOf(parent);
    if (parent !== '') graph.setEdge(parent, name);
  }
  arrange(graph);
  const boxes = new Map<string, Box>();
  for (const name of shown) {
    const { x, y, width, height } = graph.node(name) as Omit<Box, 'name'>;
    boxes.set(name, { name, x, y, width, height });
  }
  const { width = 100, height = 100 } = graph.graph() as { width?: number; height?: number };
  return { boxes, width, height, left: all.length - shown.size };
}

function parentOf(name: string): string {
  const slash = name.lastIndexOf('/');
  return slash < 0 ? '' : name.slice(0, slash);
}
