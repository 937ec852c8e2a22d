import {
  type DataflowState,
  dataflow,
  type EngineTimes,
  engineTimes,
  type IdleSpan,
  type SliceSpan,
} from '../../actors/index.ts';
import { Simulation, timeToSeconds } from '../../engine/index.ts';
import type { Lowered } from './lowered.ts';

/** What a simulation of one inference gives. */
export interface Outcome {
  readonly seconds: number;
  /** When each layer ended, in seconds: the last operation whose label ends in its number. */
  readonly layers: readonly [number, number];
  readonly engines: readonly EngineTimes[];
  readonly ddrBytes: number;
  readonly events: number;
  /** Every slice and idle stretch, when asked for. */
  readonly spans: readonly SliceSpan[];
  readonly idle: readonly IdleSpan[];
  readonly fingerprint: (metrics: Readonly<Record<string, number>>) => string;
}

/** Runs a program on its engines. */
export function simulate(lowered: Lowered, seed: number, record = false): Outcome {
  const { engines, program } = lowered;
  const sim = new Simulation({ seed });
  const device = sim.spawn('accelerator', dataflow, { engines, program, record });
  const { events } = sim.run();
  const state = sim.stateOf(device) as DataflowState;
  const ends = [0, 0] as [number, number];
  program.forEach(({ label }, op) => {
    const layer = label.endsWith('1') ? 0 : label.endsWith('2') ? 1 : undefined;
    const end = timeToSeconds(state.progress[op]?.ended ?? state.finished);
    if (layer !== undefined) ends[layer] = Math.max(ends[layer], end);
  });
  return {
    seconds: timeToSeconds(state.finished),
    layers: ends,
    engines: engineTimes(state, state.finished),
    ddrBytes: state.bytes,
    events,
    spans: state.slices ?? [],
    idle: state.idle ?? [],
    fingerprint: (metrics) => sim.fingerprint(metrics),
  };
}
