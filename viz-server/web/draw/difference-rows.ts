import type { Table } from '../../protocol/server-messages.ts';
import type { Viewer } from '../app/viewer.ts';
import { formatCount } from '../view/time-scale.ts';

/** A stretch of a track in which tasks of two runs differ. */
export interface DifferenceCell {
  readonly from: number;
  readonly to: number;
  readonly tasks: number;
  /** The largest shift of an end, in ticks; negative: earlier. */
  readonly later: number;
  /** Tasks that only the first, and only the second run has. */
  readonly gone: number;
  readonly added: number;
}

/** A track with its stretches. */
export interface DifferenceRow {
  readonly name: string;
  readonly cells: readonly DifferenceCell[];
}

export const rowHeight = 26;

/** The table of `tracks` by track. */
export function rowsOf(table: Table): DifferenceRow[] {
  const rows = new Map<string, DifferenceCell[]>();
  for (const [actor, lane, from, to, tasks, later, gone, added] of table.rows) {
    const name = lane === '' ? String(actor) : `${String(actor)} · ${String(lane)}`;
    const cells = rows.get(name) ?? [];
    rows.set(name, cells);
    cells.push({
      from: Number(from),
      to: Number(to),
      tasks: Number(tasks),
      later: Number(later),
      gone: Number(gone),
      added: Number(added),
    });
  }
  return [...rows].map(([name, cells]) => ({ name, cells }));
}

/** Draws rows in the range of the timeline; heights are by the largest shift in all of them. */
export function drawDifferences(ctx: CanvasRenderingContext2D, viewer: Viewer, rows: readonly DifferenceRow[]): void {
  const { time } = viewer;
  const colours = viewer.palette.value;
  const styles = getComputedStyle(document.documentElement);
  const later = styles.getPropertyValue('--bad');
  const earlier = styles.getPropertyValue('--good');
  const largest = rows.reduce(
    (most, { cells }) => cells.reduce((max, { later: by }) => Math.max(max, Math.abs(by)), most),
    1,
  );
  ctx.fillStyle = colours.surface;
  ctx.fillRect(0, 0, time.width, rows.length * rowHeight);
  ctx.font = '10px system-ui, sans-serif';
  ctx.textBaseline = 'middle';
  for (const [i, { cells }] of rows.entries()) {
    const middle = i * rowHeight + rowHeight / 2;
    ctx.fillStyle = colours.line;
    ctx.fillRect(0, (i + 1) * rowHeight - 1, time.width, 1);
    ctx.fillRect(0, middle, time.width, 1);
    for (const cell of cells) {
      // Whole pixels, so that there are no seams between neighbours.
      const x = Math.round(time.xOf(cell.from));
      const width = Math.max(1, Math.round(time.xOf(cell.to)) - x);
      if (x > time.width || x + width < 0) continue;
      if (cell.later !== 0) {
        // Small shifts are seen too: half of the height goes by size.
        const size = (rowHeight / 2 - 3) * (0.4 + 0.6 * (Math.abs(cell.later) / largest));
        ctx.fillStyle = cell.later > 0 ? later : earlier;
        ctx.fillRect(x, cell.later > 0 ? middle - size : middle + 1, width, size);
      }
      if (cell.gone + cell.added > 0) hatch(ctx, x, i * rowHeight + 3, width, rowHeight - 7, colours.soft);
      if (width > 46 && cell.tasks > 1) {
        ctx.fillStyle = colours.ink;
        ctx.fillText(`${formatCount(cell.tasks)}×`, x + 3, cell.later > 0 ? middle + 6 : middle - 6);
      }
    }
  }
}

function hatch(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: string,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, height);
  ctx.clip();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  for (let at = x - height; at < x + width; at += 5) {
    ctx.beginPath();
    ctx.moveTo(at, y + height);
    ctx.lineTo(at + height, y);
    ctx.stroke();
  }
  ctx.restore();
}
