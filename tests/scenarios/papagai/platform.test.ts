import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTraces, hours, type Simulation as Sim, Simulation, seconds } from '../../../engine/index.ts';
import { resolveParams, runScenario, shareRuns } from '../../../scenarios/index.ts';
import { isCovered, limits } from '../../../scenarios/papagai/claims.ts';
import { papagai } from '../../../scenarios/papagai/index.ts';
import type { Journal } from '../../../scenarios/papagai/journal.ts';
import { drawLoad, resolution, TICKS } from '../../../scenarios/papagai/load.ts';
import { longestQueue, nearestRank } from '../../../scenarios/papagai/measures.ts';
import type { PapagaiParams } from '../../../scenarios/papagai/params.ts';
import { Platform } from '../../../scenarios/papagai/platform.ts';
import { presets } from '../../../scenarios/papagai/presets.ts';
import { erlangC, pollaczekKhinchine } from '../../../scenarios/papagai/queueing-theory.ts';

const test = suite('papagai');

type Given = Readonly<Record<string, number | string | boolean>>;
const run = (given: Given) => runScenario(papagai, resolveParams(papagai, given as never));

/** One simulation and what happened in it. */
function simulate(given: Given): { sim: Sim; journal: Journal; platform: Platform; params: PapagaiParams } {
  const params = resolveParams(papagai, { sentences: 15, ...given } as never).own as unknown as PapagaiParams;
  const sim = new Simulation({ resolution });
  const platform = new Platform(sim, params, drawLoad(params, 7));
  sim.run();
  return { sim, journal: platform.journal, platform, params };
}

const options = { seed: 20261123, numRuns: 100 };
const weeks = fc.record({
  students: fc.integer({ min: 1, max: 80 }),
  workers: fc.integer({ min: 1, max: 5 }),
  deadlineShape: fc.constantFrom('poisson', 'burst', 'batch'),
  horizonHours: fc.constant(1),
  burstSeconds: fc.integer({ min: 1, max: 2000 }),
  serviceModel: fc.constantFrom('components', 'exponential', 'lognormal', 'deterministic'),
  parallelism: fc.constantFrom('serial', 'forkjoin'),
});
const places = (values: Float64Array): number[] => [...values.keys()];

test('no worker idles while an essay waits, nobody overtakes, and busy time is service time', () => {
  fc.assert(
    fc.property(weeks, (given) => {
      const { journal, params } = simulate(given);
      const { arrival, started, departed, service } = journal;
      for (const i of places(arrival)) {
        const [from, to] = [arrival[i] as number, started[i] as number];
        assert.is((departed[i] as number) - to, service[i]);
        if (i > 0) assert.ok(to >= (started[i - 1] as number));
        if (to === from) continue;
        // All workers are busy up to the start: as many services cover that instant.
        const busy = places(arrival).filter(
          (j) => j < i && (started[j] as number) < to && (departed[j] as number) >= to,
        );
        assert.is(busy.length, params.workers);
      }
    }),
    options,
  );
});

test("Little's law holds over the whole run", () => {
  fc.assert(
    fc.property(weeks, fc.constantFrom('fifo', 'processor-sharing'), (given, discipline) => {
      const { arrival, departed } = simulate({ ...given, discipline }).journal;
      const changes = [
        ...places(arrival).map((i) => [arrival[i] as number, 1] as const),
        ...places(arrival).map((i) => [departed[i] as number, -1] as const),
      ];
      changes.sort((a, b) => a[0] - b[0]);
      let [area, present, last] = [0, 0, 0];
      for (const [at, change] of changes) {
        area += present * (at - last);
        present += change;
        last = at;
      }
      const turnarounds = places(arrival).reduce((sum, i) => sum + (departed[i] as number) - (arrival[i] as number), 0);
      assert.is(present, 0);
      assert.ok(Math.abs(area - turnarounds) <= 1e-9 * area);
    }),
    options,
  );
});

