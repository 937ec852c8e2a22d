import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { boundFor, gradientSigma, modelFactor, relativeBound } from '../../../scenarios/comet/control-law.ts';
import { runCodec } from '../../../scenarios/comet/run-codec.ts';
import { given } from './given.ts';

const test = suite('comet codec mode');

test('every input keeps its bound, its zeros and its codes', () => {
  for (const input of ['zeros', 'ramp', 'alternating', 'vector-1', 'relu-field', 'image'] as const)
    for (const lorenzoDims of [0, 1, 2] as const) {
      const found = runCodec(given({ input, lorenzoDims }), 1);
      assert.is(found.errorBoundHeld, true, input);
      assert.is(found.zerosPreserved, true, input);
      assert.is(found.roundTripStable, true, input);
      assert.ok((found.activationRatio as number) >= 1);
    }
});

test('classic prediction does not give zeros back, dual quantisation needs no filter', () => {
  const classic = { input: 'relu-field', codecVariant: 'classic-sz', lorenzoDims: 1, errorBound: 0.02 } as const;
  assert.is(runCodec(given(classic), 1).errorBoundHeld, true);
  assert.is(runCodec(given(classic), 1).zerosPreserved, false);
  assert.is(runCodec(given({ ...classic, zeroFilter: true }), 1).zerosPreserved, true);
  const dual = { input: 'relu-field', errorBound: 0.5 } as const;
  assert.equal(runCodec(given({ ...dual, zeroFilter: true }), 1), runCodec(given(dual), 1));
});

test('a looser bound never makes the container more than 5 % larger', () => {
  let before = Number.POSITIVE_INFINITY;
  for (let power = -12; power <= 2; power++) {
    const bytes = runCodec(given({ input: 'relu-field', errorBound: 2 ** power }), 1).containerBytes as number;
    assert.ok(bytes <= before * 1.05, `${bytes} after ${before}`);
    before = bytes;
  }
});

test('directions without a measured stage are left out', () => {
  const found = runCodec(given({ codecStages: 'bench21-v100-nyx' }), 1);
  assert.is(found.decompressBytesPerSecond, undefined);
  assert.ok((found.compressBytesPerSecond as number) > 30e9);
});

test('the bound solves the law, and the paper form scales it', () => {
  const exact = { errorModel: 'exact', paperCoefficient: 0.32 } as const;
  const bound = boundFor(1e-3, 0.4, 2, 16, exact) as number;
  assert.ok(Math.abs(gradientSigma(bound, 0.4, 2, 16) - 1e-3) < 1e-15);
  assert.is(boundFor(1e-3, 0, 2, 16, exact), undefined);
  assert.is(boundFor(0, 0.4, 2, 16, exact), undefined);
  const paper = { ...exact, errorModel: 'paper' } as const;
  assert.ok(Math.abs(modelFactor(paper) - 2.2613) < 1e-3);
  assert.ok(Math.abs(relativeBound(0.01, 2.6, exact) - 0.03593) < 1e-5);
});

test.run();
