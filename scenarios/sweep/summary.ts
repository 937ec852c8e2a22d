import { formatValue, type ParamValue } from '../kit/field.ts';
import type { MetricValue } from '../kit/scenario.ts';
import type { Journal } from './journal.ts';
import { type Row, rowsOf } from './rows.ts';
import { Sensitivity } from './sensitivity.ts';
import type { Goal, Study } from './study.ts';

/** A finished setting as rankings keep it: no more than is shown. */
export interface Entry {
  readonly point: number;
  /** Values of the axes as people write them, in their order. */
  readonly values: readonly string[];
  readonly raw: readonly ParamValue[];
  readonly goal: number;
  readonly interval: readonly [number, number] | undefined;
  /** The two metrics of the Pareto front; empty when none was asked for. */
  readonly pareto: readonly number[];
  readonly metrics: Readonly<Record<string, MetricValue>>;
}

/** For one combination of given values: the best choice, and the best of every other value of the first chosen axis. */
export interface Decision {
  readonly given: readonly string[];
  readonly raw: readonly ParamValue[];
  readonly best: Entry | undefined;
  /** Best entry for each value of the first chosen axis, best first. */
  readonly rivals: readonly Entry[];
}

/** What a study says, in memory bounded by the number of settings shown. */
export interface Summary {
  readonly counts: { readonly done: number; readonly refused: number; readonly failed: number; readonly open: number };
  /** Settings that were finished but left out by `--among` or without the metric. */
  readonly unranked: number;
  readonly events: number;
  readonly best: readonly Entry[];
  readonly front: readonly Entry[];
  readonly decisions: readonly Decision[];
  readonly failures: ReadonlyArray<{ readonly values: readonly string[]; readonly reason: string }>;
  readonly refusals: ReadonlyArray<{ readonly reason: string; readonly count: number }>;
  readonly sensitivity: Sensitivity;
}

const shownFailures = 20;
const mostReasons = 1000;

