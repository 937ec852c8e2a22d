import { type GpuState, gpu, type Span, type StreamTimes, timesAt } from '../../actors/compute/index.ts';
import { type DeviceMemoryState, deviceMemory, type MemoryChange } from '../../actors/memory/index.ts';
import { bytes, defineActor, noTask, Simulation, seconds, type TaskRef } from '../../engine/index.ts';
import { type PhaseMessage, type ProgramInput, programOf, streamNames } from './program.ts';
import { activationTensor, stateOfTensor, type TensorState } from './tensor-chart.ts';

/** What one simulated iteration gives. */
export interface Outcome {
  readonly seconds: number;
  /** Most bytes in use, permanent state included. */
  readonly peak: number;
  /** Bytes in use at the end. */
  readonly left: number;
  readonly streams: readonly StreamTimes[];
  readonly changes: readonly MemoryChange[];
  readonly spans: readonly Span[];
  /** Times each tensor was stored and brought back, and the state its chart ended in. */
  readonly tensors: readonly { readonly stored: number; readonly restored: number; readonly state: string }[];
  readonly events: number;
  readonly fingerprint: string;
}

export interface SimulateOptions {
  readonly seed: number;
  /** Bytes of permanent state. */
  readonly state: number;
  /** Keeps what each stream did. */
  readonly record?: boolean;
}

interface TrainerState {
  iteration: TaskRef;
  phase: TaskRef;
}

/** Follows the phases of an iteration as the device reaches them. */
const trainer = defineActor<undefined, TrainerState, PhaseMessage>({
  kind: 'trainer',
  init: () => ({ iteration: noTask, phase: noTask }),
  on: {
    phase(state, { phase }, ctx) {
      const { trace } = ctx;
      if (phase === 'forward') state.iteration = trace.begin('iteration');
      else trace.end(state.phase);
      if (phase === 'idle') {
        trace.end(state.iteration);
        return;
      }
      trace.wait(state.iteration, 'dependency', phase);
      state.phase = trace.begin('phase', phase, state.iteration);
      trace.wait(state.phase, 'resource', 'compute stream');
    },
  },
});

/** The first allocation that a memory of `limit` bytes would have refused. */
export function firstRefused(changes: readonly MemoryChange[], limit: number): MemoryChange | undefined {
  let used = 0;
  return changes.find(({ bytes: size }) => {
    used += size;
    return used > limit;
  });
}

/** Simulates one iteration on one GPU of any memory: its streams, its memory, and the life of every kept activation. */
export function simulateIteration(input: ProgramInput, options: SimulateOptions): Outcome {
  const sim = new Simulation({ seed: options.seed });
  const record = options.record === true;
  const memory = sim.spawn('memory', deviceMemory, {
    limit: bytes(Number.MAX_SAFE_INTEGER),
    record: true,
  });
  sim.send(memory, { type: 'allocate', tag: 'state', bytes: bytes(options.state) });
  const tensors = input.tensors.map((_, l) => sim.spawn(`tensor${l + 1}`, activationTensor, undefined));
  const control = sim.spawn('trainer', trainer, undefined);
  const device = sim.spawn('gpu', gpu, { streams: streamNames, record });
  sim.send(device, { type: 'submit', ops: programOf(input, { memory, trainer: control, tensors }) });
  sim.run();
  const state = sim.stateOf(memory) as DeviceMemoryState;
  return {
    seconds: sim.elapsed / seconds(1),
    peak: state.peak,
    left: state.used,
    streams: timesAt(sim.stateOf(device) as GpuState, sim.now),
    changes: state.changes ?? [],
    spans: (sim.stateOf(device) as GpuState).spans ?? [],
    tensors: tensors.map((ref) => {
      const tensor = sim.stateOf(ref) as TensorState;
      return { stored: tensor.stored, restored: tensor.restored, state: stateOfTensor(tensor) };
    }),
    events: sim.events,
    fingerprint: sim.fingerprint(),
  };
}
