export { Chart, type ChartState, type SavedChartState } from './chart.ts';
export { type ChartErrorCode, chartCatalogue } from './chart-errors.ts';
export { compile } from './compile.ts';
export {
  Coverage,
  type CoverageReport,
  type StateCoverage,
  type TransitionCoverage,
} from './coverage.ts';
export { ActorHandle, actorTarget, type Effect } from './effect.ts';
export { fromMachine, type MachineBehavior, type MachineOptions, type MachineState } from './from-machine.ts';
export { deterministic } from './logic.ts';
export { type Picture, type PictureEdge, type PictureNode, picture } from './picture.ts';
export {
  type CellRange,
  type ChanceEvent,
  Population,
  type PopulationOptions,
  type PopulationState,
  population,
} from './population.ts';
export type { SavedConfiguration } from './saved-configuration.ts';
