import type { Viewer } from '../app/viewer.ts';
import { itemsOf } from '../data/take-chunk.ts';
import { axisLabels } from '../view/axis-labels.ts';
import { formatTick } from '../view/time-scale.ts';
import { laneHeight, type Row, visibleRows } from '../view/track-layout.ts';
import { drawMarkFlags, drawMarkLines } from './mark-flags.ts';
import { drawPastFlag, drawPastLine } from './past-line.ts';

export const axisHeight = 26;

/** Draws the axis with the live edge and marks on its own canvas. */
export function drawAxis(ctx: CanvasRenderingContext2D, viewer: Viewer, scale: number): void {
  const { time, palette, run } = viewer;
  const colours = palette.value;
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  ctx.fillStyle = colours.raised;
  ctx.fillRect(0, 0, time.width, axisHeight);
  ctx.font = '11px system-ui, sans-serif';
  ctx.textBaseline = 'middle';
  for (const { at, step } of axisLabels(time)) {
    const x = Math.round(time.xOf(at));
    ctx.fillStyle = colours.line;
    ctx.fillRect(x, axisHeight - 7, 1, 7);
    ctx.fillStyle = colours.soft;
    ctx.fillText(formatTick(at, step, run.value.tickPs), x + 4, axisHeight / 2);
  }
  ctx.fillStyle = colours.line;
  ctx.fillRect(0, axisHeight - 1, time.width, 1);
  const live = time.xOf(time.limit);
  if (live >= 0 && live <= time.width) {
    ctx.fillStyle = colours.live;
    ctx.fillRect(live - 1, 0, 2, axisHeight);
    const text = viewer.status.value?.state === 'finished' ? 'end' : 'now';
    ctx.font = 'bold 11px system-ui, sans-serif';
    const x = Math.min(live + 4, time.width - 28);
    ctx.fillStyle = colours.raised;
    ctx.fillRect(x - 2, 2, 30, axisHeight - 4);
    ctx.fillStyle = colours.live;
    ctx.fillText(text, x, axisHeight / 2);
  }
  drawMarkFlags(ctx, viewer, axisHeight);
  drawPastFlag(ctx, viewer, axisHeight);
}

/** Overlays on which nothing is drawn. */
const blank = new WeakSet<CanvasRenderingContext2D>();

