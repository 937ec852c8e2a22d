import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkParams } from '../../../scenarios/ulysses/check.ts';
import { defaultParams, type UlyssesParams } from '../../../scenarios/ulysses/parameters.ts';
import { cases, runs } from './generators.ts';

const test = suite('bad input');
const capacity = 42.5e9;
const check = (params: Partial<UlyssesParams>) => checkParams({ ...defaultParams, ...params }, capacity);

const refused: readonly [string, Partial<UlyssesParams>, keyof UlyssesParams, string][] = [
  ['heads over sp', { sp: 33 }, 'sp', '32 gpus and 32 heads'],
  ['gpus over sp', { sp: 16, gpus: 24, heads: 32 }, 'sp', '24 gpus'],
  ['heads over sp/ringDegree', { system: 'hybrid', heads: 4, sp: 32, ringDegree: 4 }, 'sp', '4 heads'],
  ['seq over sp', { sp: 32, seq: 1000 }, 'seq', 'multiple of 32'],
  ['seq over every automatic sp', { seq: 1001 }, 'seq', 'multiple of 8'],
  ['seq over a zigzag ring', { system: 'ring', sp: 8, seq: 8 * 1025 }, 'seq', 'zigzag ring of 8'],
  ['hidden over heads', { heads: 33 }, 'heads', 'divide the hidden width 4096'],
  ['custom hidden over heads', { model: 'custom', layers: 1, heads: 3, hidden: 64 }, 'hidden', '3 heads'],
  ['sp over ringDegree', { system: 'hybrid', sp: 8, ringDegree: 3 }, 'ringDegree', 'divide sp 8'],
  ['a ring with ulysses', { ringDegree: 2 }, 'ringDegree', 'no ring'],
  ['batch over dp', { sp: 8, batch: 5 }, 'batch', 'batch 5 cannot be shared by dp 4'],
  ['micro-batch', { sp: 8, batch: 12, microBatch: 2 }, 'microBatch', '3 samples'],
  ['baseline vocab', { system: 'megatron-sp', sp: 32, vocab: 50257 }, 'sp', 'vocab 50257'],
  ['baseline heads', { system: 'megatron-sp', sp: 32, heads: 16 }, 'sp', '16 heads'],
  ['more key heads than heads', { kvHeads: 64 }, 'kvHeads', '32 heads'],
  ['key heads', { kvHeads: 5 }, 'kvHeads', '32 heads'],
  [
    'key heads over sp',
    { model: 'custom', layers: 1, hidden: 768, heads: 24, gpus: 8, sp: 8, kvHeads: 12 },
    'kvHeads',
    '8 ranks',
  ],
  ['custom without hidden', { model: 'custom', layers: 2, heads: 8 }, 'hidden', 'hidden width'],
  ['custom without layers', { model: 'custom', hidden: 512, heads: 8 }, 'layers', 'number of layers'],
  ['sharded states in the baseline', { system: 'megatron-sp', zeroStage: 3 }, 'zeroStage', 'not in the baseline'],
  ['seq above seqCap', { seq: 32768, seqCap: 16384 }, 'seq', 'seqCap 16384'],
];

for (const [name, params, parameter, text] of refused)
  test(`refused: ${name}`, () => {
    const problem = check(params)[0];
    assert.is(problem?.parameter, parameter);
    assert.ok(problem?.constraint.includes(text), problem?.constraint);
  });

test('every value proposed instead is accepted', () => {
  for (const [name, params] of refused)
    for (const problem of check(params).slice(0, 1))
      for (const value of problem.use) {
        const after = check({ ...params, [problem.parameter]: value });
        const again = after.find((other) => other.parameter === problem.parameter);
        assert.is(again, undefined, `${name}: ${problem.parameter}=${value}: ${again?.constraint}`);
      }
});

test('batch 5 on dp 4 proposes 4 and 8', () => {
  assert.equal(check({ sp: 8, batch: 5 })[0]?.use, [4, 8]);
});

test('valid runs pass', () => {
  assert.equal(check({}), []);
  assert.equal(check({ model: 'custom', scope: 'attention', hidden: 512, heads: 8, gpus: 8 }), []);
  fc.assert(
    fc.property(runs(), (params) => {
      fc.pre(params.system !== 'hybrid' || params.heads % (params.sp / params.ringDegree) === 0);
      fc.pre(params.seq % (2 * params.sp) === 0);
      assert.equal(checkParams(params, capacity), []);
    }),
    cases,
  );
});

test.run();
