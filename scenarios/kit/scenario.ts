import type { z } from 'zod';
import type { Duration, Simulation, SimulationOptions } from '../../engine/index.ts';
import type { Field, ParamValue } from './field.ts';
import type { Plot } from './plot.ts';
import type { Reserved } from './reserved.ts';

/** The parameters of a scenario: a zod schema for each name. */
export type ParamShape = Readonly<Record<string, z.ZodType>>;

/** Parsed parameters as `run` gets them. */
export type ParamsOf<Shape extends ParamShape> = { readonly [Name in keyof Shape]: z.output<Shape[Name]> };

type Loose<Value> = Value extends number ? number | string : Value extends boolean ? boolean | string : Value | string;

/** Some parameters as presets, figures and claims write them: values, or texts such as `'128K'`. */
export type ParamsInput<Shape extends ParamShape = ParamShape> = {
  readonly [Name in keyof Shape]?: Loose<z.output<Shape[Name]>>;
} & { readonly [Name in keyof Reserved]?: Loose<Reserved[Name]> };

export type MetricValue = number | boolean | string;

/** What a metric is; `unit` is empty for ratios, counts and booleans. */
export interface MetricInfo {
  readonly unit: string;
  readonly describe: string;
}

/** Given to a run: its seed and the ways to report. */
export interface RunContext {
  readonly seed: number;
  readonly backend: Reserved['backend'];
  /** Tells how far a long run is, 0 to 1, NaN when that is unknown. Costs nothing when nobody looks. */
  progress(fraction: number, text?: string): void;
  /** Adds a warning to the result: something odd that is not an error. */
  onWarning(text: string): void;
}

/** What a run returns. */
export interface RunOutcome<Metric extends string = string> {
  readonly metrics: { readonly [Name in Metric]?: MetricValue };
  /** Confidence intervals of metrics, low and high. */
  readonly intervals?: { readonly [Name in Metric]?: readonly [number, number] };
  /** Simulated events. */
  readonly events: number;
  /** The simulation's fingerprint; left out, the kit hashes parameters, seed and metrics. */
  readonly fingerprint?: string;
}

/** A finished run with access to its metrics by name. */
export interface RunResult<Metric extends string = string> {
  readonly metrics: { readonly [Name in Metric]?: MetricValue };
  readonly params: Readonly<Record<string, ParamValue>>;
  /** The metric as a number; throws METRIC_UNKNOWN when the run has no such number. */
  number(name: Metric): number;
  /** The metric as a boolean; throws METRIC_UNKNOWN when the run has no such boolean. */
  flag(name: Metric): boolean;
}

/** Runs the scenario with some parameters; equal parameters are run once and shared. */
export type RunFunction<Shape extends ParamShape = ParamShape, Metric extends string = string> = (
  params: ParamsInput<Shape>,
) => Promise<RunResult<Metric>>;

/** A parameter combination that cannot work, with a value that can. */
export interface Problem<Name extends string = string> {
  readonly parameter: Name;
  /** What must hold, e.g. `32 heads must be divisible by sp`. */
  readonly constraint: string;
  /** Values of the parameter that would work, nearest first. */
  readonly use?: readonly ParamValue[];
}

/** A named setting; `vary` lists further values: `run` takes the first of each, `compare` and `sweep` all. */
export interface Preset<Shape extends ParamShape = ParamShape> {
  readonly describe: string;
  readonly set?: ParamsInput<Shape>;
  readonly vary?: { readonly [Name in keyof Shape]?: ReadonlyArray<Loose<z.output<Shape[Name]>>> };
}

/** How a published value is known: seen in the source, measured from a drawing, computed, remembered, chosen. */
export type Tag = 'read' | 'dig' | 'derived' | 'recalled' | 'assumed';

/** `calibration` cells fitted a constant, `check` cells fitted nothing, `report` cells are shown and not judged. */
export type Role = 'calibration' | 'check' | 'report';

/** A published cell. Published values stand here and nowhere else. */
export interface Figure<Shape extends ParamShape = ParamShape, Metric extends string = string> {
  readonly id: string;
  /** Table or figure it belongs to; targets select by it. */
  readonly group: string;
  readonly params: ParamsInput<Shape>;
  readonly metric: Metric;
  readonly value: number | boolean;
  readonly source: string;
  readonly tag: Tag;
  readonly role: Role;
  /** Largest permitted relative error of this cell, e.g. 0.1; booleans must be equal. */
  readonly tolerance?: number;
  /** Left out of `replay` because it takes long; `compare` computes it. */
  readonly slow?: boolean;
}

/** A limit on the mean and the worst error of some groups of cells. */
export interface Target {
  readonly id: string;
  readonly groups: readonly string[];
  /** Largest permitted mean and worst relative error. */
  readonly mean?: number;
  readonly worst?: number;
}

/** What makes a claim hold; bounds are inclusive. */
export interface PassBand {
  readonly min?: number;
  readonly max?: number;
  readonly equals?: number | boolean;
}

/** A headline of the paper, computed from runs and judged by a stated band. */
export interface Claim<Shape extends ParamShape = ParamShape, Metric extends string = string> {
  readonly id: string;
  readonly text: string;
  readonly published: number | boolean;
  readonly unit?: string;
  readonly source: string;
  readonly pass: PassBand;
  /** Computes the simulated value, e.g. a ratio of two runs. */
  readonly how: (run: RunFunction<Shape, Metric>) => Promise<number | boolean>;
  /** Left out of `replay` because it takes long; `compare` computes it. */
  readonly slow?: boolean;
}

