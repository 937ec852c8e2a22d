import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { formatMetric, isScaled } from '../format-metric.ts';
import type { Axis, BarPlot, HeatPlot, LinePlot, Plot as PlotData, TimelinePlot } from '../plot.ts';

const { document } = parseHTML('<!doctype html><html><body></body></html>');
const width = 720;
const height = 380;

/** Names of the series or kinds of a plot, in the order of their colours. */
export function legendOf(plot: PlotData): readonly string[] {
  switch (plot.kind) {
    case 'line':
    case 'bar':
      return plot.series.map((series) => series.name);
    case 'timeline':
      return [...new Set(plot.lanes.flatMap((lane) => lane.spans.map((span) => span.kind)))];
    case 'heat':
      return [];
    default:
      return plot satisfies never;
  }
}

/** The CSS colour of the `i`-th name of a legend: eight colours, then each of them paler. */
export function colorOf(i: number): string {
  return `var(--c${i % 16})`;
}

/** Draws a plot as an SVG element's text; colours are CSS variables, so that one drawing serves light and dark. */
export function drawPlot(plot: PlotData): string {
  const options = optionsOf(plot);
  const figure = Plot.plot({
    document: document as never,
    width,
    height,
    marginLeft: 64,
    marginBottom: 44,
    marginTop: 26,
    marginRight: 20,
    style: { fontSize: '12px', background: 'none' },
    ariaLabel: plot.title,
    ...options,
  } as Plot.PlotOptions);
  return (figure as unknown as { outerHTML: string }).outerHTML.replace('<svg ', '<svg role="img" ');
}

function optionsOf(plot: PlotData): Plot.PlotOptions {
  switch (plot.kind) {
    case 'line':
      return lineOptions(plot);
    case 'bar':
      return barOptions(plot);
    case 'timeline':
      return timelineOptions(plot);
    case 'heat':
      return heatOptions(plot);
    default:
      return plot satisfies never;
  }
}

interface Dot {
  readonly x: number | string;
  readonly y: number;
  readonly series: string;
}

function lineOptions(plot: LinePlot): Plot.PlotOptions {
  const paint = painter(legendOf(plot));
  const dots: Dot[] = plot.series.flatMap((series) =>
    series.points.flatMap(([x, y]) => (y === null ? [] : [{ x, y, series: series.name }])),
  );
  const zero = plot.y.zero ?? (plot.y.scale ?? 'linear') === 'linear';
  const allY = [...dots.map((dot) => dot.y), ...(plot.published ?? []).map((mark) => mark.y)];
  const foot = zero ? 0 : Math.min(...allY);
  const flags = flagsOf(plot);
  const spread = dots.map((dot) => dot.x as number);
  const ends = [Math.min(...spread), Math.max(...spread)] as const;
  const few = new Set(plot.series.filter((series) => series.points.length <= MOST_DOTS).map((series) => series.name));
  return {
    ...(flags.length > 0 ? { marginRight: 56 } : {}), // room for the words at the last x
    x: {
      ...axisOptions(plot.x, spread, (tick) => tick >= ends[0] && tick <= ends[1]),
      inset: 10,
    },
    y: { ...axisOptions(plot.y, allY), ...(zero ? { zero: true } : {}), grid: true, nice: true },
    marks: [
      ...(zero ? [Plot.ruleY([0], { stroke: 'var(--axis)' })] : []),
      ...(plot.levels ?? []).map((level) => Plot.ruleY([level.y], { stroke: 'var(--muted)', strokeDasharray: '4 3' })),
      ...plot.series.flatMap((series) => [
        Plot.lineY([...series.points], {
          x: (point: readonly [number, number | null]) => point[0],
          y: (point: readonly [number, number | null]) => point[1] ?? Number.NaN,
          stroke: paint(series.name),
          strokeWidth: 2,
        }),
      ]),
      Plot.dot(
        dots.filter((dot) => few.has(dot.series)),
        { x: 'x', y: 'y', r: 2.5, fill: (dot: Dot) => paint(dot.series), stroke: 'none' },
      ),
      ...publishedMarks(plot.published ?? [], paint),
      ...(plot.levels ?? []).map((level) =>
        Plot.text([level], {
          y: 'y',
          text: 'label',
          frameAnchor: 'right',
          textAnchor: 'end',
          dy: isCrowdedAbove(level.y, plot, dots, zero) ? 8 : -7,
          fill: 'var(--muted)',
          stroke: 'var(--paper)',
          strokeWidth: 4,
        }),
      ),
      ...flags.map((flag) =>
        Plot.text([flag], {
          x: 'x',
          y: () => foot,
          text: 'text',
          dy: -9 - 14 * flag.row,
          fill: paint(flag.series),
          fontWeight: 600,
        }),
      ),
    ],
  };
}