test('lecturers mark in office hours only, and marking takes as long as it takes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 24 }),
      (students, lecturers, officeHoursPerDay) => {
        const given = { system: 'lecturer', students, lecturers, officeHoursPerDay, horizonHours: 100 };
        const { journal, platform } = simulate(given);
        const at = (ticks: number) => seconds(ticks / TICKS);
        for (const i of places(journal.arrival)) {
          const [from, to] = [journal.started[i] as number, journal.departed[i] as number];
          assert.ok(platform.office?.isOpen(at(from)));
          const open = (platform.office?.openUntil(at(to)) ?? 0) - (platform.office?.openUntil(at(from)) ?? 0);
          assert.ok(Math.abs(open - at(journal.service[i] as number)) <= hours(1) * 1e-9, `${open}`);
        }
      },
    ),
    options,
  );
});

test('requests start at least sixty over the limit apart', () => {
  for (const rateLimit of [7, 60, 1000]) {
    const { started } = simulate({ system: 'llm', students: 50, deadlineShape: 'batch', rateLimit }).journal;
    for (const i of places(started))
      if (i > 0) assert.ok((started[i] as number) - (started[i - 1] as number) >= (60 / rateLimit) * TICKS - 1e-6);
  }
});

test('laws of queueing lie inside the 99.9 % interval of five runs', async () => {
  const share = shareRuns(papagai, (resolved) => runScenario(papagai, resolved));
  for (const limit of limits) {
    const shorter = {
      ...limit,
      given: { ...limit.given, students: 5000, horizonHours: Number(limit.given.horizonHours) / 4 },
    };
    assert.ok(await isCovered(share as never, shorter, 5, 0.999), JSON.stringify(limit));
  }
});

test('the interval test can fail: a service 20 % longer is found out', async () => {
  const share = shareRuns(papagai, (resolved) => runScenario(papagai, resolved));
  const limit = limits[3] as (typeof limits)[number];
  const wrong = { ...limit, given: { ...limit.given, serviceSeconds: 24 } };
  assert.not(await isCovered(share as never, wrong, 5, 0.999));
});

test('theory by hand', () => {
  const { waitShare, waitMean } = erlangC(400 / 3600, 20, 3);
  assert.is(waitShare.toFixed(4), '0.5535');
  assert.is(waitMean.toFixed(2), '14.23');
  assert.ok(Math.abs(erlangC(100 / 3600, 20, 1).waitMean - 25) < 1e-9);
  assert.ok(Math.abs(pollaczekKhinchine(100 / 3600, 20, 0) - 12.5) < 1e-9);
});

test('ranks and queues by hand', () => {
  assert.is(nearestRank(Float64Array.of(1, 2, 3, 4), 0.5), 2);
  assert.is(nearestRank(Float64Array.of(1, 2, 3), 0.95), 3);
  assert.is(longestQueue(Float64Array.of(0, 0, 0, 5), Float64Array.of(0, 4, 8, 12)), 2);
  assert.is(longestQueue(Float64Array.of(0, 1), Float64Array.of(0, 1)), 0);
});

test('every system tells what it waits for: work and waits tile each task', async () => {
  for (const given of [
    { students: 40, deadlineShape: 'burst', parallelism: 'forkjoin', workers: 2, translateShare: 0.5 },
    { students: 20, deadlineShape: 'batch', discipline: 'processor-sharing', serviceModel: 'exponential' },
    { students: 6, deadlineShape: 'batch', system: 'fewshot', rateLimit: 60 },
    { students: 30, deadlineShape: 'batch', system: 'llm', rateLimit: 20 },
    { students: 60, system: 'lecturer', lecturers: 2 },
    { students: 40, system: 'hybrid+lecturer' },
  ]) {
    const { reports } = await checkTraces(() => run({ ...given, qualityEssays: 0 }));
    assert.is(reports.length, 1);
    for (const { problems } of reports) assert.equal(problems, []);
  }
});

