import type { TraceData } from '../data/trace-data.ts';
import type { TimeAxis } from '../view/time-axis.ts';
import { type Row, type RowLayout, visibleRows } from '../view/track-layout.ts';
import type { Palette } from './palette.ts';
import { type Frame, RowPainter } from './row-painter.ts';

/** What the rows should show now. Pixels are CSS pixels. */
export interface Wanted {
  readonly from: number;
  readonly to: number;
  readonly axis: TimeAxis;
  readonly width: number;
  readonly height: number;
  readonly level: number;
  readonly scroll: number;
  readonly layout: RowLayout;
  /** Changes with everything that changes the look of all rows: theme, layout. */
  readonly look: number;
}

interface Picture {
  readonly canvas: HTMLCanvasElement;
  readonly ctx: CanvasRenderingContext2D;
  wanted: Wanted | undefined;
}

interface Job {
  readonly wanted: Wanted;
  readonly todo: Array<readonly [Row, number, number]>;
  next: number;
}

const budgetMs = 6;

/**
 * The picture of all visible rows. A change of view is answered at once by moving or scaling the picture at hand; the sharp one is
 * painted in the back, as many rows a frame as fit its time, and takes its place when it is complete.
 */
export class Scene {
  readonly painter: RowPainter;
  readonly #data: TraceData;
  #front: Picture;
  #back: Picture;
  #job: Job | undefined;
  #scale = 0;
  #width = 0;
  #height = 0;
  #palette: Palette;
  #isNewPalette = true;
  readonly #versions = new Map<number, number>();
  /** Items drawn for the last complete picture of all rows. */
  items = 0;

  constructor(data: TraceData, palette: Palette) {
    this.#data = data;
    this.#palette = palette;
    this.painter = new RowPainter(data, palette);
    this.#front = makePicture();
    this.#back = makePicture();
  }

  setPalette(palette: Palette): void {
    this.#palette = palette;
    this.#isNewPalette = true;
  }

  /** Draws onto `target` what is wanted, as well as can be had in this frame; whether another frame is needed. */
  draw(target: CanvasRenderingContext2D, wanted: Wanted, scale: number): boolean {
    if (this.#scale !== scale || this.#width !== wanted.width || this.#height !== wanted.height) {
      this.#scale = scale;
      this.#width = wanted.width;
      this.#height = wanted.height;
      for (const picture of [this.#front, this.#back]) {
        picture.canvas.width = Math.max(1, Math.round(wanted.width * scale));
        picture.canvas.height = Math.max(1, Math.round(wanted.height * scale));
        picture.wanted = undefined;
      }
      this.#job = undefined;
      this.#isNewPalette = true;
    }
    if (this.#isNewPalette) {
      this.painter.setPalette(this.#palette, target, scale);
      this.#isNewPalette = false;
      this.#front.wanted = undefined;
      this.#job = undefined;
    }
    this.#job ??= this.#plan(wanted);
    if (this.#job !== undefined) this.#work(this.#job);
    this.#show(target, wanted);
    return this.#job !== undefined || this.#plan(wanted, true) !== undefined;
  }

  /** What must be painted so that the front shows `wanted`; starts the back picture with what can be taken from the front. */
  #plan(wanted: Wanted, dry = false): Job | undefined {
    const now = this.#front.wanted;
    const rows = visibleRows(wanted.layout, wanted.scroll, wanted.scroll + wanted.height);
    const wants = spanOf(wanted.axis, wanted);
    const has = now === undefined ? wants : spanOf(wanted.axis, now);
    const isSameScale =
      now !== undefined &&
      now.look === wanted.look &&
      now.layout === wanted.layout &&
      now.level === wanted.level &&
      now.axis === wanted.axis &&
      Math.abs(has.span / wants.span - 1) < 1e-9;
    const shift = ((has.from - wants.from) / wants.span) * wanted.width;
    const whole = Math.round(shift);
    const isShifted = isSameScale && Math.abs(shift - whole) < 0.02 && Math.abs(whole) < wanted.width;
    const lift = now === undefined ? 0 : now.scroll - wanted.scroll;
    const todo: Array<readonly [Row, number, number]> = [];
    if (!isShifted) for (const row of rows) todo.push([row, 0, wanted.width]);
    else
      for (const row of rows) {
        const y = row.y - now.scroll;
        const isStale = this.#versions.get(row.track.id) !== this.#data.of(row.track.id).version;
        const isOutside = y < 0 || y + row.height > wanted.height;
        if (isStale || (lift !== 0 && isOutside)) todo.push([row, 0, wanted.width]);
        else if (whole > 0) todo.push([row, 0, Math.min(wanted.width, whole + 1)]);
        else if (whole < 0) todo.push([row, Math.max(0, wanted.width + whole - 1), wanted.width]);
      }
    if (isShifted && whole === 0 && lift === 0 && todo.length === 0) return undefined;
    if (dry) return { wanted, todo, next: 0 };
    const { ctx, canvas } = this.#back;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = this.#palette.surface;
    ctx.fillRect(0, 0, canvas.width, canvas.height);
    if (isShifted) ctx.drawImage(this.#front.canvas, Math.round(whole * this.#scale), Math.round(lift * this.#scale));
    if (!isShifted) this.painter.count.items = 0;
    return { wanted, todo, next: 0 };
  }

  #work(job: Job): void {
    const { ctx } = this.#back;
    const { wanted, todo } = job;
    const { axis, width, level } = wanted;
    const { from: origin, span } = spanOf(axis, wanted);
    const frame: Frame = { axis, origin, perPixel: span / width, width, level };
    ctx.setTransform(this.#scale, 0, 0, this.#scale, 0, 0);
    const start = performance.now();
    while (job.next < todo.length) {
      const [row, x0, x1] = todo[job.next++]!;
      this.#versions.set(row.track.id, this.#data.of(row.track.id).version);
      this.painter.paint(ctx, row, row.y - wanted.scroll, frame, x0, x1);
      if (performance.now() - start > budgetMs) break;
    }
    if (job.next < todo.length) return;
    this.#back.wanted = wanted;
    [this.#front, this.#back] = [this.#back, this.#front];
    this.#job = undefined;
    this.items = this.painter.count.items;
  }

  #show(target: CanvasRenderingContext2D, wanted: Wanted): void {
    const { canvas, wanted: has } = this.#front;
    target.setTransform(1, 0, 0, 1, 0, 0);
    target.fillStyle = this.#palette.surface;
    target.fillRect(0, 0, canvas.width, canvas.height);
    if (has === undefined) return;
    const wants = spanOf(wanted.axis, wanted);
    const shown = spanOf(wanted.axis, has);
    const factor = shown.span / wants.span;
    const x = ((shown.from - wants.from) / wants.span) * canvas.width;
    const y = Math.round((has.scroll - wanted.scroll) * this.#scale);
    target.imageSmoothingEnabled = false;
    if (Math.abs(factor - 1) < 1e-9) target.drawImage(canvas, Math.round(x), y);
    else target.drawImage(canvas, x, y, canvas.width * factor, canvas.height);
  }
}

function spanOf(
  axis: TimeAxis,
  { from, to }: { readonly from: number; readonly to: number },
): { readonly from: number; readonly span: number } {
  const left = axis.placeOf(from);
  return { from: left, span: axis.placeOf(to) - left };
}

function makePicture(): Picture {
  const canvas = document.createElement('canvas');
  return { canvas, ctx: canvas.getContext('2d', { alpha: false })!, wanted: undefined };
}
