import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nelderMead, spearman, summariseErrors } from '../../../scenarios/validation/index.ts';

const test = suite('validation statistics');

test('errors are percentages of the measured value', () => {
  const summary = summariseErrors([
    { measured: 1, predicted: 1.1 },
    { measured: 2, predicted: 1.6 },
    { measured: 3, predicted: 3 },
    { measured: 4, predicted: undefined },
  ]);
  assert.is(summary.rows, 3);
  assert.ok(Math.abs(summary.meanPct - 10) < 1e-9);
  assert.ok(Math.abs(summary.medianPct - 10) < 1e-9);
  assert.ok(Math.abs(summary.p90Pct - 18) < 1e-9);
  assert.ok(Math.abs(summary.worstPct - 20) < 1e-9);
  assert.ok(Math.abs(summary.biasPct + 10 / 3) < 1e-9);
  assert.is(summary.spearman, 1);
  assert.is(summary.coverage, 0.75);
});

test('no predicted rows give no figures, in JSON null', () => {
  const { rows, coverage, spearman, ...figures } = summariseErrors([{ measured: 1, predicted: undefined }]);
  assert.equal([rows, coverage, spearman], [0, 0, 0]);
  for (const value of Object.values(JSON.parse(JSON.stringify(figures)))) assert.is(value, null);
});

test('rank correlation ignores any increasing transformation and flips with the order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 30 }), (values) => {
      if (new Set(values).size < 2) return;
      assert.ok(
        Math.abs(
          spearman(
            values,
            values.map((x) => x ** 3),
          ) - 1,
        ) < 1e-12,
      );
      assert.ok(
        Math.abs(
          spearman(
            values,
            values.map((x) => -x),
          ) + 1,
        ) < 1e-12,
      );
    }),
    { seed: 20261123, numRuns: 200 },
  );
  assert.ok(Math.abs(spearman([1, 2, 2, 3], [1, 2, 3, 4]) - 0.9486832980505138) < 1e-12);
});

test('the simplex search finds the bottom of a curved valley', () => {
  const rosenbrock = ([x = 0, y = 0]: readonly number[]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
  const found = nelderMead(rosenbrock, [-1.2, 1], { tolerance: 1e-14 });
  assert.ok(Math.abs((found.at[0] ?? 0) - 1) < 1e-4 && Math.abs((found.at[1] ?? 0) - 1) < 1e-4, `${found.at}`);
  assert.ok(found.evaluations < 4100);
});

test.run();
