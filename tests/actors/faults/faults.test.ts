import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gpu } from '../../../actors/compute/index.ts';
import { disturb, type IntermittentState, lastingSpeeds } from '../../../actors/faults/index.ts';
import { type NetworkReply, network, star } from '../../../actors/network/index.ts';
import {
  bytes,
  bytesPerSecond,
  constant,
  defineActor,
  lognormal,
  ms,
  NO_TIME,
  Simulation,
  timed,
  toSeconds,
  us,
} from '../../../engine/index.ts';
import { checkTraces } from '../../../engine/trace/index.ts';

const test = suite('faults');

type Pulse = { readonly type: 'on' } | { readonly type: 'off' };
const lamp = defineActor<undefined, { log: Array<[type: string, at: number]>; draw: number }, Pulse>({
  kind: 'lamp',
  init: (_, ctx) => ({ log: [], draw: ctx.random('own').uniform() }),
  on: {
    on: (state, _message, ctx) => void state.log.push(['on', ctx.now]),
    off: (state, _message, ctx) => void state.log.push(['off', ctx.now]),
  },
});

function world(seed: number, options: { until?: number; disturbed?: boolean } = {}) {
  const sim = new Simulation({ seed });
  const target = sim.spawn('lamp', lamp, undefined);
  const fault =
    options.disturbed === false
      ? undefined
      : disturb(sim, 'flicker', {
          target,
          begins: { type: 'on' },
          ends: { type: 'off' },
          between: timed.exponential(us(30)),
          lasts: timed.exponential(us(10)),
          until: ms(options.until ?? 400),
        });
  sim.run();
  return {
    lamp: sim.stateOf(target) as { log: Array<[string, number]>; draw: number },
    fault: fault === undefined ? undefined : (sim.stateOf(fault) as IntermittentState),
    elapsed: sim.elapsed,
  };
}

test('a disturbance begins and ends as often as its laws say', () => {
  const { lamp, fault } = world(7);
  const { count = 0, lasted = NO_TIME } = fault ?? {};
  // Cycles of mean 40 us and variance 30^2 + 10^2: 10 000 of them, give or take n (cv^2) of a renewal process.
  const error = Math.sqrt(10_000 * ((30 ** 2 + 10 ** 2) / 40 ** 2));
  assert.ok(Math.abs(count - 10_000) < 3 * error, `${count}`);
  assert.ok(Math.abs(toSeconds(lasted) / count / 10e-6 - 1) < 3 / Math.sqrt(count));
  assert.is(lamp.log.length, 2 * count);
  assert.ok(lamp.log.every(([type], i) => type === (i % 2 === 0 ? 'on' : 'off')));
});

test('an undisturbed actor draws the same whether or not another is disturbed', () => {
  assert.is(world(3).lamp.draw, world(3, { disturbed: false }).lamp.draw);
});

test('no disturbance begins after until, and what has begun ends', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const { lamp } = world(seed, { until: 1 });
    for (const [type, at] of lamp.log) if (type === 'on') assert.ok(at <= ms(1), `${at}`);
    assert.is(lamp.log.length % 2, 0);
  }
});

test('a link that fails and recovers delays its flows by the time it was down', () => {
  const sim = new Simulation();
  const topology = star({ hosts: 2, port: { bandwidth: bytesPerSecond(1e9) } });
  const net = sim.spawn('net', network, { topology });
  const heard: number[] = [];
  const ear = sim.spawn(
    'ear',
    defineActor<undefined, null, NetworkReply>({
      kind: 'ear',
      init: () => null,
      on: { transferDone: (_s, _m, ctx) => void heard.push(ctx.now), transferFailed: () => assert.unreachable() },
    }),
    undefined,
  );
  const link = topology.links[topology.route(0, 1)[0]!]!.name;
  disturb(sim, 'cable', {
    target: net,
    begins: { type: 'setCapacity', link, capacity: bytesPerSecond(0) },
    ends: { type: 'setCapacity', link, capacity: bytesPerSecond(1e9) },
    between: timed.constant(us(10)),
    lasts: timed.constant(us(7)),
    until: us(12),
  });
  sim.send(net, { type: 'transfer', from: 0, to: 1, bytes: bytes(50_000), tag: 0, replyTo: ear });
  sim.run();
  assert.equal(heard, [us(57)]);
});

test('lasting speeds are drawn in order and refused when they are no speeds', () => {
  const sim = new Simulation({ seed: 5 });
  const gpus = Array.from({ length: 8 }, (_, i) => sim.spawn(`gpu${i}`, gpu, { streams: ['compute'] }));
  const law = lognormal({ median: 1, sigma: 0.05 });
  const speeds = lastingSpeeds(sim, gpus, law);
  sim.run();
  assert.equal(
    gpus.map((ref) => (sim.stateOf(ref) as { speed: number }).speed),
    speeds,
  );
  assert.equal(new Set(speeds).size, 8);
  assert.throws(() => lastingSpeeds(sim, gpus, constant(0)), /FAULT_SPEED|gave device 0 the speed 0/);
});

test('disturbances tile their tasks', async () => {
  const { reports } = await checkTraces(() => world(2, { until: 5 }));
  for (const { problems } of reports) assert.equal(problems, []);
});

test.run();
