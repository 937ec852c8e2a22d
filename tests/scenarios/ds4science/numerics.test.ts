import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandomSource } from '../../../engine/random/source.ts';
import { Arena } from '../../../scenarios/ds4science/numerics/arena.ts';
import { referenceAttention } from '../../../scenarios/ds4science/numerics/reference.ts';
import { drawInputs, runNumerics } from '../../../scenarios/ds4science/numerics/run-numerics.ts';
import { tiledAttention } from '../../../scenarios/ds4science/numerics/tiled.ts';
import { cases } from './generators.ts';

const test = suite('ds4science numerics');
const random = createRandomSource({ seed: cases.seed });

test('tiled attention agrees with plain attention to 1e-5, its gradients to 5e-5', () => {
  const { output, gradients, biasGradient } = runNumerics(20, 1);
  assert.ok(output > 0 && output < 1e-5, `${output}`);
  assert.ok(gradients > 0 && gradients < 5e-5, `${gradients}`);
  assert.ok(biasGradient > 0 && biasGradient < 5e-5, `${biasGradient}`);
});

test('equal seeds give equal bits, other seeds do not', () => {
  assert.equal(runNumerics(2, 5), runNumerics(2, 5));
  assert.is.not(runNumerics(2, 5).fingerprint, runNumerics(2, 6).fingerprint);
});

test('the tiled kernel allocates nothing of n2 x n2', () => {
  const used = (n1: number, n2: number): Arena => {
    const shape = { n1, n2, heads: 2, headDim: 8 };
    const arena = new Arena();
    tiledAttention(drawInputs(shape, random, n2), shape, 16, arena);
    assert.is(arena.live, 0, 'everything is given back');
    return arena;
  };
  for (const n1 of [1, 3]) {
    const [small, large] = [used(n1, 64), used(n1, 128)];
    const tile = 4 * (16 * 16 + 2 * 16);
    assert.ok(large.peak - tile <= 2 * (small.peak - tile) + tile, `${small.peak} to ${large.peak}`);
    assert.ok(large.largest < 4 * 128 * 128 * n1, `${large.largest}`);
  }
});

test('any tile gives the same result but for rounding; masked keys get no gradient', () => {
  const shapes = fc.record({
    n1: fc.integer({ min: 1, max: 3 }),
    n2: fc.integer({ min: 17, max: 40 }),
    heads: fc.integer({ min: 1, max: 2 }),
    headDim: fc.constantFrom(8, 16),
  });
  fc.assert(
    fc.property(shapes, fc.nat({ max: 1000 }), (shape, trial) => {
      const inputs = drawInputs(shape, random, trial);
      const [a, b] = [16, 64].map((tile) => tiledAttention(inputs, shape, tile, new Arena()));
      const exact = referenceAttention(inputs, shape);
      for (const name of ['output', 'gradQ', 'gradK', 'gradV', 'gradPair'] as const)
        a?.[name].forEach((value, i) => {
          assert.ok(Math.abs(value - (b?.[name][i] ?? 9)) < 5e-5, name);
          assert.ok(Math.abs(value - (exact[name][i] ?? 9)) < 5e-5, name);
        });
      const { n2, headDim } = shape;
      inputs.mask.forEach((bias, at) => {
        if (bias === 0) return;
        const [row, j] = [Math.floor(at / n2), at % n2];
        const start = (row * shape.heads * n2 + j) * headDim;
        assert.ok(a?.gradV.subarray(start, start + headDim).every((value) => value === 0));
      });
    }),
    { ...cases, numRuns: 100 },
  );
});

test.run();
