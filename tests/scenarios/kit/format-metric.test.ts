import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatError, formatMetric } from '../../../scenarios/kit/index.ts';

const test = suite('formatMetric');

test('four digits, SI prefix where the unit takes one', () => {
  const cases: ReadonlyArray<readonly [number | boolean | string, string, string]> = [
    [0.0000123456, 's', '12.35 us'],
    [0.9999999, 's', '1 s'],
    [5400, 's', '5400 s'],
    [1234567, 's', '1234567 s'],
    [42.5e9, 'B', '42.5 GB'],
    [2.5e10, 'B/s', '25 GB/s'],
    [165.5349, 'TFLOP/s', '165.5 TFLOP/s'],
    [1048576, 'tokens', '1M tokens'],
    [131072, 'tokens', '128K tokens'],
    [1000, 'tokens', '1000 tokens'],
    [159.0784, '1/s', '159.1 /s'],
    [0, 's', '0 s'],
    [-0.002, 's', '-2 ms'],
    [1e-15, 's', '0.001 ps'],
    [0.51234, '', '0.5123'],
    [true, '', 'yes'],
    ['text', '', 'text'],
  ];
  for (const [value, unit, text] of cases) assert.is(formatMetric(value, unit), text);
});

test('errors are signed, zero has no sign', () => {
  assert.equal([0.0213, -0.3333, 0.00001, -0.00001, undefined].map(formatError), [
    '+2.1 %',
    '-33.3 %',
    '0.0 %',
    '0.0 %',
    '',
  ]);
});

test.run();
