import type { Message, Simulation } from '../../engine/kernel/index.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import {
  type Body,
  container,
  delay,
  draw,
  fill,
  fork,
  get,
  type ProcessBehavior,
  process,
  put,
  type Steps,
  store,
} from '../../engine/processes/index.ts';
import { checkCount } from './errors.ts';

/** What an accelerator that is fed by loader workers came to. */
export interface Utilisation {
  readonly batches: number;
  /** Time of computing. */
  readonly compute: Duration;
  /** From the first batch that counts to the end of the last. */
  readonly elapsed: Duration;
  /** Compute over elapsed, 0 to 1: the accelerator utilisation (AU) of MLPerf Storage. */
  readonly utilisation: number;
}

export interface SampleLoaderSpec {
  readonly batches: number;
  /** Samples of a batch. */
  readonly batch: number;
  /** Worker processes; batch b is loaded by worker b modulo workers, one sample after the other. */
  readonly workers: number;
  /** Batches a worker may have loaded or begun and not handed over. Default 2. */
  readonly prefetch?: number;
  /** Time of computing one batch. */
  readonly compute: Duration;
  /** Time of decoding one sample in its worker. */
  readonly decode?: Duration;
  /** Batches at the beginning that do not count. Default 0. */
  readonly warmUp?: number;
  /** Reads sample `index` of this accelerator: steps that end when it is there. */
  readonly read: (index: number) => Steps<unknown>;
}

/** An accelerator with its loader workers: batches are collated in order, the accelerator waits for the next one and computes; the process returns its utilisation. Throws STORAGE_SPEC. */
export function sampleLoader(sim: Simulation): ProcessBehavior<SampleLoaderSpec, Message, Utilisation> {
  const body: Body<SampleLoaderSpec, Message, Utilisation> = function* (ctx, spec) {
    const { batches, batch, workers, prefetch = 2, compute, decode, warmUp = 0, read } = spec;
    for (const [what, count] of Object.entries({ batches, batch, workers, prefetch })) checkCount(what, count);
    const ready = Array.from({ length: workers }, (_, w) => store<number>(sim, { name: `${ctx.path}/ready${w}` }));
    const rooms = ready.map((_, w) =>
      container(sim, { name: `${ctx.path}/room${w}`, capacity: prefetch, level: prefetch }),
    );
    for (let w = 0; w < workers; w++) {
      yield* fork(
        (function* (): Steps<void> {
          for (let b = w; b < batches; b += workers) {
            yield* draw(rooms[w]!, 1);
            for (let i = 0; i < batch; i++) {
              yield* read(b * batch + i);
              if (decode !== undefined) yield* delay(decode);
            }
            yield* put(ready[w]!, b);
          }
        })(),
      );
    }
    let begun = sim.elapsed;
    for (let b = 0; b < batches; b++) {
      if (b === warmUp) begun = sim.elapsed;
      yield* get(ready[b % workers]!);
      yield* fill(rooms[b % workers]!, 1);
      yield* delay(compute);
    }
    const elapsed = (sim.elapsed - begun) as Duration;
    const computed = (compute * (batches - warmUp)) as Duration;
    return { batches: batches - warmUp, compute: computed, elapsed, utilisation: computed / elapsed };
  };
  return process(body, { kind: 'sample-loader' });
}
