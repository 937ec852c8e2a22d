import { type ActorRef, type Duration, defineActor, ps, Simulation } from '../../../engine/index.ts';
import { fold } from '../random.ts';
import type { Program } from '../workloads.ts';
import { elapsedOf, type Timed } from './timed.ts';

interface Tick {
  readonly type: 'tick';
}
interface State {
  readonly period: Duration;
  ticks: number;
}

const tick: Tick = { type: 'tick' };
const PERIOD = 1000;

/** Components that tick every cycle; the odd ones sleep and wake every `sleep` cycles. */
export function clocked({ components, cycles, sleep }: Extract<Program, { kind: 'clocked' }>): Timed {
  const sim = new Simulation();
  const component = defineActor<number, State, Tick>({
    kind: 'component',
    init(own, ctx) {
      ctx.send(ctx.self, tick);
      return { period: ps(own % 2 === 0 ? PERIOD : PERIOD * sleep), ticks: 0 };
    },
    on: {
      tick(state, message, ctx) {
        state.ticks++;
        ctx.schedule(state.period, ctx.self, message);
      },
    },
  });
  const refs = Array.from({ length: components }, (_, i): ActorRef<Tick> => sim.spawn(`component${i}`, component, i));
  const elapsed = elapsedOf(() => sim.run({ until: ps(cycles * PERIOD) }));
  const ticks = refs.map((ref) => (sim.stateOf(ref) as State).ticks);
  return { count: components * cycles, checksum: ticks.reduce(fold, 0), ...elapsed };
}
