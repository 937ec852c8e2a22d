import { type ActorRef, defineActor, ps, Simulation } from '../../../engine/index.ts';
import { fold } from '../random.ts';
import type { Program } from '../workloads.ts';
import { elapsedOf, type Timed } from './timed.ts';

interface Token {
  readonly type: 'token';
}
interface State {
  readonly following: number;
  received: number;
}

const token: Token = { type: 'token' };

/** One token round a ring of actors; ping-pong is a ring of two. Without delay it is sent, with delay scheduled. */
export function tokenRing({ players, messages, delay }: Extract<Program, { kind: 'token' }>): Timed {
  const sim = new Simulation();
  const refs: Array<ActorRef<Token>> = [];
  const hop = ps(delay);
  let left = messages;
  const player = defineActor<number, State, Token>({
    kind: 'player',
    init: (own) => ({ following: (own + 1) % players, received: 0 }),
    on: {
      token(state, message, ctx) {
        state.received++;
        if (--left <= 0) return;
        const to = refs[state.following]!;
        if (delay === 0) ctx.send(to, message);
        else ctx.schedule(hop, to, message);
      },
    },
  });
  for (let i = 0; i < players; i++) refs.push(sim.spawn(`player${i}`, player, i));
  sim.schedule(hop, refs[0] as ActorRef<Token>, token);
  const elapsed = elapsedOf(() => sim.run());
  const received = refs.map((ref) => (sim.stateOf(ref) as State).received);
  return { count: sim.events, checksum: received.reduce(fold, sim.now | 0), ...elapsed };
}
