import { wrapText } from '../kit/wrap-text.ts';

/** One column: its heading, alignment, and whether it gives way when the terminal is narrow. */
export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
  readonly wrap?: boolean;
  /** Colours a cell's text after it was padded. */
  readonly paint?: (text: string) => string;
}

/** An aligned text table, one line a row; with `width`, columns marked `wrap` are broken at words to fit. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[], width?: number): string {
  const natural = columns.map((column, c) => Math.max(column.head.length, ...rows.map((row) => (row[c] ?? '').length)));
  const widths = fit(columns, natural, width);
  const line = (cells: readonly string[], paint: boolean): string => {
    const parts = columns.map((_, c) => wrapText(cells[c] ?? '', widths[c] as number));
    const height = Math.max(...parts.map((part) => part.length));
    const lines: string[] = [];
    for (let i = 0; i < height; i++)
      lines.push(
        columns
          .map((column, c) => {
            const text = parts[c]?.[i] ?? '';
            const last = c === columns.length - 1 && column.align !== 'right';
            const w = widths[c] as number;
            const padded = column.align === 'right' ? text.padStart(w) : last ? text : text.padEnd(w);
            return paint && text !== '' && column.paint !== undefined ? column.paint(padded) : padded;
          })
          .join('  ')
          .trimEnd(),
      );
    return lines.join('\n');
  };
  const head = columns.some((column) => column.head !== '')
    ? [
        line(
          columns.map((column) => column.head),
          false,
        ),
        widths.map((w) => '-'.repeat(w)).join('  '),
      ]
    : [];
  return `${[...head, ...rows.map((row) => line(row, true))].join('\n')}\n`;
}

function fit(columns: readonly Column[], natural: readonly number[], width: number | undefined): readonly number[] {
  const total = natural.reduce((sum, w) => sum + w, 0) + 2 * (natural.length - 1);
  if (width === undefined || total <= width) return natural;
  const elastic = columns.filter((column) => column.wrap).length;
  if (elastic === 0) return natural;
  const excess = Math.ceil((total - width) / elastic);
  return natural.map((w, c) => (columns[c]?.wrap ? Math.max(Math.min(w, 16), w - excess) : w));
}
