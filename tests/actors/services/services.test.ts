import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ApiAnswer,
  crew,
  office,
  rateLimitedApi,
  type Shared,
  type SharingState,
  serviceErrors,
  sharingStation,
} from '../../../actors/index.ts';
import {
  ask,
  checkTraces,
  type Duration,
  defineActor,
  delay,
  hours,
  minutes,
  ms,
  phases,
  process,
  Simulation,
  seconds,
  toSeconds,
} from '../../../engine/index.ts';

const test = suite('services');

const options = { seed: 20261123, numRuns: 200 };
const elapsed = (sim: Simulation): number => toSeconds(sim.elapsed);

test('1 a crew serves first come first served and never idles while somebody waits', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 4 }),
      (works, size) => {
        const sim = new Simulation({ resolution: 'us' });
        const done: number[] = [];
        const starts: number[] = [];
        const staff = crew<number>(sim, {
          name: 'staff',
          size,
          *work(_ctx, item) {
            starts.push(item);
            yield* delay(seconds(works[item] as number), phases.release);
            done[item] = elapsed(sim);
            if (done.filter((at) => at !== undefined).length === works.length) staff.close();
          },
        });
        works.forEach((_, item) => {
          staff.offer(item);
        });
        assert.is(sim.run().end, 'finished');
        assert.equal(
          starts,
          works.map((_, i) => i),
        );
        const free = new Array<number>(size).fill(0);
        works.forEach((work, item) => {
          const member = free.indexOf(Math.min(...free));
          free[member] = (free[member] as number) + work;
          assert.is(done[item], free[member]);
        });
      },
    ),
    options,
  );
});

test('2 work stands still while an office is closed, and goes on where it was', () => {
  const sim = new Simulation({ resolution: 'us' });
  const place = office(sim, { name: 'office', desks: 1, perDay: hours(8) });
  const ends: number[] = [];
  const losses: number[] = [];
  const person = process(function* () {
    for (let i = 0; i < 3; i++) {
      yield* place.work(hours(5), { onLoss: () => losses.push(elapsed(sim) / 3600) });
      ends.push(elapsed(sim) / 3600);
    }
    yield* place.work(hours(26));
    ends.push(elapsed(sim) / 3600);
    place.retire();
  });
  sim.spawn('person', person, undefined);
  assert.is(sim.run().end, 'finished');
  assert.equal(losses, [8]);
  // Five hours on Monday, three and two, then five to the end of Tuesday minus one; Friday ends after 25 more.
  assert.equal(ends.slice(0, 3), [5, 26, 31]);
  assert.is(ends[3], 7 * 24 + 1);
});

test('3 opening time adds up: what is done in an office takes that much of it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 24 }),
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 8 }),
      (perDay, days, works) => {
        const sim = new Simulation({ resolution: 'us' });
        const place = office(sim, { name: 'office', desks: 1, perDay: hours(perDay), days });
        let total = 0;
        const person = process(function* () {
          for (const work of works) {
            yield* place.work(minutes(work));
            total += work;
            assert.ok(Math.abs(place.openUntil(sim.elapsed) / minutes(1) - total) < 1e-6 * total);
          }
          place.retire();
        });
        sim.spawn('person', person, undefined);
        assert.is(sim.run().end, 'finished');
      },
    ),
    options,
  );
  const sim = new Simulation({ resolution: 'us' });
  const place = office(sim, { name: 'office', desks: 2, perDay: hours(8) });
  assert.ok(place.isOpen(hours(0)));
  assert.not(place.isOpen(hours(8)));
  assert.not(place.isOpen(hours(5 * 24 + 1)));
  assert.ok(place.isOpen(hours(7 * 24 + 1)));
});

interface Ask {
  readonly at: number;
  readonly span: number;
}

/** Starts and ends of requests, in milliseconds. */
function callApi(asks: readonly Ask[], spacing: number): { start: number; end: number }[] {
  const sim = new Simulation({ resolution: 'us' });
  const api = sim.spawn('api', rateLimitedApi, { spacing: ms(spacing) });
  const seen: { start: number; end: number }[] = [];
  const client = defineActor<undefined, undefined, ApiAnswer | { readonly type: 'go'; readonly tag: number }>({
    kind: 'client',
    init: () => undefined,
    on: {
      go: (_state, { tag }, ctx) => {
        const span = ms((asks[tag] as Ask).span);
        ctx.send(api, { type: 'call', tag, span, replyTo: ctx.self });
      },
      answered: (_state, { tag, started }) => {
        seen[tag] = { start: started / 1000, end: sim.now / 1000 };
      },
    },
  });
  const one = sim.spawn('client', client, undefined);
  asks.forEach(({ at }, tag) => {
    sim.schedule(ms(at), one, { type: 'go', tag });
  });
  sim.run();
  return seen;
}

