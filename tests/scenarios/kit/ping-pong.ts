import { type ActorRef, type Duration, defineActor } from '../../../engine/index.ts';
import { defineScenario, param } from '../../../scenarios/index.ts';

interface Ball {
  readonly type: 'ball';
  readonly from: ActorRef<Ball>;
}

interface Spec {
  readonly flight: Duration;
  readonly most: number;
}

const player = defineActor<Spec, { hits: number; readonly spec: Spec }, Ball>({
  kind: 'player',
  init: (spec) => ({ hits: 0, spec }),
  on: {
    ball(state, message, ctx) {
      state.hits += 1;
      if (state.hits < state.spec.most) ctx.schedule(state.spec.flight, message.from, { type: 'ball', from: ctx.self });
    },
  },
});

/** Two players and a ball: the smallest scenario made of actors. */
export const scenario = defineScenario({
  id: 'ping-pong',
  title: 'Two players and a ball',
  paper: { title: 'none', reference: 'none' },
  params: {
    flight: param.duration({ min: '1ns', default: '1us', describe: 'time the ball flies' }),
    hits: param.integer({ min: 1, max: 1e9, default: 10, describe: 'hits of each player before they stop' }),
  },
  metrics: {
    rally: { unit: 's', describe: 'time until the last hit' },
    hits: { unit: '', describe: 'hits of both' },
  },
  presets: { quick: { describe: 'ten hits each' }, long: { describe: 'a long rally', set: { hits: '1M' } } },
  build: (sim, params) => {
    const spec = { flight: params.flight, most: params.hits };
    const ann = sim.spawn('ann', player, spec);
    const bob = sim.spawn('bob', player, spec);
    sim.send(ann, { type: 'ball', from: bob });
    return { players: [ann, bob] };
  },
  measure: ({ players }, _, sim) => ({
    rally: sim.elapsed / 1e12,
    hits: players.reduce((sum, one) => sum + (sim.stateOf(one) as { hits: number }).hits, 0),
  }),
});
