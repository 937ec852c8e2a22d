import fc from 'fast-check';
import { concat, map, merge, Observable, type OperatorFunction, throwError, timer } from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ns, ps, Simulation, seconds } from '../../../engine/index.ts';
import {
  movingQuantile,
  observerScheduler,
  rate,
  type Sample,
  schedulerOf,
  sliding,
  throughput,
  toMilliseconds,
  tumbling,
  utilisation,
  type VirtualScheduler,
} from '../../../engine/streams/index.ts';
import { failure } from './models.ts';

const test = suite('measures over virtual time');

/** Values at times in picoseconds; the stream ends at `end`. */
type Emissions = ReadonlyArray<readonly [time: number, value: number]>;

function emitted(scheduler: VirtualScheduler, emissions: Emissions, end: number): Observable<number> {
  const at = (time: number) => timer(toMilliseconds(ps(time)), scheduler);
  return new Observable((subscriber) => {
    for (const [time, value] of emissions) at(time).subscribe(() => subscriber.next(value));
    at(end).subscribe(() => subscriber.complete());
  });
}

function measured<R>(
  emissions: Emissions,
  end: number,
  operator: (s: VirtualScheduler) => OperatorFunction<number, R>,
): R[] {
  const sim = new Simulation();
  const scheduler = schedulerOf(sim);
  const seen: R[] = [];
  emitted(scheduler, emissions, end)
    .pipe(operator(scheduler))
    .subscribe((each) => seen.push(each));
  sim.run({ maxEvents: 10_000 });
  assert.is(scheduler.pending, 0);
  return seen;
}

const brief = (samples: Sample[]) => samples.map(({ start, end, value }) => [start, end, value]);
const few: Emissions = [
  [0, 4],
  [9, 1],
  [10, 2],
  [25, 3],
];

test('9 windows tile virtual time, each from its start on and before its end', () => {
  assert.equal(
    measured(few, 32, (s) => tumbling(ps(10), s)),
    [
      { start: 0, end: 10, values: [4, 1] },
      { start: 10, end: 20, values: [2] },
      { start: 20, end: 30, values: [3] },
      { start: 30, end: 32, values: [] },
    ] as never,
  );
});

test('9 nothing is lost or told twice, in whatever order equal times run', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 9 })), { maxLength: 20 }),
      fc.integer({ min: 1, max: 15 }),
      fc.integer({ min: 60, max: 65 }),
      (emissions, window, end) => {
        const windows = measured(emissions, end, (s) => tumbling(ps(window), s));
        const sorted = [...emissions].sort(([t], [u]) => t - u);
        let start = 0;
        for (const [i, each] of windows.entries()) {
          assert.is(each.start, start);
          start = each.end;
          assert.equal(
            each.values,
            sorted
              .filter(([time]) => time >= each.start && (time < each.end || i === windows.length - 1))
              .map(([, value]) => value),
          );
        }
        assert.is(start, end);
      },
    ),
    { seed: 20261123, numRuns: 200 },
  );
});

test('sliding windows hold the last stretch, shorter at the beginning', () => {
  const windows = measured(few, 30, (s) => sliding(ps(20), ps(10), s));
  assert.equal(windows, [
    { start: 0, end: 10, values: [4, 1] },
    { start: 0, end: 20, values: [4, 1, 2] },
    { start: 10, end: 30, values: [2, 3] },
  ] as never);
});

test('rate and throughput are per second of virtual time, the last window by its own length', () => {
  assert.equal(brief(measured(few, 32, (s) => rate(ps(10), s))), [
    [0, 10, 2e11],
    [10, 20, 1e11],
    [20, 30, 1e11],
    [30, 32, 0],
  ]);
  assert.equal(brief(measured(few, 25, (s) => throughput(ps(20), s, (value) => value))), [
    [0, 20, 3.5e11],
    [20, 25, 6e11],
  ]);
});

test('utilisation is the integral of the level over window and capacity', () => {
  const levels: Emissions = [
    [5, 2],
    [12, 0],
    [25, 1],
  ];
  assert.equal(brief(measured(levels, 35, (s) => utilisation(ps(10), s, { capacity: 2 }))), [
    [0, 10, 0.5],
    [10, 20, 0.2],
    [20, 30, 0.25],
    [30, 35, 0.5],
  ]);
  assert.equal(brief(measured([], 10, (s) => utilisation(ps(10), s, { initial: 1 }))), [[0, 10, 1]]);
});

