import type { Duration } from '../kernel/time.ts';
import { ms } from '../kernel/time.ts';

const PICOSECONDS = 1e9;

/** `span` in the milliseconds of virtual time that RxJS operators take: `interval(toMilliseconds(us(10)), scheduler)`. Exact both ways below 2^51 ps. */
export function toMilliseconds(span: Duration): number {
  return span / PICOSECONDS;
}

/** The span of `value` milliseconds as RxJS reports them, rounded to a picosecond. Throws SIM_BAD_DURATION when negative, NaN or infinite. */
export function fromMilliseconds(value: number): Duration {
  return ms(value);
}
