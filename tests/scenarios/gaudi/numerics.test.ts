import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandomSource } from '../../../engine/random/source.ts';
import {
  eluFeatures,
  explicitLinearAttention,
  linearAttention,
  onlineSoftmax,
  orthogonalFeatures,
  softmaxRows,
} from '../../../scenarios/gaudi/numerics/attention-math.ts';
import { performerError, randomHead, runNumerics } from '../../../scenarios/gaudi/numerics/run-numerics.ts';
import { maxRelativeError, relativeError, zeros } from '../../../scenarios/gaudi/numerics/tensor.ts';

const test = suite('gaudi numerics');
const settings = { seed: 20261123, numRuns: 100 };
const result = runNumerics(1);

test('linear attention in the order of the graph equals its explicit form', () => {
  assert.ok(result.linearMaxError < 1e-10, `${result.linearMaxError}`);
  fc.assert(
    fc.property(
      fc.nat(1e6),
      fc.integer({ min: 1, max: 48 }),
      fc.integer({ min: 1, max: 24 }),
      (seed, tokens, width) => {
        const head = randomHead(createRandomSource({ seed }), 'head', tokens, width, 2);
        const [q, k] = [eluFeatures(head.q), eluFeatures(head.k)];
        assert.ok(maxRelativeError(linearAttention(q, k, head.v), explicitLinearAttention(q, k, head.v)) < 1e-10);
      },
    ),
    settings,
  );
});

test('softmax attention by slices of heads equals the whole bit for bit', () => {
  assert.ok(result.slicedSoftmaxExact);
});

test('softmax by blocks equals two passes', () => {
  assert.ok(result.onlineSoftmaxMaxError < 1e-12, `${result.onlineSoftmaxMaxError}`);
  const values = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 250 }), (row, block) => {
      const online = onlineSoftmax(Float64Array.from(row), block);
      const whole = softmaxRows({ rows: 1, columns: row.length, data: Float64Array.from(row) }).data;
      assert.ok(online.every((value, i) => Math.abs(value - whole[i]!) < 1e-12));
    }),
    settings,
  );
});

test('the error of Performer falls with its features', () => {
  const expected = [
    [16, 1.03],
    [64, 0.65],
    [256, 0.4],
    [1024, 0.23],
  ] as const;
  const found = expected.map(([m]) => result.performerErrors.get(m) as number);
  expected.forEach(([m, value], i) => {
    assert.ok(Math.abs(found[i]! / value - 1) < 0.25, `${m} features: ${found[i]}`);
  });
  for (let i = 1; i < found.length; i++) {
    const ratio = found[i - 1]! / found[i]!;
    assert.ok(ratio > 1.3 && ratio < 2.2, `ratio ${ratio}`);
  }
});

test('with wide entries Performer does not converge', () => {
  assert.ok(result.performerWideError > 1, `${result.performerWideError}`);
});

test('linear attention is another function, not an approximation of softmax attention', () => {
  assert.ok(result.linearSoftmaxError > 0.5, `${result.linearSoftmaxError}`);
});

test('random directions are orthogonal and as long as normal vectors on average', () => {
  const width = 32;
  const directions = orthogonalFeatures(createRandomSource({ seed: 5 }).stream('numerics', 'w'), 3 * width, width);
  const dot = (i: number, j: number): number => {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += directions.data[i * width + k]! * directions.data[j * width + k]!;
    return sum;
  };
  let squares = 0;
  for (let i = 0; i < 3 * width; i++) {
    squares += dot(i, i) / (3 * width);
    for (let j = i - (i % width); j < i; j++) assert.ok(Math.abs(dot(i, j)) < 1e-10 * width);
  }
  assert.ok(Math.abs(squares / width - 1) < 0.2, `${squares}`);
});

test('the same seed gives the same bits', () => {
  const error = () => performerError(createRandomSource({ seed: 9 }), 0, 16, 0.5);
  assert.is(error(), error());
  assert.is(relativeError(zeros(1, 2), { rows: 1, columns: 2, data: Float64Array.of(3, 4) }), 1);
});

test.run();
