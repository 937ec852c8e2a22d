import { benchmarkStorage, inSI, mlperfStorage, sustainedAccelerators } from '../../actors/index.ts';
import { bytesPerSecond } from '../../engine/index.ts';
import type { RunOutcome } from '../kit/index.ts';
import { stepOverhead } from './constants.ts';
import type { MetricName } from './metrics.ts';
import type { SolarParams } from './params.ts';

/** Steps simulated: many for one accelerator, fewer for hundreds. */
const STEPS = { least: 160, most: 400, cells: 40_000 } as const;
/** Beyond this many accelerators a search without a limit of storage ends. */
const MOST = 1024;

/** Mode mlperf-storage: one run of the benchmark, or the most accelerators that pass. */
export function runMlperf(params: SolarParams, seed: number): RunOutcome<MetricName> {
  const job = mlperfStorage[params.mlperfModel];
  const compute = inSI(params.accelerator === 'a100' ? job.computeA100 : job.computeH100);
  const [batch, sampleBytes, limit] = [inSI(job.batch), inSI(job.record), inSI(job.utilisation)];
  const storage = params.storageBytesPerSecond > 0 ? params.storageBytesPerSecond : Number.POSITIVE_INFINITY;
  let events = 0;
  const run = (accelerators: number) => {
    const steps = Math.max(STEPS.least, Math.min(STEPS.most, Math.floor(STEPS.cells / accelerators)));
    const result = benchmarkStorage({
      accelerators,
      steps,
      batch,
      sampleBytes,
      sampleDeviation: inSI(job.recordDeviation),
      readers: params.readerThreads || inSI(job.readers),
      compute,
      jitter: params.computeJitter,
      overhead:
        params.stepOverheadSeconds < 0
          ? stepOverhead.fixed +
            stepOverhead.perByte * batch * sampleBytes +
            stepOverhead.perDoubling * Math.log2(accelerators)
          : params.stepOverheadSeconds,
      barrierEvery: params.barrierEvery,
      storage,
      seed,
    });
    events += result.events;
    return result;
  };
  let accelerators = params.accelerators;
  let most: number | undefined;
  if (params.findMax) {
    const job = { samples: batch, batchBytes: batch * sampleBytes, compute, threshold: limit };
    const bound = Number.isFinite(storage) ? sustainedAccelerators(job, bytesPerSecond(storage)) : MOST;
    let [passes, fails] = [0, Math.min(MOST, bound) + 1];
    while (fails - passes > 1) {
      const middle = Math.floor((passes + fails) / 2);
      if (run(middle).utilisation >= limit) passes = middle;
      else fails = middle;
    }
    most = passes;
    accelerators = Math.max(1, passes);
  }
  const { utilisation, samplesPerSecond, fingerprint } = run(accelerators);
  return {
    metrics: {
      samplesPerSecond,
      acceleratorUtilization: utilisation,
      ...(most === undefined ? {} : { maxAccelerators: most }),
    },
    events,
    fingerprint,
  };
}
