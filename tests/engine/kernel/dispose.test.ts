import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ActorRef, type Behavior, Simulation } from '../../../engine/kernel/index.ts';

const test = suite('kernel dispose and lazy waits');

type Go = { readonly type: 'go' };

const counting = (disposed: string[]): Behavior<undefined, { readonly path: string }, Go> => ({
  kind: 'counting',
  init: (_, ctx) => ({ path: ctx.path }),
  receive: () => {
    throw new Error('boom');
  },
  dispose: (state, ctx) => {
    assert.is(ctx.path, state.path);
    disposed.push(state.path);
    ctx.stop();
  },
});

test('dispose runs once in the name of the actor that stops, also when it stops itself meanwhile', () => {
  const disposed: string[] = [];
  const sim = new Simulation();
  const actor = sim.spawn('a', counting(disposed), undefined);
  sim.stop(actor);
  sim.stop(actor);
  assert.equal(disposed, ['a']);
});

test('dispose runs when an actor starts over', () => {
  const disposed: string[] = [];
  const sim = new Simulation();
  sim.failures('restart');
  const quiet = {
    ...counting(disposed),
    dispose: (state: { readonly path: string }) => void disposed.push(state.path),
  };
  const actor = sim.spawn('a', quiet, undefined);
  sim.send(actor, { type: 'go' });
  sim.run();
  assert.equal(disposed, ['a']);
  assert.is(sim.pathOf(actor), 'a');
});

test('a lazy wait is asked for its holder when the run dies, not before', () => {
  const sim = new Simulation();
  let holder: ActorRef<Go> | undefined;
  let asked = 0;
  const waiter: Behavior<undefined, object, Go> = {
    kind: 'waiter',
    init: (_, ctx) => {
      ctx.waitsFor({
        get cause() {
          asked++;
          return 'the lock';
        },
        get holder() {
          return holder;
        },
      });
      return {};
    },
    receive: () => undefined,
  };
  sim.spawn('a', waiter, undefined);
  sim.run({ until: 0 as never });
  assert.is(asked, 0);
  holder = sim.spawn('b', { ...waiter, init: () => ({}) }, undefined);
  assert.throws(() => sim.run(), /a waits for the lock held by b/);
  holder = sim.actor('a') as ActorRef<Go>;
  const again = new Simulation();
  assert.is(again.run().end, 'finished');
});

test.run();
