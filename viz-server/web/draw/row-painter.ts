import type { MilestoneColumns, Segment, SliceColumns } from '../data/columns.ts';
import { noCause, sliceFlags } from '../data/columns.ts';
import type { Piece } from '../data/segments.ts';
import { rangeOfRun, runsOf } from '../data/slice-runs.ts';
import { counterLevel, type TraceData } from '../data/trace-data.ts';
import type { TimeAxis } from '../view/time-axis.ts';
import { formatCount, formatValue } from '../view/time-scale.ts';
import { laneHeight, type Row } from '../view/track-layout.ts';
import { causeLooks, type Palette, patternTile, waitCauses } from './palette.ts';

/** The range a picture shows: the pixel of a time is `(axis.placeOf(time) - origin) / perPixel`. */
export interface Frame {
  readonly axis: TimeAxis;
  /** Place of the left edge, and places a pixel. */
  readonly origin: number;
  readonly perPixel: number;
  readonly width: number;
  readonly level: number;
}

/** What a picture counted while it was drawn: the bound of items a pixel is checked on it. */
export interface PaintCount {
  items: number;
  rectangles: number;
}

const narrow = 1.6;
const textFrom = 24;
const padding = 2;
/** Main wait of what is too narrow or not yet known in parts: a band at the foot of its work. */
const footHeight = 5;

/** Draws one row of the timeline: tasks, what they waited for, collapsed ones with their count; or a counter. */
export class RowPainter {
  readonly count: PaintCount = { items: 0, rectangles: 0 };
  readonly #data: TraceData;
  #palette: Palette;
  #patterns: Array<CanvasPattern | string> = [];
  #scale = 1;
  readonly #strip: HTMLCanvasElement = document.createElement('canvas');
  #pixels: ImageData | undefined;
  #words = new Uint32Array(0);
  /** Of each pixel of the strip: how many tasks it stands for. */
  #counts = new Float64Array(0);
  readonly #colours = new Map<string, number>();
  /** Colour of each name, as text and as pixel; of one run of names. */
  #works: string[] = [];
  #workWords: number[] = [];
  #epoch = 0;
  /** Zig-zags of a row of each depth. */
  #zigzagTile: CanvasPattern | undefined;
  /** Slices wide enough for a text, found while they were drawn. */
  readonly #wordy: Array<readonly [Segment<SliceColumns>, number]> = [];

  constructor(data: TraceData, palette: Palette) {
    this.#data = data;
    this.#palette = palette;
  }

