export {
  type CellOutcome,
  type ClaimOutcome,
  type CompareOptions,
  type Comparison,
  compareScenario,
  describeBand,
  percent,
  type RoleSummary,
  relativeError,
  type TargetOutcome,
  type Verdict,
} from './compare.ts';
export { defineScenario } from './define-scenario.ts';
export { describeScenario, type FieldDescription, type ScenarioDescription } from './describe-scenario.ts';
export { isInputError, kitErrors, quoted, scenarioErrors } from './errors.ts';
export {
  type BooleanField,
  type ChoiceField,
  describeRange,
  describeType,
  type Field,
  formatValue,
  type NumberField,
  type ParamValue,
  type TextField,
} from './field.ts';
export { formatError, formatMetric } from './format-metric.ts';
export { helpText } from './help-text.ts';
export { type Injection, type PacedRun, type PaceOptions, Pacer, replay } from './pacing.ts';
export { param } from './param.ts';
export { assign, fieldNamed, parseAssignments, type Resolved, resolveParams } from './parameters.ts';
export { checkValue, parseValue } from './parse-value.ts';
export type { Axis, BarPlot, HeatPlot, LinePlot, Plot, PublishedMark, Series, TimelinePlot } from './plot.ts';
export { type Reserved, reservedNames } from './reserved.ts';
export {
  type Replication,
  type RunOptions,
  type RunReport,
  replicationSeed,
  reportOf,
  runReplication,
  runScenario,
} from './run-scenario.ts';
export { type Execute, resultOf, shareRuns } from './runs.ts';
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
} from './scenario.ts';
