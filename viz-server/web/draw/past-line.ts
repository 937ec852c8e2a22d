import type { Viewer } from '../app/viewer.ts';

/** The line of the moment that is looked at, across the rows; what lies after it is dimmed. */
export function drawPastLine(ctx: CanvasRenderingContext2D, viewer: Viewer, height: number): void {
  const then = viewer.travel.moment.value;
  if (then === undefined) return;
  const { time } = viewer;
  const colours = viewer.palette.value;
  const x = time.xOf(then.at);
  if (x < time.width) {
    ctx.fillStyle = colours.isDark ? 'rgba(0,0,0,.35)' : 'rgba(255,255,255,.55)';
    ctx.fillRect(Math.max(0, x), 0, time.width - Math.max(0, x), height);
  }
  if (x < 0 || x > time.width) return;
  ctx.fillStyle = colours.accent;
  ctx.fillRect(x - 1, 0, 2, height);
}

/** Its flag on the axis. */
export function drawPastFlag(ctx: CanvasRenderingContext2D, viewer: Viewer, axisHeight: number): void {
  const then = viewer.travel.moment.value;
  if (then === undefined) return;
  const { time } = viewer;
  const x = time.xOf(then.at);
  if (x < -40 || x > time.width + 40) return;
  const colours = viewer.palette.value;
  const text = 'then';
  ctx.font = 'bold 11px system-ui, sans-serif';
  const width = ctx.measureText(text).width + 10;
  const left = Math.min(Math.max(0, x - width / 2), time.width - width);
  ctx.fillStyle = colours.accent;
  ctx.fillRect(left, 2, width, axisHeight - 6);
  ctx.beginPath();
  ctx.moveTo(x - 5, axisHeight - 4);
  ctx.lineTo(x + 5, axisHeight - 4);
  ctx.lineTo(x, axisHeight);
  ctx.fill();
  ctx.fillStyle = colours.surface;
  ctx.textBaseline = 'middle';
  ctx.fillText(text, left + 5, axisHeight / 2 - 1);
}