/** Draws values for an invariant; a property-test library stands behind it and shrinks what it drew. */
export interface Draw {
  integer(min: number, max: number): number;
  real(min: number, max: number): number;
  pick<Value>(values: readonly Value[]): Value;
}

/** A property of the scenario over random parameters, run by the property suite. */
export interface Invariant<Shape extends ParamShape = ParamShape, Metric extends string = string> {
  readonly id: string;
  readonly text: string;
  readonly draw: (draw: Draw) => ParamsInput<Shape>;
  /** True, or what is wrong. */
  readonly holds: (params: ParamsInput<Shape>, run: RunFunction<Shape, Metric>) => Promise<true | string>;
  /** Random cases; default 100. */
  readonly runs?: number;
}

/** The paper a scenario replays. */
export interface Paper {
  readonly title: string;
  /** e.g. `arXiv:2309.14509`, or `none` for a scenario of one's own. */
  readonly reference: string;
}

/** A mechanism as one function: formulas, or simulations that it makes itself. */
export interface DirectMechanism<Shape extends ParamShape, Metric extends string> {
  readonly run: (
    params: ParamsOf<Shape>,
    context: RunContext,
  ) => RunOutcome<NoInfer<Metric>> | Promise<RunOutcome<NoInfer<Metric>>>;
}

/** A mechanism as actors in one simulation, which the kit makes, runs in slices and fingerprints. */
export interface SimulatedMechanism<Shape extends ParamShape, Metric extends string, Built> {
  /** Options of the simulation beside the seed: tick, random source. */
  readonly simulation?: (params: ParamsOf<Shape>) => Omit<SimulationOptions, 'seed'>;
  /** Composes the actors and sends the first messages; what it returns goes to `measure`. */
  readonly build: (sim: Simulation, params: ParamsOf<Shape>, context: RunContext) => Built;
  /** Virtual time at which the run ends; without it the run ends when nothing is left to do. */
  readonly until?: (params: ParamsOf<Shape>) => Duration;
  readonly measure: (
    built: NoInfer<Built>,
    params: ParamsOf<Shape>,
    sim: Simulation,
  ) => RunOutcome<NoInfer<Metric>>['metrics'];
}

/** What an author writes; `defineScenario` checks it. */
export type ScenarioDefinition<Shape extends ParamShape, Metric extends string, Built> = ScenarioBody<Shape, Metric> &
  (DirectMechanism<Shape, Metric> | SimulatedMechanism<Shape, Metric, Built>);

/** Gives a running world another value of a parameter from now on, by messages or by `editWorld`; says why when this world has no such thing. */
export type WorldChange<Params> = (sim: Simulation, now: Params, was: Params) => string | undefined;

/** The part of a definition that does not depend on how the mechanism is written. */
export interface ScenarioBody<Shape extends ParamShape, Metric extends string> {
  /** Name on the command line: lower-case letters, digits and dashes. */
  readonly id: string;
  readonly title: string;
  readonly paper: Paper;
  readonly params: Shape;
  readonly metrics: Readonly<Record<Metric, MetricInfo>>;
  /** `quick` shows the point of the scenario in seconds. */
  readonly presets: { readonly quick: Preset<Shape> } & Readonly<Record<string, Preset<Shape>>>;
  /**
   * Parameters that can change in a running world, and how: called between two events, `was` what the run was set up with. All others shape
   * the set-up. `escapement branch --set` asks for it.
   */
  readonly changes?: { readonly [Name in Extract<keyof Shape, string>]?: WorldChange<ParamsOf<Shape>> };
  /** Checks across parameters, before any event. */
  readonly refine?: (params: ParamsOf<Shape>) => readonly Problem<Extract<keyof Shape, string>>[];
  readonly figures?: ReadonlyArray<Figure<Shape, NoInfer<Metric>>>;
  readonly targets?: readonly Target[];
  readonly claims?: ReadonlyArray<Claim<Shape, NoInfer<Metric>>>;
  readonly invariants?: ReadonlyArray<Invariant<Shape, NoInfer<Metric>>>;
  /** The plots that tell the story; `replay` draws them, at least two. */
  readonly story?: (run: RunFunction<Shape, NoInfer<Metric>>) => Promise<readonly Plot[]>;
  /** Commands worth trying, shown by `--help`. */
  readonly examples?: readonly string[];
}

/** A checked scenario; made by `defineScenario` only. */
export interface Scenario {
  readonly [scenarioMark]: 1;
  readonly id: string;
  readonly title: string;
  readonly paper: Paper;
  /** All parameters in declaration order, reserved ones last. */
  readonly fields: readonly Field[];
  readonly metrics: Readonly<Record<string, MetricInfo>>;
  readonly presets: Readonly<Record<string, Preset>>;
  readonly changes: Readonly<Record<string, WorldChange<Readonly<Record<string, ParamValue>>>>>;
  readonly refine: (params: Readonly<Record<string, ParamValue>>) => readonly Problem[];
  readonly run: (params: Readonly<Record<string, ParamValue>>, context: RunContext) => RunOutcome | Promise<RunOutcome>;
  readonly figures: readonly Figure[];
  readonly targets: readonly Target[];
  readonly claims: readonly Claim[];
  readonly invariants: readonly Invariant[];
  readonly story: ((run: RunFunction) => Promise<readonly Plot[]>) | undefined;
  readonly examples: readonly string[];
}

/** Marks what `defineScenario` made, across copies of the package. */
export const scenarioMark: unique symbol = Symbol.for('escapement.scenario') as never;

/** Whether `value` was made by `defineScenario`. */
export function isScenario(value: unknown): value is Scenario {
  return typeof value === 'object' && value !== null && scenarioMark in value && value[scenarioMark] === 1;
}
