import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  acquire,
  arrive,
  type Body,
  barrier,
  type Duration,
  delay,
  type Message,
  ns,
  pipeline,
  process,
  resource,
  Simulation,
  type Steps,
  through,
} from '../../../engine/index.ts';
import { PerfettoWriter } from '../../../engine/trace/formats/index.ts';
import {
  bottlenecks,
  breakdown,
  collectTrace,
  counterUse,
  criticalPath,
  DirectTarget,
  exposedCommunication,
  FormatConsumer,
  Recorder,
  rowUse,
  stragglers,
  type TraceTable,
  tableOfPerfetto,
  topBlocking,
  whatIfFree,
  windowTable,
} from '../../../engine/trace/index.ts';

const test = suite('trace analysis');
const cases = { seed: 20261123, numRuns: 200 };

/** Items that pass stations one after the other: who makes them wait is plain arithmetic. */
function line(
  items: number,
  ...nanoseconds: readonly number[]
): { readonly table: TraceTable; readonly sim: Simulation } {
  const sim = new Simulation();
  const table = collectTrace(sim);
  const stages = nanoseconds.map((time, i) => ({ name: `s${i}`, time: ns(time), buffer: 1000 }));
  const stations = pipeline<number>(sim, { name: 'line', stages });
  for (let i = 0; i < items; i++)
    sim.spawn(
      `item${i}`,
      process(function* item() {
        yield* through(stations, i);
      }),
      undefined,
    );
  sim.run();
  return { table: table(), sim };
}

test('the critical path is as long as the run, and names the work and the waits that made it so', () => {
  const { table } = line(10, 2, 5);
  const path = criticalPath(table);
  assert.is(path.length, table.makespan);
  assert.is(table.makespan, 52_000);
  // All of it is work: of the first item at the first station, of every item at the second.
  assert.equal(
    bottlenecks(table, path).map(({ doing, what, ticks, actors }) => [doing, what, ticks, actors]),
    [['work', 'item', 52_000, 10]],
  );
});

test('what tasks waited for most is the bottleneck, with its queue and utilisation', () => {
  const { table } = line(10, 2, 5);
  const [first, second] = topBlocking(table);
  assert.equal([first?.cause, first?.what], ['resource', 'line/s1']);
  // Item i comes at 2 (i + 1) and is served from 2 + 5 i on.
  assert.is(first?.waited, 3000 * 45);
  assert.is(second?.what, 'line/s0');
  assert.is(second?.waited, 2000 * 45);
  assert.is(second?.mostWaiting, 9);
  assert.ok(Math.abs((first?.meanWaiting ?? 0) - 135 / 52) < 1e-12);
  const use = counterUse(table).find(({ name }) => name === 'line/s1 in use');
  assert.ok(Math.abs((use?.utilisation ?? 0) - 50 / 52) < 1e-12);
  assert.is(use?.most, 1);
});

test('freeing a resource off the critical path changes nothing, freeing the bottleneck gives the predicted gain', async () => {
  const makespan = (...free: string[]): Promise<number> => whatIfFree(free, () => line(10, 2, 5).sim.now);
  const base = await makespan();
  assert.is(base, 2000 + 10 * 5000);
  assert.is(await makespan('line/s0'), 5000 * 10 + 2000);
  // Without waits at the second station every item leaves 5 ns after the first let it go: 10 x 2 + 5.
  assert.is(await makespan('line/s1'), 10 * 2000 + 5000);
  assert.is(await makespan('line/*'), 7000);
  assert.is(await makespan(), base);
});

test('any processes: the path is as long as the run, and work, waits and idle time make up every row', () => {
  const step = fc.record({ what: fc.nat(2), which: fc.nat(2), time: fc.integer({ min: 0, max: 9 }) });
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 8 }), { minLength: 1, maxLength: 5 }), (programs) => {
      const sim = new Simulation();
      const collect = collectTrace(sim, { chunkBytes: 128 });
      const resources = [0, 1, 2].map((i) => resource(sim, { name: `r${i}` }));
      const meet = barrier(sim, { name: 'meet', parties: programs.length });
      programs.forEach((program, i) => {
        const body: Body<undefined, Message, void> = function* (): Steps {
          for (const { what, which, time } of program) {
            if (what === 0) yield* delay(ns(time));
            else {
              const hold = yield* acquire(resources[which]!);
              yield* delay(ns(time));
              hold.release();
            }
          }
          yield* arrive(meet);
          yield* delay(ns(i));
        };
        sim.spawn(`p${i}`, process(body), undefined);
      });
      sim.run();
      const table = collect();
      const path = criticalPath(table);
      assert.is(path.length, table.makespan);
      assert.is(table.makespan, sim.now);
      let at = 0;
      for (const { from, until } of path.pieces) {
        assert.is(from, at);
        assert.ok(until > from);
        at = until;
      }
      for (const { compute, communication, memory, other, waits, idle } of breakdown(table)) {
        const waited = Object.values(waits).reduce((a, b) => a + b, 0);
        assert.is(compute + communication + memory + other + waited + idle, table.makespan);
        assert.ok(idle >= 0);
      }
      const late = stragglers(table);
      assert.is(
        late.reduce((sum, { caused }) => sum + caused, 0),
        late.reduce((sum, { waited }) => sum + waited, 0),
      );
      for (const { worked, waited, idle } of rowUse(table))
        assert.ok(table.makespan === 0 || Math.abs(worked + waited + idle - 1) < 1e-9);
    }),
    cases,
  );
});

