import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadGpu, roofline } from '../../../actors/index.ts';
import { seconds, toSeconds } from '../../../engine/index.ts';

const test = suite('roofline');
const gpu = loadGpu('a100-80gb');

test('the larger of FLOP and bytes decides, above the floor of a kernel', () => {
  const floor = roofline(gpu, {});
  assert.is(floor, seconds(gpu.elementwise.launch));
  const work = toSeconds(roofline(gpu, { flop: 1e13 })) - gpu.elementwise.launch;
  assert.ok(Math.abs(work * gpu.tensorPeak * gpu.gemm.steadyShare * gpu.gemm.sustained - 1e13) < 1e8);
  const moved = toSeconds(roofline(gpu, { bytes: 1e10 })) - gpu.elementwise.launch;
  assert.ok(Math.abs(moved * gpu.hbm * gpu.elementwise.hbmShare - 1e10) < 1e5);
  assert.is(roofline(gpu, { flop: 1e13, bytes: 1e9 }), roofline(gpu, { flop: 1e13 }));
  assert.throws(() => roofline(gpu, { flop: -1 }), /roofline/);
});

test.run();
