import fc from 'fast-check';
import {
  bufferTime,
  concat,
  concatMap,
  debounceTime,
  defer,
  delay,
  interval,
  map,
  materialize,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  retry,
  type SchedulerLike,
  sampleTime,
  share,
  switchMap,
  take,
  throttleTime,
  throwError,
  timeout,
  timer,
  VirtualTimeScheduler,
  windowTime,
} from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Simulation } from '../../../engine/index.ts';
import { schedulerOf } from '../../../engine/streams/index.ts';

const test = suite('standard operators');

type Seen = [time: number, what: unknown];
type Pipeline = (scheduler: SchedulerLike) => Observable<unknown>;

/** What `pipeline` emits, with the millisecond of each emission, in a simulation. */
function simulated(pipeline: Pipeline): Seen[] {
  const sim = new Simulation();
  const scheduler = schedulerOf(sim);
  const seen: Seen[] = [];
  record(pipeline(scheduler), scheduler, seen);
  sim.run({ maxEvents: 20_000 });
  return seen;
}

/** The same by RxJS's own virtual time. */
function documented(pipeline: Pipeline): Seen[] {
  const scheduler = new VirtualTimeScheduler();
  const seen: Seen[] = [];
  record(pipeline(scheduler), scheduler, seen);
  scheduler.flush();
  return seen;
}

function record(stream: Observable<unknown>, scheduler: SchedulerLike, seen: Seen[]): void {
  stream.pipe(materialize()).subscribe(({ kind, value, error }) => {
    seen.push([scheduler.now(), kind === 'N' ? value : kind === 'E' ? `error ${(error as Error).message}` : 'end']);
  });
}

/** A source that emits its index at each of the given milliseconds. */
const at =
  (...times: number[]) =>
  (scheduler: SchedulerLike): Observable<number> =>
    merge(...times.map((time, index) => timer(time, scheduler).pipe(map(() => index))));

const cases: Record<string, [pipeline: Pipeline, expected: Seen[]]> = {
  interval: [
    (s) => interval(10, s).pipe(take(3)),
    [
      [10, 0],
      [20, 1],
      [30, 2],
      [30, 'end'],
    ],
  ],
  'timer with a period': [
    (s) => timer(5, 10, s).pipe(take(2)),
    [
      [5, 0],
      [15, 1],
      [15, 'end'],
    ],
  ],
  'timer until a date': [
    (s) => timer(new Date(7), s),
    [
      [7, 0],
      [7, 'end'],
    ],
  ],
  delay: [
    (s) => at(0, 3)(s).pipe(delay(5, s)),
    [
      [5, 0],
      [8, 1],
      [8, 'end'],
    ],
  ],
  'debounceTime: a value passes when none follows for that long': [
    (s) => at(0, 4, 8, 30)(s).pipe(debounceTime(10, s)),
    [
      [18, 2],
      [30, 3],
      [30, 'end'],
    ],
  ],
  'throttleTime: leading': [
    (s) => at(0, 4, 8, 12, 30)(s).pipe(throttleTime(10, s)),
    [
      [0, 0],
      [12, 3],
      [30, 4],
      [30, 'end'],
    ],
  ],
  'throttleTime: trailing': [
    (s) => at(0, 4, 8, 40)(s).pipe(throttleTime(10, s, { leading: false, trailing: true })),
    [
      [10, 2],
      [50, 3],
      [50, 'end'],
    ],
  ],
  'mergeMap with concurrency 2: the third waits for the first to end': [
    (s) => of('a', 'b', 'c').pipe(mergeMap((name, i) => timer([10, 20, 5][i] as number, s).pipe(map(() => name)), 2)),
    [
      [10, 'a'],
      [15, 'c'],
      [20, 'b'],
      [20, 'end'],
    ],
  ],
  'bufferTime: empty buffers are told, too': [
    (s) => at(1, 2, 25)(s).pipe(bufferTime(10, null, 100, s)),
    [
      [10, [0, 1]],
      [20, []],
      [25, [2]],
      [25, 'end'],
    ],
  ],
  'retry with delay': [
    (s) => {
      let attempts = 0;
      return defer(() => (++attempts < 3 ? throwError(() => new Error(`${attempts}`)) : of('ok'))).pipe(
        retry({ delay: (_, count) => timer(10 * count, s) }),
      );
    },
    [
      [30, 'ok'],
      [30, 'end'],
    ],
  ],
  'retry gives up': [
    (s) =>
      defer(() =>
        timer(5, s).pipe(
          map(() => {
            throw new Error('x');
          }),
        ),
      ).pipe(retry({ count: 1, delay: () => timer(10, s) })),
    [[20, 'error x']],
  ],
  timeout: [
    (s) => concat(at(3, 6)(s), NEVER).pipe(timeout({ each: 10, scheduler: s })),
    [
      [3, 0],
      [6, 1],
      [16, 'error Timeout has occurred'],
    ],
  ],
  'timeout with something else': [
    (s) => NEVER.pipe(timeout({ first: 4, scheduler: s, with: () => of('late') })),
    [
      [4, 'late'],
      [4, 'end'],
    ],
  ],
  'switchMap: a new value ends the inner stream before': [
    (s) =>
      at(
        0,
        15,
      )(s).pipe(
        switchMap((outer) =>
          interval(10, s).pipe(
            take(2),
            map((inner) => `${outer}.${inner}`),
          ),
        ),
      ),
    [
      [10, '0.0'],
      [25, '1.0'],
      [35, '1.1'],
      [35, 'end'],
    ],
  ],
  concat: [
    (s) => concat(timer(10, s), timer(10, s)),
    [
      [10, 0],
      [20, 0],
      [20, 'end'],
    ],
  ],
  'share: one subscription for both': [
    (s) => {
      let subscriptions = 0;
      const source = defer(() => {
        subscriptions++;
        return interval(10, s).pipe(take(2));
      }).pipe(share());
      return merge(source, source).pipe(map((value) => `${subscriptions}: ${value}`));
    },
    [
      [10, '1: 0'],
      [10, '1: 0'],
      [20, '1: 1'],
      [20, '1: 1'],
      [20, 'end'],
    ],
  ],
};

