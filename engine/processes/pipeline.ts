import type { Duration, Simulation } from '../kernel/index.ts';
import { acquire, type Hold } from './acquire.ts';
import { delay } from './delay.ts';
import { Resource } from './resource.ts';
import type { Steps } from './wait.ts';

export interface StageOptions<T> {
  readonly name: string;
  /** Time of one item in this stage. */
  readonly time: Duration | ((item: T) => Duration);
  /** Items worked on at once. Default 1. */
  readonly capacity?: number;
  /** Items that fit in between this stage and the one before. Default 0: they wait in the stage before and block it. */
  readonly buffer?: number;
}

interface Stage<T> {
  readonly time: (item: T) => Duration;
  readonly workers: Resource;
  readonly buffer: Resource | undefined;
}

/** Stages one after the other; an item leaves a stage only for a place in the next. */
export class Pipeline<T> {
  readonly name: string;
  /** @internal */
  readonly stages: ReadonlyArray<Stage<T>>;

  /** @internal */
  constructor(sim: Simulation, name: string, stages: readonly StageOptions<T>[]) {
    this.name = name;
    this.stages = stages.map((stage) => {
      const { time, capacity = 1, buffer = 0 } = stage;
      const full = `${name}/${stage.name}`;
      return {
        time: typeof time === 'function' ? time : () => time,
        workers: new Resource(sim, { name: full, capacity }),
        buffer:
          buffer > 0
            ? new Resource(sim, { name: `${full} buffer`, capacity: buffer, waitCause: 'capacity' })
            : undefined,
      };
    });
  }

  /** The workers of each stage as resources, for statistics, capacities and break-downs. */
  get workers(): readonly Resource[] {
    return this.stages.map((stage) => stage.workers);
  }
}

/** Makes a pipeline of `sim`. */
export function pipeline<T>(
  sim: Simulation,
  options: { readonly name: string; readonly stages: readonly StageOptions<T>[] },
): Pipeline<T> {
  return new Pipeline(sim, options.name, options.stages);
}

/** Takes `item` through all stages: `yield* through(line, item)`. */
export function* through<T>(line: Pipeline<T>, item: T): Steps {
  let place: Hold | undefined;
  try {
    for (const { time, workers, buffer } of line.stages) {
      if (buffer !== undefined) {
        const seat: Hold = yield* acquire(buffer);
        place?.release();
        place = seat;
      }
      const worker: Hold = yield* acquire(workers);
      place?.release();
      place = worker;
      yield* delay(time(item));
    }
  } finally {
    if (place?.isHeld === true) place.release();
  }
}
