import { Tally } from '../../engine/index.ts';
import { formatValue, type ParamValue } from '../kit/field.ts';
import type { Axis } from './axis.ts';
import type { Row } from './rows.ts';
import type { Study } from './study.ts';

/** How an axis moves a metric. */
export interface Effect {
  readonly axis: string;
  readonly metric: string;
  /**
   * Share of the metric's variance that the axis explains alone: the variance of its means over the values of the axis by its variance
   * (the correlation ratio, which on a full grid is the first-order Sobol index). 0 to 1; interactions are in no axis.
   */
  readonly share: number;
  /** The means at the values of the axis, in their order; of ranges, at ten equally wide parts. */
  readonly means: ReadonlyArray<readonly [value: string, mean: number]>;
}

const parts = 10;
const mostValues = 200;

/** Which axis moves which metric, over the ranked settings of a study; memory for one mean per value, axis and metric. */
export class Sensitivity {
  readonly #axes: ReadonlyArray<readonly [number, Axis]>;
  readonly #total = new Map<string, Tally>();
  readonly #groups = new Map<string, Map<string, Tally>>();

  constructor(study: Study) {
    this.#axes = [...study.axes.entries()].filter(
      ([, axis]) => axis.kind === 'range' || axis.values.length <= mostValues,
    );
  }

  add(row: Row): void {
    for (const [metric, value] of Object.entries(row.metrics)) {
      if (typeof value === 'string') continue;
      const number = Number(value);
      tallyIn(this.#total, metric).add(number);
      for (const [a, axis] of this.#axes) {
        const key = `${a} ${metric}`;
        const group = this.#groups.get(key) ?? new Map<string, Tally>();
        this.#groups.set(key, group);
        tallyIn(group, groupOf(axis, row.setting.values[a] as ParamValue)).add(number);
      }
    }
  }

  /** Metrics that take more than one value, in the order of the scenario's runs. */
  metrics(): readonly string[] {
    return [...this.#total].filter(([, tally]) => tally.max > tally.min).map(([metric]) => metric);
  }

  /** The effect of every axis on a metric, in the order of the axes. */
  effects(metric: string): readonly Effect[] {
    const total = this.#total.get(metric);
    if (total === undefined) return [];
    return this.#axes.map(([a, axis]) => {
      const groups = [...(this.#groups.get(`${a} ${metric}`) ?? new Map<string, Tally>())];
      let between = 0;
      for (const [, group] of groups) between += group.count * (group.mean - total.mean) ** 2;
      const within = total.variance * (total.count - 1);
      const share = within > 0 ? Math.min(1, between / within) : 0;
      const means = ordered(axis, groups).map(([value, group]): [string, number] => [value, group.mean]);
      return { axis: axis.field.name, metric, share, means };
    });
  }
}

function tallyIn(map: Map<string, Tally>, key: string): Tally {
  const known = map.get(key);
  if (known !== undefined) return known;
  const tally = new Tally();
  map.set(key, tally);
  return tally;
}

function groupOf(axis: Axis, value: ParamValue): string {
  if (axis.kind === 'list') return formatValue(axis.field, value);
  const { low, high, log } = axis;
  const v = value as number;
  const share = log ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low);
  return String(Math.min(parts - 1, Math.floor(share * parts)));
}

function ordered(axis: Axis, groups: ReadonlyArray<readonly [string, Tally]>): ReadonlyArray<readonly [string, Tally]> {
  if (axis.kind === 'list') {
    const names = axis.values.map((value) => formatValue(axis.field, value));
    return [...groups].sort((a, b) => names.indexOf(a[0]) - names.indexOf(b[0]));
  }
  const { low, high, log, field } = axis;
  const edge = (i: number): number => (log ? low * (high / low) ** (i / parts) : low + ((high - low) * i) / parts);
  const name = (i: number): string => {
    const middle = Number(((edge(i) + edge(i + 1)) / 2).toPrecision(3));
    return formatValue(field, field.whole ? Math.round(middle) : middle);
  };
  return [...groups].sort((a, b) => Number(a[0]) - Number(b[0])).map(([i, tally]) => [name(Number(i)), tally]);
}
