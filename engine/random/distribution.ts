import type { RandomStream } from '../kernel/random.ts';
import { randomErrors } from './errors.ts';

/** The values that define a distribution, as plain data for reports, hashes and files. */
export type DistributionParameters = Readonly<Record<string, number | readonly number[]>>;

/** A law of chance as data, and its sampler. Holds no state: `sample` draws from the stream alone, and any number of streams may share one. */
export interface Distribution<T extends number = number> {
  readonly kind: string;
  readonly parameters: DistributionParameters;
  /** Expectation; Infinity where the integral diverges. */
  readonly mean: number;
  /** Variance; Infinity where it diverges, also where the mean does. */
  readonly variance: number;
  /** The greatest lower bound of the values, -Infinity when there is none. */
  readonly low: number;
  /** Draws one value. Equal states of the stream give equal bits on every JavaScript engine. */
  sample(stream: RandomStream): T;
}

/** All distributions come from here, so that `sample` is read from one shape whatever the kind. */
export function makeDistribution<T extends number>(
  kind: string,
  parameters: DistributionParameters,
  moments: { readonly mean: number; readonly variance: number; readonly low: number },
  sample: (stream: RandomStream) => T,
): Distribution<T> {
  return { kind, parameters, mean: moments.mean, variance: moments.variance, low: moments.low, sample };
}

/** Throws RANDOM_BAD_PARAMETER unless `valid`; `right` completes the sentence "It must be ...". */
export function check(
  valid: boolean,
  distribution: string,
  parameter: string,
  value: number | readonly number[],
  right: string,
): void {
  if (!valid)
    throw randomErrors.create('RANDOM_BAD_PARAMETER', {
      distribution,
      parameter,
      value: typeof value === 'number' ? value : `[${value.join(', ')}]`,
      right,
    });
}

export function checkFinite(distribution: string, parameter: string, value: number): void {
  check(Number.isFinite(value), distribution, parameter, value, 'finite');
}

export function checkPositive(distribution: string, parameter: string, value: number): void {
  check(value > 0 && Number.isFinite(value), distribution, parameter, value, 'finite and greater than 0');
}

export function checkWhole(distribution: string, parameter: string, value: number, low: number, high: number): void {
  check(
    Number.isInteger(value) && value >= low && value <= high,
    distribution,
    parameter,
    value,
    `a whole number from ${low} to ${high}`,
  );
}

export function checkProbability(distribution: string, parameter: string, value: number): void {
  check(value >= 0 && value <= 1, distribution, parameter, value, 'from 0 to 1');
}
