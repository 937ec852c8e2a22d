import { createHash } from 'node:crypto';
import { estimateMean } from '../../engine/index.ts';
import { asTooLong, scenarioErrors } from './errors.ts';
import type { ParamValue } from './field.ts';
import { paramsToJson, type Resolved } from './parameters.ts';
import type { MetricValue, RunOutcome, Scenario } from './scenario.ts';

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
}

/** One replication: what it measured and what it warned of. */
export interface Replication {
  readonly outcome: RunOutcome;
  readonly warnings: readonly string[];
}

/** Runs a scenario with resolved parameters, as many times as `replications` says. Throws METRIC_VALUE for a metric that is no value. */
export async function runScenario(
  scenario: Scenario,
  resolved: Resolved,
  options: RunOptions = {},
): Promise<RunReport> {
  const { replications } = resolved.reserved;
  const started = performance.now();
  const done: Replication[] = [];
  for (let i = 0; i < replications; i++) {
    const onProgress = (fraction: number, text?: string): void =>
      options.onProgress?.((i + fraction) / replications, text);
    done.push(await runReplication(scenario, resolved, i, { onProgress }));
    onProgress(1);
  }
  return reportOf(scenario, resolved, done, (performance.now() - started) / 1000);
}

/** Runs replication `i` alone; equal arguments give equal outcomes in any thread. Throws METRIC_VALUE, RUN_TOO_LONG. */
export async function runReplication(
  scenario: Scenario,
  resolved: Resolved,
  i: number,
  options: RunOptions = {},
): Promise<Replication> {
  const warnings: string[] = [];
  const context = {
    seed: replicationSeed(resolved.reserved.seed, i),
    backend: resolved.reserved.backend,
    progress: (fraction: number, text?: string) => options.onProgress?.(fraction, text),
    onWarning: (text: string) => void warnings.push(text),
  };
  const outcome = await runInRange(() => scenario.run(resolved.own, context));
  for (const [name, value] of Object.entries(outcome.metrics)) {
    const declared = Object.hasOwn(scenario.metrics, name);
    if (!declared || !isMetricValue(value))
      throw scenarioErrors.create('METRIC_VALUE', { id: scenario.id, name, value: declared ? value : 'not declared' });
  }
  return { outcome, warnings };
}

/** What `run` returns; parameters that no clock of the kernel can hold are a fault of the input: throws RUN_TOO_LONG. */
async function runInRange<Outcome>(run: () => Outcome | Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    throw asTooLong(error);
  }
}

/** Joins replications, at least one, in their order to a report; warns when some of those asked for are missing. */
export function reportOf(
  scenario: Scenario,
  resolved: Resolved,
  done: readonly Replication[],
  wallSeconds: number,
): RunReport {
  const { seed, replications } = resolved.reserved;
  const outcomes = done.map((replication) => replication.outcome);
  const { metrics, intervals } = summarise(scenario, outcomes);
  const params = paramsToJson(scenario, resolved);
  const missing = done.length < replications ? [`stopped after ${done.length} of ${replications} replications`] : [];
  return {
    scenario: scenario.id,
    params,
    metrics,
    intervals,
    seed,
    fingerprint: fingerprintOf(outcomes, resolved.reserved.backend, [scenario.id, resolved.own, seed]),
    events: outcomes.reduce((sum, outcome) => sum + outcome.events, 0),
    wallSeconds,
    warnings: [...new Set([...done.flatMap((replication) => replication.warnings), ...missing])],
  };
}

/** Seed of replication `i`: the seed itself for the first, a hash of both for the others, in [0, 2^32). */
export function replicationSeed(seed: number, i: number): number {
  if (i === 0) return seed;
  return createHash('sha256').update(`${seed}/${i}`).digest().readUInt32LE(0);
}

/** Joins the fingerprints of all replications and the numeric backend; runs without one are hashed by what went in and came out. */
function fingerprintOf(outcomes: readonly RunOutcome[], backend: string, otherwise: unknown): string {
  const prints = outcomes.map((outcome) => outcome.fingerprint ?? JSON.stringify([otherwise, outcome.metrics]));
  return createHash('sha256')
    .update([backend, ...prints].join(' '))
    .digest('hex')
    .slice(0, 16);
}

function summarise(scenario: Scenario, outcomes: readonly RunOutcome[]): Pick<RunReport, 'metrics' | 'intervals'> {
  const metrics: Record<string, MetricValue> = {};
  const intervals: Record<string, readonly [number, number]> = {};
  const first = outcomes[0] as RunOutcome;
  for (const name of Object.keys(scenario.metrics)) {
    const values = outcomes.map((outcome) => outcome.metrics[name]).filter((value) => value !== undefined);
    if (values.length === 0) continue;
    if (outcomes.length > 1 && values.every((value) => typeof value === 'number')) {
      const { mean, low, high } = estimateMean(values);
      metrics[name] = mean;
      intervals[name] = [low, high];
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
