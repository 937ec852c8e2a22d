import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { divisors, multiplesNear, nearest } from '../../../scenarios/kit/neighbours.ts';
import { marksOverLength, rateLines } from '../../../scenarios/kit/rate-lines.ts';
import { wrapText } from '../../../scenarios/kit/wrap-text.ts';

const test = suite('small parts of the kit');

test('neighbours that a refusal can offer', () => {
  assert.equal(divisors(12), [1, 2, 3, 4, 6, 12]);
  assert.equal(nearest([1, 2, 4, 8], 3), [2, 4]);
  assert.equal(multiplesNear(7, 4), [8, 4]);
  assert.equal(multiplesNear(3, 8), [8]);
});

test('text is broken at spaces, a longer word stands alone', () => {
  assert.equal(wrapText('a bb ccc', 4), ['a bb', 'ccc']);
  assert.equal(wrapText('a extraordinary b', 5), ['a', 'extraordinary', 'b']);
});

test('lines and flags keep their order when later runs end first', async () => {
  const ended: number[] = [];
  const run = async (system: 'a' | 'b', seq: number) => {
    for (let i = 0; i < (system === 'a' ? 20 : 1) * (5 - seq); i++) await undefined;
    ended.push(seq);
    const full = seq >= 3;
    return { metrics: {}, params: {}, flag: () => full, number: () => seq * 10 };
  };
  const { series, flags } = await rateLines(['a', 'b'] as const, [1, 2, 3, 4], run, 'rate');
  assert.equal(ended[0], 4);
  assert.equal(
    series.map(({ points }) => points),
    Array.from({ length: 2 }, () => [
      [1, 10],
      [2, 20],
      [3, null],
      [4, null],
    ]),
  );
  assert.equal(
    flags.map(({ series: name, x }) => `${name}${x}`),
    ['a3', 'a4', 'b3', 'b4'],
  );
  assert.equal(marksOverLength([{ params: { seq: 8, system: 'a' }, value: 5, role: 'check' }]), [
    { x: 8, y: 5, series: 'a', role: 'check' },
  ]);
});

test.run();
