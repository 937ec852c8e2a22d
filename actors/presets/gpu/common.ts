import { assumed, carriedOver, measured, type Parameter } from '../parameter.ts';
import type { DecodePreset, GpuPreset } from './preset.ts';

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

/**
 * The feed of tiles from L2 on a part without rows, in proportion to its tensor peak. Held against the only pair with rows: H100 priced
 * with A100 constants is 127 % off with the feed as it is, 48 % with processors times clock, 13 % with the peak.
 */
export const fedByPeak = (value: number, from: string): Parameter<'TB/s'> =>
  assumed(value, 'TB/s', `fit to ${from} times the ratio of the tensor peaks, not validated`);

/**
 * Decode constants on a part without rows: the work of a block goes by processors times clock, floors stay, the rest is in shares of the
 * part's own bandwidth. `note` says whence and where.
 */
export function decodeFrom(
  from: Pick<GpuPreset, 'decode' | 'processors' | 'clock'>,
  to: Pick<GpuPreset, 'processors' | 'clock'>,
  note: string,
): DecodePreset {
  const factor = (from.processors.value * from.clock.value) / (to.processors.value * to.clock.value);
  const faster = (time: DecodePreset['perHead']) => ({ ...time, value: time.value * factor });
  const { perHead, perHeadLong, perHeadToken } = from.decode;
  return carriedOver(
    {
      ...from.decode,
      perHead: faster(perHead),
      perHeadLong: faster(perHeadLong),
      perHeadToken: faster(perHeadToken),
    },
    `${note}, work of a block by processors times clock`,
  );
}
