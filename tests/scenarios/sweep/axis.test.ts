import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatAxis, parseAxis, valueAt } from '../../../scenarios/sweep/axis.ts';
import { samplePoints } from '../../../scenarios/sweep/sampling.ts';
import { scenario } from './toy.ts';

const test = suite('sweep/axis');

const values = (name: string, text: string): readonly unknown[] => {
  const axis = parseAxis(scenario, name, text);
  return axis.kind === 'list' ? axis.values : [];
};

test('lists, doublings, steps and every choice', () => {
  assert.equal(values('share', '8,16,32'), [8, 16, 32]);
  assert.equal(values('size', '8K..64K:x2'), [8192, 16_384, 32_768, 65_536]);
  assert.equal(values('size', '1K..10K:+4K, 2'), [1024, 5120, 9216, 2]);
  assert.equal(values('share', '1..5:+2,3'), [1, 3, 5]);
  assert.equal(values('kind', ''), ['plain', 'fancy', 'odd']);
  assert.equal(values('flag', ''), [false, true]);
  assert.equal(values('wait', '1ms..4ms:x2'), [1e9, 2e9, 4e9]);
  assert.equal(values('noise', '10%,20%'), [0.1, 0.2]);
});

test('an axis written out is read back as the same axis', () => {
  for (const [name, text] of [
    ['size', '8K..1M:x2'],
    ['rate', '1GB/s..100GB/s:log'],
    ['wait', '1ms,3us'],
    ['noise', '0.1..0.9'],
  ] as const) {
    const axis = parseAxis(scenario, name, text);
    assert.equal(formatAxis(parseAxis(scenario, name, formatAxis(axis))), formatAxis(axis));
  }
});

test('what is no axis is refused in one line', () => {
  const refusal = (name: string, text: string): string => {
    try {
      parseAxis(scenario, name, text);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.match(refusal('size', '64K..8K:x2'), 'the range 64K..8K:x2 is empty');
  assert.match(refusal('size', '8K..64K:x1'), 'is no step');
  assert.match(refusal('size', '8K..64K:*2'), 'is no step');
  assert.match(refusal('size', '8K..64K,5'), 'has no step');
  assert.match(refusal('noise', '0..1:log'), 'begins above 0');
  assert.match(refusal('size', ''), 'has no values');
  assert.match(refusal('size', '1..16M:+1'), 'more than 100000 values');
  assert.match(refusal('preset', 'quick'), 'a preset cannot be varied');
  assert.match(refusal('seed', '1,2'), 'Write --replications');
  assert.match(refusal('siz', '1'), "Did you mean 'size'?");
  assert.match(refusal('kind', 'plan'), "Did you mean 'plain'?");
  for (const [name, text] of [
    ['size', '1..'],
    ['size', '..4'],
    ['share', '1..3:+0.5'],
  ] as const)
    assert.ok(refusal(name, text).length > 10, text);
});

test('a Latin hypercube takes one value from each stratum of every axis', () => {
  const axes = [parseAxis(scenario, 'noise', '0..1'), parseAxis(scenario, 'rate', '1GB/s..100GB/s:log')];
  const count = 50;
  const [noise, rate] = samplePoints(axes, { kind: 'lhs', count }, 7) as readonly (readonly number[])[];
  const strata = (shares: readonly number[]) => new Set(shares.map((share) => Math.floor(share * count)));
  assert.is(strata(noise as number[]).size, count);
  assert.is(strata((rate as number[]).map((value) => Math.log(value / 1e9) / Math.log(100))).size, count);
  assert.not.equal(
    noise,
    [...(noise as number[])].sort((a, b) => a - b),
  );
});

test('samples depend on the seed and the name of the axis alone', () => {
  const one = [parseAxis(scenario, 'noise', '0..1')];
  const two = [parseAxis(scenario, 'size', '1..1000'), ...one];
  for (const kind of ['random', 'lhs'] as const) {
    const sampling = { kind, count: 20 };
    assert.equal(samplePoints(one, sampling, 3)[0], samplePoints(two, sampling, 3)[1]);
    assert.not.equal(samplePoints(one, sampling, 3), samplePoints(one, sampling, 4));
  }
  const sizes = samplePoints(two, { kind: 'random', count: 200 }, 3)[0] as readonly number[];
  assert.ok(sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 1000));
});

test('the ends of a range of whole numbers are as likely as its middle', () => {
  const axis = parseAxis(scenario, 'share', '1..3');
  assert.equal(
    [0, 0.34, 0.67, 1 - 2 ** -53].map((u) => valueAt(axis, u)),
    [1, 2, 3, 3],
  );
});

test.run();
