/** An axis: what it shows, in which unit, on which scale. */
export interface Axis {
  readonly label: string;
  readonly unit?: string;
  /** `log2` ticks at powers of two, `log10` at powers of ten; default `linear`. */
  readonly scale?: 'linear' | 'log2' | 'log10';
  /** Counts in powers of 1024, so that ticks read 8K, 64K, 1M. */
  readonly binary?: boolean;
  /** Keeps zero in view; default true for a linear y axis. */
  readonly zero?: boolean;
}

/** A published value drawn as a mark on top of the simulated lines. */
export interface PublishedMark {
  readonly x: number | string;
  readonly y: number;
  /** Name of the series it belongs to; gives it the colour. */
  readonly series: string;
  readonly role: 'calibration' | 'check' | 'report';
}

/** A named set of points. A null value is a gap. */
export interface Series<X> {
  readonly name: string;
  readonly points: ReadonlyArray<readonly [X, number | null]>;
}

interface PlotBase {
  readonly title: string;
  /** One or two sentences: what to see. */
  readonly note?: string;
}

/** Lines over a numeric axis, with published marks, flags (out of memory) and named levels (peak, capacity). */
export interface LinePlot extends PlotBase {
  readonly kind: 'line';
  readonly x: Axis;
  readonly y: Axis;
  readonly series: ReadonlyArray<Series<number>>;
  readonly published?: readonly PublishedMark[];
  /** A short text drawn at the foot of x, for a point without value. */
  readonly flags?: ReadonlyArray<{ readonly x: number; readonly series: string; readonly text: string }>;
  readonly levels?: ReadonlyArray<{ readonly y: number; readonly label: string }>;
}

/** Bars over categories: side by side, or stacked. */
export interface BarPlot extends PlotBase {
  readonly kind: 'bar';
  readonly x: Axis;
  readonly y: Axis;
  readonly stacked?: boolean;
  readonly series: ReadonlyArray<Series<string>>;
  readonly published?: readonly PublishedMark[];
}

/** Spans on named lanes over time; equal kinds share a colour. */
export interface TimelinePlot extends PlotBase {
  readonly kind: 'timeline';
  readonly x: Axis;
  readonly lanes: ReadonlyArray<{
    readonly name: string;
    readonly spans: ReadonlyArray<{ readonly start: number; readonly end: number; readonly kind: string }>;
  }>;
}

/** A value for each pair of categories, as colour and text. */
export interface HeatPlot extends PlotBase {
  readonly kind: 'heat';
  readonly x: Axis;
  readonly y: Axis;
  readonly value: Axis;
  readonly cells: ReadonlyArray<readonly [x: string, y: string, value: number | null]>;
}

/** A plot as data: the report and the viewer draw the same description. */
export type Plot = LinePlot | BarPlot | TimelinePlot | HeatPlot;
