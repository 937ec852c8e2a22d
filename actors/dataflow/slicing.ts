import type { Duration } from '../../engine/kernel/time.ts';

/** Part `slice` of `total` cut into `slices` whole parts that differ by at most 1 and sum to `total`. */
export function partOf(total: Duration, slice: number, slices: number): Duration {
  return (Math.round(total * ((slice + 1) / slices)) - Math.round(total * (slice / slices))) as Duration;
}

/** How many slices of a producer cut into `made` slice `slice` of a consumer cut into `used` needs: its share of them, rounded up. */
export function slicesNeeded(slice: number, used: number, made: number): number {
  return Math.ceil(((slice + 1) * made) / used);
}
