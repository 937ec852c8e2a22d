import { defineErrors, type ErrorRoom } from '../kernel/errors.ts';

/** Every error of this room. */
export const streamsErrors: ErrorRoom<
  | 'STREAMS_BAD_DELAY'
  | 'STREAMS_BAD_PARAMETER'
  | 'STREAMS_NO_SCHEDULER'
  | 'STREAMS_NOT_A_MESSAGE'
  | 'STREAMS_SOURCE_FAILED'
> = defineErrors({
  STREAMS_BAD_DELAY: {
    fatal: false,
    text: 'RxJS work cannot be scheduled %value ms ahead',
    hint: 'Delays are milliseconds of virtual time, e.g. toMilliseconds(us(10)).',
  },
  STREAMS_BAD_PARAMETER: { fatal: false, text: '%operator: %parameter cannot be %value', hint: 'It must be %right.' },
  STREAMS_NO_SCHEDULER: {
    fatal: false,
    text: 'an actor made by fromStream was spawned in a simulation without an RxJS scheduler',
    hint: 'Call schedulerOf(sim) first; it is also what gives the stream virtual time.',
  },
  STREAMS_NOT_A_MESSAGE: {
    fatal: false,
    text: 'stream %stream emitted %value, which is no message',
    hint: "Map its values to objects with a `type`: map((size) => ({ type: 'read', size })).",
  },
  STREAMS_SOURCE_FAILED: {
    fatal: false,
    text: 'stream %stream to %target failed: %reason',
    hint: 'The cause is attached; handle it inside the stream with catchError or retry.',
  },
});

/** Throws STREAMS_BAD_PARAMETER unless `valid`; `right` completes the sentence "It must be ...". */
export function check(valid: boolean, operator: string, parameter: string, value: unknown, right: string): void {
  if (!valid) throw streamsErrors.create('STREAMS_BAD_PARAMETER', { operator, parameter, value, right });
}
