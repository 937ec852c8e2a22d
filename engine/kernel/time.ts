import { kernelErrors } from './kernel-errors.ts';

declare const timeBrand: unique symbol;
declare const durationBrand: unique symbol;

/** A point of virtual time: integer ticks since the start of the run. One tick is the resolution of the simulation (1 ps by default). */
export type Time = number & { readonly [timeBrand]: 'Time' };

/** A span of virtual time in whole picoseconds, whatever the resolution of the simulation. Made only by the unit helpers of this file. */
export type Duration = number & { readonly [durationBrand]: 'Duration' };

/** Length of one tick. Coarser ticks reach further: 2^53 ticks are 2.5 h at 1 ps, 104 days at 1 ns, 285 years at 1 us. */
export type Resolution = 'ps' | 'ns' | 'us';

/** Picoseconds in one tick of each resolution. */
export const picosecondsPerTick: Readonly<Record<Resolution, number>> = { ps: 1, ns: 1e3, us: 1e6 };

/** The last representable tick, 2^53 - 1. */
export const MAX_TIME: Time = Number.MAX_SAFE_INTEGER as Time;

/** The zero duration. */
export const NO_TIME: Duration = 0 as Duration;

function duration(value: number, picoseconds: number, unit: string): Duration {
  const result = Math.round(value * picoseconds);
  if (!(result >= 0 && result < Number.POSITIVE_INFINITY))
    throw kernelErrors.create('SIM_BAD_DURATION', { value: `${value} ${unit}` });
  return result as Duration;
}

/** `value` picoseconds, rounded to a whole one. Throws SIM_BAD_DURATION when negative, NaN or infinite, as do all unit helpers. */
export function ps(value: number): Duration {
  return duration(value, 1, 'ps');
}

/** `value` nanoseconds, rounded to whole picoseconds. */
export function ns(value: number): Duration {
  return duration(value, 1e3, 'ns');
}

/** `value` microseconds, rounded to whole picoseconds. */
export function us(value: number): Duration {
  return duration(value, 1e6, 'us');
}

/** `value` milliseconds, rounded to whole picoseconds. */
export function ms(value: number): Duration {
  return duration(value, 1e9, 'ms');
}

/** `value` seconds, rounded to whole picoseconds. */
export function seconds(value: number): Duration {
  return duration(value, 1e12, 's');
}

/** `value` minutes, rounded to whole picoseconds. */
export function minutes(value: number): Duration {
  return duration(value, 60e12, 'min');
}

/** `value` hours, rounded to whole picoseconds. */
export function hours(value: number): Duration {
  return duration(value, 3600e12, 'h');
}

/** The length of `span` in seconds, a plain number for reports. */
export function toSeconds(span: Duration): number {
  return span / 1e12;
}

/** `time` ticks of the given resolution in seconds, a plain number for reports. */
export function timeToSeconds(time: Time, resolution: Resolution = 'ps'): number {
  return (time * picosecondsPerTick[resolution]) / 1e12;
}

const scales: ReadonlyArray<readonly [number, string]> = [
  [1e12, 's'],
  [1e9, 'ms'],
  [1e6, 'us'],
  [1e3, 'ns'],
];

/** `time` for people: the largest unit that keeps it exact to the picosecond, e.g. `3.5 us`. */
export function formatTime(time: Time, resolution: Resolution = 'ps'): string {
  const picoseconds = time * picosecondsPerTick[resolution];
  for (const [scale, unit] of scales) if (picoseconds >= scale) return `${picoseconds / scale} ${unit}`;
  return `${picoseconds} ps`;
}
