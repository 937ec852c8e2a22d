export { defaultParams, type HgcnParams } from './parameters.ts';
export { type HgcnRun, runHgcn, runOne } from './run.ts';
export { hgcn } from './scenario.ts';
