import { type Replication, reportOf } from '../kit/run-scenario.ts';
import type { MetricValue } from '../kit/scenario.ts';
import type { Journal } from './journal.ts';
import { replicationsOf } from './run-study.ts';
import type { Setting, Study } from './study.ts';

/** What became of a setting: `refused` by the scenario's own checks, `failed` when a run was set aside, `open` when a study was interrupted. */
export type RowStatus = 'done' | 'refused' | 'failed' | 'open';

/** One setting of a study with what its runs measured: means over replications, with 95 % intervals. */
export interface Row {
  readonly setting: Setting;
  readonly status: RowStatus;
  /** Why it has no metrics. */
  readonly reason: string;
  readonly replications: number;
  readonly metrics: Readonly<Record<string, MetricValue>>;
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  readonly fingerprint: string;
  readonly events: number;
}

/** Every setting of a study in the order of its points, read from the journal one at a time. */
export function* rowsOf(study: Study, journal: Journal): Generator<Row> {
  for (let point = 0; point < study.points; point++) {
    const setting = study.setting(point);
    if (setting !== undefined) yield rowOf(study, journal, setting);
  }
}

function rowOf(study: Study, journal: Journal, setting: Setting): Row {
  const { point, refusal, resolved } = setting;
  const none = { setting, replications: 0, metrics: {}, intervals: {}, fingerprint: '', events: 0 };
  if (refusal !== undefined) return { ...none, status: 'refused', reason: refusal };
  const done: Replication[] = [];
  const wanted = replicationsOf(study, journal, point);
  for (let replication = 0; replication < wanted; replication++) {
    if (!journal.has(point, replication)) return { ...none, status: 'open', reason: 'not computed yet' };
    const result = journal.read(point, replication);
    if (result.kind === 'failed')
      return { ...none, status: 'failed', reason: `replication ${replication}: ${result.error}` };
    done.push(result.replication);
  }
  const reserved = { ...resolved.reserved, replications: wanted };
  const report = reportOf(study.scenario, { own: resolved.own, reserved }, done, 0);
  const { metrics, intervals, fingerprint, events } = report;
  return { setting, status: 'done', reason: '', replications: wanted, metrics, intervals, fingerprint, events };
}
