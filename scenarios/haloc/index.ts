export { defaultParams, type HalocParams } from './parameters.ts';
export { type HalocRun, runNetwork } from './run.ts';
export { haloc } from './scenario.ts';
