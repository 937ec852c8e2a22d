import { defineActor, type EventHandle, ps, Simulation } from '../../../engine/index.ts';
import { fold, SplitMix32, UNIT } from '../random.ts';
import type { Program } from '../workloads.ts';
import { elapsedOf, type Timed } from './timed.ts';

interface Fire {
  readonly type: 'fire';
  readonly timer: number;
}

/** Sets timers, cancels a share of them and runs the rest, several times over. */
export function storm({ timers, cancelled, rounds }: Extract<Program, { kind: 'storm' }>): Timed {
  const sim = new Simulation();
  const random = new SplitMix32(1);
  const owner = sim.spawn(
    'owner',
    defineActor<undefined, { fired: number }, Fire>({
      kind: 'owner',
      init: () => ({ fired: 0 }),
      on: {
        fire(state, { timer }) {
          state.fired = fold(state.fired, timer);
        },
      },
    }),
    undefined,
  );
  const handles: EventHandle[] = [];
  const elapsed = elapsedOf(() => {
    for (let round = 0; round < rounds; round++) {
      for (let timer = 0; timer < timers; timer++)
        handles[timer] = sim.schedule(ps(Math.floor(random.uniform() * UNIT)), owner, { type: 'fire', timer });
      for (const handle of handles) if (random.uniform() < cancelled) sim.cancel(handle);
      sim.run();
    }
  });
  return { count: timers * rounds, checksum: (sim.stateOf(owner) as { fired: number }).fired, ...elapsed };
}

interface RearmState {
  readonly handles: EventHandle[];
  round: number;
  fired: number;
  rearmed: number;
}

/** One actor moves all its timers ahead once a tick; then all fire. */
export function rearm({ timers, rounds }: Extract<Program, { kind: 'rearm' }>): Timed {
  const sim = new Simulation();
  const timeout = ps(1000);
  const drive = { type: 'drive' } as const;
  const fire = { type: 'fire' } as const;
  const owner = sim.spawn(
    'owner',
    defineActor<undefined, RearmState, typeof drive | typeof fire>({
      kind: 'owner',
      init(_, ctx) {
        const handles = Array.from({ length: timers }, () => ctx.schedule(timeout, ctx.self, fire));
        ctx.schedule(ps(1), ctx.self, drive);
        return { handles, round: 0, fired: 0, rearmed: 0 };
      },
      on: {
        drive(state, message, ctx) {
          const { handles } = state;
          for (let i = 0; i < handles.length; i++) {
            const moved = ctx.reschedule(handles[i]!, timeout);
            if (moved === undefined) continue;
            handles[i] = moved;
            state.rearmed++;
          }
          if (++state.round < rounds) ctx.schedule(ps(1), ctx.self, message);
        },
        fire(state) {
          state.fired++;
        },
      },
    }),
    undefined,
  );
  const elapsed = elapsedOf(() => sim.run());
  const state = sim.stateOf(owner) as RearmState;
  return { count: state.rearmed, checksum: state.fired, ...elapsed };
}

/** Conversations as actors: each request arms a timeout that its reply cancels. */
export function timeouts({ conversations, replies }: Extract<Program, { kind: 'timeout' }>): Timed {
  const sim = new Simulation();
  const random = new SplitMix32(1);
  const patience = ps(100 * UNIT);
  const reply = { type: 'reply' } as const;
  const expire = { type: 'expire' } as const;
  let count = 0;
  let expired = 0;
  const conversation = defineActor<undefined, { timer: EventHandle }, typeof reply | typeof expire>({
    kind: 'conversation',
    init(_, ctx) {
      const timer = ctx.schedule(patience, ctx.self, expire);
      ctx.schedule(ps(random.exponential(UNIT)), ctx.self, reply);
      return { timer };
    },
    on: {
      reply(state, message, ctx) {
        ctx.cancel(state.timer);
        if (++count >= replies) return;
        state.timer = ctx.schedule(patience, ctx.self, expire);
        ctx.schedule(ps(random.exponential(UNIT)), ctx.self, message);
      },
      expire() {
        expired++;
      },
    },
  });
  for (let i = 0; i < conversations; i++) sim.spawn(`conversation${i}`, conversation, undefined);
  const elapsed = elapsedOf(() => sim.run());
  return { count, checksum: expired + random.state(), ...elapsed };
}
