import { assumed, measured } from '../parameter.ts';

const BENCHES = 'te42kyfo/gpu-benches, small-kernel runs';

/** Launch costs of an eager framework on any recent GPU; measured on A100 and H200. */
export const launch = {
  kernelPeriod: measured(2.5, 'us', BENCHES),
  graphPeriod: measured(1.35, 'us', `${BENCHES}, A100`),
  hostCall: assumed(5, 'us', 'middle of 4-6 us, common experience'),
  hostOperator: assumed(12, 'us', 'within 8-20 us, common experience'),
  queueDepth: assumed(1024, '1', 'CUDA launch queue, as recalled'),
} as const;

/** Occupancy at which memory bandwidth saturates. */
export const saturation = measured(0.42, '1', 'te42kyfo/gpu-benches, bandwidth over occupancy');
