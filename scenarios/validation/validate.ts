import { type CorrectionSurface, correctionSurface } from '../../actors/compute/correction-surface.ts';
import { SimError } from '../../engine/kernel/errors.ts';
import { didYouMean } from '../kit/suggest.ts';
import type { Table, TableRow } from './csv.ts';
import { type Comparison, type ErrorSummary, summariseErrors } from './error-summary.ts';
import { validationErrors } from './errors.ts';
import { foldsOf, HOLDOUT, type LeftOut, leftOut, type ValidationModel, type ValidationUnit } from './model.ts';
import { models, type ShippedTable, shippedTables } from './models.ts';
import { readTable, shippedTable } from './tables.ts';

/** What rows of a table mean: constants were fitted to them, they were kept apart, or they are the user's. */
export type ValidationRole = 'calibration' | 'check' | 'external';

/** Error figures of one model on one device in one table. */
export interface ValidationRow extends ErrorSummary {
  /** Id of the model; with `+surface` when calibration rows nearby correct it. */
  readonly model: string;
  /** The device as the table names it. */
  readonly device: string;
  readonly table: string;
  readonly role: ValidationRole;
  /** Why rows have no prediction, and how many; empty when every row has one. */
  readonly leftOut: ReadonlyArray<LeftOut & { readonly rows: number }>;
}

/** One measured row and what the model says of it. */
export interface ValidationPoint extends Comparison {
  /** Line of the table. */
  readonly line: number;
  /** Why there is no prediction. */
  readonly because?: string;
}

/** Every comparison behind one row of figures. */
export interface ValidationDetail {
  readonly model: string;
  readonly title: string;
  /** Where the model is not to be trusted. */
  readonly limits: string;
  readonly unit: ValidationUnit;
  readonly device: string;
  readonly table: string;
  readonly role: ValidationRole;
  readonly points: readonly ValidationPoint[];
  /** Lines that no calibration row supports; empty for models without a correction surface. */
  readonly unsupported: readonly number[];
}

/** What to validate against. */
export interface ValidateOptions {
  /** Paths of further CSV tables in the format of the shipped ones. */
  readonly tables?: readonly string[];
  /** Whether the shipped tables are used; true by default. */
  readonly shipped?: boolean;
  /** Ids of the models to judge; all by default. */
  readonly models?: readonly string[];
}

/** Error figures of every cost model on every table, in the order of tables, models and devices. Throws TABLE_UNREADABLE, TABLE_CSV, TABLE_EMPTY, TABLE_COLUMNS, TABLE_MODEL, TABLE_CELL, MODEL_UNKNOWN. */
export function validate(options: ValidateOptions = {}): ValidationRow[] {
  return validationRows(validationDetails(options));
}

/** The figures of comparisons already made. */
export function validationRows(details: readonly ValidationDetail[]): ValidationRow[] {
  return details.map(({ model, device, table, role, points }) => ({
    model,
    device,
    table,
    role,
    ...summariseErrors(points),
    leftOut: countReasons(points),
  }));
}

function countReasons(points: readonly ValidationPoint[]): ValidationRow['leftOut'] {
  const counts = new Map<string, number>();
  for (const { because } of points) if (because !== undefined) counts.set(because, (counts.get(because) ?? 0) + 1);
  return [...counts].map(([because, rows]) => ({ because, rows }));
}

/** The comparisons behind `validate`, for plots and tables of single rows. Throws as `validate`. */
export function validationDetails(options: ValidateOptions = {}): ValidationDetail[] {
  const { tables = [], shipped = true } = options;
  const chosen = options.models === undefined ? models : options.models.map((id) => modelOf(id));
  const external = tables.map((path) => readTable(path));
  return [
    ...(shipped ? shippedTables.flatMap((entry) => compareShipped(entry, chosen)) : []),
    ...external.flatMap((table) => compareExternal(table, chosen)),
  ];
}

function modelOf(id: string): ValidationModel {
  const found = models.find((model) => model.id === id);
  if (found !== undefined) return found;
  const known = models.map((model) => model.id);
  throw validationErrors.create('MODEL_UNKNOWN', {
    id,
    hint: didYouMean(id, known, `Models are ${known.join(', ')}.`),
  });
}

function compareShipped({ file, use }: ShippedTable, chosen: readonly ValidationModel[]): ValidationDetail[] {
  const table = shippedTable(file);
  return modelsOf(table, chosen).flatMap((model) => {
    const rows = rowsOf(model, table);
    const folds = foldsOf(model, table.rows);
    const inFold = (fold: number) => rows.filter((row) => folds.get(row) === fold);
    if (use === 'check') return detailsOf(model, file, model.isCircular ? 'calibration' : 'check', rows, undefined);
    const fitted = rows.filter((row) => folds.get(row) !== 0);
    const plain = [
      ...detailsOf(model, file, 'calibration', fitted, undefined),
      ...detailsOf(model, file, 'check', inFold(0), undefined),
    ];
    if (model.surface === undefined) return plain;
    // A calibration row must not correct itself: each fold is corrected by the others.
    const corrected = Array.from({ length: HOLDOUT - 1 }, (_, i) => i + 1).map((fold) => {
      const others = fitted.filter((row) => folds.get(row) !== fold);
      return detailsOf(model, file, 'calibration', inFold(fold), others);
    });
    return [...plain, ...merge(corrected), ...detailsOf(model, file, 'check', inFold(0), fitted)];
  });
}

