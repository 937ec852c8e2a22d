import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SimError, Simulation } from '../../../engine/index.ts';
import { RunGate } from '../../../viz-server/server/run-gate.ts';
import type { ToRun } from '../../../viz-server/server/run-link.ts';
import { build } from './live-scenario.ts';

const test = suite('server: control of a run');
type Order = Parameters<RunGate['order']>[0];

/** Runs to the end; whenever the run stands still the next order comes, at last `resume`. Gives what was seen at each stand. */
function play(orders: readonly Order[], paused = true) {
  let wallMs = 0;
  let next = 0;
  const stands: Array<{ events: number; now: number; why: string }> = [];
  const gate: RunGate = new RunGate(
    {
      clock: () => wallMs,
      sleep: (ms) => {
        wallMs += ms;
        const { paused: stand, events, now } = gate.position;
        if (stand === null) return;
        stands.push({ events, now, why: stand.why });
        gate.order(orders[next++] ?? { kind: 'resume' });
        if (next > orders.length + 5) throw new Error('it stands for ever');
      },
      hasMail: () => false,
      serve: () => undefined,
    },
    paused,
  );
  const sim = new Simulation({ seed: 3 });
  gate.attach(sim, 1);
  build(sim, 3, 50);
  const { end } = sim.run();
  return { stands, sim, end, wallMs: () => wallMs, gate };
}

const free = (() => {
  const sim = new Simulation({ seed: 3 });
  build(sim, 3, 50);
  sim.run();
  return sim;
})();

test('1. Whatever is asked of a run, its events, end and fingerprint are those of a free one', () => {
  const { sim, end } = play([
    { kind: 'step', events: 1, by: 1 },
    { kind: 'step', events: 7, by: 1 },
    { kind: 'stepInstant', by: 2 },
    { kind: 'untilTime', time: 30_000_000, by: 1 },
    { kind: 'untilEvent', event: 100, by: 1 },
    { kind: 'untilHolds', predicate: "actor = 'worker1' and now > 35us", by: 1 },
    { kind: 'speed', ratio: 1e-3 },
    { kind: 'resume' },
  ]);
  assert.is(end, 'finished');
  assert.equal([sim.events, sim.now, sim.fingerprint()], [free.events, free.now, free.fingerprint()]);
});

test('2. A step is one event, run-until stops before the time, at the event, and after the condition', () => {
  const { stands } = play([
    { kind: 'step', events: 1, by: 1 },
    { kind: 'step', events: 7, by: 1 },
    { kind: 'untilTime', time: 30_000_000, by: 1 },
    { kind: 'untilEvent', event: 100, by: 1 },
    { kind: 'untilHolds', predicate: "actor = 'worker1' and type = 'tick' and now > 35us", by: 1 },
  ]);
  assert.equal(stands.map(({ events, why }) => [events, why]).slice(0, 3), [
    [0, 'started paused'],
    [1, 'stepped'],
    [8, 'stepped'],
  ]);
  assert.is(stands[3]?.why, 'reached the time');
  assert.ok((stands[3]?.now ?? 0) < 30_000_000);
  assert.is(stands[4]?.events, 100);
  assert.is(stands[5]?.why, 'the condition holds');
  assert.ok((stands[5]?.now ?? 0) > 35_000_000);
});

test('2. An instant is stepped as a whole', () => {
  const { stands } = play([{ kind: 'stepInstant', by: 1 }]);
  assert.equal([stands[1]?.events, stands[1]?.now], [3, 0], 'three workers begin at once');
});

test('2. A breakpoint stops again and again until it is taken off', () => {
  const orders: Order[] = [
    { kind: 'breakpoint', predicate: "actor = 'worker2'", by: 1 },
    { kind: 'resume' },
    { kind: 'resume' },
    { kind: 'breakpoint', predicate: null, by: 1 },
  ];
  const { stands } = play(orders);
  assert.equal(
    stands.map(({ why }) => why),
    ['started paused', 'started paused', 'breakpoint', 'breakpoint', 'breakpoint'].slice(0, stands.length),
  );
  assert.ok(stands.length >= 4);
  assert.ok((stands[3]?.events ?? 0) > (stands[2]?.events ?? 0));
});

test('2. Pause stands still where it is', () => {
  let told = false;
  const gate: RunGate = new RunGate(
    {
      clock: (() => {
        let ms = 0;
        return () => ms++;
      })(),
      sleep: () => gate.order({ kind: 'resume' }),
      hasMail: () => {
        if (!told) gate.order({ kind: 'pause', by: 4 });
        told = true;
        return false;
      },
      serve: () => undefined,
    },
    false,
  );
  const sim = new Simulation({ seed: 3 });
  gate.attach(sim, 1);
  build(sim, 3, 50);
  sim.run();
  assert.is(sim.fingerprint(), free.fingerprint());
  assert.ok(told);
});

test('3. A bounded speed takes the wall time it says', () => {
  const { wallMs, sim } = play([{ kind: 'speed', ratio: 1e-3 }]);
  const virtualMs = sim.now / 1e9;
  assert.ok(wallMs() >= virtualMs * 1000 * 0.9, `${wallMs()} ms for ${virtualMs} ms at a thousandth`);
});

test('a condition that cannot be read is refused before anything happens', () => {
  const bad: ToRun = { kind: 'untilHolds', predicate: 'now >', by: 1 };
  assert.throws(
    () => play([bad]),
    (error: unknown) => error instanceof SimError,
  );
});

test.run();