test('utilisation agrees with a sum over ticks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 4 })), { maxLength: 15 }),
      fc.integer({ min: 1, max: 12 }),
      (levels, window) => {
        const sorted = [...levels].sort(([t], [u]) => t - u);
        const at = (tick: number) => sorted.filter(([time]) => time <= tick).at(-1)?.[1] ?? 0;
        for (const { start, end, value } of measured(levels, 51, (s) => utilisation(ps(window), s, { capacity: 4 }))) {
          let sum = 0;
          for (let tick: number = start; tick < end; tick++) sum += at(tick);
          assert.ok(Math.abs(value - sum / 4 / (end - start)) < 1e-12);
        }
      },
    ),
    { seed: 20261123, numRuns: 100 },
  );
});

test('a moving quantile is within the relative error of the one of the values in the window', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 1000 })), { maxLength: 40 }),
      fc.constantFrom(0, 0.5, 0.9, 1),
      (emissions, q) => {
        const samples = measured(emissions, 100, (s) => movingQuantile(ps(40), q, s, { every: ps(10) }));
        for (const { start, end, value } of samples) {
          assert.is(start, Math.max(0, end - 40));
          const inside = emissions.filter(([time]) => time >= start && time < end).map(([, each]) => each);
          inside.sort((a, b) => a - b);
          const exact = inside[Math.floor(q * (inside.length - 1))] as number;
          assert.ok(Math.abs(value - exact) <= 0.01 * exact, `${value} for ${exact}`);
        }
        const told = samples.map(({ end }) => end);
        for (let end = 10; end <= 100; end += 10) {
          const empty = !emissions.some(([time]) => time >= end - 40 && time < end);
          assert.is((told as number[]).includes(end), !empty);
        }
      },
    ),
    { seed: 20261123, numRuns: 100 },
  );
});

test('what a window cannot be is refused', () => {
  const s = schedulerOf(new Simulation({ resolution: 'ns' }));
  const cases: Array<[() => unknown, string]> = [
    [() => rate(ps(3), s), 'rate: window cannot be 3 ps. It must be one tick or longer.'],
    [() => tumbling(ps(0), s), 'tumbling: window'],
    [
      () => sliding(ns(10), ns(3), s),
      'sliding: window cannot be 10000 ps. It must be a whole multiple of every, 3000 ps.',
    ],
    [() => utilisation(ns(1), s, { capacity: 0 }), 'utilisation: capacity cannot be 0'],
    [() => movingQuantile(ns(8), 1.5, s), 'movingQuantile: q cannot be 1.5'],
  ];
  for (const [attempt, text] of cases) {
    const error = failure(() => attempt());
    assert.is(error.code, 'STREAMS_BAD_PARAMETER');
    assert.match(error.message, text);
  }
});

test('errors of the source, and of what measures it, are errors of the stream', () => {
  const sim = new Simulation();
  const scheduler = schedulerOf(sim);
  const seen: string[] = [];
  const source = concat(
    timer(1, scheduler),
    throwError(() => new Error('source')),
  );
  source.pipe(rate(seconds(1), scheduler)).subscribe({ error: (error) => seen.push((error as Error).message) });
  merge(timer(2, scheduler), timer(3, scheduler))
    .pipe(
      throughput(seconds(1), scheduler, () => {
        throw new Error('amount');
      }),
      map(({ value }) => value),
    )
    .subscribe({ error: (error) => seen.push((error as Error).message) });
  sim.run();
  assert.equal(seen, ['source', 'amount']);
  assert.is(scheduler.pending, 0);
});

test('on the scheduler of the observers a measure adds no event to the run', () => {
  const sim = new Simulation();
  const seen: Sample[] = [];
  emitted(schedulerOf(sim), few, 32)
    .pipe(rate(ps(10), observerScheduler(sim)))
    .subscribe((each) => seen.push(each));
  assert.is(sim.run().events, 5);
  assert.equal(
    seen.map(({ value }) => value),
    [2e11, 1e11, 1e11, 0],
  );
});

test.run();
