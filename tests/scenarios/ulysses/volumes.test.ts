import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultParams, type UlyssesParams } from '../../../scenarios/ulysses/parameters.ts';
import { resolve } from '../../../scenarios/ulysses/resolve.ts';
import { type Setup, tokensPerGpu } from '../../../scenarios/ulysses/setup.ts';
import {
  a2aBytesPerGpuPerLayer,
  bytesPerLinkPerLayer,
  bytesPerPeerPerA2a,
  commBytesPerGpuPerLayer,
  ringBytesPerGpuPerLayer,
  zeroBytesPerGpu,
} from '../../../scenarios/ulysses/volumes.ts';
import { cases, runs } from './generators.ts';

const test = suite('volumes');
const capacity = 42.5e9;
const setupOf = (params: Partial<UlyssesParams>): Setup => resolve({ ...defaultParams, ...params }, capacity);
const close = (actual: number, expected: number, text = ''): void =>
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected), `${text} ${actual} is not ${expected}`);

/** The same run with k times the tokens on k times the ranks. */
function grown(params: UlyssesParams, k: number): Setup {
  return setupOf({ ...params, seq: params.seq * k, sp: params.sp * k, gpus: params.gpus * k });
}

test('constant volume: sequence and degree grow together and a link carries the same', () => {
  fc.assert(
    fc.property(runs(['ulysses']), fc.constantFrom(2, 4), (params, k) => {
      fc.pre(params.sp > 1 && params.heads % (params.sp * k) === 0);
      const [one, many] = [setupOf(params), grown(params, k)];
      const P = params.sp;
      assert.is(bytesPerLinkPerLayer(many), bytesPerLinkPerLayer(one));
      assert.is(tokensPerGpu(many), tokensPerGpu(one));
      close(bytesPerPeerPerA2a(many), bytesPerPeerPerA2a(one) / k);
      const ratio = a2aBytesPerGpuPerLayer(many) / a2aBytesPerGpuPerLayer(one);
      close(ratio, (k * P - 1) / (k * P) / ((P - 1) / P));
      assert.ok(ratio > 1 && ratio < 2);
    }),
    cases,
  );
});

test('the baseline sends in proportion to the sequence, whatever its degree', () => {
  fc.assert(
    fc.property(runs(['megatron-sp']), fc.constantFrom(2, 4), (params, k) => {
      fc.pre(params.sp > 1);
      assert.is(bytesPerLinkPerLayer(grown(params, k)), k * bytesPerLinkPerLayer(setupOf(params)));
    }),
    cases,
  );
});

test('equations (3), (6), (7): bytes of each system in closed form', () => {
  fc.assert(
    fc.property(runs(), fc.boolean(), (params, activationCheckpointing) => {
      const setup = setupOf({ ...params, activationCheckpointing });
      const { seq: N, hidden: h, sp: P, ringDegree: R } = setup;
      const U = P / R;
      const passes = activationCheckpointing ? 3 : 2;
      if (setup.system === 'megatron-sp')
        close(commBytesPerGpuPerLayer(setup), ((activationCheckpointing ? 28 : 20) * N * h * (P - 1)) / P);
      else {
        close(a2aBytesPerGpuPerLayer(setup), (8 * passes * N * h * (U - 1)) / (P * U));
        close(ringBytesPerGpuPerLayer(setup), ((activationCheckpointing ? 16 : 12) * N * h * (R - 1)) / P);
      }
    }),
    cases,
  );
});

test('hybrid with ringDegree 1 is ulysses, with ringDegree sp it is ring', () => {
  fc.assert(
    fc.property(runs(['hybrid']), (params) => {
      const volume = (system: UlyssesParams['system'], ringDegree: number) => {
        const setup = setupOf({ ...params, system, ringDegree });
        return [commBytesPerGpuPerLayer(setup), bytesPerLinkPerLayer(setup)];
      };
      assert.equal(volume('hybrid', 1), volume('ulysses', 1));
      assert.equal(volume('hybrid', params.sp), volume('ring', 1));
    }),
    cases,
  );
});

test('alone: with sp 1 nothing is sent', () => {
  for (const system of ['ulysses', 'megatron-sp', 'ring', 'hybrid'] as const) {
    const setup = setupOf({ system, sp: 1, gpus: 1 });
    assert.equal([bytesPerLinkPerLayer(setup), commBytesPerGpuPerLayer(setup), zeroBytesPerGpu(setup)], [0, 0, 0]);
  }
});

test('the baseline sends P times more by link and 7 P / 6 times more on the wire', () => {
  for (const sp of [2, 4, 8, 16, 32]) {
    const of = (system: UlyssesParams['system']) => setupOf({ model: '7b', gpus: 32, sp, system });
    close(bytesPerLinkPerLayer(of('megatron-sp')) / bytesPerLinkPerLayer(of('ulysses')), sp);
    close(commBytesPerGpuPerLayer(of('megatron-sp')) / commBytesPerGpuPerLayer(of('ulysses')), (7 * sp) / 6);
  }
});

test('grouped queries narrow keys and values down to one head for each rank', () => {
  const volume = (kvHeads: number) => a2aBytesPerGpuPerLayer(setupOf({ model: '7b', gpus: 8, sp: 8, kvHeads }));
  close(volume(8) / volume(0), (2 + 2 / 4) / 4);
  assert.is(volume(4), volume(8));
});

test('volumes depend on the width, not on how many heads it is cut into', () => {
  fc.assert(
    fc.property(runs(), (params) => {
      fc.pre(Number.isInteger(params.hidden / (2 * params.heads)));
      const [few, many] = [setupOf(params), setupOf({ ...params, heads: 2 * params.heads })];
      assert.is(bytesPerLinkPerLayer(many), bytesPerLinkPerLayer(few));
      close(commBytesPerGpuPerLayer(many), commBytesPerGpuPerLayer(few));
    }),
    cases,
  );
});

test.run();
