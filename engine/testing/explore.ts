import type { World } from '../kernel/index.ts';
import { queues } from '../kernel/index.ts';
import { createRandomSource } from '../random/index.ts';
import { type Deviation, ExploringQueue } from './exploring-queue.ts';

/** How a run is disturbed. */
export interface Disturbance {
  /** Seed of the disturbance; the model's own draws stay as they are. */
  readonly seed: number;
  /** Decide ties by the seed. Default true. */
  readonly ties?: boolean;
  /** Stretch or shrink each delay by up to this share, e.g. 0.01; at least to one tick. Default 0. */
  readonly jitter?: number;
}

/** Has simulations made within `work` decide ties and delays as `deviation` says; `make` is asked once for each. */
export async function deviating<R>(make: (world: World) => Deviation, work: () => R | Promise<R>): Promise<R> {
  const before = queues.make;
  queues.make = (world) => new ExploringQueue(make(world), () => world.current);
  try {
    return await work();
  } finally {
    queues.make = before;
  }
}

/** `deviating` for work that is done when it returns. */
export function deviatingNow<R>(make: (world: World) => Deviation, work: () => R): R {
  const before = queues.make;
  queues.make = (world) => new ExploringQueue(make(world), () => world.current);
  try {
    return work();
  } finally {
    queues.make = before;
  }
}

/** Ties and delays by seed, the same for every simulation made within the work. */
export function disturbed({ seed, ties = true, jitter = 0 }: Disturbance): () => Deviation {
  const source = createRandomSource({ seed });
  let made = 0;
  return () => {
    const number = String(made++);
    const choices = source.stream('explore', `ties ${number}`);
    const delays = source.stream('explore', `delays ${number}`);
    return {
      choose: (ready) =>
        ready[ties && ready.length > 1 ? Math.floor(choices.uniform() * ready.length) : 0] as (typeof ready)[number],
      ...(jitter === 0
        ? {}
        : {
            delay: (time, now) =>
              now + Math.max(1, Math.round((time - now) * (1 + jitter * (2 * delays.uniform() - 1)))),
          }),
    };
  };
}

export type Output = number | boolean | string | undefined;
export type Outputs = Readonly<Record<string, Output>>;

/** An output and the values it took. */
export interface OrderDependence {
  readonly output: string;
  readonly usual: Output;
  /** Values other than the usual one, each with the first seed (or order) that gave it. */
  readonly others: ReadonlyArray<{ readonly value: Output; readonly seed: number }>;
  /** Largest relative deviation from the usual value; NaN for what is no number. */
  readonly deviation: number;
}

/** Which outputs depend on the order of simultaneous events. */
export interface OrderReport {
  readonly runs: number;
  readonly independent: readonly string[];
  readonly dependent: readonly OrderDependence[];
}

/** Joins the outputs of disturbed runs to a report. */
export function orderReport(
  usual: Outputs,
  others: ReadonlyArray<{ readonly seed: number; readonly outputs: Outputs }>,
): OrderReport {
  const names = [...new Set([usual, ...others.map(({ outputs }) => outputs)].flatMap((each) => Object.keys(each)))];
  const dependent = names.flatMap((output): OrderDependence[] => {
    const value = usual[output];
    const seen = new Map<Output, number>();
    for (const { seed, outputs } of others)
      if (!Object.is(outputs[output], value) && !seen.has(outputs[output])) seen.set(outputs[output], seed);
    if (seen.size === 0) return [];
    const far = [...seen.keys()].map((other) =>
      typeof other === 'number' && typeof value === 'number'
        ? Math.abs(other - value) / Math.max(Math.abs(value), Math.abs(other))
        : Number.NaN,
    );
    const deviation = far.some(Number.isNaN) ? Number.NaN : Math.max(...far);
    return [{ output, usual: value, others: [...seen].map(([other, seed]) => ({ value: other, seed })), deviation }];
  });
  const bad = new Set(dependent.map(({ output }) => output));
  return { runs: others.length, independent: names.filter((name) => !bad.has(name)), dependent };
}

/** Runs `run` as it is, then once for each seed with ties shuffled (and delays jittered), and reports what differs. */
export async function explore(
  run: () => Outputs | Promise<Outputs>,
  options: { readonly seeds: readonly number[]; readonly jitter?: number; readonly ties?: boolean },
): Promise<OrderReport> {
  const usual = await run();
  const others: Array<{ seed: number; outputs: Outputs }> = [];
  const { seeds, ...rest } = options;
  for (const seed of seeds) others.push({ seed, outputs: await deviating(disturbed({ seed, ...rest }), run) });
  return orderReport(usual, others);
}
