import { BehaviorSubject, concatMap, defer, first, repeat, tap, timer } from 'rxjs';
import { type Distribution, type Duration, Simulation } from '../../engine/index.ts';
import { schedulerOf, toMilliseconds } from '../../engine/streams/index.ts';

export interface StreamBeltSpec {
  readonly seed: number;
  readonly replication: number;
  readonly room: number;
  readonly produce: Distribution<Duration>;
  readonly consume: Distribution<Duration>;
  readonly until: Duration;
}

/** Items consumed, with the producer blocked while the belt is full. */
export function beltOfStreams(spec: StreamBeltSpec): number {
  const sim = new Simulation({ seed: spec.seed, replication: spec.replication });
  const scheduler = schedulerOf(sim);
  const [making, using] = [sim.random('produce'), sim.random('consume')];
  const wait = (span: Duration) => timer(toMilliseconds(span), scheduler);
  const free = new BehaviorSubject(spec.room);

  const made = defer(() => wait(spec.produce.sample(making))).pipe(
    concatMap(() => free.pipe(first((places) => places > 0))),
    tap(() => free.next(free.value - 1)),
    repeat(),
  );
  const consumed = made.pipe(
    // What concatMap keeps while it is busy is the belt; taking an item frees its place.
    concatMap(() => {
      free.next(free.value + 1);
      return wait(spec.consume.sample(using));
    }),
  );

  let count = 0;
  consumed.subscribe(() => count++);
  sim.run({ until: spec.until });
  return count;
}
