import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkParams } from '../../../../scenarios/ulysses/check.ts';
import { attendBlock, emptyRunning, finishAttention } from '../../../../scenarios/ulysses/numerics/attention-math.ts';
import { referenceAttention } from '../../../../scenarios/ulysses/numerics/reference.ts';
import { runNumerics, runTrial } from '../../../../scenarios/ulysses/numerics/run-numerics.ts';
import {
  cutByHeads,
  cutByTokens,
  joinHeads,
  joinTokens,
  localRows,
  ringTokens,
  type Sharding,
} from '../../../../scenarios/ulysses/numerics/sharding.ts';
import { defaultParams, type UlyssesParams } from '../../../../scenarios/ulysses/parameters.ts';

const test = suite('numerics');
const cases = { seed: 20261123, numRuns: 150 };
const small: UlyssesParams = {
  ...defaultParams,
  scope: 'numerics',
  model: 'custom',
  heads: 12,
  hidden: 96,
  seq: 48,
  numericsTrials: 1,
};

const shardings: fc.Arbitrary<Sharding> = fc
  .record({
    exchange: fc.constantFrom(1, 2, 3, 4),
    ring: fc.constantFrom(1, 2, 3),
    perRank: fc.integer({ min: 1, max: 3 }),
    headSize: fc.integer({ min: 1, max: 4 }),
    blocks: fc.integer({ min: 1, max: 4 }),
    layout: fc.constantFrom('contiguous' as const, 'zigzag' as const),
  })
  .map(({ exchange, ring, perRank, headSize, blocks, layout }) => ({
    ranks: exchange * ring,
    heads: exchange * perRank,
    headSize,
    tokens: 2 * ring * exchange * blocks,
    exchange,
    ring,
    layout,
  }));

test('every token is held by one ring position and every zigzag position holds early and late ones', () => {
  fc.assert(
    fc.property(shardings, (sharding) => {
      const all = Array.from({ length: sharding.ring }, (_, r) => [...ringTokens(sharding, r)]);
      const sorted = all.flat().sort((a, b) => a - b);
      assert.equal(
        sorted,
        Array.from({ length: sharding.tokens }, (_, i) => i),
      );
      if (sharding.layout === 'zigzag')
        for (const own of all)
          assert.is(
            own.reduce((a, b) => a + b, 0),
            (sharding.tokens * (sharding.tokens - 1)) / 2 / sharding.ring,
          );
    }),
    cases,
  );
});

test('an all-to-all brings all tokens of my heads, its inverse every tensor back', () => {
  fc.assert(
    fc.property(shardings, (sharding) => {
      const { heads, tokens, headSize, exchange, ring } = sharding;
      const whole = Float32Array.from({ length: heads * tokens * headSize }, (_, i) => i);
      for (let r = 0; r < ring; r++) {
        const ranks = Array.from({ length: exchange }, (_, u) => localRows(sharding, r * exchange + u, whole));
        const cut = ranks.map((rows) => cutByHeads(sharding, rows));
        const byHeads = ranks.map((_, u) =>
          joinTokens(
            sharding,
            cut.map((pieces) => pieces[u] as Float32Array),
          ),
        );
        byHeads.forEach((rows, u) => {
          let at = 0;
          for (let head = 0; head < heads / exchange; head++)
            for (const token of ringTokens(sharding, r))
              for (let d = 0; d < headSize; d++)
                assert.is(rows[at++], (((u * heads) / exchange + head) * tokens + token) * headSize + d);
        });
        const back = byHeads.map((rows) => cutByTokens(sharding, rows));
        ranks.forEach((rows, u) => {
          assert.equal(joinHeads(back.map((pieces) => pieces[u] as Float32Array)), rows);
        });
      }
    }),
    cases,
  );
});

