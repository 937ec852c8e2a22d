import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  aggregateRate,
  clientRate,
  type Fetched,
  fetchSeconds,
  type ThroughputMessage,
  type ThroughputSpec,
  throughputStorage,
} from '../../../actors/index.ts';
import { type ActorRef, defineActor, ms, ps, Simulation } from '../../../engine/index.ts';

const test = suite('storage known by its throughput');
const options = { seed: 20261123, numRuns: 200 } as const;

interface Job {
  readonly client: number;
  readonly at: number;
  readonly requests: number;
  readonly bytes: number;
}

/** Runs one fetch for each client; seconds at which each ends. */
function run(spec: ThroughputSpec, jobs: readonly Job[]): readonly number[] {
  const sim = new Simulation();
  const ends: number[] = jobs.map(() => Number.NaN);
  const client = defineActor<undefined, undefined, Fetched>({
    kind: 'client',
    init: () => undefined,
    on: {
      fetched(_state, { tag }, ctx) {
        ends[tag] = ctx.now / 1e12;
      },
    },
  });
  const storage = sim.spawn('storage', throughputStorage, spec) as ActorRef<ThroughputMessage>;
  const replyTo = sim.spawn('client', client, undefined);
  jobs.forEach(({ client, at, requests, bytes }, tag) => {
    sim.schedule(ps(at * 1e12), storage, { type: 'fetch', client, requests, bytes, tag, replyTo });
  });
  sim.run();
  return ends;
}

const near = (a: number, b: number, tolerance = 1e-9): boolean =>
  Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));

test('one client takes latency and bytes over rate for each request, exactly', () => {
  for (const eachRequest of [false, true])
    for (const depth of [1, 2, 3, 8])
      for (const requests of [1, 2, 5, 9]) {
        const spec = { clients: 1, latency: ms(1), client: 1e9, depth, eachRequest };
        const [end] = run(spec, [{ client: 0, at: 0.5, requests, bytes: requests * 4e5 }]);
        const expected = fetchSeconds(requests, requests * 4e5, 1e-3, 1e9, depth);
        assert.ok(near((end as number) - 0.5, expected), `${depth} ${requests}: ${end}, ${expected}`);
        if (depth === 1) assert.ok(near(expected, requests * (1e-3 + 4e-4)));
      }
});

test('clients that cannot get in each other’s way need no simulation of each request', () => {
  const job = fc.record({
    at: fc.double({ min: 0, max: 0.01, noNaN: true }),
    requests: fc.integer({ min: 1, max: 6 }),
    bytes: fc.integer({ min: 1000, max: 5e6 }),
  });
  fc.assert(
    fc.property(fc.array(job, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 4 }), (given, depth) => {
      const jobs = given.map((one, client) => ({ ...one, client }));
      const spec = { clients: jobs.length, latency: ms(1), client: 1e9, aggregate: 1e9 * jobs.length, depth };
      const [short, long] = [run(spec, jobs), run({ ...spec, eachRequest: true }, jobs)];
      short.forEach((end, i) => {
        assert.ok(near(end, long[i] as number), `${short} ${long}`);
      });
    }),
    { ...options, numRuns: 100 },
  );
});

test('bytes are conserved and neither limit is ever exceeded', () => {
  const job = fc.record({
    at: fc.double({ min: 0, max: 0.01, noNaN: true }),
    bytes: fc.integer({ min: 1e5, max: 2e7 }),
  });
  const limits = fc.record({
    client: fc.integer({ min: 1e8, max: 2e9 }),
    aggregate: fc.integer({ min: 1e8, max: 4e9 }),
  });
  fc.assert(
    fc.property(fc.array(job, { minLength: 1, maxLength: 8 }), limits, (given, { client, aggregate }) => {
      const jobs = given.map((one, i) => ({ ...one, client: i, requests: 1 }));
      const ends = run({ clients: jobs.length, latency: ms(0), client, aggregate }, jobs);
      // Reference: rates between any two instants at which the set of active clients changes.
      const left = jobs.map(({ bytes }) => bytes);
      const done = jobs.map(() => Number.NaN);
      let now = 0;
      for (;;) {
        const active = jobs.flatMap(({ at }, i) => (at <= now && Number.isNaN(done[i]) ? [i] : []));
        const waiting = jobs.filter(({ at }) => at > now).map(({ at }) => at);
        if (active.length === 0 && waiting.length === 0) break;
        const rate = Math.min(client, aggregate / Math.max(1, active.length));
        const first = Math.min(...active.map((i) => (left[i] as number) / rate), ...waiting.map((at) => at - now));
        for (const i of active) {
          left[i] = (left[i] as number) - first * rate;
          if ((left[i] as number) <= 1) done[i] = now + first;
        }
        now = active.length === 0 ? Math.min(...waiting) : now + first;
      }
      ends.forEach((end, i) => {
        assert.ok(Math.abs(end - (done[i] as number)) < 1e-7, `${ends} ${done}`);
      });
    }),
    options,
  );
});

test('the aggregate is linear between its points and constant outside', () => {
  const curve = [
    [4, 512],
    [8, 1024],
    [16, 2048],
  ] as const;
  assert.equal(
    [1, 4, 6, 8, 12, 16, 99].map((n) => aggregateRate(curve, n)),
    [512, 512, 768, 1024, 1536, 2048, 2048],
  );
  assert.is(clientRate({ aggregate: curve }, 4), 128);
  assert.is(clientRate({ client: 100, aggregate: curve }, 4), 100);
});

test('bad storage and bad fetches are refused', () => {
  assert.throws(() => run({ clients: 0, latency: ms(1) }, []), /clients/);
  assert.throws(() => run({ clients: 1, latency: ms(1), client: 0 }, []), /rate/);
  const spec = { clients: 1, latency: ms(1), client: 1e9, eachRequest: true };
  const job = { client: 0, at: 0, requests: 1, bytes: 10 };
  assert.throws(() => run(spec, [{ ...job, client: 1 }]), /client/);
  assert.throws(() => run(spec, [{ ...job, requests: 0 }]), /requests/);
  assert.throws(() => run(spec, [{ ...job, bytes: 0 }]), /size/);
  assert.throws(() => run(spec, [job, job]), /one fetch/);
});

test.run();
