import { type ActorRef, defineActor, ns, type Simulation, type Time, us } from '../../../engine/index.ts';
import { defineScenario, param } from '../../../scenarios/index.ts';

type Tick = { readonly type: 'tick'; readonly left: number };

/** Workers that do tasks of random lengths, half of each waiting for a bus, and count what they did. */
const worker = defineActor<undefined, { done: number; last: Time }, Tick>({
  kind: 'worker',
  init: () => ({ done: 0, last: 0 as Time }),
  on: {
    tick(state, { left }, ctx) {
      const { now } = ctx;
      if (now > state.last)
        ctx.trace.past({
          kind: 'job',
          name: `job ${left % 5}`,
          start: state.last,
          segments: [
            { until: Math.floor((state.last + now) / 2) as Time, cause: 'resource', what: 'bus' },
            { until: now },
          ],
        });
      state.last = now;
      state.done++;
      ctx.trace.counter('done', state.done, 'jobs');
      if (left > 0)
        ctx.schedule(ns(1 + Math.floor(ctx.random('length').uniform() * 2000)), ctx.self, {
          type: 'tick',
          left: left - 1,
        });
    },
  },
});

/** Makes the workers and gives each its jobs. */
export function build(sim: Simulation, workers: number, jobs: number): Array<ActorRef<Tick>> {
  const all = Array.from({ length: workers }, (_, i) => sim.spawn(`worker${i}`, worker, undefined));
  for (const one of all) sim.send(one, { type: 'tick', left: jobs });
  return all;
}

/** The scenario that the server's tests run. */
export const scenario = defineScenario({
  id: 'live-test',
  title: 'Workers for tests of the viewer',
  paper: { title: 'none', reference: 'none' },
  params: {
    workers: param.integer({ min: 1, max: 64, default: 4, describe: 'workers' }),
    jobs: param.integer({ min: 1, max: 1_000_000, default: 1000, describe: 'jobs of each' }),
  },
  metrics: { done: { unit: '', describe: 'jobs done' }, makespan: { unit: 's', describe: 'end of the last' } },
  presets: { quick: { describe: 'few jobs', set: { jobs: 100 } } },
  build: (sim, { workers, jobs }) => build(sim, workers, jobs),
  measure: (all, _, sim) => ({
    done: all.reduce((sum, one) => sum + (sim.stateOf(one) as { done: number }).done, 0),
    makespan: sim.elapsed / us(1),
  }),
});
