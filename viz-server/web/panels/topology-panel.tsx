import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Table } from '../../protocol/server-messages.ts';
import type { Viewer } from '../app/viewer.ts';
import { formatValue } from '../view/time-scale.ts';
import { type Box, type LinkEnds, layoutTopology, linkEnds, type TopologyLayout } from '../view/topology-layout.ts';
import { ResultTable } from './result-table.tsx';
import { freeAction, linkOf } from './what-if-free.ts';

interface Message {
  readonly from: string;
  readonly to: string;
  count: number;
}

/** What a link carried in the window, in bytes, of what it could have. */
interface Traffic {
  readonly ends: LinkEnds;
  readonly share: number;
  readonly bytes: number;
  readonly capacity: number;
}

interface Answers {
  readonly use: Table | undefined;
  readonly links: Table | undefined;
}

const everyMs = 3000;
const restMs = 300;

/**
 * Actors as boxes, coloured by how busy they are; links of networks, as wide as their capacity and coloured by how much of it they carried;
 * messages between tasks as thin lines. All for the selected area, else for the time on screen; the numbers are in the tables.
 */
export function TopologyPanel({ viewer }: { readonly viewer: Viewer }) {
  const moved = viewer.moved.value;
  const heat = viewer.heat.value;
  const { use, links } = useAnswers(viewer);
  const traffic = useMemo(() => trafficOf(links), [links]);
  const { catalogue } = viewer.data;
  const messages = useMemo(() => messagesOnScreen(viewer), [moved, catalogue]);
  const pairs = messages.map(({ from, to }) => `${from} ${to}`).join();
  const layout = useMemo<TopologyLayout>(() => {
    const actors: string[] = [];
    for (const { kind, actor } of viewer.data.tracks.values()) if (kind === 'actor') actors.push(actor);
    const ends = traffic.map((one) => one.ends);
    return layoutTopology(
      [...actors, ...ends.flatMap(({ from, to }) => [to, from])],
      [...messages, ...ends.map(({ from, to }) => ({ from: to, to: from }))],
    );
  }, [catalogue, traffic, pairs]);
  if (layout.boxes.size === 0) return <p class="soft">No actor has done anything yet.</p>;
  const { from, to, isArea } = windowOf(viewer);
  return (
    <div class="columns">
      <section class="wide">
        <p class="soft">
          {isArea ? 'Of the area' : 'Of what is on screen'}, {viewer.span(to - from)} from {viewer.at(from)}.{' '}
          {traffic.length > 0 && 'Links are as wide as their capacity. '}
          {heat && (
            <>
              Boxes and links, idle to fully used:{' '}
              <span class="ramp" role="img" aria-label="colours from idle to fully used">
                {[0, 1, 2, 3, 4].map((step) => (
                  <i key={step} class={`heat${step}`} />
                ))}
              </span>{' '}
            </>
          )}
          {messages.length > 0 && 'Dotted: messages between tasks. '}
          <kbd>G</kbd> {heat ? 'turns the heat off.' : 'closes; heat is off.'}
          {layout.left > 0 && ` ${layout.left} names are left out.`}
        </p>
        <Drawing viewer={viewer} layout={layout} traffic={traffic} messages={messages} busy={busyOf(use)} />
      </section>
      <section class="tables">
        {links !== undefined && links.rows.length > 0 && (
          <ResultTable
            viewer={viewer}
            table={links}
            caption="What links carried"
            {...freeAction(viewer, linkOf(links))}
          />
        )}
        {use !== undefined && <ResultTable viewer={viewer} table={use} caption="How actors spend their time" />}
      </section>
    </div>
  );
}

interface DrawingProps {
  readonly viewer: Viewer;
  readonly layout: TopologyLayout;
  readonly traffic: readonly Traffic[];
  readonly messages: readonly Message[];
  readonly busy: ReadonlyMap<string, number>;
}

