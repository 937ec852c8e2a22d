import type { Mark } from '../../protocol/server-messages.ts';
import type { Viewer } from '../app/viewer.ts';

const halfWidth = 5;
const flagHeight = 11;
/** Pixels beside a flag that still mean it. */
const reach = 2;

/** Draws the flags of marks on the axis; the chosen one is larger and has a border. */
export function drawMarkFlags(ctx: CanvasRenderingContext2D, viewer: Viewer, axisHeight: number): void {
  const { time, palette, marking } = viewer;
  const { accent, ink } = palette.value;
  const chosen = marking.chosen.value;
  for (const mark of viewer.marks.value) {
    const x = time.xOf(mark.tick);
    if (x < -8 || x > time.width + 8) continue;
    const more = mark.id === chosen?.id ? 3 : 0;
    ctx.fillStyle = accent;
    ctx.beginPath();
    ctx.moveTo(x, axisHeight);
    ctx.lineTo(x - halfWidth - more, axisHeight - flagHeight - more);
    ctx.lineTo(x + halfWidth + more, axisHeight - flagHeight - more);
    ctx.closePath();
    ctx.fill();
    if (more === 0) continue;
    ctx.strokeStyle = ink;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }
}

/** Draws the lines of marks through the rows: dotted, the chosen one whole. */
export function drawMarkLines(ctx: CanvasRenderingContext2D, viewer: Viewer, height: number): void {
  const { time, palette, marking } = viewer;
  const chosen = marking.chosen.value;
  ctx.fillStyle = palette.value.accent;
  for (const mark of viewer.marks.value) {
    const x = time.xOf(mark.tick);
    if (x < 0 || x > time.width) continue;
    if (mark.id === chosen?.id) ctx.fillRect(x - 0.5, 0, 2, height);
    else for (let y = 0; y < height; y += 6) ctx.fillRect(x, y, 1, 3);
  }
}

/** The mark whose flag is at a pixel of the axis, the nearest of several. */
export function markAt({ time, marks }: Viewer, x: number, y: number, axisHeight: number): Mark | undefined {
  if (y < axisHeight - flagHeight) return undefined;
  let best: Mark | undefined;
  let least = halfWidth + reach;
  for (const mark of marks.value) {
    const distance = Math.abs(time.xOf(mark.tick) - x);
    if (distance > least) continue;
    best = mark;
    least = distance;
  }
  return best;
}
