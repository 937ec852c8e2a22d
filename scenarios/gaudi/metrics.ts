import { gapsOf, joined, lengthOf, overlapOf, type Stretch } from './busy.ts';
import type { Lowered } from './lower.ts';
import type { GaudiParams } from './parameters.ts';
import { engineNames, type Outcome } from './simulate.ts';

/** Every metric of the scenario with its unit; one that does not apply to a run is left out. */
export const metrics = {
  seconds: { unit: 's', describe: 'first launch to last completion; for matmul all calls' },
  secondsPerCall: { unit: 's', describe: 'seconds over calls for matmul, else seconds' },
  flops: { unit: 'FLOP', describe: 'matrix products, 2 per multiply-add, padding not counted' },
  flopsPerSecond: { unit: 'FLOP/s', describe: 'flops over seconds' },
  tflops: { unit: 'TFLOP/s', describe: 'the same, as the published table has it' },
  mmeBusyFraction: { unit: '', describe: 'share of the time in which the MME is busy, setup included' },
  tpcBusyFraction: { unit: '', describe: 'share of the time in which the TPCs are busy, setup included' },
  overlapFraction: { unit: '', describe: 'share of the time in which both are' },
  mmeGapCount: { unit: '', describe: 'idle stretches of the MME above 100 us between its first start and last end' },
  mmeLongestGapSeconds: { unit: 's', describe: 'the longest of them; 0 without any' },
  mmeGapCause: { unit: '', describe: 'what the MME waited for most between its first start and last end' },
  softmaxSeconds: { unit: 's', describe: 'time of the TPCs in softmax nodes' },
  softmaxShare: { unit: '', describe: 'the same over seconds' },
  tpcOverMmeTime: { unit: 'x', describe: 'time on the TPCs over time on the MME; with engine=both' },
  speedupOverSoftmax: {
    unit: 'x',
    describe: 'softmax attention of the same shape over this; for the other attentions',
  },
  hbmBytesMoved: { unit: 'B', describe: 'traffic of the HBM' },
  memoryWaitSeconds: { unit: 's', describe: 'time that MME and TPCs were held up by each other on the HBM' },
  peakHbmBytes: { unit: 'B', describe: 'largest sum of live tensors' },
  fitsInMemory: { unit: '', describe: 'whether that is within hbmBytes' },
  sramBytesInFlight: {
    unit: 'B',
    describe: 'largest sum of slices kept off the HBM at once; only where there are any',
  },
  nodes: { unit: '', describe: 'nodes of the graph' },
  events: { unit: '', describe: 'simulated events' },
  linearMaxError: { unit: '', describe: 'linear attention against its explicit form, relative; with verify' },
  linearSoftmaxError: {
    unit: '',
    describe: 'linear attention (elu) against softmax attention, Frobenius; with verify',
  },
  slicedSoftmaxExact: { unit: '', describe: 'softmax attention by slices equals the whole bit for bit; with verify' },
  onlineSoftmaxMaxError: { unit: '', describe: 'softmax by blocks against two passes; with verify' },
  performerError16: { unit: '', describe: 'Performer against softmax attention, 16 features; with verify' },
  performerError64: { unit: '', describe: 'the same, 64 features' },
  performerError256: { unit: '', describe: 'the same, 256 features' },
  performerError1024: { unit: '', describe: 'the same, 1024 features' },
  performerWideError1024: { unit: '', describe: '1024 features, entries twice as wide: no convergence' },
} as const;

export type MetricName = keyof typeof metrics;

/** Metrics of one run. */
export type Measured = Partial<Record<MetricName, number | boolean | string>>;

/** Idle stretches above this count as gaps. */
const gapSeconds = 100e-6;

/** Busy stretches of an engine kind in seconds, joined. */
function busyOf(outcome: Outcome, name: (typeof engineNames)[number]): readonly Stretch[] {
  const kind = engineNames.indexOf(name);
  const spans = outcome.spans.filter((span) => span.kind === kind);
  return joined(spans.map(({ start, end }) => ({ start: start / 1e12, end: end / 1e12 })));
}

/** Everything that one simulation tells. */
export function measure(params: GaudiParams, lowered: Lowered, outcome: Outcome): Measured {
  const { seconds, hbmBytes, peakBytes, events } = outcome;
  const [mme, tpc] = [busyOf(outcome, 'mme'), busyOf(outcome, 'tpc')];
  const gaps = gapsOf(mme).filter(({ start, end }) => end - start > gapSeconds);
  const softmax = softmaxSeconds(lowered, outcome);
  const rate = lowered.flop / seconds;
  const cause = mostWaited(outcome, mme);
  return {
    seconds,
    secondsPerCall: params.workload === 'matmul' ? seconds / params.calls : seconds,
    flops: lowered.flop,
    flopsPerSecond: rate,
    tflops: rate / 1e12,
    mmeBusyFraction: lengthOf(mme) / seconds,
    tpcBusyFraction: lengthOf(tpc) / seconds,
    overlapFraction: overlapOf(mme, tpc) / seconds,
    mmeGapCount: gaps.length,
    mmeLongestGapSeconds: gaps.reduce((longest, { start, end }) => Math.max(longest, end - start), 0),
    ...(cause === undefined ? {} : { mmeGapCause: cause }),
    ...(params.workload === 'matmul' ? {} : { softmaxSeconds: softmax, softmaxShare: softmax / seconds }),
    hbmBytesMoved: hbmBytes,
    memoryWaitSeconds: outcome.spans.reduce((sum, { starved }) => sum + starved, 0) / 1e12,
    peakHbmBytes: peakBytes,
    fitsInMemory: peakBytes <= params.hbmBytes,
    ...(outcome.scratchBytes > 0 ? { sramBytesInFlight: outcome.scratchBytes } : {}),
    nodes: lowered.program.length,
    events,
  };
}

function softmaxSeconds({ program }: Lowered, { spans }: Outcome): number {
  const own = spans.filter(({ op }) => program[op]?.label === 'softmax');
  return own.reduce((sum, { start, end }) => sum + end - start, 0) / 1e12;
}

/** The cause with the most idle time of the MME between its first start and its last end; the first by name among equals. */
function mostWaited({ idle }: Outcome, mme: readonly Stretch[]): string | undefined {
  const [first, last] = [mme[0]?.start ?? 0, mme.at(-1)?.end ?? 0];
  const sums = new Map<string, number>();
  for (const { kind, cause, start, end } of idle)
    if (kind === 0 && start / 1e12 >= first && end / 1e12 <= last)
      sums.set(cause, (sums.get(cause) ?? 0) + end - start);
  const names = [...sums.keys()].sort();
  return names.reduce<string | undefined>(
    (best, name) => (best === undefined || (sums.get(name) as number) > (sums.get(best) as number) ? name : best),
    undefined,
  );
}
