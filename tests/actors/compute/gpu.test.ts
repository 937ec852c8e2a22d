import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type CallMessage,
  type GpuMessage,
  type GpuState,
  gpu,
  idleLabel,
  partnersLabel,
  type StreamOp,
  timesAt,
} from '../../../actors/compute/gpu.ts';
import { type ActorRef, defineActor, Simulation, toSeconds, us } from '../../../engine/index.ts';
import type { Duration, Time } from '../../../engine/kernel/time.ts';

const test = suite('gpu');
const cases = { seed: 20261123, numRuns: 200 };

const kernel = (id: number, stream: number, label: string, micros: number, after: number[] = []): StreamOp => ({
  id,
  stream,
  label,
  after,
  work: { kind: 'kernel', duration: us(micros) },
});

function run(streams: string[], ops: StreamOp[], prepare?: (sim: Simulation) => void) {
  const sim = new Simulation();
  const device = sim.spawn('gpu', gpu, { streams, record: true });
  prepare?.(sim);
  sim.send(device, { type: 'submit', ops });
  sim.run();
  const state = sim.stateOf(device) as GpuState;
  return { sim, state, times: timesAt(state, sim.now), micros: toSeconds(sim.elapsed) * 1e6 };
}

const round = (micros: number): number => Math.round(micros * 1e6) / 1e6;

test('a stream runs its operations in order', () => {
  const { state, micros } = run(['compute'], [kernel(0, 0, 'a', 3), kernel(1, 0, 'b', 4)]);
  assert.is(round(micros), 7);
  assert.equal(
    state.spans?.map(({ label, busy, start, end }) => [label, busy, start, end]),
    [
      ['a', true, 0, 3e6],
      ['b', true, 3e6, 7e6],
    ],
  );
});

test('streams run side by side: exposed communication is what computation does not cover', () => {
  for (const [compute, communication] of [
    [5, 3],
    [3, 5],
    [4, 4],
  ] as const) {
    const ops = [kernel(0, 0, 'gemm', compute), kernel(1, 1, 'send', communication), kernel(2, 0, 'next', 1, [1])];
    const { micros, times } = run(['compute', 'network'], ops);
    assert.is(round(micros), Math.max(compute, communication) + 1);
    assert.is(times[0]?.waits.send ?? 0, us(Math.max(0, communication - compute)));
  }
});

test('a wait is charged to what runs at the end of the chain of dependencies', () => {
  const ops = [kernel(0, 1, 'gather', 2), kernel(1, 2, 'exchange', 3, [0]), kernel(2, 0, 'gemm', 1, [1])];
  const { times } = run(['compute', 'zero', 'network'], ops);
  assert.equal(times[0]?.waits, { gather: us(2), exchange: us(3) });
  assert.equal(times[1]?.waits, { [idleLabel]: us(4) });
});

