import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  accessTrace,
  inSI,
  loaderParts,
  planLoading,
  readerFileSystems,
  rulesOf,
  simulateTraining,
  sumOfEpoch,
  type TrainingSetup,
  uniformTrace,
} from '../../../../actors/index.ts';
import { checkTraces, ms, seconds, us } from '../../../../engine/index.ts';
import { cases, loaderNames, options, stream } from './generators.ts';

const test = suite('loaders: training');

const setup: TrainingSetup = {
  sampleBytes: 1e6,
  storage: { latency: ms(1), client: 1e9, aggregate: 2e9 },
  network: { latency: us(5), rate: 2e10, ranksPerNode: 4 },
  hit: us(100),
  compute: ms(3),
  allReduce: us(50),
};
const details = { gap: 0, costs: { read: 2e-3, compute: 3e-3 } };

test('work and waits tile each task exactly, whatever the loader', async () => {
  for (const name of loaderNames)
    for (const prefetch of [0, 2]) {
      const trace = uniformTrace(stream(3), 50, 3);
      const plan = planLoading(trace, { ranks: 6, batch: 3, capacity: 4 }, rulesOf(loaderParts[name], details));
      const { reports } = await checkTraces(async () => simulateTraining(plan, { ...setup, prefetch }));
      assert.is(reports.length, 1);
      for (const { problems } of reports) assert.equal(problems, [], name);
    }
});

test('waits for data, computing and waits for others tile the run of each rank', () => {
  fc.assert(
    fc.property(cases, fc.constantFrom(...loaderNames), fc.nat(3), ({ trace, shape }, name, prefetch) => {
      const plan = planLoading(trace, shape, rulesOf(loaderParts[name], details));
      const { ranks, elapsed } = simulateTraining(plan, { ...setup, prefetch });
      for (const { data, compute, barrier, read, peer, copy } of ranks) {
        assert.ok(Math.abs(data + compute + barrier - elapsed) < 1e-9);
        if (prefetch === 0) assert.ok(Math.abs(data - (read + peer + copy)) < 1e-9);
      }
    }),
    { ...options, numRuns: 100 },
  );
});

test('one rank alone takes the sum of its parts', () => {
  const trace = uniformTrace(stream(1), 10, 2);
  const plan = planLoading(
    trace,
    { ranks: 1, batch: 5, capacity: 5 },
    rulesOf({ ...loaderParts.solar, chunking: 'off' }, details),
  );
  const { elapsed, epochs } = simulateTraining(plan, setup);
  // 15 reads of 1 ms + 1 ms, 5 copies of 0.1 ms, 20 samples of 3 ms, 4 barriers of 0.05 ms
  assert.ok(Math.abs(elapsed - (0.03 + 0.0005 + 0.06 + 0.0002)) < 1e-9, `${elapsed}`);
  assert.ok(Math.abs((epochs[1]?.loading ?? 0) - (0.01 + 0.0005)) < 1e-9);
});

test('loading ahead hides loading behind training, up to the slower of the two', () => {
  const trace = uniformTrace(stream(1), 100, 1);
  const plan = planLoading(trace, { ranks: 1, batch: 1, capacity: 0 }, rulesOf(loaderParts.pytorch, details));
  const free = { ...setup, allReduce: us(0) };
  const seconds = (prefetch: number) => simulateTraining(plan, { ...free, prefetch }).elapsed;
  assert.ok(Math.abs(seconds(0) - 100 * 5e-3) < 1e-9);
  assert.ok(Math.abs(seconds(1) - (2e-3 + 100 * 3e-3)) < 1e-9);
  assert.is(seconds(50), seconds(1));
});

test('the example of the README', () => {
  const trace = accessTrace(8, [
    [0, 1, 2, 3, 4, 5, 6, 7],
    [7, 6, 5, 4, 3, 2, 1, 0],
  ]);
  const rules = rulesOf(loaderParts.solar, { gap: 0, costs: { read: 2e-3, compute: 1e-3 } });
  const plan = planLoading(trace, { ranks: 2, batch: 2, capacity: 2 }, rules);
  assert.is(sumOfEpoch(plan, plan.reads, 1), 4);
  const fs = readerFileSystems.grand;
  const storage = { latency: seconds(inSI(fs.latency)), client: inSI(fs.client), aggregate: 650e9 };
  const network = { latency: us(5), rate: 20e9, ranksPerNode: 2 };
  const job = { sampleBytes: 1e6, storage, network, hit: us(100), compute: ms(1), prefetch: 1 };
  const { elapsed, ranks } = simulateTraining(plan, job);
  const first = ranks[0] as (typeof ranks)[number];
  assert.ok(Math.abs(first.data + first.compute + first.barrier - elapsed) < 1e-9);
});

test('equal plans give equal runs', () => {
  const trace = uniformTrace(stream(1), 60, 3);
  const run = () =>
    simulateTraining(
      planLoading(trace, { ranks: 4, batch: 4, capacity: 5 }, rulesOf(loaderParts.nopfs, details)),
      setup,
    );
  assert.equal(run(), run());
});

test.run();
