import {
  type DataflowState,
  type DeviceMemoryState,
  dataflow,
  deviceMemory,
  type EngineTimes,
  engineTimes,
  type IdleSpan,
  loadGaudi,
  type MemoryChange,
  memoryTopology,
  network,
  type SliceSpan,
} from '../../actors/index.ts';
import { bytes, bytesPerSecond, Simulation, seconds, timeToSeconds } from '../../engine/index.ts';
import type { EngineName, Lowered } from './lower.ts';
import type { GaudiParams } from './parameters.ts';

/** The engine kinds in the order of `SliceSpan.kind`. */
export const engineNames = ['mme', 'tpc', 'dma'] as const satisfies readonly EngineName[];

/** What a simulation of one program gives. */
export interface Outcome {
  readonly seconds: number;
  readonly spans: readonly SliceSpan[];
  readonly idle: readonly IdleSpan[];
  readonly engines: readonly EngineTimes[];
  readonly hbmBytes: number;
  readonly peakBytes: number;
  /** Largest sum of slices that stay on chip. */
  readonly scratchBytes: number;
  /** Every change of the memory in use. */
  readonly memory: readonly MemoryChange[];
  readonly events: number;
  readonly fingerprint: (metrics: Readonly<Record<string, number>>) => string;
}

/** Runs a program on the device: host, matrix engine, vector cores, DMA channels, the HBM's bandwidth and space, and the SRAM as actors. */
export function simulate(lowered: Lowered, params: GaudiParams, seed = 1): Outcome {
  const sim = new Simulation({ seed });
  const capacity = sim.spawn('hbm-space', deviceMemory, { limit: bytes(Number.MAX_SAFE_INTEGER), record: true });
  sim.send(capacity, { type: 'allocate', tag: 'resident', bytes: bytes(Math.ceil(lowered.resident)) });
  const sram = sim.spawn('sram', deviceMemory, { limit: bytes(Number.MAX_SAFE_INTEGER) });
  const shared = params.hbmContention
    ? { memory: sim.spawn('hbm', network, { topology: memoryTopology('hbm', bytesPerSecond(params.hbmBandwidth)) }) }
    : {};
  const device = sim.spawn('gaudi', dataflow, {
    engines: [
      { name: 'mme', count: 1 },
      { name: 'tpc', count: params.tpcCores, together: true },
      { name: 'dma', count: loadGaudi().dma.channels },
    ],
    program: lowered.program,
    order: params.scheduler === 'serial' ? 'serial' : 'dataflow',
    issueInterval: seconds(params.hostIssueSeconds),
    capacity,
    scratch: sram,
    record: true,
    ...shared,
  });
  const { events } = sim.run();
  const state = sim.stateOf(device) as DataflowState;
  const space = sim.stateOf(capacity) as DeviceMemoryState;
  return {
    seconds: timeToSeconds(state.finished),
    spans: state.slices ?? [],
    idle: state.idle ?? [],
    engines: engineTimes(state, state.finished),
    hbmBytes: state.bytes,
    peakBytes: space.peak,
    scratchBytes: (sim.stateOf(sram) as DeviceMemoryState).peak,
    memory: space.changes ?? [],
    events,
    fingerprint: (metrics) => sim.fingerprint(metrics),
  };
}
