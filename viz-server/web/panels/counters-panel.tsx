import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Viewer } from '../app/viewer.ts';
import { counterLevel, type Track } from '../data/trace-data.ts';
import { formatSpan, formatValue } from '../view/time-scale.ts';
import { pathOf } from '../view/track-layout.ts';

const most = 6;
const looks = [
  ['#1f5fa8', '#7fb3f5'],
  ['#a34700', '#ff9d5c'],
  ['#006a60', '#4fd1c0'],
  ['#6b2fa0', '#c79bf2'],
  ['#7a5c00', '#e3bf3c'],
  ['#9b1c2b', '#ff8a92'],
] as const;

interface Props {
  readonly viewer: Viewer;
  /** Which counters are meant. */
  wanted(track: Track): boolean;
  readonly nothing: string;
}

/** Counters over the range of the timeline, and as a table: now, peak and when it was. */
export function CountersPanel({ viewer, wanted, nothing }: Props) {
  viewer.moved.value;
  viewer.status.value;
  const [chosen, setChosen] = useState<ReadonlySet<number> | undefined>(undefined);
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const all = [...viewer.data.tracks.values()].filter((track) => track.kind === 'counter' && wanted(track));
  const shown = chosen === undefined ? all.slice(0, most) : all.filter(({ id }) => chosen.has(id));
  const key = shown.map(({ id }) => id).join(' ');
  const isDark = viewer.isDark.value;

  useEffect(() => {
    if (shown.length === 0) return;
    const { time } = viewer;
    const step = 2 ** Math.floor(Math.log2(Math.max(1, time.span / 4)));
    viewer.live.send({
      type: 'view',
      viewId: 2,
      from: Math.max(0, Math.floor(time.from / step) * step),
      to: Math.max(1, Math.ceil(time.to / step) * step),
      width: Math.min(16_384, Math.max(1, time.width)),
      tracks: shown.map(({ id }) => id),
      follow: true,
    });
  }, [
    key,
    viewer.time.level,
    Math.floor((viewer.time.from / viewer.time.span) * 4),
    Math.floor(viewer.time.to / viewer.time.span),
  ]);
  useEffect(() => () => viewer.live.send({ type: 'unview', viewId: 2 }), []);

  useEffect(() => {
    const box = holder.current;
    if (box === null || shown.length === 0) return;
    const units = [...new Set(shown.map(({ unit }) => unit))];
    const ink = viewer.palette.value.soft;
    const grid = { stroke: viewer.palette.value.line, width: 1 };
    const made = new uPlot(
      {
        width: box.clientWidth,
        height: 190,
        scales: {
          x: { time: false },
          ...Object.fromEntries(
            units.map((unit) => [
              `u${unit}`,
              {
                range: (_: uPlot, min: number, max: number): uPlot.Range.MinMax => [
                  Math.min(0, min),
                  max > 0 ? max * 1.05 : 1,
                ],
              },
            ]),
          ),
        },
        axes: [
          { stroke: ink, grid, values: (_, ticks) => ticks.map((tick) => formatSpan(tick, viewer.run.value.tickPs)) },
          ...units.slice(0, 2).map((unit, i) => ({
            scale: `u${unit}`,
            side: (i === 0 ? 3 : 1) as uPlot.Axis.Side,
            stroke: ink,
            grid: i === 0 ? grid : { show: false },
            size: 84,
            values: (_: uPlot, values: number[]) => values.map((value) => formatValue(value, unit)),
          })),
        ],
        series: [
          { label: 'time', value: (_, at) => (at === null ? '' : formatSpan(at, viewer.run.value.tickPs)) },
          ...shown.map((track, i) => ({
            label: pathOf(track),
            scale: `u${track.unit}`,
            stroke: looks[i % looks.length]![isDark ? 1 : 0],
            width: 1.5,
            dash: i % 2 === 1 ? [5, 3] : [],
            paths: uPlot.paths.stepped!({ align: 1 }),
            points: { show: false },
            spanGaps: true,
            value: (_: uPlot, value: number | null) => (value === null ? '' : formatValue(value, track.unit)),
          })),
        ],
      },
      [[], ...shown.map(() => [])],
      box,
    );
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: 190 }));
    observer.observe(box);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [key, isDark]);

  useEffect(() => chart.current?.setData(columnsOf(viewer, shown)));

  if (all.length === 0) return <p class="soft">{nothing}</p>;
  return (
    <>
      <div ref={holder} class="chart" role="img" aria-label="Counters over time; the table below has their values" />
      <table>
        <caption>Counters: of the range in view</caption>
        <thead>
          <tr>
            <th scope="col">Shown</th>
            <th scope="col">Counter</th>
            <th scope="col">Last</th>
            <th scope="col">Peak</th>
            <th scope="col">Peak at</th>
          </tr>
        </thead>
        <tbody>
          {all.slice(0, 200).map((track) => {
            const { last, peak, at } = summary(viewer, track);
            const isShown = shown.includes(track);
            return (
              <tr key={track.id}>
                <td>
                  <input
                    type="checkbox"
                    aria-label={`Show ${pathOf(track)}`}
                    checked={isShown}
                    onChange={() => {
                      const next = new Set(shown.map(({ id }) => id));
                      if (!next.delete(track.id)) next.add(track.id);
                      setChosen(next);
                    }}
                  />
                </td>
                <td>{pathOf(track)}</td>
                <td class="number">{last === undefined ? '' : formatValue(last, track.unit)}</td>
                <td class="number">{peak === undefined ? '' : formatValue(peak, track.unit)}</td>
                <td class="number">
                  {peak !== undefined && (
                    <button
                      type="button"
                      class="plain link"
                      onClick={() => {
                        const span = viewer.time.span / 10;
                        viewer.move.show(at - span, at + span, 0);
                        viewer.choice.reveal(track.id);
                      }}
                    >
                      {viewer.at(at)}
                    </button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

function pointsOf(viewer: Viewer, track: Track): ReadonlyArray<readonly [number, number]> {
  const { from, to, level } = viewer.time;
  const points: Array<readonly [number, number]> = [];
  for (const { segment } of viewer.data.of(track.id).counters.pieces(Math.max(0, from), to, counterLevel(level))) {
    const { at, max, last } = segment.columns;
    for (let i = 0; i < segment.n; i++) {
      if (at[i]! > to) break;
      if (points.length > 0 && at[i]! <= points[points.length - 1]![0]) continue;
      if (max[i]! > last[i]!) points.push([at[i]!, max[i]!]);
      points.push([max[i]! > last[i]! ? at[i]! + 2 ** segment.level / 2 : at[i]!, last[i]!]);
    }
  }
  return points;
}

function columnsOf(viewer: Viewer, tracks: readonly Track[]): uPlot.AlignedData {
  const { from, to, limit } = viewer.time;
  const edges = [Math.max(0, from), Math.min(to, limit)];
  const tables = tracks.map((track) => {
    const points = pointsOf(viewer, track).filter(([at]) => at >= edges[0]!);
    const before = pointsOf(viewer, track).findLast(([at]) => at < edges[0]!);
    const end = points[points.length - 1] ?? before;
    const all = [...(before === undefined ? [] : [[edges[0]!, before[1]] as const]), ...points];
    if (end !== undefined && edges[1]! > end[0]) all.push([edges[1]!, end[1]]);
    return [all.map(([at]) => at), all.map(([, value]) => value)] as uPlot.AlignedData;
  });
  if (tables.length === 0) return [[]];
  return uPlot.join(tables);
}

function summary(
  viewer: Viewer,
  track: Track,
): { readonly last: number | undefined; readonly peak: number | undefined; readonly at: number } {
  let last: number | undefined;
  let peak: number | undefined;
  let at = 0;
  for (const [time, value] of pointsOf(viewer, track)) {
    last = value;
    if (peak === undefined || value > peak) {
      peak = value;
      at = time;
    }
  }
  return { last, peak, at };
}
