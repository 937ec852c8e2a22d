import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTraces } from '../../../engine/trace/index.ts';
import { isRowwise } from '../../../scenarios/heat/row-caches.ts';
import { runHeat } from '../../../scenarios/heat/run.ts';
import { simulateHeat } from '../../../scenarios/heat/simulate.ts';
import { defaults, smallParams, smallSetup } from './machine.ts';

const test = suite('heat simulation');
const options = { seed: 20261123, numRuns: 100 };

test('a row as one unit gives what its lines give one by one', async () => {
  let rowwise = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        threads: fc.integer({ min: 1, max: 12 }),
        dim: fc.constantFrom(16, 32, 64),
        sampler: fc.constantFrom('random' as const, 'tile' as const),
        system: fc.constantFrom('heat-ccl' as const, 'heat-accl' as const),
        l1Ways: fc.constantFrom(1, 2, 8),
        l3Ways: fc.constantFrom(4, 16),
        gradientRows: fc.boolean(),
        localAccumulation: fc.constantFrom(1, 4),
      }),
      fc.nat(1000),
      async (change, seed) => {
        const setup = smallSetup({ ...change, warmupRounds: 2, sampleRounds: 2 });
        assert.ok(isRowwise(setup));
        rowwise++;
        const [rows, lines] = [await simulateHeat(setup, { seed }), await simulateHeat(setup, { seed, byLine: true })];
        assert.equal({ ...rows, fingerprint: '' }, { ...lines, fingerprint: '' });
      },
    ),
    options,
  );
  assert.is(rowwise, options.numRuns);
});

test('caches whose sets are no multiple of a row are simulated by lines', async () => {
  const setup = smallSetup({ dim: 128, l1Bytes: 512 as never, l1Ways: 2 });
  assert.not(isRowwise(setup));
  const outcome = await simulateHeat(setup);
  assert.ok(outcome.sampleSeconds > 0 && outcome.samples === 8 * 10);
});

test('work and waits tile each sample exactly', async () => {
  const { reports } = await checkTraces(async () => {
    await simulateHeat(smallSetup());
    await simulateHeat(smallSetup({ system: 'heat-accl', localAccumulation: 1 }));
    await runHeat({ ...defaults, system: 'torchrec-cpu' }, quiet);
  });
  assert.is(reports.length, 3);
  for (const { problems, tasks } of reports) {
    assert.equal(problems, []);
    assert.ok(tasks > 0);
  }
});

const quiet = { seed: 1, onWarning: () => undefined, progress: () => undefined };

test('equal seeds give equal runs, watched or not, and other seeds agree within their intervals', async () => {
  const setup = smallSetup({ sampleRounds: 40 });
  const one = await simulateHeat(setup, { seed: 3 });
  const again = await simulateHeat(setup, { seed: 3, recordSamples: 2 });
  assert.is(again.fingerprint, one.fingerprint);
  assert.equal({ ...again, spans: [] }, { ...one, spans: [] });
  const runs = await Promise.all(
    Array.from({ length: 20 }, (_, seed) => simulateHeat(smallSetup({ sampleRounds: 40 }), { seed })),
  );
  let overlaps = 0;
  let pairs = 0;
  runs.forEach((a, i) => {
    for (const b of runs.slice(i + 1)) {
      pairs++;
      if (a.interval[0] <= b.interval[1] && b.interval[0] <= a.interval[1]) overlaps++;
    }
  });
  assert.ok(overlaps >= 0.9 * pairs, `${overlaps} of ${pairs} pairs overlap`);
});

test('the interval of a short run covers the value of a run ten times as long', async () => {
  const change = { users: 5000, items: 1000, warmupRounds: 60 } as const;
  const long = await simulateHeat(smallSetup({ ...change, sampleRounds: 4000 }), { seed: 99 });
  let covered = 0;
  for (let seed = 0; seed < 40; seed++) {
    const { interval } = await simulateHeat(smallSetup({ ...change, sampleRounds: 400 }), { seed });
    if (interval[0] <= long.sampleSeconds && long.sampleSeconds <= interval[1]) covered++;
  }
  assert.ok(covered >= 34, `${covered} of 40`);
});

test('a tile that fits a quarter of the second level stays in it', async () => {
  const { fetches } = await simulateHeat(
    smallSetup({
      threads: 1,
      sampler: 'tile',
      tile: 128,
      refresh: 1_000_000,
      dim: 128,
      negatives: 32,
      l1Bytes: 0 as never,
      l2Bytes: 524288 as never,
      l3Bytes: 0 as never,
      warmupRounds: 60,
    }),
  );
  assert.ok(fetches.l3 + fetches.dram <= 0.005, `${fetches.l3 + fetches.dram}`);
});

test('interactions change nothing but the number of samples', async () => {
  const base = { ...smallParams, historyMean: 10 };
  const [one, two] = [
    await runHeat({ ...base, interactions: 512 * 8 * 6 }, quiet),
    await runHeat({ ...base, interactions: 512 * 8 * 12 }, quiet),
  ];
  assert.is(two.metrics.usPerSample, one.metrics.usPerSample);
  assert.ok(Math.abs(Number(two.metrics.epochSeconds) / Number(one.metrics.epochSeconds) - 2) < 1e-12);
});

test.run();
