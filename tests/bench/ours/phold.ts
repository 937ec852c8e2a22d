import { type ActorRef, defineActor, ps, Simulation } from '../../../engine/index.ts';
import { fold, SplitMix32, UNIT } from '../random.ts';
import type { Program } from '../workloads.ts';
import { elapsedOf, type Timed } from './timed.ts';

interface Job {
  readonly type: 'job';
}
interface State {
  handled: number;
}

const job: Job = { type: 'job' };
const REMOTE = 0.25;
const LOOKAHEAD = 0.1 * UNIT;
const MEAN = 0.9 * UNIT;

// The program's own data, outside the actors like the other engines' globals: all processes share one generator.
let random = new SplitMix32(1);
let refs: Array<ActorRef<Job>> = [];

const process = defineActor<{ readonly population: number }, State, Job>({
  kind: 'process',
  init({ population }, ctx) {
    for (let i = 0; i < population; i++) ctx.schedule(ps(LOOKAHEAD + random.exponential(MEAN)), ctx.self, job);
    return { handled: 0 };
  },
  on: {
    job(state, message, ctx) {
      state.handled++;
      const to = random.uniform() <= REMOTE ? refs[Math.floor(random.uniform() * refs.length)]! : ctx.self;
      ctx.schedule(ps(LOOKAHEAD + random.exponential(MEAN)), to, message);
    },
  },
});

/** PHOLD: every logical process a named actor, every event a message. */
export function phold({ processes, population, end }: Extract<Program, { kind: 'phold' }>): Timed {
  const sim = new Simulation();
  random = new SplitMix32(1);
  refs = [];
  for (let i = 0; i < processes; i++) refs.push(sim.spawn(`process${i}`, process, { population }));
  const elapsed = elapsedOf(() => sim.run({ until: ps(end * UNIT) }));
  const handled = refs.map((ref) => (sim.stateOf(ref) as State).handled);
  return { count: sim.events, checksum: handled.reduce(fold, random.state() | 0), ...elapsed };
}
