// Refits the constants of the kernel laws on the shipped tables and prints them: node dist/scenarios/validation/fit.js [pattern].
import { type Constants, type FitTask, fitTasks, type Law } from './fit-tasks.ts';
import { foldsOf, HOLDOUT } from './model.ts';
import { nelderMead } from './nelder-mead.ts';
import { shippedTable } from './tables.ts';

interface Row {
  readonly law: Law;
  readonly measured: number;
  readonly fold: number;
}

const logError = (rows: readonly Row[], constants: Constants): number =>
  rows.reduce((sum, row) => sum + Math.abs(Math.log(row.law(constants) / row.measured)), 0) / rows.length;

const mape = (rows: readonly Row[], constants: Constants): number =>
  (100 * rows.reduce((sum, row) => sum + Math.abs(row.law(constants) / row.measured - 1), 0)) / rows.length;

function fit(task: FitTask, rows: readonly Row[], maxEvaluations: number): Constants {
  const names = Object.keys(task.start);
  const read = (at: readonly number[]): Constants =>
    Object.fromEntries(names.map((name, i) => [name, Math.exp(at[i] as number)]));
  const start = names.map((name) => Math.log(task.start[name] as number));
  return read(nelderMead((at) => logError(rows, read(at)), start, { maxEvaluations, step: 0.15 }).at);
}

function run(task: FitTask, crossValidate: boolean): void {
  const { model } = task;
  const table = shippedTable(task.file);
  const folds = foldsOf(model, table.rows);
  const rows = table.rows
    .filter(
      (row) => (model.accepts?.(row) ?? true) && model.device(row) === task.device && (task.accepts?.(row) ?? true),
    )
    .map((row): Row => ({ law: task.law(row), measured: model.measured(row), fold: folds.get(row) as number }));
  const without = (fold: number) => rows.filter((row) => row.fold !== fold);
  const held = (fold: number) => rows.filter((row) => row.fold === fold);
  const constants = fit(task, without(0), 3000);
  const line = (label: string, c: Constants) =>
    `  ${label.padEnd(10)} fit rows ${mape(without(0), c).toFixed(2)} %, held out ${mape(held(0), c).toFixed(2)} %`;
  console.log(`${task.name}: ${rows.length} rows, ${held(0).length} held out`);
  console.log(line('as stored', {}));
  console.log(line('refitted', constants));
  for (const [name, value] of Object.entries(constants)) console.log(`    ${name} ${value.toPrecision(4)}`);
  if (!crossValidate) return;
  const errors = Array.from({ length: HOLDOUT }, (_, fold) => mape(held(fold), fit(task, without(fold), 1500)));
  const list = errors.map((error) => error.toFixed(2)).join(', ');
  console.log(
    `  each fold held out in turn: ${list}; mean ${(errors.reduce((a, b) => a + b, 0) / HOLDOUT).toFixed(2)} %`,
  );
}

const pattern = new RegExp(process.argv[2] ?? '');
for (const task of fitTasks) if (pattern.test(task.name)) run(task, process.argv.includes('--cross-validate'));
