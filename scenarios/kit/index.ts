export {
  type CellOutcome,
  type ClaimOutcome,
  type CompareOptions,
  type Comparison,
  compareScenario,
  describeBand,
  type RoleSummary,
  relativeError,
  type TargetOutcome,
  type Verdict,
} from './compare.ts';
export { defineScenario } from './define-scenario.ts';
export { describeScenario, type FieldDescription, type ScenarioDescription } from './describe-scenario.ts';
export { editSpecs } from './edit-specs.ts';
export { isInputError } from './errors.ts';
export {
  type BooleanField,
  type ChoiceField,
  type Field,
  formatValue,
  type NumberField,
  type ParamValue,
  type TextField,
} from './field.ts';
export { formatError, formatMetric } from './format-metric.ts';

export { type Injection, type PacedRun, type PaceOptions, Pacer, replay } from './pacing.ts';
export { param } from './param.ts';
export { fieldNamed, parseAssignments, type Resolved, resolveParams } from './parameters.ts';
export { parseValue } from './parse-value.ts';
export type { Axis, BarPlot, HeatPlot, LinePlot, Plot, PublishedMark, Series, TimelinePlot } from './plot.ts';

export {
  type RunOptions,
  type RunReport,
  runScenario,
} from './run-scenario.ts';
export { type Execute, shareRuns } from './runs.ts';
export {
  type Claim,
  type DirectMechanism,
  type Draw,
  type Figure,
  type Invariant,
  isScenario,
  type MetricInfo,
  type MetricValue,
  type Paper,
  type ParamShape,
  type ParamsInput,
  type ParamsOf,
  type PassBand,
  type Preset,
  type Problem,
  type Role,
  type RunContext,
  type RunFunction,
  type RunOutcome,
  type RunResult,
  type Scenario,
  type ScenarioBody,
  type ScenarioDefinition,
  type SimulatedMechanism,
  type Tag,
  type Target,
  type WorldChange,
} from './scenario.ts';