test('4 an API starts requests in order, at least its spacing apart and no later than that demands', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.integer({ min: 0, max: 50 }), span: fc.integer({ min: 0, max: 30 }) }), {
        minLength: 1,
        maxLength: 20,
      }),
      fc.integer({ min: 0, max: 10 }),
      (asks, spacing) => {
        const sorted = [...asks].sort((a, b) => a.at - b.at);
        let next = 0;
        callApi(sorted, spacing).forEach(({ start, end }, i) => {
          const { at, span } = sorted[i] as Ask;
          const expected = Math.max(at, next);
          next = expected + spacing;
          assert.is(start, expected);
          assert.is(end, expected + span);
        });
      },
    ),
    options,
  );
});

test('an API answers processes that ask', () => {
  const sim = new Simulation({ resolution: 'us' });
  const api = sim.spawn('api', rateLimitedApi, { spacing: ms(10) });
  const ends: number[] = [];
  const client = process(function* () {
    for (let tag = 0; tag < 3; tag++) {
      const answer = yield* ask(api, { type: 'request', tag, span: ms(4) });
      assert.is(answer.tag, tag);
      ends.push(sim.now / 1000);
    }
  });
  sim.spawn('client', client, undefined);
  sim.run();
  assert.equal(ends, [4, 14, 24]);
});

/** Ends of jobs by processor sharing, in seconds. */
function shareServer(jobs: readonly Ask[], servers: number): { ends: number[]; busy: number } {
  const sim = new Simulation({ resolution: 'us' });
  const server = sim.spawn('server', sharingStation, { servers });
  const ends: number[] = [];
  const client = defineActor<undefined, undefined, Shared | { readonly type: 'go'; readonly tag: number }>({
    kind: 'client',
    init: () => undefined,
    on: {
      go: (_state, { tag }, ctx) => {
        const work = seconds((jobs[tag] as Ask).span);
        ctx.send(server, { type: 'share', tag, work, replyTo: ctx.self });
      },
      shared: (_state, { tag }) => {
        ends[tag] = elapsed(sim);
      },
    },
  });
  const one = sim.spawn('client', client, undefined);
  jobs.forEach(({ at }, tag) => {
    sim.schedule(seconds(at), one, { type: 'go', tag });
  });
  sim.run();
  return { ends, busy: toSeconds((sim.stateOf(server) as SharingState).busy as Duration) };
}

/** The same in small steps of equal shares. */
function shareBySteps(jobs: readonly Ask[], servers: number): number[] {
  const left = jobs.map(({ span }) => span);
  const ends: number[] = [];
  const step = 0.01;
  for (let now = 0; ends.filter((end) => end !== undefined).length < jobs.length; now += step) {
    const present = jobs.flatMap(({ at }, i) => (at <= now + 1e-9 && (left[i] as number) > 1e-9 ? [i] : []));
    for (const i of present) {
      left[i] = (left[i] as number) - step * Math.min(1, servers / present.length);
      if ((left[i] as number) <= 1e-9) ends[i] = now + step;
    }
  }
  return ends;
}

test('5 a sharing station gives all jobs equal speed and loses no work', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.integer({ min: 0, max: 20 }), span: fc.integer({ min: 1, max: 9 }) }), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.integer({ min: 1, max: 3 }),
      (jobs, servers) => {
        const { ends, busy } = shareServer(jobs, servers);
        const total = jobs.reduce((sum, { span }) => sum + span, 0);
        assert.ok(Math.abs(busy - total) < 1e-4, `${busy} of ${total}`);
        shareBySteps(jobs, servers).forEach((end, i) => {
          assert.ok(Math.abs((ends[i] as number) - end) < 0.011 * jobs.length + 0.02, `${ends[i]} against ${end}`);
        });
      },
    ),
    options,
  );
});

test('what services tell tiles each task', async () => {
  const { reports } = await checkTraces(async () => {
    callApi(
      [
        { at: 0, span: 3 },
        { at: 0, span: 3 },
      ],
      5,
    );
    shareServer(
      [
        { at: 0, span: 3 },
        { at: 1, span: 3 },
      ],
      1,
    );
  });
  assert.is(reports.length, 2);
  for (const { problems, tasks } of reports) {
    assert.equal(problems, []);
    assert.is(tasks, 2);
  }
});

test('impossible services are refused', () => {
  const refused = (make: () => unknown): void => {
    try {
      make();
      assert.unreachable();
    } catch (error) {
      const cause = (error as { cause?: { code?: string } }).cause;
      assert.ok((error as { code?: string }).code === 'SERVICE_SPEC' || cause?.code === 'SERVICE_SPEC', String(error));
    }
  };
  const sim = new Simulation();
  refused(() => crew(sim, { name: 'none', size: 0, *work() {} }));
  refused(() => office(sim, { name: 'closed', desks: 1, perDay: hours(0) }));
  refused(() => office(sim, { name: 'week', desks: 1, perDay: hours(8), days: 8 }));
  refused(() => sim.spawn('server', sharingStation, { servers: 1.5 }));
  assert.match(
    serviceErrors.create('SERVICE_SPEC', { name: 'x', what: 'y', value: 0, expected: 'z' }).message,
    /y of x/,
  );
});

test.run();