/** Reads a study's rows once, in order, and hands each to `onRow`. */
export function summarise(study: Study, journal: Journal, top: number, onRow?: (row: Row) => void): Summary {
  const counts = { done: 0, refused: 0, failed: 0, open: 0 };
  const best = new Best(study.goal, top);
  const front: Entry[] = [];
  const decisions = new Map<string, { given: readonly string[]; raw: readonly ParamValue[]; by: Map<string, Entry> }>();
  const failures: Array<{ values: readonly string[]; reason: string }> = [];
  const refusals = new Map<string, number>();
  const sensitivity = new Sensitivity(study);
  const chosen = chosenAxes(study);
  let unranked = 0;
  let events = 0;
  for (const row of rowsOf(study, journal)) {
    onRow?.(row);
    counts[row.status] += 1;
    events += row.events;
    const values = study.axes.map((axis, a) => formatValue(axis.field, row.setting.values[a] as ParamValue));
    if (row.status === 'failed' && failures.length < shownFailures) failures.push({ values, reason: row.reason });
    if (row.status === 'refused' && (refusals.has(row.reason) || refusals.size < mostReasons))
      refusals.set(row.reason, (refusals.get(row.reason) ?? 0) + 1);
    const given = study.given.map((name) => study.axes.findIndex((axis) => axis.field.name === name));
    const key = JSON.stringify(given.map((a) => values[a]));
    if (study.given.length > 0 && !decisions.has(key))
      decisions.set(key, {
        given: given.map((a) => values[a] as string),
        raw: given.map((a) => row.setting.values[a] as ParamValue),
        by: new Map(),
      });
    if (row.status !== 'done') continue;
    const entry = entryOf(study, row, values);
    if (entry === undefined) {
      unranked += 1;
      continue;
    }
    sensitivity.add(row);
    best.add(entry);
    if (study.pareto.length === 2) extendFront(front, entry, study.pareto);
    const by = decisions.get(key)?.by;
    const rival = chosen[0] === undefined ? '' : (values[chosen[0]] as string);
    const before = by?.get(rival);
    if (by !== undefined && (before === undefined || isBetter(entry, before, study.goal))) by.set(rival, entry);
  }
  front.sort((a, b) => (a.pareto[0] as number) - (b.pareto[0] as number) || a.point - b.point);
  const sorted = [...decisions.values()].map(({ given, raw, by }) => {
    const rivals = [...by.values()].sort((a, b) => order(a, b, study.goal));
    return { given, raw, best: rivals[0], rivals };
  });
  return {
    counts,
    unranked,
    events,
    best: best.entries(),
    front,
    decisions: sorted.sort((a, b) => compareGiven(a.raw, b.raw)),
    failures,
    refusals: [...refusals]
      .map(([reason, count]) => ({ reason, count }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
    sensitivity,
  };
}

/** Indices of the axes that are chosen, not given; the first is the one decisions are about. */
export function chosenAxes(study: Study): readonly number[] {
  return study.axes.flatMap((axis, a) => (study.given.includes(axis.field.name) ? [] : [a]));
}

/** How much worse `entry` is than `best`, as a share of the best; 0 for the best itself. */
export function behind(entry: Entry, best: Entry, goal: Goal): number {
  if (entry.goal === best.goal) return 0;
  return goal.direction === 'max' ? 1 - entry.goal / best.goal : entry.goal / best.goal - 1;
}

function entryOf(study: Study, row: Row, values: readonly string[]): Entry | undefined {
  const goal = row.metrics[study.goal.metric];
  if (typeof goal !== 'number') return undefined;
  if (study.among !== undefined) {
    const parameters = { ...row.setting.resolved.reserved, ...row.setting.resolved.own };
    if (!study.among.holds({ ...parameters, ...row.metrics })) return undefined;
  }
  const pareto = study.pareto.map(({ metric }) => row.metrics[metric]).filter((value) => typeof value === 'number');
  return {
    point: row.setting.point,
    values,
    raw: row.setting.values,
    goal,
    interval: row.intervals[study.goal.metric],
    pareto: pareto.length === study.pareto.length ? pareto : [],
    metrics: row.metrics,
  };
}

function isBetter(a: Entry, b: Entry, goal: Goal): boolean {
  return order(a, b, goal) < 0;
}

/** Better first; equal ones in the order of their points. */
function order(a: Entry, b: Entry, goal: Goal): number {
  const difference = goal.direction === 'max' ? b.goal - a.goal : a.goal - b.goal;
  return difference || a.point - b.point;
}

function compareGiven(a: readonly ParamValue[], b: readonly ParamValue[]): number {
  for (const [i, x] of a.entries()) {
    const y = b[i];
    if (typeof x === 'number' && typeof y === 'number' && x !== y) return x - y;
  }
  return 0;
}

function extendFront(front: Entry[], entry: Entry, goals: readonly Goal[]): void {
  if (entry.pareto.length < goals.length) return;
  const atLeast = (a: Entry, b: Entry): boolean =>
    goals.every((goal, g) => {
      const difference = (a.pareto[g] as number) - (b.pareto[g] as number);
      return goal.direction === 'max' ? difference >= 0 : difference <= 0;
    });
  if (front.some((other) => atLeast(other, entry))) return;
  for (let i = front.length - 1; i >= 0; i--) if (atLeast(entry, front[i] as Entry)) front.splice(i, 1);
  front.push(entry);
}

/** The best few of many, in memory for a few. */
class Best {
  readonly #goal: Goal;
  readonly #top: number;
  #kept: Entry[] = [];

  constructor(goal: Goal, top: number) {
    this.#goal = goal;
    this.#top = top;
  }

  add(entry: Entry): void {
    this.#kept.push(entry);
    if (this.#kept.length > 4 * this.#top) this.#kept = this.entries();
  }

  entries(): Entry[] {
    return this.#kept.sort((a, b) => order(a, b, this.#goal)).slice(0, this.#top);
  }
}