function Drawing({ viewer, layout: { boxes, width, height }, traffic, messages, busy }: DrawingProps) {
  const heat = viewer.heat.value;
  const selected = viewer.track(viewer.selected.value?.track ?? 0)?.actor;
  const most = messages.reduce((max, { count }) => Math.max(max, count), 1);
  const widest = traffic.reduce((max, { capacity }) => Math.max(max, capacity), 1);
  const isRoomy = boxes.size <= 60;
  return (
    <svg
      class="topology"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label="Topology; the tables beside it have the numbers"
      width={width}
      height={height}
    >
      {messages.map(({ from, to, count }) => {
        const [a, b] = [boxes.get(from), boxes.get(to)];
        if (a === undefined || b === undefined) return null;
        return (
          <path key={`${from} ${to}`} class="message" d={curve(a, b, 0)} stroke-width={1 + (2 * count) / most}>
            <title>
              {count} messages {from} to {to}
            </title>
          </path>
        );
      })}
      {traffic.map(({ ends, share, bytes, capacity }) => {
        const [a, b] = [boxes.get(ends.to), boxes.get(ends.from)];
        if (a === undefined || b === undefined) return null;
        const aside = (ends.place - 0.5) * 12;
        return (
          <g key={ends.link}>
            <path
              class={heat ? `link heat${heatStep(share)}` : 'link'}
              d={curve(a, b, aside)}
              stroke-width={1.5 + 5.5 * Math.sqrt(capacity / widest)}
            >
              <title>
                {ends.link}: {formatValue(bytes, 'B')}, {percent(share)} of {formatValue(capacity, 'B/s')}
              </title>
            </path>
            {heat && isRoomy && (
              <text
                class="soft"
                x={b.x + aside + (aside < 0 ? -8 : 8)}
                y={b.y - b.height / 2 - 6}
                text-anchor={aside < 0 ? 'end' : 'start'}
              >
                {percent(share)}
              </text>
            )}
          </g>
        );
      })}
      {[...boxes.values()].map(({ name, x, y, width: w, height: h }) => {
        const share = busy.get(name);
        return (
          <g
            key={name}
            class={name === selected ? 'actor chosen' : 'actor'}
            onClick={() => {
              viewer.filter.value = name;
              viewer.say(`Rows of ${name}.`);
            }}
          >
            <title>{name}</title>
            <rect
              class={heat && share !== undefined ? `heat${heatStep(share)}` : ''}
              x={x - w / 2}
              y={y - h / 2}
              width={w}
              height={h}
              rx={5}
            />
            <text x={x} y={y + (share === undefined ? 4 : -1)} text-anchor="middle">
              {name.length > 22 ? `…${name.slice(-21)}` : name}
            </text>
            {share !== undefined && (
              <text x={x} y={y + 12} class="soft" text-anchor="middle">
                {percent(share)} busy
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** From the foot of a box to the head of another, `aside` pixels beside the straight way. */
function curve(a: Box, b: Box, aside: number): string {
  const [x0, x1] = [a.x + aside, b.x + aside];
  const [y0, y1] = [a.y + a.height / 2, b.y - b.height / 2];
  const bend = (y0 + y1) / 2;
  return `M${x0},${y0} C${x0},${bend} ${x1},${bend} ${x1},${y1}`;
}

function heatStep(share: number): number {
  return Math.max(0, Math.min(4, Math.floor(share * 5)));
}

function percent(share: number): string {
  const value = share * 100;
  return value > 0 && value < 1 ? '< 1 %' : `${Math.round(value)} %`;
}

function windowOf({ area, time }: Viewer): { readonly from: number; readonly to: number; readonly isArea: boolean } {
  const chosen = area.value;
  const from = Math.max(0, chosen?.from ?? time.from);
  const to = Math.max(from + 1, Math.min(time.limit, chosen?.to ?? time.to));
  return { from, to, isArea: chosen !== undefined };
}

/** Asks the server about the window when it has come to rest, and now and then while the run goes on. */
function useAnswers(viewer: Viewer): Answers {
  const [answers, setAnswers] = useState<Answers>({ use: undefined, links: undefined });
  const { from, to } = windowOf(viewer);
  const state = viewer.status.value?.state;
  const isRunning = state === 'running';
  const isOpen = viewer.line.value.kind === 'open';
  // Who follows moves all the time: there the clock asks, not the range.
  const key = isRunning && viewer.isFollowing.value ? 'live' : `${Math.round(from)} ${Math.round(to)}`;
  useEffect(() => {
    let isGone = false;
    let timer = 0;
    const ask = async (): Promise<void> => {
      try {
        const range = windowOf(viewer);
        const [use, links] = await Promise.all([
          viewer.ask.analyse('utilisation', undefined, range),
          viewer.ask.analyse('links', undefined, range),
        ]);
        if (!isGone) setAnswers({ use, links });
      } catch (error) {
        if (!isGone) viewer.complain(error);
      }
      if (!isGone && viewer.status.value?.state === 'running')
        timer = setTimeout(() => void ask(), everyMs) as unknown as number;
    };
    if (isOpen) timer = setTimeout(() => void ask(), restMs) as unknown as number;
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [key, state, isOpen]);
  return answers;
}

function columnsOf(table: Table): (name: string) => number {
  return (name) => table.columns.findIndex((one) => one.name === name);
}

function trafficOf(table: Table | undefined): Traffic[] {
  if (table === undefined) return [];
  const column = columnsOf(table);
  const [network, link, share, bytes, capacity] = [
    column('network'),
    column('link'),
    column('share'),
    column('bytes'),
    column('capacity'),
  ];
  // In the order of their names, so that the picture stands still while their use changes.
  const rows = [...table.rows].sort((a, b) => (String(a[link]) < String(b[link]) ? -1 : 1));
  const ends = linkEnds(rows.map((row) => ({ network: String(row[network]), link: String(row[link]) })));
  return rows.map((row, i) => ({
    ends: ends[i]!,
    share: Number(row[share]),
    bytes: Number(row[bytes]),
    capacity: Number(row[capacity]),
  }));
}

function busyOf(use: Table | undefined): ReadonlyMap<string, number> {
  const busy = new Map<string, number>();
  if (use === undefined) return busy;
  const column = columnsOf(use);
  const [actor, work, wait, idle] = [column('actor'), column('worked'), column('waited'), column('idle')];
  for (const row of use.rows) {
    const total = Number(row[work]) + Number(row[wait]) + Number(row[idle]);
    const name = String(row[actor]);
    if (total > 0) busy.set(name, Math.max(busy.get(name) ?? 0, Number(row[work]) / total));
  }
  return busy;
}

/** How many arrows lead from one actor to another, as far as the page holds those of the time on screen. */
function messagesOnScreen({ data, time }: Viewer): Message[] {
  const messages = new Map<string, Message>();
  const seen = new Set<number>();
  for (const track of data.tracks.values())
    for (const { segment } of data.of(track.id).flows.pieces(Math.max(0, time.from), time.to, time.level)) {
      const { fromTrack, toTrack, id } = segment.columns;
      for (let i = 0; i < segment.n; i++) {
        if (seen.has(id[i]!)) continue;
        seen.add(id[i]!);
        const from = data.tracks.get(fromTrack[i]!)?.actor ?? '';
        const to = data.tracks.get(toTrack[i]!)?.actor ?? '';
        if (from === to || from === '' || to === '') continue;
        const key = `${from}\0${to}`;
        const message = messages.get(key);
        if (message === undefined) messages.set(key, { from, to, count: 1 });
        else message.count++;
      }
    }
  return [...messages.values()];
}
