import type { Problem } from '../kit/index.ts';
import { checkParams } from './check.ts';
import { type Lowered, lower, lowerMatmul } from './lower.ts';
import { type Measured, measure } from './metrics.ts';
import type { GaudiParams } from './parameters.ts';
import { type Outcome, simulate } from './simulate.ts';

/** A run with its program, for plots and tests that need more than its metrics. */
export interface GaudiRun {
  readonly lowered: Lowered;
  readonly outcome: Outcome;
  readonly metrics: Measured;
  readonly fingerprint: string;
  readonly warnings: readonly string[];
}

/** Everything wrong with the parameters. */
export function problemsOf(params: GaudiParams): readonly Problem<Extract<keyof GaudiParams, string>>[] {
  return checkParams(params, peakBytes);
}

/** Simulates one run of the workload on the device. */
export function runGaudi(params: GaudiParams, seed = 1): GaudiRun {
  if (params.workload === 'matmul') return runMatmul(params, seed);
  const run = runOne(params, lower(params), seed);
  if (params.workload !== 'linear-attention' && params.workload !== 'performer') return run;
  const softmax = { ...params, workload: 'softmax-attention' } as const;
  const against = simulate(lower(softmax), softmax, seed);
  const speedupOverSoftmax = against.seconds / run.outcome.seconds;
  return { ...run, metrics: { ...run.metrics, speedupOverSoftmax } };
}

function runOne(params: GaudiParams, lowered: Lowered, seed: number): GaudiRun {
  const outcome = simulate(lowered, params, seed);
  const metrics = measure(params, lowered, outcome);
  return {
    lowered,
    outcome,
    metrics,
    fingerprint: outcome.fingerprint(numbersOf(metrics)),
    warnings: warningsOf(params, metrics),
  };
}

/** What is odd about a run without being an error. */
function warningsOf(params: GaudiParams, { peakHbmBytes, sramBytesInFlight = 0 }: Measured): readonly string[] {
  const warnings: string[] = [];
  if (Number(peakHbmBytes) > params.hbmBytes)
    warnings.push(`${peakHbmBytes} bytes are needed at once, hbmBytes has ${params.hbmBytes}`);
  if (Number(sramBytesInFlight) > params.sramBytes)
    warnings.push(
      `slices counted as staying on chip are ${sramBytesInFlight} bytes at once, sramBytes has ${params.sramBytes}: a lower bound of the traffic`,
    );
  return warnings;
}

/** One engine, or both one after the other: times and FLOP add up, shares are of the whole. */
function runMatmul(params: GaudiParams, seed: number): GaudiRun {
  if (params.engine !== 'both') return runOne(params, lowerMatmul(params, params.engine), seed);
  const mme = runOne(params, lowerMatmul(params, 'mme'), seed);
  const tpc = runOne(params, lowerMatmul(params, 'tpc'), seed);
  const time = mme.outcome.seconds + tpc.outcome.seconds;
  const sum = (name: 'flops' | 'hbmBytesMoved' | 'nodes' | 'events' | 'mmeGapCount'): number =>
    Number(mme.metrics[name]) + Number(tpc.metrics[name]);
  const metrics: Measured = {
    ...mme.metrics,
    seconds: time,
    secondsPerCall: time / params.calls,
    flops: sum('flops'),
    flopsPerSecond: sum('flops') / time,
    tflops: sum('flops') / time / 1e12,
    mmeBusyFraction: (Number(mme.metrics.mmeBusyFraction) * mme.outcome.seconds) / time,
    tpcBusyFraction: (Number(tpc.metrics.tpcBusyFraction) * tpc.outcome.seconds) / time,
    overlapFraction: 0,
    tpcOverMmeTime: tpc.outcome.seconds / mme.outcome.seconds,
    hbmBytesMoved: sum('hbmBytesMoved'),
    nodes: sum('nodes'),
    events: sum('events'),
  };
  return { ...tpc, metrics, warnings: mme.warnings, fingerprint: tpc.outcome.fingerprint(numbersOf(metrics)) };
}

/** The peak of the memory in use, and the largest tensor; cheap bounds first, a simulation only when they do not decide. */
function peakBytes(params: GaudiParams): { readonly peak: number; readonly name: string; readonly bytes: number } {
  const lowered = params.workload === 'matmul' ? lowerMatmul(params, 'mme') : lower(params);
  const { program, resident, largest } = lowered;
  const all = program.reduce((sum, { output = 0 }) => sum + output, resident);
  const peak = all <= params.hbmBytes ? all : simulate(lowered, params).peakBytes;
  return { peak, ...largest };
}

function numbersOf(measured: Measured): Record<string, number> {
  const entries = Object.entries(measured).filter(([, value]) => typeof value !== 'string');
  return Object.fromEntries(entries.map(([name, value]) => [name, Number(value)]));
}