test('work and waits tile every stream', () => {
  const op = fc.record({
    stream: fc.nat({ max: 2 }),
    label: fc.constantFrom('a', 'b', 'c'),
    micros: fc.nat({ max: 5 }),
    back: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(fc.array(op, { minLength: 1, maxLength: 20 }), (drafts) => {
      const ops = drafts.map(({ stream, label, micros, back }, id) =>
        kernel(id, stream, label, micros, [...new Set(back.map((b) => id - b).filter((earlier) => earlier >= 0))]),
      );
      const { sim, state, times } = run(['compute', 'x', 'y'], ops);
      for (const [i, { busy, waits }] of times.entries()) {
        const sum = [...Object.values(busy), ...Object.values(waits)].reduce((a, b) => a + b, 0);
        assert.is(sum, sim.now);
        const own = ops.filter(({ stream }) => stream === i);
        const work = own.reduce((a, o) => a + (o.work.kind === 'kernel' ? o.work.duration : 0), 0);
        assert.is(
          Object.values(busy).reduce((a, b) => a + b, 0),
          work,
        );
        let reached = 0;
        for (const span of state.spans ?? []) {
          if (span.stream !== i) continue;
          assert.is(span.start, reached);
          reached = span.end;
        }
      }
      assert.is(state.watermark, ops.length);
      assert.is(state.placed.size, 0);
    }),
    cases,
  );
});

test('a call waits for partners first, then is busy', () => {
  const performer = defineActor<null, { calls: CallMessage[] }, CallMessage | { type: 'began' | 'ended' }>({
    kind: 'performer',
    init: () => ({ calls: [] }),
    on: {
      call(state, message, ctx) {
        state.calls.push(message);
        ctx.schedule(us(2), ctx.self, { type: 'began' });
        ctx.schedule(us(5), ctx.self, { type: 'ended' });
      },
      began(state, _message, ctx) {
        for (const { from, op } of state.calls) ctx.send(from, { type: 'callBegan', op });
      },
      ended(state, _message, ctx) {
        for (const { from, op } of state.calls) ctx.send(from, { type: 'callEnded', op });
      },
    },
  });
  const sim = new Simulation();
  const service = sim.spawn('service', performer, null) as ActorRef<CallMessage>;
  const device = sim.spawn('gpu', gpu, { streams: ['compute', 'network'] });
  const call: StreamOp = { id: 0, stream: 1, label: 'a2a', after: [], work: { kind: 'call', to: service, request: 0 } };
  sim.send(device, { type: 'submit', ops: [call, kernel(1, 0, 'gemm', 1, [0])] });
  sim.run();
  const [compute, network] = timesAt(sim.stateOf(device) as GpuState, sim.now);
  assert.equal(compute?.waits, { [partnersLabel]: us(2), a2a: us(3) });
  assert.equal([network?.waits[partnersLabel], network?.busy.a2a], [us(2), us(3)]);
});

test('a floor holds a stream until the host has had its time', () => {
  const ops = (work: number): StreamOp[] => [
    { ...kernel(0, 0, 'gemm', work), timed: true },
    { id: 1, stream: 0, label: 'host', after: [0], work: { kind: 'floor', since: 0, duration: us(10) } },
  ];
  assert.is(round(run(['compute'], ops(4)).micros), 10);
  assert.is(round(run(['compute'], ops(14)).micros), 14);
});

test('GPU_STREAM, GPU_NOT_RUNNING and GPU_NOT_TIMED are refused', () => {
  const code = (expected: string) => (error: Error) =>
    error.message.length > 0 && 'code' in error && error.code === expected;
  assert.throws(() => run(['compute'], [kernel(0, 3, 'a', 1)]), code('GPU_STREAM'));
  const floor: StreamOp = {
    id: 1,
    stream: 0,
    label: 'host',
    after: [],
    work: { kind: 'floor', since: 0, duration: us(1) },
  };
  assert.throws(() => run(['compute'], [kernel(0, 0, 'a', 1), floor]), code('GPU_NOT_TIMED'));
  const sim = new Simulation();
  const device = sim.spawn('gpu', gpu, { streams: ['compute'] });
  sim.send(device, { type: 'callEnded', op: 7 });
  assert.throws(() => sim.run(), code('GPU_NOT_RUNNING'));
});

test('halt drops what has not started', () => {
  const sim = new Simulation();
  const device = sim.spawn('gpu', gpu, { streams: ['compute'] });
  sim.send(device, { type: 'submit', ops: [kernel(0, 0, 'a', 5), kernel(1, 0, 'b', 5)] });
  sim.schedule(us(1), device, { type: 'halt' });
  sim.run();
  assert.is(sim.now, us(5) as Duration as number as Time);
});

test('a change of speed stretches what runs and what follows', () => {
  const { micros, times } = run(['compute'], [kernel(0, 0, 'a', 10), kernel(1, 0, 'b', 4)], (sim) => {
    const device = sim.actor('gpu') as ActorRef<GpuMessage>;
    sim.schedule(us(6), device, { type: 'setSpeed', factor: 0.5 });
    sim.schedule(us(10), device, { type: 'setSpeed', factor: 2 });
  });
  // 6 us at full speed, 4 at half, the remaining 2 of a at twice, b at twice.
  assert.is(round(micros), 6 + 4 + 1 + 2);
  assert.equal(times[0]?.busy, { a: us(11), b: us(2) });
});

test('a speed of nothing is refused', () => {
  assert.throws(
    () =>
      run(['compute'], [kernel(0, 0, 'a', 1)], (sim) => {
        sim.send(sim.actor('gpu') as ActorRef<GpuMessage>, { type: 'setSpeed', factor: 0 });
      }),
    /cannot run 0 times/,
  );
});

test.run();
