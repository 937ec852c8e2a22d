import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultParams, type UlyssesParams } from '../../../scenarios/ulysses/parameters.ts';
import { candidateDegrees, resolve } from '../../../scenarios/ulysses/resolve.ts';

const test = suite('automatic choices');
const capacity = 40536 * 2 ** 20;
const choose = (params: Partial<UlyssesParams>) => resolve({ ...defaultParams, ...params }, capacity);

test('candidate degrees divide gpus and heads and fill a node', () => {
  const of = (params: Partial<UlyssesParams>, heads: number) =>
    candidateDegrees({ ...defaultParams, ...params }, heads);
  assert.equal(of({ gpus: 64 }, 32), [8, 16, 32]);
  assert.equal(of({ gpus: 4 }, 32), [4]);
  assert.equal(of({ gpus: 64, nodeSize: 8 }, 4), [4]);
  assert.equal(of({ gpus: 64, system: 'hybrid', ringDegree: 8 }, 4), [8, 16, 32]);
});

test('sp is the first candidate that fits', () => {
  assert.is(choose({ model: '7b', gpus: 32, seq: 8192 }).sp, 8);
  assert.is(choose({ model: '7b', gpus: 32, seq: 262144 }).sp, 16);
  assert.is(choose({ model: '30b', gpus: 64, seq: 262144 }).sp, 32);
});

test('sp is the largest candidate when none fits', () => {
  assert.is(choose({ model: '66b', gpus: 8 }).sp, 8);
  assert.is(choose({ model: '7b', gpus: 32, seq: 16777216 }).sp, 32);
});

test('batch makes about a million tokens', () => {
  assert.is(choose({ sp: 8, gpus: 64, seq: 131072 }).batch, 8);
  assert.is(choose({ sp: 8, gpus: 32, seq: 8192 }).batch, 128);
  assert.is(choose({ sp: 8, gpus: 64, seq: 1048576 }).batch, 8);
});

test('microBatch is the largest power of two that divides and fits; 1 for the baseline', () => {
  const ulysses = choose({ model: '7b', gpus: 32, seq: 8192 });
  assert.equal([ulysses.microBatch, ulysses.microSteps], [16, 2]);
  const odd = choose({ model: '1.2b', gpus: 8, seq: 8192, batch: 12 });
  assert.equal([odd.microBatch, odd.microSteps], [4, 3]);
  const baseline = choose({ model: '7b', gpus: 32, seq: 8192, system: 'megatron-sp' });
  assert.equal([baseline.microBatch, baseline.microSteps, baseline.zeroStage], [1, 32, 0]);
});

test('scope attention takes all samples at once', () => {
  const setup = choose({ scope: 'attention', model: 'custom', hidden: 1024, heads: 8, gpus: 8, sp: 8, batch: 6 });
  assert.equal([setup.microBatch, setup.microSteps, setup.layers], [6, 1, 1]);
});

test.run();
