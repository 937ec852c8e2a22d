import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTraces } from '../../../engine/trace/index.ts';
import { largestBatch, peakActivations } from '../../../scenarios/comet/memory.ts';
import { codecNames } from '../../../scenarios/comet/params.ts';
import { peakOf, programInput, resolveIteration, runIteration } from '../../../scenarios/comet/run-iteration.ts';
import { firstRefused, simulateIteration } from '../../../scenarios/comet/simulate.ts';
import { tensorsOf } from '../../../scenarios/comet/tensors.ts';
import { given } from './given.ts';

const test = suite('comet iteration');
const runs = { seed: 20261123, numRuns: 120 };

const iterations = fc
  .record({
    network: fc.constantFrom('alexnet' as const, 'vgg16' as const, 'resnet18' as const, 'resnet50' as const),
    codec: fc.constantFrom(...codecNames),
    batch: fc.integer({ min: 1, max: 300 }),
    overlap: fc.boolean(),
    computeModel: fc.constantFrom('roofline' as const, 'flat' as const),
    ratioOverride: fc.constantFrom(0, 1, 7, 16),
  })
  .map((set) => given({ ...set, sampleElements: 4096 }));

test('the simulated peak is the largest stage in closed form, and memory returns to the state', () => {
  fc.assert(
    fc.property(iterations, (params) => {
      const iteration = resolveIteration(params, 1);
      const outcome = simulateIteration(programInput(iteration), { seed: 1, state: iteration.state });
      assert.ok(Math.abs(outcome.peak - peakOf(iteration)) <= iteration.tensors.length);
      assert.is(outcome.left, iteration.state);
      let used = 0;
      for (const { bytes } of outcome.changes) {
        used += bytes;
        assert.ok(used >= 0);
      }
    }),
    runs,
  );
});

test('every tensor is stored once, restored once before its backward, and gone at the end', () => {
  fc.assert(
    fc.property(iterations, (params) => {
      const iteration = resolveIteration(params, 1);
      const { tensors } = simulateIteration(programInput(iteration), { seed: 1, state: iteration.state });
      assert.is(tensors.length, tensorsOf(params.network).length);
      for (const tensor of tensors) assert.equal(tensor, { stored: 1, restored: 1, state: 'absent' });
    }),
    runs,
  );
});

test('work and waits tile each task', async () => {
  for (const codec of codecNames)
    for (const overlap of [true, false]) {
      const run = () => runIteration(given({ network: 'resnet18', codec, overlap, sampleElements: 4096 }), 1);
      const { reports } = await checkTraces(run);
      assert.ok(reports.length >= 2);
      for (const { problems, tasks } of reports) {
        assert.equal(problems, []);
        assert.ok(tasks > 17, `${tasks}`);
      }
    }
});

test('each stream is tiled by work and waits', () => {
  for (const codec of ['comet', 'migrate', 'recompute'] as const) {
    const { outcome } = runIteration(given({ network: 'vgg16', codec, sampleElements: 4096 }), 1);
    for (const { busy, waits } of outcome.streams) {
      const total = [...Object.values(busy), ...Object.values(waits)].reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(total / 1e12 - outcome.seconds) < 1e-9);
    }
  }
});

test('a batch that does not fit is reported, not an error', () => {
  const { metrics, warnings } = runIteration(
    given({ network: 'vgg16', codec: 'none', batch: 256, sampleElements: 4096 }),
    1,
  );
  assert.is(metrics.outOfMemory, true);
  assert.is(metrics.maxBatch, 223);
  assert.ok(
    (metrics.oomSeconds as number) > 0 && (metrics.oomSeconds as number) < (metrics.iterationSeconds as number),
  );
  assert.match(warnings[0] ?? '', /batch 256 does not fit/);
  const none = runIteration(
    given({ network: 'vgg16', workspaceBytes: 15e9 as never, sampleElements: 4096 }),
    1,
  ).metrics;
  assert.is(none.maxBatch, 0);
  assert.is(none.imagesPerSecondAtMaxBatch, 0);
  const [first, second] = [1, 2].map((bytes) => ({ at: 0 as never, tag: `${bytes}`, bytes }));
  assert.is(firstRefused([first, second] as never, 2)?.tag, '2');
  assert.is(firstRefused([first, second] as never, 3), undefined);
});

test('the peak of two tensors by hand', () => {
  const tensors = [
    { raw: 100, out: 60, kept: 60, stored: 10, held: 10, first: true },
    { raw: 40, out: 20, kept: 0, stored: 4, held: 4, first: false },
  ];
  // Compressing the first: 100 + 60 + 50 of codes + 10; backward of the first: 10 + 60 + 2 x 60.
  assert.is(peakActivations(tensors, 'comet'), 220);
  assert.is(
    peakActivations(
      tensors.map((tensor) => ({ ...tensor, held: tensor.raw })),
      'none',
    ),
    100 + 60 + 2 * 60,
  );
});

test('the largest batch by bisection', () => {
  for (const most of [0, 1, 2, 3, 222, 223, 4096])
    assert.is(
      largestBatch((batch) => batch <= most),
      most,
    );
});

test('twice the arithmetic rate raises the overhead of the codec', () => {
  const overhead = (computeEfficiency: number) =>
    runIteration(given({ computeEfficiency, computeModel: 'flat', sampleElements: 4096 }), 1).metrics
      .overheadFraction as number;
  assert.ok(overhead(0.8) > overhead(0.4) * 1.9);
});

test.run();