test('equal parameters give equal runs, another seed another one', async () => {
  const small = { students: 30, qualityEssays: 50 };
  const [one, two, other] = [await run(small), await run(small), await run({ ...small, seed: 2 })];
  assert.equal({ ...one, wallSeconds: 0 }, { ...two, wallSeconds: 0 });
  assert.is.not(one.fingerprint, other.fingerprint);
});

test('the quick preset is as it was', async () => {
  const { metrics } = await run({ preset: 'quick' });
  assert.is((metrics.turnaroundMeanSeconds as number).toFixed(4), '20.2172');
  assert.is((metrics.feedbackAgreement as number).toFixed(4), '0.1772');
  assert.match(metrics.sampleFeedback as string, /^Thank you for your reflection.*next text\.$/);
});

test('a run without essays that pass leaves their metrics out', async () => {
  const { metrics } = await run({ sentences: 2, students: 5, qualityEssays: 10 });
  assert.equal([metrics.completed, metrics.rejected], [0, 5]);
  for (const name of ['turnaroundMeanSeconds', 'feedbackAgreement', 'sampleFeedback', 'costPerEssayDollars'])
    assert.is(metrics[name], undefined);
});

test('every preset runs', async () => {
  for (const preset of Object.keys(presets)) {
    const { metrics } = await run({ preset, qualityEssays: 20 });
    assert.ok((metrics.completed as number) > 0, preset);
  }
});

test('bad combinations are refused with what would be right', () => {
  const refused = (given: Given, text: RegExp): void => {
    assert.throws(
      () => resolveParams(papagai, given as never),
      (error: Error) => text.test(error.message) || assert.unreachable(error.message),
    );
  };
  refused({ system: 'oracle' }, /oracle.*hybrid/s);
  refused({ llm: 'gpt-9' }, /gpt-9.*gpt-4/s);
  refused({ deadlineShape: 'never' }, /never.*burst/s);
  refused({ gibbsTop1: 0.9, gibbsTop3: 0.8 }, /gibbsTop1=0\.9.*0\.8/s);
  refused({ deadlineShape: 'poisson', students: 200_000, horizonHours: 10 }, /students.*load.*steady/s);
  refused({ deadlineShape: 'poisson', students: 200_000, horizonHours: 100, system: 'lecturer' }, /steady/);
  refused({ deadlineShape: 'poisson', students: 200_000, horizonHours: 100, system: 'llm', rateLimit: 1 }, /steady/);
  refused(
    { deadlineShape: 'poisson', students: 200_000, horizonHours: 9000, system: 'fewshot', rateLimit: 1 },
    /steady/,
  );
  refused({ deadlineWindowHours: 200 }, /deadlineWindowHours=200.*168/s);
  refused({ discipline: 'processor-sharing', system: 'lecturer' }, /discipline.*fifo/s);
  refused({ discipline: 'processor-sharing', system: 'fewshot', rateLimit: 3 }, /discipline.*fifo/s);
  refused({ students: 2e6 }, /students/);
  refused({ sentences: 2001 }, /sentences/);
  refused({ qualityEssays: 1e7 }, /qualityEssays/);
  refused({ reviewShare: 1.5 }, /reviewShare/);
  refused({ gibbsTop1: -0.5 }, /gibbsTop1/);
  refused({ emotionRecall: 0 }, /emotionRecall/);
  refused({ workers: 0 }, /workers/);
  refused({ lecturerMinutes: 0 }, /lecturerMinutes/);
  resolveParams(papagai, { deadlineShape: 'poisson', students: 100_000, horizonHours: 10 });
});

test('the story draws its plots', async () => {
  const plots = await papagai.story?.(async () => {
    const report = await small;
    return { ...report, number: (name: string) => report.metrics[name] as number, flag: () => true } as never;
  });
  assert.equal(
    plots?.map(({ kind }) => kind),
    ['line', 'bar', 'line', 'line', 'timeline', 'line'],
  );
});
const small = run({ students: 20, qualityEssays: 50, system: 'hybrid+lecturer' });

test.run();
