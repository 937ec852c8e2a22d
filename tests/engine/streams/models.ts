import * as assert from 'uvu/assert';
import {
  type ActorRef,
  type Behavior,
  type Duration,
  defineActor,
  ns,
  SimError,
  Simulation,
} from '../../../engine/index.ts';

export type Job = { readonly type: 'job'; readonly id: number };
export type Done = { readonly type: 'done' };

/** The error that `work` throws, as a SimError. */
export function failure(work: () => void): SimError {
  try {
    work();
  } catch (error) {
    assert.instance(error, SimError);
    return error as SimError;
  }
  throw new Error('nothing was thrown');
}

/** An actor that writes down what it gets, and when. */
export function recorder(log: string[]): Behavior<undefined, { count: number }, Job | Done> {
  return defineActor<undefined, { count: number }, Job | Done>({
    kind: 'recorder',
    init: () => ({ count: 0 }),
    on: {
      job(state, { id }, ctx) {
        state.count++;
        log.push(`${ctx.now} job ${id}`);
      },
      done: (_, __, ctx) => void log.push(`${ctx.now} done`),
    },
  });
}

export type Token = { readonly type: 'token'; readonly left: number };

/** Actors that pass a token at random delays, some of which live for one token only. */
export function tokens(
  seed: number,
  left = 30,
): { readonly sim: Simulation; readonly actors: ReadonlyArray<ActorRef<Token>> } {
  const sim = new Simulation({ seed });
  const actors: Array<ActorRef<Token>> = [];
  const holder: Behavior<undefined, { held: number }, Token> = defineActor<undefined, { held: number }, Token>({
    kind: 'holder',
    init: () => ({ held: 0 }),
    on: {
      token(state, message, ctx) {
        state.held++;
        if (message.left === 0) return;
        const random = ctx.random('pass');
        const delay = ns(random.uint32() % 4);
        const to = actors[random.uint32() % actors.length] as ActorRef<Token>;
        ctx.schedule(delay, to, { type: 'token', left: message.left - 1 });
        if (random.uint32() % 4 === 0) ctx.stop(ctx.spawn('brief#', holder, undefined));
      },
    },
  });
  for (let i = 0; i < 3; i++) actors.push(sim.spawn(`holder${i}`, holder, undefined));
  for (const actor of actors) sim.send(actor, { type: 'token', left });
  return { sim, actors };
}

/** Milliseconds of `span`, for literal delays in tests. */
export const inMs = (span: Duration): number => span / 1e9;
