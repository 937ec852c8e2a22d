import type { Outcome } from '../workloads.ts';

/** How long the part that counts took. */
export interface Elapsed {
  /** Wall seconds. */
  readonly seconds: number;
  /** Processor seconds of all threads of the process, compiler and garbage collector included. */
  readonly cpuSeconds: number;
}

/** One timed run of ours. */
export type Timed = Outcome & Elapsed;

/** How long `work` takes. */
export function elapsedOf(work: () => void): Elapsed {
  const cpu = process.cpuUsage();
  const start = performance.now();
  work();
  const seconds = (performance.now() - start) / 1e3;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (user + system) / 1e6 };
}
