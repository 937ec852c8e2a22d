import { scenarioErrors } from './errors.ts';
import { type Resolved, resolveParams } from './parameters.ts';
import type { RunReport } from './run-scenario.ts';
import type { MetricValue, ParamsInput, RunFunction, RunResult, Scenario } from './scenario.ts';

/** Computes one run; in this process or in a worker. */
export type Execute = (resolved: Resolved) => Promise<RunReport>;

/** A `RunFunction` that computes equal parameters once. `base` lies under what each call gives, e.g. `{ seed: 7 }`. */
export function shareRuns(scenario: Scenario, execute: Execute, base: ParamsInput = {}): RunFunction {
  const done = new Map<string, Promise<RunResult>>();
  return (params) => {
    const resolved = resolveParams(scenario, { ...base, ...params });
    const key = JSON.stringify([resolved.own, { ...resolved.reserved, preset: '' }]);
    let result = done.get(key);
    if (result === undefined) {
      result = execute(resolved).then((report) => resultOf(scenario, report));
      done.set(key, result);
    }
    return result;
  };
}

/** Gives a report's metrics by name. */
function resultOf(scenario: Scenario, report: RunReport): RunResult {
  const get = (name: string, type: 'number' | 'boolean'): MetricValue => {
    const value = report.metrics[name];
    if (typeof value === type) return value as MetricValue;
    throw scenarioErrors.create('METRIC_UNKNOWN', {
      id: scenario.id,
      name,
      known: Object.keys(report.metrics).join(', '),
    });
  };
  return {
    metrics: report.metrics,
    params: report.params,
    number: (name) => get(name, 'number') as number,
    flag: (name) => get(name, 'boolean') as boolean,
  };
}