test('distributed attention agrees with one device to 1e-5, its gradients to 5e-5', () => {
  for (const system of ['ulysses', 'ring', 'hybrid'] as const)
    for (const ringLayout of ['contiguous', 'zigzag'] as const) {
      const result = runNumerics({ ...defaultParams, scope: 'numerics', system, ringLayout, numericsTrials: 2 }, 7);
      assert.is(result.roundTripExact, true);
      assert.ok(result.maxAbsError > 0 && result.maxAbsError <= 1e-5, `${system}: ${result.maxAbsError}`);
      assert.ok(result.gradMaxAbsError > 0 && result.gradMaxAbsError <= 5e-5, `${system}: ${result.gradMaxAbsError}`);
    }
});

test('ulysses computes each head whole: bit for bit the result of one rank', () => {
  const output = (sp: number) => runTrial({ ...small, gpus: sp, sp, batch: 1, microBatch: 1 }, 3, 0).tensors;
  const alone = output(1);
  for (const sp of [2, 3, 4, 6]) {
    const shared = output(sp);
    for (const name of ['output', 'gradQ', 'gradK', 'gradV'] as const) assert.equal(shared[name], alone[name]);
  }
});

test('attending in blocks equals attending at once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 1000 }), (blocks, salt) => {
      const [tokens, D] = [12, 4];
      const value = (i: number): number => Math.sin((i + 1) * (salt + 1));
      const rows = (from: number) => Float32Array.from({ length: tokens * D }, (_, i) => value(from + i));
      const [q, k, v] = [rows(0), rows(100), rows(200)];
      const ids = Int32Array.from({ length: tokens }, (_, i) => i);
      const running = emptyRunning(tokens, D);
      const size = Math.ceil(tokens / blocks);
      for (let start = 0; start < tokens; start += size) {
        const end = Math.min(tokens, start + size);
        attendBlock(
          running,
          q,
          k.subarray(start * D, end * D),
          v.subarray(start * D, end * D),
          ids,
          ids.subarray(start, end),
          D,
        );
      }
      finishAttention(running, D);
      const { output } = referenceAttention({ q, k, v, gradOutput: q }, { heads: 1, tokens, headSize: D });
      for (let i = 0; i < output.length; i++)
        assert.ok(Math.abs((running.output[i] as number) - (output[i] as number)) < 1e-5);
    }),
    cases,
  );
});

test('gradients of the reference are the slopes of its output', () => {
  const shape = { heads: 2, tokens: 5, headSize: 3 };
  const size = 30;
  const rows = (from: number) => Float32Array.from({ length: size }, (_, i) => Math.fround(Math.cos(from + i * 1.7)));
  const inputs = { q: rows(0), k: rows(50), v: rows(90), gradOutput: rows(130) };
  const loss = (changed: Partial<typeof inputs>): number =>
    referenceAttention({ ...inputs, ...changed }, shape).output.reduce(
      (sum, value, i) => sum + value * (inputs.gradOutput[i] as number),
      0,
    );
  const gradients = referenceAttention(inputs, shape);
  for (const [name, gradient] of [
    ['q', gradients.gradQ],
    ['k', gradients.gradK],
    ['v', gradients.gradV],
  ] as const)
    for (const i of [0, 7, 16, 29]) {
      const step = 2 ** -10;
      const moved = (by: number) => inputs[name].map((value, at) => (at === i ? value + by : value));
      const slope = (loss({ [name]: moved(step) }) - loss({ [name]: moved(-step) })) / (2 * step);
      assert.ok(Math.abs(slope - (gradient[i] as number)) < 1e-4, `${name} ${i}`);
    }
});

test('shapes out of range are refused, random ones need no shape', () => {
  const first = (params: Partial<UlyssesParams>) => checkParams({ ...small, sp: 4, ...params }, 42e9)[0]?.parameter;
  assert.is(first({}), undefined);
  assert.is(first({ seq: 512 }), 'seq');
  assert.is(first({ heads: 24, hidden: 192 }), 'heads');
  assert.is(first({ hidden: 48 }), 'hidden');
  assert.is(first({ sp: 5 }), 'sp');
  assert.is(first({ kvHeads: 4 }), 'kvHeads');
  assert.is(first({ system: 'megatron-sp' }), 'system');
  assert.is(first({ model: '7b', sp: 0, seq: 32768 }), undefined);
});

test.run();
