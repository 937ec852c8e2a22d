export { parseTable, type Table, type TableRow } from './csv.ts';
export { gpuIdOf } from './device-names.ts';
export { type Comparison, type ErrorSummary, spearman, summariseErrors } from './error-summary.ts';
export { isValidationError, validationErrors } from './errors.ts';
export { formatLimits, formatRegressions, formatValidation } from './format.ts';
export { type FsdpStep, type FsdpTime, fsdpStep } from './fsdp-step.ts';
export { type Mark, marksOf, type Regression, readMarks, regressions, storedMarks } from './marks.ts';
export { dgxA100, type MegatronStep, megatronStep, type StepMachine, type StepTime } from './megatron-step.ts';
export type { ValidationModel, ValidationUnit } from './model.ts';
export { models, type ShippedTable, shippedTables } from './models.ts';
export { type Minimum, type NelderMeadOptions, nelderMead } from './nelder-mead.ts';
export { validationPage } from './page.ts';
export { readTable, shippedTable } from './tables.ts';
export {
  type ValidateOptions,
  type ValidationDetail,
  type ValidationPoint,
  type ValidationRole,
  type ValidationRow,
  validate,
  validationDetails,
  validationRows,
} from './validate.ts';
