import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type LinkChartContext, type LinkShareChanged, linkChart } from '../../../actors/network/link-chart.ts';
import { fromMachine, type MachineState } from '../../../engine/charts/index.ts';
import {
  type ActorRef,
  type Duration,
  defineActor,
  ps,
  Simulation,
  seconds,
  us,
} from '../../../engine/kernel/index.ts';

const test = suite('link chart');

type Step = readonly [at: Duration, type: 'error' | 'degrade' | 'restore' | 'fail'];

/** Plays events on one link and returns the changes its owner hears, with their time in microseconds. */
function play(steps: readonly Step[], coverage = false) {
  const sim = new Simulation();
  const heard: Array<readonly [number, number]> = [];
  const owner = sim.spawn(
    'owner',
    defineActor<undefined, undefined, LinkShareChanged>({
      kind: 'owner',
      init: () => undefined,
      on: { linkShare: (_, { share }, ctx) => heard.push([ctx.now / us(1), share]) },
    }),
    undefined,
  );
  const behavior = fromMachine(linkChart, { delayUnit: ps(1), coverage });
  const ref = sim.spawn('link', behavior, {
    link: 3,
    owner: owner as ActorRef<LinkShareChanged>,
    degradedShare: 0.5,
    detection: us(10),
    repair: us(100),
    errorLimit: 3,
    errorWindow: us(20),
  });
  for (const [at, type] of steps) sim.schedule(at, ref, { type });
  sim.run({ until: seconds(1) });
  const state = sim.stateOf(ref) as MachineState<LinkChartContext>;
  return { heard, value: behavior.chart.value(state), context: state.context, behavior, sim };
}

test('a lost link is detected, repaired and up again', () => {
  const { heard, value, context } = play([[us(5), 'fail']]);
  assert.equal(heard, [
    [0, 1],
    [5, 0],
    [115, 1],
  ]);
  assert.equal([value, context.losses], [{ up: 'clean' }, 1]);
});

test('a failure under repair starts the repair over', () => {
  assert.equal(
    play([
      [us(0), 'fail'],
      [us(60), 'fail'],
    ]).heard.at(-1),
    [160, 1],
  );
});

test('errors degrade a link only when they come within the window', () => {
  const spread = play([us(0), us(15), us(21), us(36)].map((at) => [at, 'error'] as const));
  assert.equal([spread.heard, spread.value], [[[0, 1]], { up: 'clean' }]);
  const dense = play([us(0), us(5), us(19)].map((at) => [at, 'error'] as const));
  assert.equal([dense.heard.at(-1), dense.value], [[19, 0.5], 'degraded']);
});

test('a degraded link is restored, or fails', () => {
  const steps: Step[] = [
    [us(1), 'degrade'],
    [us(2), 'restore'],
    [us(3), 'degrade'],
    [us(4), 'fail'],
  ];
  assert.equal(
    play(steps).heard.map(([, share]) => share),
    [1, 0.5, 1, 0.5, 0, 1],
  );
});

test('coverage says what the scenario never tried', () => {
  const { behavior } = play([[us(5), 'fail']], true);
  const report = behavior.coverage?.report(seconds(1));
  const missed = report?.states.filter(({ entered }) => entered === 0).map(({ id }) => id);
  assert.equal(missed, ['link.up.suspect', 'link.degraded']);
});

test.run();
