import { layout as arrange, Graph } from '@dagrejs/dagre';
import { useEffect, useState } from 'preact/hooks';
import type { Table } from '../../protocol/server-messages.ts';
import type { Viewer } from '../app/viewer.ts';
import { ResultTable } from './result-table.tsx';

interface Edge {
  readonly from: string;
  readonly to: string;
  count: number;
}

interface Box {
  readonly actor: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const mostActors = 150;

/** Actors as boxes, messages between their tasks as links: width by how many, colour of a box by how busy it is. The numbers are in the table. */
export function TopologyPanel({ viewer }: { readonly viewer: Viewer }) {
  viewer.moved.value;
  const [use, setUse] = useState<Table | undefined>(undefined);
  const area = viewer.area.value;
  const state = viewer.status.value?.state;
  const heat = viewer.heat.value;
  useEffect(() => {
    viewer.ask.analyse('utilisation').then(setUse, (error: unknown) => viewer.complain(error));
  }, [area, state]);

  const { boxes, edges, width, height, left } = place(viewer);
  const busy = busyOf(use);
  const most = edges.reduce((max, { count }) => Math.max(max, count), 1);
  const selected = viewer.track(viewer.selected.value?.track ?? 0)?.actor;
  const ends = (edge: Edge): readonly [Box | undefined, Box | undefined] => [boxes.get(edge.from), boxes.get(edge.to)];
  if (boxes.size === 0) return <p class="soft">No actor has done anything yet.</p>;
  return (
    <div class="columns">
      <section class="wide">
        <p class="soft">
          Links: messages between tasks on screen, wider where there are more.{' '}
          {heat ? 'Boxes: redder the busier, with the share of time they work.' : 'Heat is off.'} <kbd>G</kbd>{' '}
          {heat ? 'turns the heat off' : 'closes'}.{left > 0 && ` ${left} actors are left out.`}
        </p>
        <svg
          class="topology"
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label="Topology; the table beside it has the numbers"
          width={width}
          height={height}
        >
          {edges.map((edge) => {
            const [a, b] = ends(edge);
            if (a === undefined || b === undefined) return null;
            const isHot = heat && edge.count / most > 0.5;
            return (
              <path
                key={`${edge.from} ${edge.to}`}
                class={isHot ? 'link hot' : 'link'}
                d={`M${a.x},${a.y + a.height / 2} C${a.x},${(a.y + b.y) / 2} ${b.x},${(a.y + b.y) / 2} ${b.x},${b.y - b.height / 2}`}
                stroke-width={1 + (4 * edge.count) / most}
              >
                <title>
                  {edge.count} messages {edge.from} to {edge.to}
                </title>
              </path>
            );
          })}
          {[...boxes.values()].map(({ actor, x, y, width: w, height: h }) => {
            const share = busy.get(actor);
            return (
              <g
                key={actor}
                class={actor === selected ? 'actor chosen' : 'actor'}
                onClick={() => {
                  viewer.filter.value = actor;
                  viewer.say(`Rows of ${actor}.`);
                }}
              >
                <rect x={x - w / 2} y={y - h / 2} width={w} height={h} rx={5} />
                {heat && share !== undefined && (
                  <rect
                    class="heat"
                    x={x - w / 2}
                    y={y - h / 2}
                    width={w}
                    height={h}
                    rx={5}
                    fill-opacity={Math.min(0.75, share * 0.75)}
                  />
                )}
                <text x={x} y={y + (share === undefined ? 4 : -1)} text-anchor="middle">
                  {actor.length > 22 ? `…${actor.slice(-21)}` : actor}
                </text>
                {share !== undefined && (
                  <text x={x} y={y + 12} class="soft" text-anchor="middle">
                    {Math.round(share * 100)} % busy
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      </section>
      {use !== undefined && <ResultTable viewer={viewer} table={use} caption="How actors spend their time" />}
    </div>
  );
}

function busyOf(use: Table | undefined): ReadonlyMap<string, number> {
  const busy = new Map<string, number>();
  if (use === undefined) return busy;
  const column = (name: string): number => use.columns.findIndex((one) => one.name === name);
  const [actor, work, wait, idle] = [column('actor'), column('worked'), column('waited'), column('idle')];
  for (const row of use.rows) {
    const total = Number(row[work]) + Number(row[wait]) + Number(row[idle]);
    const name = String(row[actor]);
    if (total > 0) busy.set(name, Math.max(busy.get(name) ?? 0, Number(row[work]) / total));
  }
  return busy;
}

function place(viewer: Viewer): {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly edges: readonly Edge[];
  readonly width: number;
  readonly height: number;
  readonly left: number;
} {
  const { data, time } = viewer;
  const names: string[] = [];
  for (const track of data.tracks.values())
    if (track.kind === 'actor' && track.actor !== '' && !names.includes(track.actor)) names.push(track.actor);
  const shown = new Set(names.slice(0, mostActors));
  const edges = new Map<string, Edge>();
  const seen = new Set<number>();
  const link = (from: string, to: string, count: number): void => {
    if (from === to || !shown.has(from) || !shown.has(to)) return;
    const key = `${from}\0${to}`;
    const edge = edges.get(key);
    if (edge === undefined) edges.set(key, { from, to, count });
    else edge.count += count;
  };
  for (const track of data.tracks.values())
    for (const { segment } of data.of(track.id).flows.pieces(Math.max(0, time.from), time.to, time.level)) {
      const { fromTrack, toTrack, id } = segment.columns;
      for (let i = 0; i < segment.n; i++) {
        if (seen.has(id[i]!)) continue;
        seen.add(id[i]!);
        link(data.tracks.get(fromTrack[i]!)?.actor ?? '', data.tracks.get(toTrack[i]!)?.actor ?? '', 1);
      }
    }
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 24, ranksep: 46, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of shown)
    graph.setNode(name, { width: Math.min(170, 40 + Math.min(name.length, 22) * 7), height: 36 });
  for (const { from, to } of edges.values()) graph.setEdge(from, to);
  for (const name of shown) {
    const slash = name.lastIndexOf('/');
    if (slash > 0 && shown.has(name.slice(0, slash))) graph.setEdge(name.slice(0, slash), name);
  }
  arrange(graph);
  const boxes = new Map<string, Box>();
  for (const name of shown) {
    const { x, y, width, height } = graph.node(name) as { x: number; y: number; width: number; height: number };
    boxes.set(name, { actor: name, x, y, width, height });
  }
  const whole = graph.graph() as { width?: number; height?: number };
  return {
    boxes,
    edges: [...edges.values()],
    width: whole.width ?? 100,
    height: whole.height ?? 100,
    left: names.length - shown.size,
  };
}
