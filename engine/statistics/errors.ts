import { defineErrors, type ErrorRoom } from '../kernel/errors.ts';

/** Every error of this room. */
export const statisticsErrors: ErrorRoom<
  'STATISTICS_BAD_PARAMETER' | 'STATISTICS_BAD_VALUE' | 'STATISTICS_MERGE' | 'STATISTICS_PAST'
> = defineErrors({
  STATISTICS_BAD_PARAMETER: {
    fatal: false,
    text: '%statistic: %parameter cannot be %value',
    hint: 'It must be %right.',
  },
  STATISTICS_BAD_VALUE: {
    fatal: false,
    text: '%statistic cannot take the value %value',
    hint: 'Observations are finite numbers.',
  },
  STATISTICS_MERGE: { fatal: false, text: 'cannot merge: %reason', hint: '%remedy.' },
  STATISTICS_PAST: {
    fatal: false,
    text: 'a level that changed last at tick %last cannot change or be read at %now',
    hint: 'Give it the times of the simulation in their order.',
  },
});

/** Throws STATISTICS_BAD_PARAMETER unless `valid`; `right` completes the sentence "It must be ...". */
export function check(valid: boolean, statistic: string, parameter: string, value: unknown, right: string): void {
  if (!valid) throw statisticsErrors.create('STATISTICS_BAD_PARAMETER', { statistic, parameter, value, right });
}

export function checkConfidence(statistic: string, confidence: number): void {
  check(confidence > 0 && confidence < 1, statistic, 'confidence', confidence, 'between 0 and 1, as 0.95');
}

/** Throws STATISTICS_BAD_VALUE for NaN and the infinities. */
export function checkValue(statistic: string, value: number): void {
  if (value - value !== 0) throw statisticsErrors.create('STATISTICS_BAD_VALUE', { statistic, value });
}