test('a file says the same as the run', () => {
  const sim = new Simulation();
  const writer = new PerfettoWriter();
  const recorder = new Recorder(sim, new DirectTarget(new FormatConsumer(writer))).start();
  const collect = collectTrace(sim);
  const gpu = resource(sim, { name: 'gpu' });
  const meet = barrier(sim, { name: 'meet', parties: 3 });
  for (const [i, time] of [3, 1, 2].entries())
    sim.spawn(
      `node${i % 2}/rank${i}`,
      process(function* rank() {
        const hold = yield* acquire(gpu);
        yield* delay(ns(time));
        hold.release();
        yield* arrive(meet);
      }),
      undefined,
    );
  sim.run();
  recorder.finish();
  const direct = collect();
  const read = tableOfPerfetto(writer.take());
  assert.equal(bottlenecks(read), bottlenecks(direct));
  assert.equal(topBlocking(read), topBlocking(direct));
  assert.equal(stragglers(read), stragglers(direct));
  assert.equal(breakdown(read), breakdown(direct));
  assert.equal(counterUse(read), counterUse(direct));
  assert.equal(stragglers(direct)[0], { path: 'node0/rank2', last: 1, caused: 5000, waited: 0 });
});

test('communication is exposed where the actor computes nothing', () => {
  const sim = new Simulation();
  const collect = collectTrace(sim);
  const { trace } = sim;
  const go = (ticks: number): void => void sim.run({ until: (sim.elapsed + ticks) as Duration });
  const gemm = trace.begin('kernel', 'gemm', undefined, 'compute');
  go(2);
  const send = trace.begin('collective', 'send', undefined, 'network');
  go(3);
  trace.end(gemm);
  go(4);
  trace.wait(send, 'barrier', 'partners');
  go(1);
  trace.end(send);
  const table = collect();
  assert.equal(exposedCommunication(table), [{ path: '', compute: 5, communication: 7, exposed: 4 }]);
  assert.equal(
    breakdown(table).map(({ lane, compute, communication, waits, idle }) => ({
      lane,
      compute,
      communication,
      waits,
      idle,
    })),
    [
      { lane: 'compute', compute: 5, communication: 0, waits: {}, idle: 5 },
      { lane: 'network', compute: 0, communication: 7, waits: { barrier: 1 }, idle: 2 },
    ],
  );
});

test('an empty trace has an empty path', () => {
  const table = collectTrace(new Simulation())();
  assert.equal(criticalPath(table), { pieces: [], length: 0 });
  assert.equal(topBlocking(table), []);
});

test('windows that tile a run have its work, waits and counter areas between them', () => {
  const { table } = line(12, 3, 7, 2);
  const cuts = [0, 5_000, 30_001, 30_002, table.makespan];
  const whole = rowUse(table);
  const worked = new Array<number>(whole.length).fill(0);
  const waited = new Array<number>(whole.length).fill(0);
  const areas = new Array<number>(table.counters.length).fill(0);
  for (const [i, to] of cuts.slice(1).entries()) {
    const from = cuts[i]!;
    const { table: part, tasks } = windowTable(table, from, to);
    assert.is(part.makespan, to - from);
    assert.ok(tasks.every((task) => table.start[task]! < to && table.end[task]! >= from));
    for (const [row, use] of rowUse(part).entries()) {
      worked[row]! += use.worked * (to - from);
      waited[row]! += use.waited * (to - from);
    }
    for (const [counter, use] of counterUse(part).entries()) areas[counter]! += use.mean * (to - from);
    const path = criticalPath(part).pieces;
    assert.is(
      path.reduce((sum, piece) => sum + piece.until - piece.from, 0),
      to - from,
    );
  }
  for (const [row, use] of whole.entries()) {
    assert.ok(Math.abs(worked[row]! - use.worked * table.makespan) < 1e-3);
    assert.ok(Math.abs(waited[row]! - use.waited * table.makespan) < 1e-3);
  }
  for (const [counter, use] of counterUse(table).entries())
    assert.ok(Math.abs(areas[counter]! - use.mean * table.makespan) < 1e-3);
});

test.run();
