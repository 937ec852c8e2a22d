import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatTime, ms, ns, ps, seconds, type Time, toSeconds, us } from '../../../engine/index.ts';

const test = suite('time');

test('units are whole picoseconds', () => {
  assert.equal([ps(7), ns(5), us(3), ms(2), seconds(1)], [7, 5e3, 3e6, 2e9, 1e12] as never);
  assert.is(ns(0.0014), 1);
  assert.is(toSeconds(us(3)), 3e-6);
});

test('SIM_BAD_DURATION: negative, NaN and infinite durations are refused with the value', () => {
  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(
      () => us(value),
      (error: Error) => 'code' in error && error.code === 'SIM_BAD_DURATION' && error.message.includes(`${value} us`),
    );
});

test('a bare number is not a duration', () => {
  const takes = (_: ReturnType<typeof us>) => undefined;
  // @ts-expect-error a unit is needed
  takes(3);
  // @ts-expect-error a point of time is not a span
  takes(0 as Time);
});

test('formatTime prints the largest fitting unit', () => {
  assert.is(formatTime(3_500_000 as Time), '3.5 us');
  assert.is(formatTime(12 as Time), '12 ps');
  assert.is(formatTime(12 as Time, 'us'), '12 us');
});

test.run();
