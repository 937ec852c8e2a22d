export { defaultParams, type UlyssesParams } from './parameters.ts';
export { runUlysses, type UlyssesRun } from './run.ts';
export { ulysses } from './scenario.ts';
