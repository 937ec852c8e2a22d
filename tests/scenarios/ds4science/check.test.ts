import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { problemsOf, warningsOf } from '../../../scenarios/ds4science/check.ts';
import { ds4science } from '../../../scenarios/ds4science/index.ts';
import type { Ds4Params } from '../../../scenarios/ds4science/params.ts';
import { resolveParams } from '../../../scenarios/kit/index.ts';
import { attentions, cases, defaults, models } from './generators.ts';

const test = suite('ds4science check');
const check = (set: Partial<Ds4Params>) => problemsOf({ ...defaults, ...set });
const custom = { model: 'custom', layers: 2, hidden: 768, heads: 24 } as const;
const protein = { study: 'evoformer' } as const;
const shape = { ...protein, stack: 'custom', nSeq: 32, nRes: 64, heads: 4, headDim: 32 } as const;

const refused: readonly [string, Partial<Ds4Params>, string, string][] = [
  ['heads over tp', { tp: 48, gpus: 48 }, 'tp', '64 heads'],
  ['heads over gpus', { gpus: 24 }, 'gpus', '64 heads'],
  ['hidden over heads', { ...custom, hidden: 1000 }, 'hidden', '24 heads'],
  ['heads of a known model', { heads: 7 }, 'heads', 'divide the hidden width 5760'],
  ['vocab over tp', { vocab: 50257, tp: 8, gpus: 8 }, 'tp', 'vocab 50257'],
  ['4 hidden over tp', { ...custom, hidden: 126, heads: 63, tp: 5, gpus: 5 }, 'tp', 'width 504'],
  ['gpus over tp', { gpus: 24, tp: 16 }, 'tp', '24 gpus'],
  ['seq over tp', { seq: 1000 }, 'seq', 'multiple of tp 64'],
  ['seqStep over tp', { search: 'maxSeq', seqStep: 1000 }, 'seqStep', 'multiple of tp 64'],
  ['custom without layers', { ...custom, layers: 0 }, 'layers', 'number of layers'],
  ['custom without hidden', { ...custom, hidden: 0 }, 'hidden', 'hidden width'],
  ['custom without heads', { ...custom, heads: 0 }, 'heads', 'number of heads'],
  ['seq in the other study', { ...protein, seq: 65536 }, 'seq', 'belongs to study genslm'],
  ['search in the other study', { ...protein, search: 'maxSeq' }, 'search', 'belongs to study genslm'],
  ['stack in the other study', { stack: 'custom' }, 'stack', 'belongs to study evoformer'],
  ['fused in fp32', { ...protein, dtype: 'fp32' }, 'dtype', 'fp16 and bf16'],
  ['fused with wide heads', { ...shape, headDim: 96 }, 'headDim', 'up to 64'],
  ['fused over few positions', { ...shape, nRes: 16 }, 'nRes', 'more than 16'],
  ['fused over few rows', { ...shape, variant: 'msa-column', nSeq: 8 }, 'nSeq', 'more than 16'],
  ['custom stack without shapes', { ...protein, stack: 'custom' }, 'nSeq', 'custom stack'],
  ['chunks of the fused kernel', { ...protein, chunk: 64, backward: false }, 'chunk', 'no chunks'],
  ['chunks with gradients', { ...protein, kernel: 'eager', chunk: 64 }, 'backward', 'without gradient'],
  ['shapes of the arithmetic', { ...protein, scope: 'numerics', nSeq: 3 }, 'nSeq', 'its own shapes'],
  ['another block', { ...protein, scope: 'block' }, 'stack', 'main-msa-initial alone'],
  [
    'a block on another GPU',
    { ...protein, scope: 'block', stack: 'main-msa-initial', gpu: 'h100-80gb' },
    'gpu',
    'alone',
  ],
];

for (const [name, set, parameter, text] of refused)
  test(`refused: ${name}`, () => {
    const problem = check(set)[0];
    assert.is(problem?.parameter, parameter);
    assert.ok(problem?.constraint.includes(text), problem?.constraint);
  });

test('every refusal proposes a value that works', () => {
  for (const [name, set] of refused) {
    const problem = check(set)[0];
    assert.ok(problem !== undefined && problem.use.length > 0, `${name}: nothing proposed`);
    for (const value of problem.use) {
      const again = check({ ...set, [problem.parameter]: value }).find(
        ({ parameter }) => parameter === problem.parameter,
      );
      assert.is(again, undefined, `${name}: ${problem.parameter}=${value}`);
    }
  }
});

test('zero, negative and unknown values are refused in one line', () => {
  const bad = [
    { gpus: 0 },
    { seq: -1 },
    { seq: 64 },
    { samples: 0, study: 'evoformer' },
    { model: '26b' },
    { sytem: 'megatron-lm' },
    { memoryFraction: 0 },
    { nicBandwidth: 0 },
    { numericsTrials: 0 },
  ];
  for (const params of bad)
    assert.throws(
      () => resolveParams(ds4science, params as never),
      (error: Error) => error.message.length < 250 && !error.message.includes('\n'),
      JSON.stringify(params),
    );
  assert.throws(() => resolveParams(ds4science, { sytem: 'x' } as never), /system/);
});

test('a pair bias on the column is a warning', () => {
  const set: Ds4Params = { ...defaults, ...protein, variant: 'msa-column', pairBias: 'true' };
  assert.equal(problemsOf(set), []);
  assert.is(warningsOf(set).length, 1);
  assert.equal(warningsOf({ ...set, pairBias: 'auto' }), []);
});

test('valid runs pass', () => {
  fc.assert(
    fc.property(models, attentions, (model, attention) => {
      const splits = model.seq % model.tp === 0;
      assert.ok(splits);
      assert.equal(problemsOf({ ...model, vocab: 50304 }), []);
      assert.equal(problemsOf(attention), []);
    }),
    cases,
  );
});

test.run();
