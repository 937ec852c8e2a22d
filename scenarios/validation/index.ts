export { parseTable } from './csv.ts';
export { spearman, summariseErrors } from './error-summary.ts';

export { formatLeftOut, formatLimits, formatRegressions, formatValidation } from './format.ts';
export { fsdpStep } from './fsdp-step.ts';
export { marksOf, readMarks, regressions, storedMarks } from './marks.ts';
export { dgxA100, type MegatronStep, megatronStep } from './megatron-step.ts';

export { models } from './models.ts';
export { nelderMead } from './nelder-mead.ts';
export { validationPage } from './page.ts';

export {
  type ValidationRow,
  validate,
  validationDetails,
  validationRows,
} from './validate.ts';
