import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type EventHandle, EventQueue, type Phase } from '../../../engine/index.ts';

const test = suite('event queue');

/** The obvious twin: an array sorted by (time, phase, order of scheduling). */
class SortedArray {
  #entries: Array<{ time: number; phase: number; order: number; id: number }> = [];
  #order = 0;
  now = 0;

  schedule(time: number, phase: number, id: number): void {
    const entry = { time, phase, order: this.#order++, id };
    let index = this.#entries.length;
    while (index > 0) {
      const other = this.#entries[index - 1] as typeof entry;
      if (other.time < time || (other.time === time && other.phase <= phase)) break;
      index--;
    }
    this.#entries.splice(index, 0, entry);
  }
  cancel(id: number): boolean {
    const index = this.#entries.findIndex((entry) => entry.id === id);
    if (index >= 0) this.#entries.splice(index, 1);
    return index >= 0;
  }
  phaseOf(id: number): number | undefined {
    return this.#entries.find((entry) => entry.id === id)?.phase;
  }
  take(limit: number): number {
    const first = this.#entries[0];
    if (first === undefined || first.time >= limit) {
      if (limit !== Number.POSITIVE_INFINITY) this.now = limit;
      return -1;
    }
    this.#entries.shift();
    this.now = first.time;
    return first.id;
  }
  peekTime(): number {
    return this.#entries[0]?.time ?? Number.POSITIVE_INFINITY;
  }
  get size(): number {
    return this.#entries.length;
  }
}

type Step =
  | { readonly kind: 'schedule'; readonly delay: number; readonly phase: Phase }
  | { readonly kind: 'burst'; readonly delays: readonly number[]; readonly phase: Phase }
  | { readonly kind: 'take'; readonly count: number }
  | { readonly kind: 'until'; readonly delay: number }
  | { readonly kind: 'cancel'; readonly pick: number; readonly count: number }
  | { readonly kind: 'reschedule'; readonly pick: number; readonly delay: number }
  | { readonly kind: 'peek' };

const delays: Record<string, fc.Arbitrary<number>> = {
  'all ties': fc.constant(1),
  zero: fc.constant(0),
  'short integers': fc.integer({ min: 0, max: 5 }),
  bimodal: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1_000_000, max: 1_000_100 })),
  continuous: fc.integer({ min: 0, max: 2 ** 40 }),
  sparse: fc.integer({ min: 0, max: 45 }).map((exponent) => 2 ** exponent),
};

function steps(delay: fc.Arbitrary<number>): fc.Arbitrary<Step[]> {
  const phase = fc.constantFrom<Phase>(0, 1, 2, 3, 3, 3, 3, 4);
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('schedule' as const), delay, phase }) },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('burst' as const),
          delays: fc.array(delay, { minLength: 200, maxLength: 400, size: 'max' }),
          phase,
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 60 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('until' as const), delay }) },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('cancel' as const),
          pick: fc.nat(),
          count: fc.integer({ min: 1, max: 150 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('reschedule' as const), pick: fc.nat(), delay }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'peek' as const }) },
    ),
    { maxLength: 60, size: 'max' },
  );
}

function check(program: readonly Step[]): void {
  const queue = new EventQueue<number>(4);
  const twin = new SortedArray();
  const handles: EventHandle[] = [];
  const takeBoth = (limit: number) => {
    const expected = twin.take(limit);
    const found = queue.take(limit);
    assert.is(found ? queue.payload : -1, expected);
    assert.is(queue.now, twin.now);
    return found;
  };
  const ids: number[] = [];
  const add = (time: number, phase: Phase) => {
    const id = handles.length;
    handles.push(queue.handleOf(queue.schedule(time, phase, id, id & 0xfff, id)));
    ids.push(id);
    twin.schedule(time, phase, id);
  };
  for (const step of program) {
    if (step.kind === 'schedule') add(queue.now + step.delay, step.phase);
    else if (step.kind === 'burst') for (const delay of step.delays) add(queue.now + delay, step.phase);
    else if (step.kind === 'take') for (let i = 0; i < step.count; i++) takeBoth(Number.POSITIVE_INFINITY);
    else if (step.kind === 'until') while (takeBoth(twin.now + step.delay));
    else if (step.kind === 'peek') assert.is(queue.peekTime(), twin.peekTime());
    else if (handles.length > 0) {
      const index = step.pick % handles.length;
      const handle = handles[index] as EventHandle;
      const id = ids[index] as number;
      if (step.kind === 'cancel')
        for (let i = index; i < Math.min(index + step.count, handles.length); i++) {
          assert.is(queue.cancel(handles[i] as EventHandle), twin.cancel(ids[i] as number));
          assert.is(queue.isPending(handles[i] as EventHandle), false);
        }
      else {
        const phase = twin.phaseOf(id);
        const slot = queue.reschedule(handle, queue.now + step.delay);
        assert.is(slot !== 0, phase !== undefined);
        if (phase !== undefined) {
          twin.cancel(id);
          twin.schedule(twin.now + step.delay, phase, id);
          handles[index] = queue.handleOf(slot);
        }
      }
    }
    assert.is(queue.size, twin.size);
  }
  while (takeBoth(Number.POSITIVE_INFINITY)) assert.is(queue.tag, (queue.payload as number) & 0xfff);
}

