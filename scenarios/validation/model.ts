import type { CorrectionOptions } from '../../actors/compute/correction-surface.ts';
import type { TableRow } from './csv.ts';

/** What a model predicts. */
export type ValidationUnit = 'seconds' | 'accelerators';

/** Why a row has no prediction, as a sentence for people without a full stop. */
export interface LeftOut {
  readonly because: string;
}

/** A row without a prediction. */
export function leftOut(because: string): LeftOut {
  return { because };
}

/** A cost model that can be held against tables with certain columns. */
export interface ValidationModel {
  readonly id: string;
  /** What is compared, for people. */
  readonly title: string;
  /** Where the model is not to be trusted, as one sentence. */
  readonly limits: string;
  /** What `measured` and `predict` count; seconds by default. */
  readonly unit?: ValidationUnit;
  /** Columns a table must have. */
  readonly columns: readonly string[];
  /** Whether the model is about this row; every row by default. */
  accepts?(row: TableRow): boolean;
  /** Which rows `accepts` takes, for people; given with `accepts`. */
  readonly about?: string;
  /** The device as the table names it. */
  device(row: TableRow): string;
  /** The measured value in `unit`. Throws TABLE_CELL. */
  measured(row: TableRow): number;
  /** The predicted value, or why there is none; `table` holds all rows the model accepts. Throws TABLE_CELL. */
  predict(row: TableRow, table: readonly TableRow[]): number | LeftOut;
  /** The prediction of a row rests on that row: never a check. */
  readonly isCircular?: boolean;
  /** Rows with equal groups are held out of a fit together. */
  group(row: TableRow): string;
  /** How rows nearby may correct a prediction; left out where they do not. */
  readonly surface?: CorrectionOptions & { at(row: TableRow): readonly number[] };
}

/** One of every this many groups of a calibration table is held out of all fits. */
export const HOLDOUT = 5;

/**
 * Deals the rows of a whole table into `HOLDOUT` folds, group by group, in the order in which groups first appear for each device.
 * Constants are fitted without fold 0; rows in fold 0 are predictions. Models of one table with equal groups share its folds.
 */
export function foldsOf(
  model: Pick<ValidationModel, 'device' | 'group'>,
  rows: readonly TableRow[],
): ReadonlyMap<TableRow, number> {
  const seen = new Map<string, Map<string, number>>();
  return new Map(
    rows.map((row) => {
      const device = model.device(row);
      const groups = seen.get(device) ?? new Map<string, number>();
      seen.set(device, groups);
      const group = model.group(row);
      const index = groups.get(group) ?? groups.size;
      groups.set(group, index);
      return [row, (index + 2) % HOLDOUT];
    }),
  );
}