  /** Takes a theme; `ctx` makes its patterns. */
  setPalette(palette: Palette, ctx: CanvasRenderingContext2D, scale: number): void {
    this.#palette = palette;
    this.#scale = scale;
    this.#works = [];
    this.#workWords = [];
    this.#zigzagTile = zigzagPattern(ctx, palette.ink, Math.max(1, Math.round(scale)));
    this.#patterns = waitCauses.map((cause, i) => {
      const pattern = ctx.createPattern(
        patternTile(causeLooks[cause], palette.cause(i), palette.surface, Math.max(1, Math.round(scale))),
        'repeat',
      );
      if (pattern === null) return palette.cause(i);
      const tile = 1 / Math.max(1, Math.round(scale));
      pattern.setTransform(new DOMMatrix([tile, 0, 0, tile, 0, 0]));
      return pattern;
    });
  }

  /** Paints pixels [x0, x1) of a row whose top is at `y`. */
  paint(ctx: CanvasRenderingContext2D, row: Row, y: number, frame: Frame, x0: number, x1: number): void {
    ctx.save();
    ctx.beginPath();
    ctx.rect(x0, y, x1 - x0, row.height);
    ctx.clip();
    ctx.fillStyle = row.kind === 'group' ? this.#palette.raised : this.#palette.surface;
    ctx.fillRect(x0, y, x1 - x0, row.height);
    ctx.fillStyle = this.#palette.faint;
    ctx.fillRect(x0, y + row.height - 1, x1 - x0, 1);
    if (row.kind === 'counter') this.#paintCounter(ctx, row, y, frame, x0, x1);
    else this.#paintSlices(ctx, row, y, frame, x0, x1);
    ctx.restore();
  }

  #paintSlices(ctx: CanvasRenderingContext2D, row: Row, y: number, frame: Frame, x0: number, x1: number): void {
    const from = timeAt(frame, x0);
    const to = timeAt(frame, x1);
    const data = this.#data.of(row.track.id);
    const pieces = data.slices.pieces(from, to, frame.level);
    const stretches = data.milestones.pieces(from, to, frame.level);
    if (pieces.length === 0) return;
    if (this.#epoch !== this.#data.epoch) {
      this.#epoch = this.#data.epoch;
      this.#works = [];
      this.#workWords = [];
    }
    const depths = data.depths;
    for (let depth = 0; depth < depths; depth++) {
      const top = y + depth * laneHeight + padding;
      const height = laneHeight - padding - 1;
      this.#clearStrip(frame.width);
      let strips = 0;
      const wide = new Map<number, readonly [number, number]>();
      this.#wordy.length = 0;
      for (const piece of pieces) strips += this.#items(ctx, piece, depth, top, height, frame, wide);
      if (wide.size > 0) for (const piece of stretches) this.#stretches(ctx, piece, top, height, frame, wide);
      if (strips > 0) this.#blit(ctx, top, height, frame.width, x0, x1);
      this.#labels(ctx, top, height, frame);
    }
    this.#instants(ctx, row, y, frame, from, to);
  }

  /** Draws the tasks of one depth; those too narrow for a shape of their own go to the strip. Gives how many did. */
  #items(
    ctx: CanvasRenderingContext2D,
    { segment, from, to }: Piece<SliceColumns>,
    depth: number,
    top: number,
    height: number,
    frame: Frame,
    wide: Map<number, readonly [number, number]>,
  ): number {
    const { depth: depthOf } = segment.columns;
    const runs = runsOf(segment);
    let strips = 0;
    for (let run = 0; run + 1 < runs.length; run++)
      if (depthOf[runs[run]!] === depth)
        strips += this.#run(ctx, segment, runs[run]!, runs[run + 1]!, from, to, top, height, frame, wide);
    return strips;
  }

  #run(
    ctx: CanvasRenderingContext2D,
    segment: Segment<SliceColumns>,
    first: number,
    end: number,
    from: number,
    to: number,
    top: number,
    height: number,
    frame: Frame,
    wide: Map<number, readonly [number, number]>,
  ): number {
    const { columns } = segment;
    const { start, duration, task, name, count, cause, flags } = columns;
    const { axis, origin, perPixel, width: right } = frame;
    let strips = 0;
    const [begin, last] = rangeOfRun(columns, first, end, from, to);
    for (let i = begin; i < last; i++) {
      const a = start[i]!;
      const b = a + duration[i]!;
      const many = count[i]!;
      const isOpen = (flags[i]! & sliceFlags.open) !== 0;
      const isCollapsed = (flags[i]! & sliceFlags.collapsed) !== 0;
      if (a >= to) continue;
      if (isCollapsed) {
        if (a < segment.from || (segment.isCut && a >= segment.to)) continue;
      } else if (segment.isCut && (isOpen || b >= segment.to)) continue;
      if (b < from) continue;
      const xa = (axis.placeOf(a) - origin) / perPixel;
      const xb = (axis.placeOf(b) - origin) / perPixel;
      if (xb < -1 || xa > right) continue;
      this.count.items++;
      const width = xb - xa;
      const why = cause[i]!;
      if (width < narrow || (isCollapsed && width < textFrom)) {
        const first = Math.max(0, Math.floor(xa));
        const last = Math.min(right - 1, Math.max(first, Math.ceil(xb) - 1));
        const word = this.#workWord(name[i]!);
        const wait = why === noCause ? 0 : this.#word(this.#palette.cause(why));
        for (let x = first; x <= last; x++) {
          if (this.#words[x] === 0 || isCollapsed) this.#words[x] = word;
          if (wait !== 0) this.#words[right + x] = wait;
          this.#counts[x]! += many / (last - first + 1);
        }
        strips++;
        continue;
      }
      const xl = Math.max(-4, xa);
      const xr = Math.min(right + 4, xb);
      const work = this.#work(name[i]!);
      if (width >= textFrom && !isCollapsed) this.#wordy.push([segment, i]);
      this.count.rectangles++;
      if (isCollapsed) {
        ctx.fillStyle = why === noCause ? work : (this.#patterns[why] ?? work);
        ctx.globalAlpha = 0.75;
        ctx.fillRect(xl, top, xr - xl, height);
        ctx.globalAlpha = 1;
        this.#zigzag(ctx, xl, xr, top, height, many);
        continue;
      }
      ctx.fillStyle = work;
      ctx.fillRect(xl, top, Math.max(1, xr - xl - 0.5), height);
      if (width > 3) wide.set(task[i]!, [a, b]);
      if (why !== noCause) {
        // Until its stretches are known, the main wait is a band at the foot.
        ctx.fillStyle = this.#patterns[why] ?? work;
        ctx.fillRect(xl, top + height - footHeight, Math.max(1, xr - xl - 0.5), footHeight);
      }
      if ((flags[i]! & sliceFlags.failed) !== 0) {
        ctx.fillStyle = this.#palette.live;
        ctx.fillRect(xl, top, Math.max(1, xr - xl - 0.5), 2);
      }
      if (isOpen) {
        ctx.fillStyle = this.#palette.live;
        ctx.fillRect(xr - 2, top, 2, height);
      }
    }
    return strips;
  }

  /** The parts of wide tasks: waits in the pattern of their cause over the whole height, work stays plain. */
  #stretches(
    ctx: CanvasRenderingContext2D,
    { segment }: Piece<MilestoneColumns>,
    top: number,
    height: number,
    frame: Frame,
    wide: ReadonlyMap<number, readonly [number, number]>,
  ): void {
    const { until, task, cause } = segment.columns;
    let of = 0;
    let begin = 0;
    let bounds: readonly [number, number] | undefined;
    for (let i = 0; i < segment.n; i++) {
      if (task[i] !== of) {
        of = task[i]!;
        bounds = wide.get(of);
        begin = bounds?.[0] ?? 0;
      }
      if (bounds === undefined) continue;
      const end = until[i]!;
      const why = cause[i]!;
      if (why !== noCause) {
        const xa = Math.max(-4, xOf(frame, begin));
        const xb = Math.min(frame.width + 4, xOf(frame, end));
        if (xb > xa && xb > 0) {
          ctx.fillStyle = this.#patterns[why] ?? this.#palette.cause(why);
          ctx.fillRect(xa, top, Math.max(0.5, xb - xa - (end === bounds[1] ? 0.5 : 0)), height);
          this.count.rectangles++;
        }
      }
      begin = end;
    }
  }

  #labels(ctx: CanvasRenderingContext2D, top: number, height: number, frame: Frame): void {
    if (this.#wordy.length === 0) return;
    ctx.font = '11px system-ui, sans-serif';
    ctx.textBaseline = 'middle';
    for (const [{ columns }, i] of this.#wordy) {
      const { start, duration, name, flags, cause } = columns;
      const xa = Math.max(0, xOf(frame, start[i]!));
      const xb = Math.min(frame.width, xOf(frame, start[i]! + duration[i]!));
      const room = xb - xa - 8;
      if (room < textFrom - 8) continue;
      const open = (flags[i]! & sliceFlags.open) !== 0 ? ' …' : '';
      const text = fit(this.#data.name(name[i]!) + open, room);
      if (text === '') continue;
      const width = text.length * 6.1 + 4;
      // A ground of its own keeps the text readable over stripes.
      if (cause[i]! !== noCause) {
        ctx.fillStyle = this.#palette.surface;
        ctx.globalAlpha = 0.86;
        ctx.fillRect(xa + 2, top + 2, Math.min(width, room + 4), height - 4);
        ctx.globalAlpha = 1;
      }
      ctx.fillStyle = this.#palette.ink;
      ctx.fillText(text, xa + 4, top + height / 2 + 0.5, room + 2);
    }
  }

  #instants(ctx: CanvasRenderingContext2D, row: Row, y: number, frame: Frame, from: number, to: number): void {
    const pieces = this.#data.of(row.track.id).instants.pieces(from, to, frame.level);
    ctx.fillStyle = this.#palette.ink;
    let before = -10;
    for (const { segment } of pieces)
      for (let i = 0; i < segment.n; i++) {
        const x = xOf(frame, segment.columns.at[i]!);
        if (x < -4 || x > frame.width + 4 || x - before < 2) continue;
        before = x;
        ctx.beginPath();
        ctx.moveTo(x, y + 1);
        ctx.lineTo(x + 3.5, y + 7);
        ctx.lineTo(x - 3.5, y + 7);
        ctx.fill();
      }
  }

  #paintCounter(ctx: CanvasRenderingContext2D, row: Row, y: number, frame: Frame, x0: number, x1: number): void {
    const data = this.#data.of(row.track.id);
    const pieces = data.counters.pieces(timeAt(frame, x0), timeAt(frame, x1), counterLevel(frame.level));
    const height = row.height - 6;
    const base = y + row.height - 3;
    const peak = data.peak > 0 ? data.peak : 1;
    const yOf = (value: number): number => base - (Math.max(0, value) / peak) * height;
    ctx.fillStyle = this.#palette.isDark ? '#3d6d8c' : '#9cc9ee';
    ctx.beginPath();
    let last: number | undefined;
    let at = 0;
    for (const { segment } of pieces) {
      const { at: t, min, max, last: value } = segment.columns;
      for (let i = 0; i < segment.n; i++) {
        const x = Math.min(frame.width + 4, Math.max(-4, xOf(frame, t[i]!)));
        if (last !== undefined) ctx.rect(at, yOf(last), x - at, base - yOf(last));
        const bucket = segment.level === 255 ? 0 : xOf(frame, t[i]! + 2 ** segment.level) - x;
        if (max[i]! > min[i]! && bucket > 0) ctx.rect(x, yOf(max[i]!), Math.max(1, bucket), base - yOf(max[i]!));
        last = value[i]!;
        at = x;
        this.count.items++;
      }
    }
    if (last !== undefined) ctx.rect(at, yOf(last), frame.width + 4 - at, base - yOf(last));
    ctx.fill();
    ctx.fillStyle = this.#palette.soft;
    ctx.font = '10px system-ui, sans-serif';
    ctx.textBaseline = 'top';
    if (data.peak > 0) ctx.fillText(`up to ${formatValue(data.peak, row.track.unit)}`, 4, y + 2);
  }

  #zigzag(ctx: CanvasRenderingContext2D, xa: number, xb: number, top: number, height: number, count: number): void {
    const middle = top + height / 2;
    const pattern = this.#zigzagTile;
    if (pattern !== undefined) {
      // One filled rectangle: a path of as many strokes takes milliseconds to rasterise.
      const tile = 1 / Math.max(1, Math.round(this.#scale));
      pattern.setTransform(new DOMMatrix([tile, 0, 0, tile, 0, top]));
      ctx.fillStyle = pattern;
      ctx.fillRect(xa, top, xb - xa, height);
    }
    const text = `${formatCount(count)}×`;
    const width = text.length * 6.2 + 6;
    if (xb - xa < width + 4) return;
    const x = (Math.max(0, xa) + xb - width) / 2;
    ctx.fillStyle = this.#palette.surface;
    ctx.fillRect(x, top + 2, width, height - 4);
    ctx.fillStyle = this.#palette.ink;
    ctx.font = '11px system-ui, sans-serif';
    ctx.textBaseline = 'middle';
    ctx.fillText(text, x + 3, middle + 0.5);
  }

  #clearStrip(width: number): void {
    if (this.#strip.width !== width || this.#pixels === undefined) {
      this.#strip.width = width;
      this.#strip.height = 2;
      this.#pixels = new ImageData(width, 2);
      this.#words = new Uint32Array(this.#pixels.data.buffer);
      this.#counts = new Float64Array(width);
    }
    this.#words.fill(0);
    this.#counts.fill(0);
  }

  /** Two pixels high, work above wait, stretched to the row: any number of narrow items costs one blit. Runs of them get a zig-zag and their count. */
  #blit(ctx: CanvasRenderingContext2D, top: number, height: number, width: number, x0: number, x1: number): void {
    this.#strip.getContext('2d', { willReadFrequently: true })!.putImageData(this.#pixels!, 0, 0);
    ctx.imageSmoothingEnabled = false;
    const [a, b] = [Math.max(0, Math.floor(x0)), Math.min(width, Math.ceil(x1))];
    if (b <= a) return;
    ctx.drawImage(this.#strip, a, 0, b - a, 1, a, top, b - a, height);
    ctx.drawImage(this.#strip, a, 1, b - a, 1, a, top + height - footHeight, b - a, footHeight);
    this.count.rectangles++;
    for (let x = 0; x < width; ) {
      if (this.#counts[x] === 0) {
        x++;
        continue;
      }
      let end = x;
      let sum = 0;
      while (end < width && this.#counts[end]! > 0) sum += this.#counts[end++]!;
      if (end - x >= 12 && sum > (end - x) / 2 && end > x0 && x < x1)
        this.#zigzag(ctx, x, end, top, height, Math.round(sum));
      x = end;
    }
  }

  #word(colour: string): number {
    let word = this.#colours.get(colour);
    if (word === undefined) {
      const value = Number.parseInt(colour.slice(1), 16);
      word = (0xff000000 | ((value & 255) << 16) | (value & 0xff00) | (value >>> 16)) >>> 0;
      this.#colours.set(colour, word);
    }
    return word;
  }

  /** Names that are not known yet are not remembered. */
  #work(name: number): string {
    const held = this.#works[name];
    if (held !== undefined) return held;
    const work = this.#palette.work(this.#data.name(name));
    if (name < this.#data.strings.length) this.#works[name] = work;
    return work;
  }

  #workWord(name: number): number {
    const held = this.#workWords[name];
    if (held !== undefined) return held;
    const word = this.#word(this.#work(name));
    if (name < this.#data.strings.length) this.#workWords[name] = word;
    return word;
  }
}