for (const [name, delay] of Object.entries(delays))
  test(`equals a sorted array: ${name}`, () => {
    fc.assert(fc.property(steps(delay), check), { seed: 20261123, numRuns: 150 });
  });

test('ten thousand of each regime in one queue come out sorted and stable', () => {
  const queue = new EventQueue<number>();
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const regimes = [
    () => 0,
    () => 1,
    () => Math.floor(next() * 100),
    () => Math.floor(next() * 1e9),
    () => Math.floor(1e6 / (1 - next()) ** 2),
  ];
  let scheduled = 0;
  const add = () =>
    queue.schedule(queue.now + (regimes[scheduled % regimes.length] as () => number)(), 3, 0, 0, scheduled++);
  for (let i = 0; i < 20_000; i++) add();
  const lastAt = new Map<number, number>();
  let last = 0;
  for (let i = 0; i < 100_000; i++) {
    assert.ok(queue.take(Number.POSITIVE_INFINITY));
    assert.ok(queue.now >= last, 'time went back');
    const id = queue.payload as number;
    if (queue.now === last) assert.ok(id > (lastAt.get(last) ?? -1), 'a tie came out of order');
    else lastAt.clear();
    last = queue.now;
    lastAt.set(last, id);
    if (i < 50_000) add();
    if (queue.size === 0) break;
  }
});

test('the order holds while the number of events goes from a few to many and back, over many reviews of the layout', () => {
  const queue = new EventQueue<number>();
  const twin = new SortedArray();
  let state = 7;
  const next = (bound: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  for (let id = 0; id < 20_000; id++) {
    // Each period longer than the 512 events after which the layout is reviewed.
    const wanted = [2, 60, 20, 300, 1][Math.floor(id / 2000) % 5] as number;
    const time = queue.now + next(next(4) === 0 ? 3 : 1000);
    const phase = (next(8) === 0 ? 2 : 3) as Phase;
    queue.schedule(time, phase, 0, 0, id);
    twin.schedule(time, phase, id);
    while (queue.size > wanted) {
      assert.is(queue.peekTime(), twin.peekTime());
      const expected = twin.take(Number.POSITIVE_INFINITY);
      assert.ok(queue.take(Number.POSITIVE_INFINITY));
      assert.is(queue.payload, expected);
    }
  }
});

test('ties pushed out of a narrowed window keep their order', () => {
  const queue = new EventQueue<number>();
  let id = 0;
  const expected: Array<[number, number]> = [];
  const add = (time: number) => {
    expected.push([time, id]);
    queue.schedule(time, 3, 0, 0, id++);
  };
  for (let i = 1; i <= 80; i++) for (let tie = 0; tie < 3; tie++) add(i * 1e9);
  for (let i = 1; i <= 600; i++) add(i);
  expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  for (const [time, tie] of expected) {
    assert.ok(queue.take(Number.POSITIVE_INFINITY));
    assert.equal([queue.now, queue.payload], [time, tie]);
  }
});

test('memory is proportional to live events under re-arming', () => {
  const queue = new EventQueue<number>();
  const handles: EventHandle[] = [];
  for (let i = 0; i < 2000; i++) handles.push(queue.handleOf(queue.schedule(1000 + i, 3, 0, 0, i)));
  const before = queue.byteLength;
  for (let round = 0; round < 800; round++)
    for (let i = 0; i < 2000; i++)
      handles[i] = queue.handleOf(queue.reschedule(handles[i] as EventHandle, 2000 + round + i));
  assert.is(queue.size, 2000);
  assert.ok(queue.byteLength <= 8 * before, `${queue.byteLength} bytes after re-arming, ${before} before`);
});

test('a queue whose last event is cancelled lays its wheel out by what it knew', () => {
  const queue = new EventQueue<string>();
  for (let i = 0; i < 132; i++) queue.schedule(0, 3, 0, 0, 'now');
  let timer: EventHandle | undefined;
  for (let i = 0; i < 132; i++) {
    assert.ok(queue.take(Number.POSITIVE_INFINITY));
    if (timer !== undefined) queue.cancel(timer);
    timer = queue.handleOf(queue.schedule(1_000_000 - i, 3, 0, 0, `timer ${i}`));
  }
  assert.ok(queue.take(Number.POSITIVE_INFINITY));
  assert.equal([queue.now, queue.payload], [1_000_000 - 131, 'timer 131']);
});

test('SIM_QUEUE_CAPACITY: a capacity that is no positive integer is refused', () => {
  for (const capacity of [0, -1, 1.5, Number.NaN, 2 ** 27]) assert.throws(() => new EventQueue(capacity), /got/);
});

test.run();
