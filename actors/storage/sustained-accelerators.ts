import type { BytesPerSecond } from '../../engine/kernel/quantities.ts';
import { inSI } from '../presets/parameter.ts';
import { mlperfStorage } from '../presets/storage.ts';

/** A training job that reads its samples again and again. */
export interface TrainingRead {
  /** Samples of a batch. */
  readonly samples: number;
  /** Bytes of a batch. */
  readonly batchBytes: number;
  /** Seconds of computing a batch. */
  readonly compute: number;
  /** Utilisation that counts as fed. */
  readonly threshold: number;
}

export type MlperfWorkload = keyof typeof mlperfStorage;
export type MlperfAccelerator = 'a100' | 'h100';

/** A job of MLPerf Storage v1.0. */
export function mlperfRead(workload: MlperfWorkload, accelerator: MlperfAccelerator): TrainingRead {
  const job = mlperfStorage[workload];
  return {
    samples: inSI(job.batch),
    batchBytes: inSI(job.batch) * inSI(job.record),
    compute: inSI(accelerator === 'a100' ? job.computeA100 : job.computeH100),
    threshold: inSI(job.utilisation),
  };
}

/** Utilisation of each of `accelerators` that share a bandwidth evenly and prefetch enough to hide every latency: min(1, share / demand). */
export function sharedUtilisation(job: TrainingRead, accelerators: number, bandwidth: BytesPerSecond): number {
  return Math.min(1, (bandwidth * job.compute) / (accelerators * job.batchBytes));
}

/** The most accelerators of which each reaches the threshold; 0 when not even one does. */
export function sustainedAccelerators(job: TrainingRead, bandwidth: BytesPerSecond): number {
  // Rounding must not cost an accelerator that passes exactly.
  return Math.floor((bandwidth * job.compute) / (job.batchBytes * job.threshold) + 1e-9);
}
