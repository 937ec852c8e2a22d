import type { Regression } from './marks.ts';
import type { ValidationDetail, ValidationRow } from './validate.ts';

const headings = [
  'model',
  'device',
  'role',
  'rows',
  'mean %',
  'median %',
  'P90 %',
  'worst %',
  'bias %',
  'Spearman',
  'coverage',
];

/** The figures as a text table for a terminal, one paragraph for each table of measurements. */
export function formatValidation(rows: readonly ValidationRow[]): string {
  const cells = rows.map((row) => [
    row.model,
    row.device,
    row.role,
    String(row.rows),
    figure(row.meanPct),
    figure(row.medianPct),
    figure(row.p90Pct),
    figure(row.worstPct),
    `${row.biasPct >= 0 ? '+' : ''}${figure(row.biasPct)}`,
    row.rows < 2 ? '-' : row.spearman.toFixed(3),
    row.coverage.toFixed(2),
  ]);
  const widths = headings.map((heading, i) => Math.max(heading.length, ...cells.map((line) => line[i]?.length ?? 0)));
  const print = (line: readonly string[]) =>
    line
      .map((cell, i) => (i < 3 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
      .join('  ')
      .trimEnd();
  const lines: string[] = [print(headings)];
  let table = '';
  for (const [i, row] of rows.entries()) {
    if (row.table !== table) lines.push('', row.table);
    table = row.table;
    lines.push(print(cells[i] as string[]));
  }
  return lines.join('\n');
}

function figure(percent: number): string {
  return Number.isNaN(percent) ? '-' : percent.toFixed(1);
}

/** Where each model is not to be trusted, one line a model in order of appearance. */
export function formatLimits(details: readonly ValidationDetail[]): string {
  const limits = new Map(details.map(({ model, limits: text }) => [model.replace(/[+]surface$/, ''), text]));
  const width = Math.max(0, ...[...limits.keys()].map((model) => model.length));
  return ['Not to be trusted:', ...[...limits].map(([model, text]) => `  ${model.padEnd(width)}  ${text}`)].join('\n');
}

/** Rows without a prediction and why, one line a table, model, device and reason; undefined when every row has one. */
export function formatLeftOut(rows: readonly ValidationRow[]): string | undefined {
  const lines = rows
    .filter(({ model }) => !model.endsWith('+surface'))
    .flatMap(({ table, model, device, leftOut }) =>
      leftOut.map(
        ({ because, rows: count }) =>
          `  ${table}, ${model}, ${device}: ${count} ${count === 1 ? 'row' : 'rows'}: ${because}`,
      ),
    );
  return lines.length === 0 ? undefined : ['Without a prediction:', ...lines].join('\n');
}

/** What became worse than its stored mark, one line each. */
export function formatRegressions(found: readonly Regression[]): string {
  return [`Worse than the marks: ${found.length}`, ...found.map(({ message }) => `  ${message}`)].join('\n');
}