/** Whether lines run through the place of a level's label, just above its right end: then it stands below. */
function isCrowdedAbove(level: number, { x, y }: LinePlot, dots: readonly Dot[], zero: boolean): boolean {
  const at =
    ({ scale = 'linear' }: Axis) =>
    (value: number) =>
      scale === 'linear' ? value : Math.log(value);
  const [atX, atY] = [at(x), at(y)];
  const xs = dots.map((dot) => atX(Number(dot.x)));
  const ys = [level, ...dots.map((dot) => dot.y)].map(atY);
  const low = zero ? Math.min(0, ...ys) : Math.min(...ys);
  const [right, width] = [Math.max(...xs), Math.max(...xs) - Math.min(...xs)];
  const room = 0.06 * (Math.max(...ys) - low);
  const isIn = (dot: Dot, from: number, to: number): boolean => {
    const above = atY(dot.y) - atY(level);
    return atX(Number(dot.x)) >= right - 0.2 * width && above >= from && above <= to;
  };
  return dots.some((dot) => isIn(dot, 0, room)) && !dots.some((dot) => isIn(dot, -room, 0));
}

/** Beyond so many points a dot for each hides the line. */
const MOST_DOTS = 60;

/** One row of flags for each series; in a row of equal texts the first is written, a cross stands for the others. */
function flagsOf(plot: LinePlot): ReadonlyArray<{ x: number; series: string; text: string; row: number }> {
  const rows = [...new Set((plot.flags ?? []).map((flag) => flag.series))];
  const written = new Set<string>();
  return [...(plot.flags ?? [])]
    .sort((a, b) => a.x - b.x)
    .map(({ x, series, text }) => {
      const key = `${series} ${text}`;
      const isFirst = !written.has(key);
      written.add(key);
      return { x, series, text: isFirst ? text : '×', row: rows.indexOf(series) };
    });
}

function barOptions(plot: BarPlot): Plot.PlotOptions {
  const paint = painter(legendOf(plot));
  const categories = [...new Set(plot.series.flatMap((series) => series.points.map(([x]) => x)))];
  const bars = plot.series.flatMap((series) => series.points.map(([x, y]) => ({ x, y: y ?? 0, series: series.name })));
  const isLog = plot.y.scale !== undefined && plot.y.scale !== 'linear';
  const values = [...bars.map((bar) => bar.y), ...(plot.published ?? []).map((mark) => mark.y)].filter((v) => v > 0);
  const ticks = isLog ? powersAround(values, plot.y.scale === 'log2' ? 2 : 10) : [];
  const domain = isLog ? [ticks[0] ?? 1, ticks.at(-1) ?? 10] : isWhole(plot) ? [0, 100] : undefined;
  const y = { ...axisOptions(plot.y, values), grid: true, ...(domain === undefined ? { nice: true } : { domain }) };
  const onBars = (): string => 'var(--ink)';
  const fill = (bar: Dot): string => paint(bar.series);
  const label = axisLabel(plot.x);
  if (plot.stacked)
    return {
      x: { domain: categories, label, padding: 0.25 },
      y,
      marks: [
        Plot.barY(bars, Plot.stackY({ x: 'x', y: 'y', fill, insetBottom: 0.5 })),
        ...publishedMarks(plot.published ?? [], onBars),
        Plot.ruleY([0], { stroke: 'var(--axis)' }),
      ],
    };
  return {
    fx: { domain: categories, label, padding: 0.15 },
    x: { axis: null, domain: [...legendOf(plot)] },
    y,
    marks: [
      Plot.barY(
        bars.filter((bar) => !isLog || bar.y > 0),
        {
          fx: 'x',
          x: 'series',
          ...(isLog ? { y1: () => ticks[0] ?? 1, y2: 'y' } : { y: 'y' }),
          fill,
          insetLeft: 0.5,
          insetRight: 0.5,
        },
      ),
      ...publishedMarks(
        (plot.published ?? []).map((mark) => ({ ...mark, facet: mark.x, x: mark.series })),
        onBars,
        { fx: 'facet' },
      ),
      Plot.ruleY([isLog ? (ticks[0] ?? 1) : 0], { stroke: 'var(--axis)' }),
    ],
  };
}

/** Whether the bars are shares that add up to a hundred percent, apart from rounding. */
function isWhole({ stacked, series, y }: BarPlot): boolean {
  if (!stacked || y.unit !== '%') return false;
  const sums = new Map<string, number>();
  for (const { points } of series) for (const [x, share] of points) sums.set(x, (sums.get(x) ?? 0) + (share ?? 0));
  return [...sums.values()].every((sum) => sum > 90 && sum < 101);
}

/** Calibration is a hollow circle, check a filled diamond, report a cross. */
function publishedMarks(
  marks: ReadonlyArray<Dot & { readonly role: 'calibration' | 'check' | 'report' }>,
  paint: (name: string) => string,
  extra: Record<string, string> = {},
): Plot.Markish[] {
  const shape = { calibration: 'circle', check: 'diamond', report: 'times' } as const;
  return (['calibration', 'check', 'report'] as const).map((role) =>
    Plot.dot(
      marks.filter((mark) => mark.role === role),
      {
        x: 'x',
        y: 'y',
        r: 6,
        symbol: shape[role],
        fill: role === 'check' ? (mark: Dot) => paint(mark.series) : 'var(--paper)',
        stroke: role === 'check' ? 'var(--paper)' : (mark: Dot) => paint(mark.series),
        strokeWidth: role === 'check' ? 1 : 2,
        ...extra,
      },
    ),
  );
}