/** Draws what changes with every move of the mouse: selection, hover, area, arrows, the live edge. */
export function drawOverlay(ctx: CanvasRenderingContext2D, viewer: Viewer, scale: number, height: number): void {
  const { time, palette, scroll } = viewer;
  const colours = palette.value;
  const live = time.xOf(time.limit);
  const isBlank =
    live >= time.width &&
    viewer.area.value === undefined &&
    viewer.marks.value.length === 0 &&
    viewer.hovered.value === undefined &&
    viewer.selected.value === undefined;
  // A layer that stays empty need not be put together with the others again.
  if (isBlank && blank.has(ctx)) return;
  if (isBlank) blank.add(ctx);
  else blank.delete(ctx);
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  ctx.clearRect(0, 0, time.width, height);
  const rows = visibleRows(viewer.layout.value, scroll, scroll + height);
  if (live < time.width) {
    ctx.fillStyle = colours.isDark ? 'rgba(0,0,0,.28)' : 'rgba(90,100,110,.07)';
    ctx.fillRect(live, 0, time.width - live, height);
    ctx.fillStyle = colours.live;
    ctx.fillRect(live - 0.75, 0, 1.5, height);
  }
  drawPastLine(ctx, viewer, height);
  const area = viewer.area.value;
  if (area !== undefined) {
    const [a, b] = [time.xOf(area.from), time.xOf(area.to)];
    ctx.fillStyle = colours.isDark ? 'rgba(255,209,102,.13)' : 'rgba(11,87,208,.10)';
    ctx.fillRect(a, 0, b - a, height);
    ctx.fillStyle = colours.accent;
    ctx.fillRect(a, 0, 1, height);
    ctx.fillRect(b - 1, 0, 1, height);
  }
  drawMarkLines(ctx, viewer, height);
  const hovered = viewer.hovered.value;
  if (hovered !== undefined && !hovered.item.isCollapsed) {
    // All of a kind are outlined, so that one sees where else the same happens.
    ctx.strokeStyle = colours.ink;
    ctx.lineWidth = 1;
    let drawn = 0;
    for (const row of rows) {
      if (row.kind !== 'slices') continue;
      for (const item of itemsOf(viewer.data, row.track.id, time.from, time.to, time.level)) {
        if (item.isCollapsed || item.name !== hovered.item.name) continue;
        const [a, b] = [time.xOf(item.start), time.xOf(item.end)];
        if (b - a < 4 || drawn > 400) continue;
        drawn++;
        outline(ctx, row, item.depth, scroll, a, b);
      }
    }
  }
  const selected = viewer.selected.value;
  if (selected !== undefined) {
    const row = rows.find((one) => one.track.id === selected.track);
    if (row !== undefined) {
      ctx.strokeStyle = colours.surface;
      ctx.lineWidth = 5;
      outline(ctx, row, selected.depth, scroll, time.xOf(selected.start), time.xOf(selected.end));
      ctx.strokeStyle = colours.accent;
      ctx.lineWidth = 2.5;
      outline(ctx, row, selected.depth, scroll, time.xOf(selected.start), time.xOf(selected.end));
    }
    drawFlows(ctx, viewer, rows, selected.task);
  }
  if (hovered !== undefined && hovered.item.task !== selected?.task) drawFlows(ctx, viewer, rows, hovered.item.task);
}

function outline(ctx: CanvasRenderingContext2D, row: Row, depth: number, scroll: number, a: number, b: number): void {
  const x = Math.max(-4, a);
  ctx.strokeRect(
    x + 0.5,
    row.y - scroll + depth * laneHeight + 1.5,
    Math.max(2, Math.min(b, 20_000) - x - 1),
    laneHeight - 2,
  );
}

/** Arrows of one task, a hundred at most. */
function drawFlows(ctx: CanvasRenderingContext2D, viewer: Viewer, rows: readonly Row[], task: number): void {
  const { time, data, scroll, palette } = viewer;
  const byTrack = new Map(rows.map((row) => [row.track.id, row]));
  ctx.strokeStyle = palette.value.ink;
  ctx.fillStyle = palette.value.ink;
  ctx.lineWidth = 1.25;
  const seen = new Set<number>();
  for (const row of rows)
    for (const { segment } of data.of(row.track.id).flows.pieces(time.from, time.to, time.level)) {
      const { fromAt, toAt, fromTask, toTask, fromTrack, toTrack, id } = segment.columns;
      for (let i = 0; i < segment.n && seen.size < 100; i++) {
        if ((fromTask[i] !== task && toTask[i] !== task) || seen.has(id[i]!)) continue;
        seen.add(id[i]!);
        const [from, to] = [byTrack.get(fromTrack[i]!), byTrack.get(toTrack[i]!)];
        if (from === undefined || to === undefined) continue;
        const [xa, xb] = [time.xOf(fromAt[i]!), time.xOf(toAt[i]!)];
        const [ya, yb] = [from.y - scroll + laneHeight / 2, to.y - scroll + laneHeight / 2];
        const bend = Math.max(24, Math.abs(xb - xa) / 2);
        ctx.beginPath();
        ctx.moveTo(xa, ya);
        ctx.bezierCurveTo(xa + bend, ya, xb - bend, yb, xb, yb);
        ctx.stroke();
        ctx.beginPath();
        ctx.moveTo(xb, yb);
        ctx.lineTo(xb - 6, yb - 3.5);
        ctx.lineTo(xb - 6, yb + 3.5);
        ctx.fill();
      }
    }
}
