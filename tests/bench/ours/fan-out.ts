import { type ActorRef, defineActor, ps, Simulation } from '../../../engine/index.ts';
import { fold } from '../random.ts';
import type { Program } from '../workloads.ts';
import { elapsedOf, type Timed } from './timed.ts';

interface News {
  readonly type: 'news';
}
interface State {
  received: number;
}

const news: News = { type: 'news' };
const tick = { type: 'tick' } as const;

/** One actor sends to all others in the same instant, once a tick. */
export function fanOut({ receivers, broadcasts }: Extract<Program, { kind: 'fan-out' }>): Timed {
  const sim = new Simulation();
  const receiver = defineActor<undefined, State, News>({
    kind: 'receiver',
    init: () => ({ received: 0 }),
    on: {
      news(state) {
        state.received++;
      },
    },
  });
  const refs = Array.from(
    { length: receivers },
    (_, i): ActorRef<News> => sim.spawn(`receiver${i}`, receiver, undefined),
  );
  sim.spawn(
    'hub',
    defineActor<undefined, { left: number }, typeof tick>({
      kind: 'hub',
      init(_, ctx) {
        ctx.schedule(ps(1), ctx.self, tick);
        return { left: broadcasts };
      },
      on: {
        tick(state, message, ctx) {
          for (let i = 0; i < refs.length; i++) ctx.send(refs[i]!, news);
          if (--state.left > 0) ctx.schedule(ps(1), ctx.self, message);
        },
      },
    }),
    undefined,
  );
  const elapsed = elapsedOf(() => sim.run());
  const received = refs.map((ref) => (sim.stateOf(ref) as State).received);
  return { count: sim.events - broadcasts, checksum: received.reduce(fold, sim.now | 0), ...elapsed };
}
