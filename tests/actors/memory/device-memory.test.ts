import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type DeviceMemoryMessage,
  type DeviceMemoryState,
  deviceMemory,
  largestTag,
} from '../../../actors/memory/index.ts';
import { bytes, defineActor, Simulation, us } from '../../../engine/index.ts';

const test = suite('device memory');
const cases = { seed: 20261123, numRuns: 200 };

function run(limit: number, messages: readonly DeviceMemoryMessage[]): DeviceMemoryState {
  const sim = new Simulation();
  const memory = sim.spawn('memory', deviceMemory, { limit: bytes(limit), record: true });
  messages.forEach((message, i) => {
    sim.schedule(us(i), memory, message);
  });
  sim.run();
  return sim.stateOf(memory) as DeviceMemoryState;
}

const allocate = (tag: string, size: number): DeviceMemoryMessage => ({ type: 'allocate', tag, bytes: bytes(size) });
const free = (tag: string, size: number): DeviceMemoryMessage => ({ type: 'free', tag, bytes: bytes(size) });

test('the peak is the largest sum of live allocations, with its tags', () => {
  const state = run(100, [allocate('states', 40), allocate('layer', 50), free('layer', 50), allocate('loss', 20)]);
  assert.equal([state.used, state.peak, state.allocated, state.freed], [60, 90, 110, 50] as never);
  assert.equal(state.atPeak, { states: 40, layer: 50 } as never);
  assert.is(state.failure, undefined);
});

test('the allocation that crosses the limit fails, is not booked and names the largest tag', () => {
  const state = run(100, [allocate('states', 60), allocate('layer', 30), allocate('loss', 11), allocate('layer', 10)]);
  assert.equal(state.failure, { at: us(2), tag: 'loss', bytes: 11, wanted: 101, largest: 'states' } as never);
  assert.is(state.used, 100);
});

test('an allocation of exactly what is left fits', () => {
  assert.is(run(100, [allocate('a', 100)]).failure, undefined);
});

test('the owner hears of a failure', () => {
  const heard: string[] = [];
  const owner = defineActor<null, null, { type: 'allocationFailed'; tag: string; bytes: number }>({
    kind: 'owner',
    init: () => null,
    on: { allocationFailed: (_state, { tag }) => void heard.push(tag) },
  });
  const sim = new Simulation();
  const memory = sim.spawn('memory', deviceMemory, { limit: bytes(1) });
  const self = sim.spawn('owner', owner, null);
  sim.send(memory, { type: 'allocate', tag: 'a', bytes: bytes(2), owner: self });
  sim.run();
  assert.equal(heard, ['a']);
});

test('use equals allocations minus frees and never passes the limit', () => {
  const step = fc.record({ tag: fc.constantFrom('a', 'b', 'c'), size: fc.nat({ max: 50 }), back: fc.boolean() });
  fc.assert(
    fc.property(fc.nat({ max: 200 }), fc.array(step, { maxLength: 30 }), (limit, steps) => {
      const held: Record<string, number> = {};
      let used = 0;
      let peak = 0;
      const messages = steps.map(({ tag, size, back }) => {
        if (back) {
          const most = Math.min(size, held[tag] ?? 0);
          held[tag] = (held[tag] ?? 0) - most;
          used -= most;
          return free(tag, most);
        }
        if (used + size <= limit) {
          held[tag] = (held[tag] ?? 0) + size;
          used += size;
          peak = Math.max(peak, used);
        }
        return allocate(tag, size);
      });
      const state = run(limit, messages);
      assert.equal([state.used, state.peak, state.allocated - state.freed], [used, peak, used] as never);
      assert.is(
        (state.changes ?? []).reduce((sum, change) => sum + change.bytes, 0),
        used,
      );
      assert.ok(state.peak <= limit);
    }),
    cases,
  );
});

test('MEMORY_FREE and MEMORY_SIZE are refused', () => {
  const code = (expected: string) => (error: Error) => 'code' in error && error.code === expected;
  assert.throws(() => run(10, [allocate('a', 5), free('a', 6)]), code('MEMORY_FREE'));
  assert.throws(() => run(10, [free('b', 1)]), code('MEMORY_FREE'));
  assert.throws(
    () => run(10, [allocate('a', 0.5)]),
    (error: Error) => error.message.includes('whole number of bytes'),
  );
});

test('the largest tag is the first by name among equals', () => {
  assert.is(largestTag({ b: 2, a: 2, c: 1 }), 'a');
  assert.is(largestTag({}), '');
});

test.run();
