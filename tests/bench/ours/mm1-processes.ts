import {
  acquire,
  type Context,
  delay,
  fork,
  get,
  type Message,
  process,
  ps,
  put,
  release,
  resource,
  Simulation,
  type Steps,
  store,
  type Time,
} from '../../../engine/index.ts';
import { MM1_UNIT, SplitMix32 } from '../random.ts';
import type { Program } from '../workloads.ts';
import { elapsedOf, type Timed } from './timed.ts';

/** M/M/1 with two generator processes and an unbounded store between them, the program of the SimPy peer. */
export function mm1Processes({ customers }: Extract<Program, { kind: 'mm1-processes' }>): Timed {
  const sim = new Simulation();
  const arrivals = new SplitMix32(1);
  const services = new SplitMix32(2);
  const waiting = store<Time>(sim, { name: 'waiting' });
  let count = 0;
  let total = 0;
  const source = process(function* (ctx) {
    for (let i = 0; i < customers; i++) {
      yield* delay(ps(arrivals.exponential(MM1_UNIT / 0.9)));
      yield* put(waiting, ctx.now);
    }
  });
  const server = process(function* (ctx) {
    while (count < customers) {
      const arrived = yield* get(waiting);
      yield* delay(ps(services.exponential(MM1_UNIT)));
      total += ctx.now - arrived;
      count++;
    }
  });
  sim.spawn('source', source, undefined);
  sim.spawn('server', server, undefined);
  const elapsed = elapsedOf(() => sim.run());
  return { count, checksum: total, ...elapsed };
}

/** M/M/1 with a process a customer and the server a resource of one. */
export function mm1Resource({ customers }: Extract<Program, { kind: 'mm1-resource' }>): Timed {
  const sim = new Simulation();
  const arrivals = new SplitMix32(1);
  const services = new SplitMix32(2);
  const server = resource(sim, { name: 'server', capacity: 1 });
  let count = 0;
  let total = 0;
  function* customer(ctx: Context<Message>): Steps<void> {
    const arrived = ctx.now;
    const hold = yield* acquire(server);
    yield* delay(ps(services.exponential(MM1_UNIT / 1.1)));
    release(hold);
    total += ctx.now - arrived;
    count++;
  }
  const source = process(function* (ctx) {
    for (let i = 0; i < customers; i++) {
      yield* delay(ps(arrivals.exponential(MM1_UNIT)));
      yield* fork(customer(ctx));
    }
  });
  sim.spawn('source', source, undefined);
  const elapsed = elapsedOf(() => sim.run());
  return { count, checksum: total, ...elapsed };
}
