import { type ActorRef, defineActor, noTask, ps, Simulation, type TaskRef } from '../../engine/index.ts';
import { SplitMix32, UNIT } from './random.ts';

interface Job {
  readonly type: 'job';
}

const job: Job = { type: 'job' };
let random = new SplitMix32(1);
let refs: Array<ActorRef<Job>> = [];

/** PHOLD in which every event ends a task of its process and begins another: as much to record as there are events. */
const traced = defineActor<undefined, { task: TaskRef }, Job>({
  kind: 'process',
  init(_, ctx) {
    ctx.schedule(ps(0.1 * UNIT + random.exponential(0.9 * UNIT)), ctx.self, job);
    return { task: noTask };
  },
  on: {
    job(state, message, ctx) {
      if (state.task !== noTask) ctx.trace.end(state.task);
      state.task = ctx.trace.begin('job');
      const to = random.uniform() <= 0.25 ? refs[Math.floor(random.uniform() * refs.length)]! : ctx.self;
      ctx.schedule(ps(0.1 * UNIT + random.exponential(0.9 * UNIT)), to, message);
    },
  },
});

/** Builds the model: `processes` of them, one message each. */
export function tracedPhold(processes: number): Simulation {
  const sim = new Simulation();
  random = new SplitMix32(1);
  refs = [];
  for (let i = 0; i < processes; i++) refs.push(sim.spawn(`process${i}`, traced, undefined));
  return sim;
}