const zigzagWidth = 6;

/** A zig-zag as high as a row, to be repeated along it. */
function zigzagPattern(ctx: CanvasRenderingContext2D, ink: string, scale: number): CanvasPattern | undefined {
  const height = laneHeight - padding - 1;
  const tile = document.createElement('canvas');
  tile.width = zigzagWidth * scale;
  tile.height = height * scale;
  const on = tile.getContext('2d')!;
  on.scale(scale, scale);
  on.strokeStyle = ink;
  on.globalAlpha = 0.55;
  on.beginPath();
  on.moveTo(-3, height - 4);
  for (let x = 0; x <= zigzagWidth + 3; x += 3) on.lineTo(x, x % 6 === 0 ? 4 : height - 4);
  on.stroke();
  return ctx.createPattern(tile, 'repeat') ?? undefined;
}

function xOf({ axis, origin, perPixel }: Frame, time: number): number {
  return (axis.placeOf(time) - origin) / perPixel;
}

function timeAt({ axis, origin, perPixel }: Frame, x: number): number {
  return axis.timeOf(origin + x * perPixel);
}

function fit(text: string, room: number): string {
  const most = Math.floor(room / 6.1);
  if (text.length <= most) return text;
  return most < 3 ? '' : `${text.slice(0, most - 1)}…`;
}