for (const [name, [pipeline, expected]] of Object.entries(cases))
  test(`${name}: as written here, and as RxJS does it`, () => {
    assert.equal(simulated(pipeline), expected);
    if (!name.includes('date')) assert.equal(documented(pipeline), expected);
  });

const operators: Record<
  string,
  (span: number, s: SchedulerLike) => (source: Observable<unknown>) => Observable<unknown>
> = {
  delay: (span, s) => delay(span, s),
  debounceTime: (span, s) => debounceTime(span, s),
  throttleTime: (span, s) => throttleTime(span, s, { leading: true, trailing: true }),
  bufferTime: (span, s) => bufferTime(span + 1, null, 3, s),
  windowTime: (span, s) => (source) =>
    source.pipe(
      windowTime(span + 1, s),
      concatMap((each, i) => each.pipe(map((value) => [i, value]))),
    ),
  sampleTime: (span, s) => (source) => source.pipe(sampleTime(span + 1, s)),
  mergeMap: (span, s) => mergeMap((value) => timer(span, s).pipe(map(() => value)), 2),
  switchMap: (span, s) =>
    switchMap((value) =>
      timer(span, 3, s).pipe(
        take(2),
        map((i) => [value, i]),
      ),
    ),
  timeout: (span, s) => timeout({ each: span + 1, scheduler: s }),
};

test('3 random pipelines emit the same values at the same times as on the virtual time of RxJS', () => {
  const step = fc.tuple(fc.constantFrom(...Object.keys(operators)), fc.integer({ min: 0, max: 20 }));
  const scale = fc.constantFrom(1, 0.25, 2 ** -9);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 10 }),
      fc.array(step, { minLength: 1, maxLength: 3 }),
      scale,
      (times, steps, unit) => {
        const pipeline: Pipeline = (s) =>
          steps.reduce<Observable<unknown>>(
            (source, [name, span]) => source.pipe(operators[name]!(span * unit, s)),
            at(...times.map((time) => time * unit))(s),
          );
        assert.equal(simulated(pipeline), documented(pipeline));
      },
    ),
    { seed: 20261123, numRuns: 300 },
  );
});

test.run();
