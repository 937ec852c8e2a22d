import { createHash } from 'node:crypto';
import { scenarioErrors } from './errors.ts';
import type { ParamValue } from './field.ts';
import { paramsToJson, type Resolved } from './parameters.ts';
import type { MetricValue, RunOutcome, Scenario } from './scenario.ts';
import { meanWithInterval } from './student.ts';

/** A finished run as `--json` prints it; equal inputs give equal reports apart from `wallSeconds`. */
export interface RunReport {
  readonly scenario: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly metrics: Readonly<Record<string, MetricValue>>;
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  readonly seed: number;
  readonly fingerprint: string;
  readonly events: number;
  readonly wallSeconds: number;
  readonly warnings: readonly string[];
}

export interface RunOptions {
  /** Called with the done fraction of the work, 0 to 1. */
  readonly onProgress?: (fraction: number, text?: string) => void;
  /** Asked between replications; true ends the run with those that are done and a warning. */
  readonly stopped?: () => boolean;
}

/** Runs a scenario with resolved parameters, as many times as `replications` says. Throws METRIC_VALUE for a metric that is no value. */
export async function runScenario(
  scenario: Scenario,
  resolved: Resolved,
  options: RunOptions = {},
): Promise<RunReport> {
  const { replications, seed, backend } = resolved.reserved;
  const started = performance.now();
  const warnings: string[] = [];
  const outcomes: RunOutcome[] = [];
  for (let i = 0; i < replications; i++) {
    if (i > 0) await new Promise((resume) => setImmediate(resume)); // lets Ctrl-C and progress through
    if (i > 0 && options.stopped?.()) {
      warnings.push(`stopped after ${i} of ${replications} replications`);
      break;
    }
    const outcome = await scenario.run(resolved.own, {
      seed: replicationSeed(seed, i),
      backend,
      progress: (fraction, text) => options.onProgress?.((i + fraction) / replications, text),
      onWarning: (text) => {
        if (!warnings.includes(text)) warnings.push(text);
      },
    });
    outcomes.push(outcome);
    options.onProgress?.((i + 1) / replications);
  }
  const { metrics, intervals } = summarise(scenario, outcomes);
  const params = paramsToJson(scenario, resolved);
  return {
    scenario: scenario.id,
    params,
    metrics,
    intervals,
    seed,
    fingerprint: fingerprintOf(outcomes, { scenario: scenario.id, params, seed, metrics }),
    events: outcomes.reduce((sum, outcome) => sum + outcome.events, 0),
    wallSeconds: (performance.now() - started) / 1000,
    warnings,
  };
}

/** Seed of replication `i`: the seed itself for the first, a hash of both for the others, in [0, 2^32). */
export function replicationSeed(seed: number, i: number): number {
  if (i === 0) return seed;
  return createHash('sha256').update(`${seed}/${i}`).digest().readUInt32LE(0);
}

function fingerprintOf(outcomes: readonly RunOutcome[], otherwise: unknown): string {
  const prints = outcomes.map((outcome) => outcome.fingerprint);
  if (prints.length === 1 && prints[0] !== undefined) return prints[0];
  const text = prints.includes(undefined) ? JSON.stringify(otherwise) : prints.join(' ');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function summarise(scenario: Scenario, outcomes: readonly RunOutcome[]): Pick<RunReport, 'metrics' | 'intervals'> {
  const metrics: Record<string, MetricValue> = {};
  const intervals: Record<string, readonly [number, number]> = {};
  for (const outcome of outcomes)
    for (const [name, value] of Object.entries(outcome.metrics))
      if (!Object.hasOwn(scenario.metrics, name) || value === undefined || !isMetricValue(value))
        throw scenarioErrors.create('METRIC_VALUE', {
          id: scenario.id,
          name,
          value: Object.hasOwn(scenario.metrics, name) ? value : 'not declared',
        });
  const first = outcomes[0] as RunOutcome;
  for (const name of Object.keys(scenario.metrics)) {
    const values = outcomes.map((outcome) => outcome.metrics[name]).filter((value) => value !== undefined);
    if (values.length === 0) continue;
    if (outcomes.length > 1 && values.every((value) => typeof value === 'number')) {
      const { mean, interval } = meanWithInterval(values);
      metrics[name] = mean;
      if (interval !== undefined) intervals[name] = interval;
    } else {
      metrics[name] =
        typeof values[0] === 'boolean' ? values.some((value) => value === true) : (values[0] as MetricValue);
      const given = first.intervals?.[name];
      if (given !== undefined && outcomes.length === 1) intervals[name] = given;
    }
  }
  return { metrics, intervals };
}

function isMetricValue(value: unknown): value is MetricValue {
  return (
    typeof value === 'boolean' || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))
  );
}
