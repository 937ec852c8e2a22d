import type { ActorRef } from '../../engine/kernel/actor.ts';
import { NO_TIME, picosecondsPerTick, seconds } from '../../engine/kernel/time.ts';
import { Simulation } from '../../engine/simulation.ts';
import { type BenchmarkAcceleratorState, benchmarkAccelerator } from './benchmark-accelerator.ts';
import { stepBarrier } from './loaders/step-barrier.ts';
import { throughputStorage } from './throughput-storage.ts';

/** A run of MLPerf Storage: accelerators that train in step on samples of one storage system. */
export interface StorageBenchmark {
  readonly accelerators: number;
  readonly steps: number;
  readonly batch: number;
  readonly sampleBytes: number;
  readonly sampleDeviation: number;
  readonly readers: number;
  /** Seconds of computing a batch, its relative deviation, and seconds between steps. */
  readonly compute: number;
  readonly jitter: number;
  readonly overhead: number;
  /** Steps from one barrier to the next. */
  readonly barrierEvery: number;
  /** Bytes per second that storage delivers in all; Infinity = no limit. */
  readonly storage: number;
  readonly seed: number;
}

/** What a benchmark run reports, without its first and last step. */
export interface BenchmarkResult {
  /** Computing over elapsed time, mean over accelerators. */
  readonly utilisation: number;
  readonly samplesPerSecond: number;
  readonly events: number;
  readonly fingerprint: string;
}

/** Batches that a reader holds at most. */
const PREFETCH = 2;

/** Simulates a run of MLPerf Storage. Throws STORAGE_SPEC. */
export function benchmarkStorage(run: StorageBenchmark): BenchmarkResult {
  const { accelerators, steps, batch, readers, barrierEvery, jitter, sampleBytes, sampleDeviation } = run;
  const resolution = 'ns';
  const tick = picosecondsPerTick[resolution];
  const sim = new Simulation({ seed: run.seed, resolution });
  // A limit that nothing reaches keeps the model the same: the batch is there a nanosecond later.
  const aggregate = Number.isFinite(run.storage) ? run.storage : 1e21;
  const storage = sim.spawn('storage', throughputStorage, {
    clients: accelerators * readers,
    latency: NO_TIME,
    aggregate,
    tick,
  });
  const barrier = sim.spawn('barrier', stepBarrier, {
    ranks: accelerators,
    steps: Math.ceil(steps / barrierEvery),
    allReduce: NO_TIME,
  });
  const members = Array.from({ length: accelerators }, (_, i) =>
    sim.spawn(`accelerator${i}`, benchmarkAccelerator, {
      steps,
      batch,
      sampleBytes,
      sampleDeviation,
      readers,
      prefetch: PREFETCH,
      storage,
      firstClient: i * readers,
      compute: seconds(run.compute),
      jitter,
      overhead: seconds(run.overhead),
      barrier,
      barrierEvery,
    }),
  );
  for (const member of members) sim.send(member, { type: 'begin' });
  sim.run();
  let [utilisation, rate] = [0, 0];
  for (const member of members) {
    const state = sim.stateOf(member as ActorRef<never>) as BenchmarkAcceleratorState;
    const elapsed = state.ended - state.began;
    utilisation += state.computed / elapsed / accelerators;
    rate += ((steps - 2) * batch) / ((elapsed * tick) / 1e12);
  }
  return { utilisation, samplesPerSecond: rate, events: sim.events, fingerprint: sim.fingerprint() };
}
