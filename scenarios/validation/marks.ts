import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { validationErrors } from './errors.ts';
import type { ValidationRow } from './validate.ts';

/** The error a row had when marks were stored. */
export type Mark = Pick<ValidationRow, 'model' | 'device' | 'table' | 'role' | 'coverage'> & {
  /** Null when no row had been predicted. */
  readonly meanPct: number | null;
};

/** A row that became worse than its mark, or vanished. */
export interface Regression {
  readonly mark: Mark;
  /** The row now; undefined when there is none. */
  readonly now: ValidationRow | undefined;
  /** One line for people. */
  readonly message: string;
}

/** Room for rounding above a mark, in points of mean error. */
const SLACK = 0.05;

/** The marks that ship with the package. */
export function storedMarks(): readonly Mark[] {
  return JSON.parse(readFileSync(new URL('./marks.json', import.meta.url), 'utf8')) as Mark[];
}

const marksShape = z.array(
  z.object({
    model: z.string(),
    device: z.string(),
    table: z.string(),
    role: z.enum(['calibration', 'check', 'external']),
    meanPct: z.number().nullable(),
    coverage: z.number(),
  }),
);

/** Marks from a file: an earlier JSON output of `escapement validate`. Throws MARKS_FILE. */
export function readMarks(path: string): readonly Mark[] {
  const refuse = (cause: string, error?: unknown): never => {
    throw validationErrors.create('MARKS_FILE', { file: path, cause }, {}, error);
  };
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return refuse((error as Error).message, error);
  }
  const marks = marksShape.safeParse(content);
  if (marks.success) return marks.data;
  const [issue] = marks.error.issues;
  return refuse(`${issue?.path.join('.')}: ${issue?.message}`);
}

/** What to store of validated rows: rows of the user's own tables are left out. */
export function marksOf(rows: readonly ValidationRow[]): Mark[] {
  return rows
    .filter((row) => row.role !== 'external')
    .map(({ model, device, table, role, meanPct, coverage }) => ({
      model,
      device,
      table,
      role,
      meanPct: Math.round(meanPct * 100) / 100,
      coverage: Math.round(coverage * 1e4) / 1e4,
    }));
}

/** Marks that `rows` miss: a mean error more than 0.05 points higher, a lower coverage, or no such row. */
export function regressions(rows: readonly ValidationRow[], marks: readonly Mark[] = storedMarks()): Regression[] {
  const key = (row: Mark) => [row.table, row.role, row.model, row.device].join('|');
  const now = new Map(rows.map((row) => [key(row), row]));
  return marks.flatMap((mark): Regression[] => {
    const row = now.get(key(mark));
    const name = `${mark.model} on ${mark.device} (${mark.table}, ${mark.role})`;
    if (row === undefined) return [{ mark, now: row, message: `${name}: no longer validated` }];
    if (row.coverage < mark.coverage - 1e-4)
      return [{ mark, now: row, message: `${name}: coverage ${row.coverage.toFixed(4)}, was ${mark.coverage}` }];
    if (mark.meanPct !== null && row.meanPct > mark.meanPct + SLACK)
      return [{ mark, now: row, message: `${name}: mean error ${row.meanPct.toFixed(2)} %, was ${mark.meanPct} %` }];
    return [];
  });
}
