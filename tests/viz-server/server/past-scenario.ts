import { assign, setup } from 'xstate';
import { type ActorRef, defineActor, fromMachine, ns, Simulation, type Time, us } from '../../../engine/index.ts';
import { defineScenario, param } from '../../../scenarios/index.ts';

type Job = { readonly type: 'job'; readonly left: number };

/** A light that changes by itself, for charts and their timers. */
const light = fromMachine(
  setup({}).createMachine({
    id: 'light',
    context: { turns: 0 },
    initial: 'red',
    states: {
      red: { after: { 3: 'green' } },
      green: { after: { 2: { target: 'red', actions: assign({ turns: ({ context }) => context.turns + 1 }) } } },
    },
  }),
  { delayUnit: us(1) },
);

/** Stations that keep what they draw in their states, and a helper that is stopped with messages still on their way to it. */
const helper = defineActor<undefined, { heard: number }, Job>({
  kind: 'helper',
  init: () => ({ heard: 0 }),
  on: {
    job(state) {
      state.heard++;
    },
  },
});

const station = defineActor<
  { readonly lights: number },
  { drawn: number[]; jobs: number; last: Time; aid: ActorRef<Job> | undefined },
  Job
>({
  kind: 'station',
  init: () => ({ drawn: [], jobs: 0, last: 0 as Time, aid: undefined }),
  on: {
    job(state, { left }, ctx) {
      const draw = ctx.random('draw').uniform();
      if (ctx.now > state.last) ctx.trace.past({ kind: 'job', start: state.last, segments: [{ until: ctx.now }] });
      state.last = ctx.now;
      state.jobs++;
      state.drawn = [...state.drawn.slice(-3), draw];
      if (state.aid !== undefined && left % 7 === 0) {
        ctx.stop(state.aid);
        state.aid = undefined;
      } else if (state.aid === undefined && left % 7 === 3) {
        state.aid = ctx.spawn(`aid${left}`, helper, undefined, { afterStop: 'drop' });
        for (let i = 1; i < 9; i++) ctx.schedule(ns(500 * i), state.aid, { type: 'job', left: i });
      }
      if (left > 0) ctx.schedule(ns(Math.floor(draw * 1500)), ctx.self, { type: 'job', left: left - 1 });
    },
  },
});

function build(sim: Simulation, stations: number, jobs: number): void {
  sim.spawn('light', light, undefined);
  for (let i = 0; i < stations; i++)
    sim.send(sim.spawn(`station${i}`, station, { lights: 1 }), { type: 'job', left: jobs });
}

/** Runs its simulation in slices of virtual time, so that the clock stands between events too. */
export const scenario = defineScenario({
  id: 'past-test',
  title: 'Stations and a light for tests of the past',
  paper: { title: 'none', reference: 'none' },
  params: {
    stations: param.integer({ min: 1, max: 64, default: 3, describe: 'stations' }),
    jobs: param.integer({ min: 1, max: 10_000_000, default: 200, describe: 'jobs of each' }),
  },
  metrics: { end: { unit: 's', describe: 'end of the run' } },
  presets: { quick: { describe: 'few jobs', set: { jobs: 50 } } },
  async run({ stations, jobs }, { seed }) {
    const sim = new Simulation({ seed });
    build(sim, stations, jobs);
    const end = us(Math.ceil(jobs));
    for (let slice = 1; slice <= 20; slice++) {
      sim.run({ until: ((end * slice) / 20) as typeof end });
      await new Promise((resume) => setImmediate(resume));
    }
    return { metrics: { end: sim.elapsed / 1e12 }, events: sim.events, fingerprint: sim.fingerprint() };
  },
});
