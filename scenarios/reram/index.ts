export { AccuracyBench, testSamples } from './accuracy.ts';
export { runDevice } from './device-study.ts';
export { runHardware } from './hardware.ts';
export { matrixLayers } from './matrix-layers.ts';
export type { ReramParams } from './params.ts';
export { reram } from './scenario.ts';
