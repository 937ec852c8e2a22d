import { defineActor, ps, Simulation, type Time } from '../../../engine/index.ts';
import { MM1_UNIT, SplitMix32 } from '../random.ts';
import type { Program } from '../workloads.ts';
import { elapsedOf, type Timed } from './timed.ts';

interface Customer {
  readonly type: 'customer';
  readonly arrived: Time;
}
type ServerMessage = Customer | { readonly type: 'served' };
interface ServerState {
  readonly waiting: Time[];
  served: number;
  total: number;
}

const next = { type: 'next' } as const;
const served = { type: 'served' } as const;

/** M/M/1 with two actors: a source that sends each customer to a server with an unbounded queue. */
export function mm1({ customers }: Extract<Program, { kind: 'mm1' }>): Timed {
  const sim = new Simulation();
  const arrivals = new SplitMix32(1);
  const services = new SplitMix32(2);
  const server = sim.spawn(
    'server',
    defineActor<undefined, ServerState, ServerMessage>({
      kind: 'server',
      init: () => ({ waiting: [], served: 0, total: 0 }),
      on: {
        customer(state, { arrived }, ctx) {
          if (state.waiting.push(arrived) === 1) ctx.schedule(ps(services.exponential(MM1_UNIT)), ctx.self, served);
        },
        served(state, message, ctx) {
          state.total += ctx.now - (state.waiting.shift() as Time);
          state.served++;
          if (state.waiting.length > 0) ctx.schedule(ps(services.exponential(MM1_UNIT)), ctx.self, message);
        },
      },
    }),
    undefined,
  );
  sim.spawn(
    'source',
    defineActor<undefined, { left: number }, typeof next>({
      kind: 'source',
      init(_, ctx) {
        ctx.schedule(ps(arrivals.exponential(MM1_UNIT / 0.9)), ctx.self, next);
        return { left: customers };
      },
      on: {
        next(state, message, ctx) {
          ctx.send(server, { type: 'customer', arrived: ctx.now });
          if (--state.left > 0) ctx.schedule(ps(arrivals.exponential(MM1_UNIT / 0.9)), ctx.self, message);
        },
      },
    }),
    undefined,
  );
  const elapsed = elapsedOf(() => sim.run());
  const state = sim.stateOf(server) as ServerState;
  return { count: state.served, checksum: state.total, ...elapsed };
}