function compareExternal(table: Table, chosen: readonly ValidationModel[]): ValidationDetail[] {
  const fitting = modelsOf(table, chosen);
  if (fitting.length === 0)
    throw validationErrors.create('TABLE_MODEL', {
      file: table.file,
      chosen: chosen.map(({ id }) => id).join(', '),
      fitting: modelsOf(table, models)
        .map(({ id }) => id)
        .join(', '),
    });
  return [...fitting.flatMap((model) => compareWith(model, table)), ...strayRows(table)];
}

/** Rows of a table that no model is about, whichever models were chosen; empty when there are none. */
function strayRows(table: Table): ValidationDetail[] {
  const able = models.filter((model) => fits(model, table));
  const stray = table.rows.filter((row) => able.every((model) => model.accepts?.(row) === false));
  const [first] = able;
  if (first === undefined || stray.length === 0) return [];
  const takes = able.map(({ id, about }) => `${id} takes ${about ?? 'every row'}`).join(', ');
  const nobody: ValidationModel = {
    ...first,
    id: 'no-model',
    title: 'rows that no model is about',
    limits: 'nothing is predicted for these rows.',
    predict: () => leftOut(`no model is about the row: ${takes}`),
  };
  return detailsOf(nobody, table.file, 'external', stray, undefined);
}

function compareWith(model: ValidationModel, table: Table): ValidationDetail[] {
  const rows = rowsOf(model, table);
  const support = shippedTables.find(({ file }) => model.surface !== undefined && fits(model, shippedTable(file)));
  return [
    ...detailsOf(model, table.file, 'external', rows, undefined),
    ...(support === undefined
      ? []
      : detailsOf(model, table.file, 'external', rows, rowsOf(model, shippedTable(support.file)))),
  ];
}

function detailsOf(
  model: ValidationModel,
  table: string,
  role: ValidationRole,
  rows: readonly TableRow[],
  support: readonly TableRow[] | undefined,
): ValidationDetail[] {
  const devices = [...new Set(rows.map((row) => model.device(row)))].sort();
  return devices.flatMap((device): ValidationDetail[] => {
    const mine = rows.filter((row) => model.device(row) === device);
    const { id, title, limits, unit = 'seconds' } = model;
    const base = { model: id, title, limits, unit, device, table, role };
    const plain = mine.map((row) => ({
      line: row.line,
      measured: model.measured(row),
      ...predictionOf(model, row, rows),
    }));
    if (support === undefined) return [{ ...base, points: plain, unsupported: [] }];
    const surface = surfaceOf(model, support, device);
    if (surface === undefined) return [];
    const unsupported: number[] = [];
    const points = mine.map((row, i): ValidationPoint => {
      const point = plain[i] as ValidationPoint;
      const at = model.surface?.at(row) ?? [];
      if (!surface.supports(...at)) unsupported.push(row.line);
      return {
        ...point,
        predicted: point.predicted === undefined ? undefined : point.predicted * surface.factor(...at),
      };
    });
    return [{ ...base, model: `${model.id}+surface`, points, unsupported }];
  });
}

/** A shape that a cost law refuses, for instance heads that ranks cannot share, has no prediction; a bad cell is still an error. */
function predictionOf(
  model: ValidationModel,
  row: TableRow,
  table: readonly TableRow[],
): { readonly predicted: number | undefined; readonly because?: string } {
  try {
    const answer = model.predict(row, table);
    return typeof answer === 'number' ? { predicted: answer } : { predicted: undefined, because: answer.because };
  } catch (error) {
    if (error instanceof SimError && /^(COMPUTE|COLLECTIVE)_/.test(error.code))
      return { predicted: undefined, because: error.message };
    throw error;
  }
}

function surfaceOf(model: ValidationModel, rows: readonly TableRow[], device: string): CorrectionSurface | undefined {
  const { surface } = model;
  if (surface === undefined) return undefined;
  const points = rows.flatMap((row) => {
    const predicted = model.device(row) === device ? predictionOf(model, row, rows).predicted : undefined;
    return predicted === undefined ? [] : [{ at: surface.at(row), ratio: model.measured(row) / predicted }];
  });
  return points.length === 0 ? undefined : correctionSurface(points, surface);
}

function merge(parts: readonly ValidationDetail[][]): ValidationDetail[] {
  const merged = new Map<string, ValidationDetail>();
  for (const detail of parts.flat()) {
    const before = merged.get(detail.device);
    merged.set(
      detail.device,
      before === undefined
        ? detail
        : {
            ...before,
            points: [...before.points, ...detail.points],
            unsupported: [...before.unsupported, ...detail.unsupported],
          },
    );
  }
  return [...merged.keys()].sort().map((device) => merged.get(device) as ValidationDetail);
}

const fits = (model: ValidationModel, table: Table) => model.columns.every((column) => table.columns.includes(column));

/** The chosen models that the table can check. Throws TABLE_COLUMNS when no model at all can be. */
function modelsOf(table: Table, chosen: readonly ValidationModel[]): ValidationModel[] {
  const found = models.filter((model) => fits(model, table));
  if (found.length > 0) return found.filter((model) => chosen.includes(model));
  const lacks = (model: ValidationModel) => model.columns.filter((column) => !table.columns.includes(column));
  const nearest = models.reduce((best, model) => (lacks(model).length < lacks(best).length ? model : best));
  throw validationErrors.create('TABLE_COLUMNS', {
    file: table.file,
    columns: table.columns.join(', '),
    nearest: nearest.title,
    missing: lacks(nearest).join(', '),
  });
}

function rowsOf(model: ValidationModel, table: Table): TableRow[] {
  return table.rows.filter((row) => model.accepts?.(row) ?? true);
}