function timelineOptions(plot: TimelinePlot): Plot.PlotOptions {
  const paint = painter(legendOf(plot));
  const spans = plot.lanes.flatMap((lane) => lane.spans.map((span) => ({ ...span, lane: lane.name })));
  return {
    height: 60 + 26 * plot.lanes.length,
    marginLeft: 24 + 7 * Math.max(0, ...plot.lanes.map((lane) => lane.name.length)),
    x: { ...axisOptions(plot.x), grid: true },
    y: { domain: plot.lanes.map((lane) => lane.name), label: null, padding: 0.2 },
    marks: [
      Plot.barX(spans, {
        x1: 'start',
        x2: 'end',
        y: 'lane',
        fill: (span: { readonly kind: string }) => paint(span.kind),
        title: (span: { readonly kind: string }) => span.kind,
      }),
    ],
  };
}

function heatOptions(plot: HeatPlot): Plot.PlotOptions {
  const cells = plot.cells.map(([x, y, value]) => ({ x, y, value }));
  const rows = [...new Set(cells.map((cell) => cell.y))];
  const values = cells.flatMap((cell) => (cell.value === null ? [] : [cell.value]));
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  return {
    height: 70 + 30 * rows.length,
    marginLeft: 24 + 7 * Math.max(0, ...rows.map((row) => row.length)),
    x: { label: axisLabel(plot.x), domain: [...new Set(cells.map((cell) => cell.x))], padding: 0.04 },
    y: { label: axisLabel(plot.y), domain: rows, padding: 0.08, labelAnchor: 'top' },
    marks: [
      Plot.cell(cells, {
        x: 'x',
        y: 'y',
        fill: 'var(--c0)',
        fillOpacity: (cell: { readonly value: number | null }) =>
          cell.value === null ? 0.03 : 0.08 + (0.62 * (cell.value - low)) / span,
      }),
      Plot.text(cells, {
        x: 'x',
        y: 'y',
        text: (cell: { readonly value: number | null }) => (cell.value === null ? '' : tick(cell.value)),
        fill: 'var(--ink)',
      }),
    ],
    opacity: { type: 'identity' },
  };
}

function painter(names: readonly string[]): (name: string) => string {
  return (name) => {
    const i = names.indexOf(name);
    return i < 0 ? 'var(--muted)' : colorOf(i);
  };
}

function axisOptions(
  axis: Axis,
  values: readonly number[] = [],
  isShown: (tick: number) => boolean = () => true,
): Plot.ScaleOptions {
  const label = axisLabel(axis);
  const unit = axis.unit ?? '';
  const tickFormat = axis.binary ? binaryTick : isScaled(unit) ? (value: number) => formatMetric(value, unit) : tick;
  const base = axis.scale === 'log10' ? 10 : 2;
  if (axis.scale === undefined || axis.scale === 'linear') return { label, tickFormat };
  const ticks = powersAround(values, base).filter(isShown);
  return { type: 'log', base, label, tickFormat, ticks: ticks.length > 2 && ticks.length <= 14 ? ticks : 6 };
}

/** The powers of `base` from below the least to above the greatest positive value. */
function powersAround(values: readonly number[], base: number): readonly number[] {
  const logs = values.filter((value) => value > 0).map((value) => Math.log(value) / Math.log(base));
  if (logs.length === 0) return [];
  const first = Math.floor(Math.min(...logs) + 1e-9);
  const last = Math.ceil(Math.max(...logs) - 1e-9);
  return Array.from({ length: Math.min(64, last - first + 1) }, (_, i) => base ** (first + i));
}

/** The unit stands at the ticks when they carry a prefix, else at the label. */
function axisLabel(axis: Axis): string {
  return axis.unit === undefined || axis.unit === '' || isScaled(axis.unit)
    ? axis.label
    : `${axis.label} (${axis.unit})`;
}

function binaryTick(value: number): string {
  if (value >= 2 ** 20) return `${short(value / 2 ** 20)}M`;
  return value >= 2 ** 10 ? `${short(value / 2 ** 10)}K` : short(value);
}

/** Ticks as people write them: 0.5, 20, 5k, 3M; 2e-5 for the very small. */
function tick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e12) return `${short(value / 1e12)}T`;
  if (size >= 1e9) return `${short(value / 1e9)}G`;
  if (size >= 1e6) return `${short(value / 1e6)}M`;
  if (size >= 1e4) return `${short(value / 1e3)}k`;
  return Number.isInteger(value) ? String(value) : short(value);
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
