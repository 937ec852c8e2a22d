export { defaultParams, type GaudiParams } from './parameters.ts';
export { type GaudiRun, runGaudi } from './run.ts';
export { gaudi } from './scenario.ts';
