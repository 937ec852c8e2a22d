import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Context, defineActor, Simulation, seconds, toSeconds, us } from '../../../engine/index.ts';
import { createRandomSource, timed } from '../../../engine/random/index.ts';
import { estimateMean, replicateUntil, TimeWeighted } from '../../../engine/statistics/index.ts';

const test = suite('random streams in a simulation');

type Event = { readonly type: 'arrive' } | { readonly type: 'leave' };
const gap = timed.exponential(us(10));

/** M/M/1 with the number of customers as its only state. */
const station = (load: number) => {
  const service = timed.exponential(us(10 * load));
  return defineActor<TimeWeighted, { customers: TimeWeighted }, Event>({
    kind: 'station',
    init(customers, ctx) {
      ctx.schedule(gap.sample(ctx.random('gap')), ctx.self, { type: 'arrive' });
      return { customers };
    },
    on: {
      arrive({ customers }, _, ctx) {
        customers.add(1, ctx.now);
        if (customers.value === 1) serve(ctx);
        ctx.schedule(gap.sample(ctx.random('gap')), ctx.self, { type: 'arrive' });
      },
      leave({ customers }, _, ctx) {
        customers.add(-1, ctx.now);
        if (customers.value > 0) serve(ctx);
      },
    },
  });
  function serve(ctx: Context<Event>) {
    ctx.schedule(service.sample(ctx.random('service')), ctx.self, { type: 'leave' });
  }
};

function averageCustomers(load: number, replication: number, others = 0, antithetic = false): number {
  const simulation = new Simulation({ random: createRandomSource({ seed: 11, replication, antithetic }) });
  for (let i = 0; i < others; i++) simulation.spawn(`other${i}`, station(0.9), new TimeWeighted());
  const customers = new TimeWeighted();
  simulation.spawn('station', station(load), customers);
  simulation.run({ until: seconds(0.002) });
  customers.reset(simulation.now);
  simulation.run({ until: seconds(0.022) });
  assert.is(toSeconds(simulation.elapsed), 0.022);
  return customers.average(simulation.now);
}

test('adding actors with streams of their own changes no draw of the others', () => {
  assert.is(averageCustomers(0.5, 0, 3), averageCustomers(0.5, 0));
});

test('M/M/1 has load / (1 - load) customers, inside its own 99.9 % interval', () => {
  const { estimates, reached } = replicateUntil((replication) => ({ customers: averageCustomers(0.5, replication) }), {
    relativePrecision: 0.05,
    confidence: 0.999,
  });
  assert.ok(reached);
  assert.ok(estimates.customers.low < 1 && 1 < estimates.customers.high, JSON.stringify(estimates.customers));
});

test('antithetic pairs narrow the interval for the same number of runs', () => {
  const plain = estimateMean(Array.from({ length: 40 }, (_, i) => averageCustomers(0.5, i)));
  const pairs = Array.from(
    { length: 20 },
    (_, i) => (averageCustomers(0.5, i) + averageCustomers(0.5, i, 0, true)) / 2,
  );
  assert.ok(estimateMean(pairs).halfWidth < plain.halfWidth);
});

test.run();
