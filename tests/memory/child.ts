// One memory case in a process of its own: `node --expose-gc child.js CASE EVENTS`, prints one line of JSON.
import { type ActorRef, type Context, defineActor, type EventHandle, ns, ps, us } from '../../engine/kernel/index.ts';
import { timed } from '../../engine/random/index.ts';
import { Simulation } from '../../engine/simulation.ts';

const collect = (globalThis as { gc?: () => void }).gc;
if (collect === undefined) throw new Error('run with --expose-gc');

type Tick = { readonly type: 'tick'; readonly hops: number };
type Timer = Tick | { readonly type: 'timeout' };

const SAMPLE = 10_000;
const shared: Tick = { type: 'tick', hops: 0 };
// Long enough that times soon pass 2^31 ticks: smaller ones are no numbers on the heap anyway.
const step = us(100);
const law = timed.exponential(us(100));

/** How an actor reacts to a tick; each keeps the number of pending events as it is. */
const kinds = {
  constant: (_: object, __: Tick, ctx: Context<Tick>) => void ctx.schedule(step, ctx.self, shared),
  send: (_: object, __: Tick, ctx: Context<Tick>) => void ctx.send(ctx.self, shared),
  random: (_: object, __: Tick, ctx: Context<Tick>) =>
    void ctx.schedule(law.sample(ctx.random('gap')), ctx.self, shared),
  payload: (_: object, message: Tick, ctx: Context<Tick>) =>
    void ctx.schedule(step, ctx.self, { type: 'tick', hops: message.hops + 1 }),
  both: (_: object, message: Tick, ctx: Context<Tick>) =>
    void ctx.schedule(law.sample(ctx.random('gap')), ctx.self, { type: 'tick', hops: message.hops + 1 }),
};

function population(kind: keyof typeof kinds, actors: number): Simulation {
  const sim = new Simulation({ maxEventsPerInstant: Number.POSITIVE_INFINITY });
  const behavior = defineActor<undefined, object, Tick>({ kind, init: () => ({}), on: { tick: kinds[kind] } });
  for (let i = 0; i < actors; i++) {
    const actor = sim.spawn(`a${i}`, behavior, undefined);
    sim.schedule(ps(i), actor, shared);
  }
  return sim;
}

/** Median growth of the heap over one sample of `work`, in bytes; robust against the few samples with a collection in them. */
function growth(samples: number, work: () => void): number {
  const grown = new Float64Array(samples);
  for (let i = 0; i < samples; i++) {
    const before = process.memoryUsage().heapUsed;
    work();
    grown[i] = process.memoryUsage().heapUsed - before;
  }
  return grown.sort()[samples >> 1] as number;
}

const keep: unknown[] = new Array(SAMPLE);

/** Bytes the kernel allocates per event, the payload's own taken off. */
function steady(kind: keyof typeof kinds, samples: number): Record<string, number> {
  const sim = population(kind, 1024);
  const run = () => void sim.run({ maxEvents: SAMPLE });
  for (let i = 0; i < 100; i++) run();
  const make = () => {
    for (let i = 0; i < SAMPLE; i++) keep[i] = { type: 'tick', hops: i };
  };
  for (let i = 0; i < 100; i++) make();
  const idle = growth(samples, () => undefined);
  const payload = kind === 'payload' || kind === 'both' ? growth(samples, make) - idle : 0;
  return { bytesPerEvent: (growth(samples, run) - idle - payload) / SAMPLE, payloadBytes: payload / SAMPLE };
}

/** Resident memory with `count` pending events of 1000 actors, each with a payload of its own. */
function pending(count: number): Record<string, number> {
  const sim = new Simulation();
  const behavior = defineActor<undefined, object, Tick>({
    kind: 'idle',
    init: () => ({}),
    on: { tick: () => undefined },
  });
  const actors = Array.from({ length: 1000 }, (_, i) => sim.spawn(`a${i}`, behavior, undefined));
  const empty = process.memoryUsage().rss;
  const stream = sim.random('times');
  const far = timed.exponential(us(1000));
  for (let i = 0; i < count; i++)
    sim.schedule(far.sample(stream), actors[i % actors.length] as ActorRef<Tick>, { type: 'tick', hops: i });
  // What growing left behind is garbage, collected or not yet: not what the events hold.
  collect?.();
  collect?.();
  const held = process.memoryUsage().rss;
  const { events } = sim.run();
  const peak = process.resourceUsage().maxRSS * 1024;
  return { pending: events, heldMB: held / 1e6, peakMB: peak / 1e6, bytesPerEvent: (held - empty) / count };
}

/** A run in which each request arms a timeout and cancels it in nine cases of ten: memory at the start and at the end. */
function cancels(samples: number): Record<string, number> {
  const sim = new Simulation();
  const timeout: Timer = { type: 'timeout' };
  let fired = 0;
  const behavior = defineActor<undefined, { timers: EventHandle[] }, Timer>({
    kind: 'client',
    init: () => ({ timers: [] }),
    on: {
      tick(state, message, ctx) {
        for (const timer of state.timers) ctx.cancel(timer);
        state.timers.length = 0;
        for (let i = 0; i < 10; i++) {
          const timer = ctx.schedule(us(50), ctx.self, timeout);
          if (i > 0) state.timers.push(timer);
        }
        ctx.schedule(ns(100), ctx.self, message);
      },
      timeout: () => void fired++,
    },
  });
  for (let i = 0; i < 100; i++) sim.schedule(ps(i), sim.spawn(`c${i}`, behavior, undefined), shared);
  const measure = () => {
    // The second collection finishes the sweeping of the first, which frees array buffers beside the program.
    collect?.();
    collect?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  sim.run({ maxEvents: 500_000 });
  const first = measure();
  for (let i = 0; i < samples; i++) sim.run({ maxEvents: SAMPLE });
  return {
    firstMB: first / 1e6,
    lastMB: measure() / 1e6,
    pending: sim.pending,
    fired,
    rssMB: process.memoryUsage().rss / 1e6,
  };
}

const [name = '', count = '100'] = process.argv.slice(2);
const size = Number(count);
const result =
  name === 'pending' ? pending(size) : name === 'cancels' ? cancels(size) : steady(name as keyof typeof kinds, size);
console.log(JSON.stringify({ case: name, ...result }));
