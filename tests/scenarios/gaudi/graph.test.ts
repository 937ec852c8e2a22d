import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOf } from '../../../scenarios/gaudi/check.ts';
import { defaultParams, type GaudiParams, runGaudi } from '../../../scenarios/gaudi/index.ts';
import { engineOf, lower, lowerMatmul } from '../../../scenarios/gaudi/lower.ts';

const test = suite('gaudi graphs');
const settings = { seed: 20261123, numRuns: 200 };
const of = (set: Partial<GaudiParams>) => lower({ ...defaultParams, ...set });
const namesOf = (set: Partial<GaudiParams>, engine: string): string[] =>
  of(set)
    .program.filter((one) => one.engine === engine)
    .map(({ name }) => name);

test('products go to the matrix engine, copies from the host to the DMA, everything else to the vector cores', () => {
  assert.is(engineOf('matmul'), 'mme');
  assert.is(engineOf('transfer'), 'dma');
  for (const kind of ['copy', 'scale', 'softmax', 'activation', 'reduction', 'features', 'norm', 'loss'] as const)
    assert.is(engineOf(kind), 'tpc');
});

test('each attention lists its nodes in the order of the program', () => {
  assert.equal(namesOf({}, 'mme'), ['Q', 'K', 'V', 'QK', 'PV', 'out']);
  assert.equal(namesOf({}, 'tpc'), ['split Q', 'split K', 'split V', 'softmax', 'merge', 'resNorm']);
  const linear = { workload: 'linear-attention' } as const;
  assert.equal(namesOf(linear, 'mme'), ['Q', 'K', 'V', 'KV', 'QKV', 'out']);
  assert.equal(namesOf(linear, 'tpc').slice(0, 5), ['split Q', 'phiQ', 'split K', 'phiK', 'split V']);
  assert.equal(namesOf({ workload: 'performer' }, 'mme'), ['Q', 'K', 'V', 'QW', 'KW', 'KV', 'QKV', 'out']);
});

test('scores, softmax and weighted values are cut, random features are not', () => {
  const cut = (set: Partial<GaudiParams>) =>
    of(set)
      .program.filter(({ slices = 1 }) => slices > 1)
      .map(({ name }) => name);
  assert.equal(cut({}), ['QK', 'softmax', 'PV']);
  assert.equal(cut({ workload: 'performer' }), []);
  assert.not(cut({ workload: 'performer', sliceThresholdBytes: 0 as never }).includes('maxK'));
  assert.equal(cut({ scheduler: 'dataflow' }), []);
});

test('time and traffic of the softmax are those of the cost equations', () => {
  const softmax = of({}).program.find(({ name }) => name === 'softmax');
  const scores = 128 * 6 * 2048 ** 2;
  assert.is(softmax?.bytes, 8 * scores);
  assert.is(softmax?.work, Math.ceil((1e12 * (scores / 64) * 50) / (8 * 2.1e9)));
  const long = of({ seq: 8192, batch: 2 }).program.find(({ name }) => name === 'softmax');
  const longScores = 2 * 6 * 8192 ** 2;
  assert.is(long?.bytes, 16 * longScores);
  assert.is(long?.work, Math.ceil((1e12 * (longScores / 64) * 93) / (8 * 2.1e9)));
});

test('a product on the vector cores is padded to its blocks', () => {
  const { program } = lowerMatmul({ ...defaultParams, workload: 'matmul', n: 128, calls: 1 }, 'tpc');
  const cycles = (64 * 128 * 132 * 128) / (8 * 64 * 0.99);
  assert.ok(Math.abs((program[0]?.work ?? 0) - (1e12 * cycles) / 2.1e9) <= 1);
});

test('training doubles the products, reads what the way forward wrote, and keeps it until then', () => {
  const forward = of({ workload: 'bert' });
  const training = of({ workload: 'bert', phase: 'training' });
  assert.is(training.flop, 3 * forward.flop);
  const count = (lowered: typeof forward, engine: string): number =>
    lowered.program.filter((one) => one.engine === engine).length;
  assert.is(count(training, 'mme'), 3 * count(forward, 'mme'));
  assert.is(count(training, 'tpc'), 2 * count(forward, 'tpc') + 1);
  const run = (phase: GaudiParams['phase']) => runGaudi({ ...defaultParams, workload: 'bert', phase }).metrics;
  assert.ok(Number(run('training').peakHbmBytes) > 2 * Number(run('forward').peakHbmBytes));
  assert.ok(Number(run('training').seconds) > 2 * Number(run('forward').seconds));
});

test('a slice that stays in the SRAM moves nothing', () => {
  const small = { sliceThresholdBytes: 0 as never, slices: 64, batch: 16, seq: 512 } as const;
  const kept = of(small);
  const moved = of({ ...small, sramBytes: 0 as never });
  const traffic = (lowered: typeof kept): number => lowered.program.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  assert.ok(kept.saved > 0);
  assert.is(traffic(kept) + kept.saved, traffic(moved));
  assert.is(moved.saved, 0);
});

test('traffic of a run is that of its program', () => {
  for (const workload of ['softmax-attention', 'linear-attention', 'performer', 'gpt'] as const) {
    const { lowered, metrics } = runGaudi({ ...defaultParams, workload });
    assert.is(
      metrics.hbmBytesMoved,
      lowered.program.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    );
  }
});

test('a run is at least as long as its longest chain, and without setup exactly the sum when one node follows another', () => {
  const ideal = {
    mmeSetupSeconds: 0,
    tpcSetupSeconds: 0,
    sliceSetupSeconds: 0,
    hostIssueSeconds: 0,
    compileGapSeconds: 0,
  };
  fc.assert(
    fc.property(
      fc.constantFrom('softmax-attention' as const, 'linear-attention' as const, 'performer' as const),
      fc.integer({ min: 1, max: 64 }),
      fc.constantFrom(64, 256, 1024, 4096),
      fc.integer({ min: 1, max: 16 }),
      (workload, batch, seq, heads) => {
        const shape = { ...defaultParams, workload, batch, seq, heads, scheduler: 'dataflow' } as const;
        const { lowered, outcome } = runGaudi(shape);
        const ends: number[] = [];
        for (const { after, work, setup = 0 } of lowered.program)
          ends.push(work + setup + Math.max(0, ...after.map((before) => ends[before] as number)));
        assert.ok(outcome.seconds >= Math.max(...ends) / 1e12 - 1e-12);
        const serial = runGaudi({ ...shape, ...ideal, scheduler: 'serial' });
        const sum = serial.lowered.program.reduce((total, { work }) => total + work, 0);
        assert.ok(Math.abs(serial.outcome.seconds - sum / 1e12) <= 1e-9 * (sum / 1e12) + 20e-12);
      },
    ),
    settings,
  );
});

test('the estimate of events is not below the truth, nor far above it', () => {
  const cases: readonly Partial<GaudiParams>[] = [
    {},
    { slices: 768 },
    { slices: 512, sliceThresholdBytes: 0 as never },
    { workload: 'bert', layers: 24 },
    { workload: 'bert', phase: 'training' },
    { workload: 'matmul', engine: 'both', calls: 1000 },
    { workload: 'performer', tpcCores: 32 },
  ];
  for (const set of cases) {
    const params = { ...defaultParams, ...set };
    const events = Number(runGaudi(params).metrics.events);
    const estimate = eventsOf(params);
    assert.ok(
      estimate >= 0.9 * events && estimate <= 1.5 * events,
      `${JSON.stringify(set)}: ${estimate}, ${events} in truth`,
    );
  }
});

test.run();
