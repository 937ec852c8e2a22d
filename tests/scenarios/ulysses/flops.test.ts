import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { attentionFlopShare, executedFlops, paperFlops } from '../../../scenarios/ulysses/flops.ts';
import { defaultParams, type UlyssesParams } from '../../../scenarios/ulysses/parameters.ts';
import { resolve } from '../../../scenarios/ulysses/resolve.ts';
import type { Setup } from '../../../scenarios/ulysses/setup.ts';
import { cases, runs } from './generators.ts';

const test = suite('flops');
const setupOf = (params: Partial<UlyssesParams>): Setup => resolve({ ...defaultParams, ...params }, 42.5e9);

test('equation (1) turns the published times into the published rates', () => {
  const rate = (seqK: number, gpus: number, seconds: number) =>
    paperFlops(setupOf({ model: '7b', batch: 8, gpus, sp: gpus / 8, seq: seqK * 1024 })) / seconds / gpus / 1e12;
  const rates = [rate(128, 64, 32.4321), rate(128, 128, 17.0525), rate(128, 256, 9.8867), rate(64, 64, 9.67676)];
  const expected = [165.53, 157.41, 135.75, 161.05];
  for (const [i, value] of rates.entries()) assert.ok(Math.abs(value - (expected[i] as number)) < 0.01, `${value}`);
});

test('with recomputation 9/16 <= executed / paper <= 1, falling with the sequence', () => {
  fc.assert(
    fc.property(runs(), (params) => {
      const ratio = (seq: number) => {
        const setup = setupOf({ ...params, seq });
        return executedFlops(setup) / paperFlops(setup);
      };
      assert.ok(ratio(params.seq) <= 1 && ratio(params.seq) >= 9 / 16);
      assert.ok(ratio(2 * params.seq) < ratio(params.seq));
    }),
    cases,
  );
});

test('equation (2) is the sum of what the kernels do', () => {
  fc.assert(
    fc.property(runs(['ulysses']), fc.boolean(), (params, activationCheckpointing) => {
      const setup = setupOf({ ...params, activationCheckpointing });
      const { seq: N, hidden: h, layers: l, batch: B, vocab: V } = setup;
      const forward = 24 * N * h * h + 2 * N * N * h;
      const backward = 48 * N * h * h + 5 * N * N * h;
      const layer = forward * (activationCheckpointing ? 2 : 1) + backward;
      const sum = B * (l * layer + 6 * N * h * V);
      assert.ok(Math.abs(executedFlops(setup) / sum - 1) < 1e-12);
    }),
    cases,
  );
});

test('density touches executed FLOP only; grouped queries narrow two of the four projections', () => {
  const [dense, sparse, grouped] = [setupOf({}), setupOf({ attnDensity: 0.25 }), setupOf({ kvHeads: 8 })];
  assert.is(paperFlops(sparse), paperFlops(dense));
  assert.is(paperFlops(grouped), paperFlops(dense));
  const { seq: N, hidden: h, layers: l, batch: B } = dense;
  assert.is(executedFlops(dense) - executedFlops(sparse), B * l * 9 * N * N * h * 0.75);
  assert.is(executedFlops(dense) - executedFlops(grouped), B * l * 4 * 4 * 0.75 * N * h * h);
});

test('attention takes over as sequences grow', () => {
  assert.ok(attentionFlopShare(setupOf({ seq: 8192 })) < 0.3);
  assert.ok(attentionFlopShare(setupOf({ seq: 1048576, gpus: 256 })) > 0.95);
});

test.run();
