import { saveClass } from '../kernel/saved-class.ts';
import { check, checkConfidence, checkValue, statisticsErrors } from './errors.ts';
import { type Estimate, estimateMean, relativePrecision } from './estimate.ts';

/** Named results of one replication. */
export type Metrics = Readonly<Record<string, number>>;

/**
 * Results of independent replications by their number. Kept by number, so that workers may deliver and merge them in any order: estimates are
 * summed in the order of the numbers and have the same bits.
 */
export class Replications {
  readonly #runs = new Map<number, Metrics>();

  get count(): number {
    return this.#runs.size;
  }

  /** Takes the metrics of one replication. Throws STATISTICS_BAD_VALUE, and STATISTICS_MERGE when it is there or its metrics have other names. */
  add(replication: number, metrics: Metrics): void {
    if (this.#runs.has(replication))
      throw statisticsErrors.create('STATISTICS_MERGE', {
        reason: `replication ${replication} is there already`,
        remedy: 'Number replications once each',
      });
    const names = Object.keys(metrics).sort().join(', ');
    const expected = this.metrics().join(', ');
    if (this.#runs.size > 0 && names !== expected)
      throw statisticsErrors.create('STATISTICS_MERGE', {
        reason: `replication ${replication} has the metrics [${names}], the others [${expected}]`,
        remedy: 'Measure the same in each replication',
      });
    for (const [name, value] of Object.entries(metrics)) checkValue(`metric ${name}`, value);
    this.#runs.set(replication, { ...metrics });
  }

  /** Takes all replications of `other`, as `add` does. */
  merge(other: Replications): void {
    for (const replication of other.#numbers()) this.add(replication, other.#runs.get(replication)!);
  }

  /** Names of the metrics, sorted. */
  metrics(): string[] {
    for (const metrics of this.#runs.values()) return Object.keys(metrics).sort();
    return [];
  }

  /** Values of one metric in the order of the replications' numbers. */
  values(metric: string): number[] {
    return this.#numbers().map((replication) => {
      const value = this.#runs.get(replication)![metric];
      if (value === undefined) check(false, 'replications', 'metric', metric, `one of [${this.metrics().join(', ')}]`);
      return value as number;
    });
  }

  /** Student interval of one metric over the replications. Throws STATISTICS_BAD_PARAMETER for a name that was not measured. */
  estimate(metric: string, confidence = 0.95): Estimate {
    return estimateMean(this.values(metric), confidence);
  }

  /** All metrics with their intervals, in the order of their names. */
  estimates(confidence = 0.95): Record<string, Estimate> {
    return Object.fromEntries(this.metrics().map((metric) => [metric, this.estimate(metric, confidence)]));
  }

  #numbers(): number[] {
    return Array.from(this.#runs.keys()).sort((a, b) => a - b);
  }

  static {
    saveClass(
      Replications,
      'statistics.Replications',
      (replications) => [...replications.#runs],
      (runs) => new Replications().#restore(runs),
      (replications, runs) => void replications.#restore(runs),
    );
  }

  #restore(runs: ReadonlyArray<readonly [number, Metrics]>): this {
    this.#runs.clear();
    for (const [replication, metrics] of runs) this.#runs.set(replication, metrics);
    return this;
  }
}

export interface ReplicateOptions<Metric extends string = string> {
  /** Half width of the interval relative to the true mean to reach, as 0.05, for each metric of `metrics`. */
  readonly relativePrecision: number;
  /** Metrics that must reach it. Default: all. */
  readonly metrics?: readonly Metric[];
  /** Default 0.95. */
  readonly confidence?: number;
  /** Replications before the first look; default 10, at least 3. */
  readonly least?: number;
  /** Replications after which to give up; default 1000. */
  readonly most?: number;
}

/** What `replicateUntil` came to; `reached` is false when `most` replications did not suffice. */
export interface ReplicateResult<Metric extends string = string> {
  readonly replications: Replications;
  readonly estimates: Readonly<Record<Metric, Estimate>>;
  readonly reached: boolean;
}

/**
 * Runs replications 0, 1, 2, … until each metric's interval is as narrow as asked: half width / |mean| <= r / (1 + r), which bounds the error
 * relative to the true mean by r (Law 2015, section 9.4.1). Stopping by the data costs coverage where results are skewed: raise `least` there.
 * Throws STATISTICS_BAD_PARAMETER.
 */
export function replicateUntil<Metric extends string>(
  run: (replication: number) => Readonly<Record<Metric, number>>,
  options: ReplicateOptions<Metric>,
): ReplicateResult<Metric> {
  const { relativePrecision: precision, metrics, confidence = 0.95, least = 10, most = 1000 } = options;
  check(precision > 0 && precision < 1, 'replicateUntil', 'relativePrecision', precision, 'between 0 and 1, as 0.05');
  check(Number.isInteger(least) && least >= 3, 'replicateUntil', 'least', least, 'a whole number of at least 3');
  check(Number.isInteger(most) && most >= least, 'replicateUntil', 'most', most, `a whole number of at least ${least}`);
  checkConfidence('replicateUntil', confidence);
  const bound = precision / (1 + precision);
  const replications = new Replications();
  let reached = false;
  while (!reached && replications.count < most) {
    replications.add(replications.count, run(replications.count));
    if (replications.count < least) continue;
    const watched: readonly string[] = metrics ?? replications.metrics();
    reached = watched.every((metric) => relativePrecision(replications.estimate(metric, confidence)) <= bound);
  }
  return { replications, estimates: replications.estimates(confidence) as Record<Metric, Estimate>, reached };
}
