export {
  type ActorDefinition,
  type ActorRef,
  type AnyRef,
  type Behavior,
  type Context,
  defineActor,
  type FailurePolicy,
  type Handlers,
  type Message,
  type SpawnOptions,
  type Waits,
} from './actor.ts';
export {
  type DiffRunsOptions,
  type Divergence,
  type DivergenceReason,
  type DivergingEvent,
  diffRuns,
  formatDivergence,
  type RunsDifference,
} from './diff-runs.ts';
export { defineErrors, type ErrorEntry, type ErrorPlace, type ErrorRoom, SimError } from './errors.ts';
export { type EventHandle, EventQueue, type QueueImage } from './event-queue.ts';
export { queues } from './explored-queues.ts';
export { allIngredients, hashText, type Ingredient } from './fingerprint.ts';
export { type Freed, freeResources, isFreed } from './freed.ts';
export type { Gate, Leave } from './gate.ts';
export { type KernelErrorCode, kernelCatalogue } from './kernel-errors.ts';
export { neverSaved, unsavedClass, unsavedName, whyNeverSaved } from './never-saved.ts';
export { type Phase, phases } from './phase.ts';
export { type Offered, type Overflow, Port, type PortOptions, type PortReady } from './port.ts';
export type { Probe } from './probe.ts';
export {
  type Bytes,
  type BytesPerSecond,
  bytes,
  bytesPerSecond,
  type Flop,
  type FlopPerSecond,
  flop,
  flopPerSecond,
  GB,
  GiB,
  type Hertz,
  hertz,
  type Joules,
  joules,
  KiB,
  kB,
  MB,
  MiB,
  type Quantity,
  type Watts,
  watts,
} from './quantities.ts';
export type { RandomSource, RandomStream } from './random.ts';
export type { RunEvent } from './run-log.ts';
export {
  constantClass,
  isConstantClass,
  type SavedClass,
  saveClass,
  savedClassNamed,
  savedClassOf,
} from './saved-class.ts';
export {
  areSimulationsWatched,
  type RunEnd,
  type RunOptions,
  type RunResult,
  Simulation,
  type SimulationOptions,
  watchSimulations,
} from './simulation.ts';
export {
  type Duration,
  formatTime,
  hours,
  MAX_TIME,
  minutes,
  ms,
  NO_TIME,
  ns,
  picosecondsPerTick,
  ps,
  type Resolution,
  seconds,
  type Time,
  timeToSeconds,
  toSeconds,
  us,
} from './time.ts';
export {
  noTask,
  type PastSegment,
  type PastTask,
  type QuietSink,
  type TaskRef,
  Trace,
  type TraceSink,
  type WaitCause,
  waitCauses,
} from './trace.ts';
export type { World } from './world.ts';
export { type ActorImage, installWorld, type WorldImage, worldImage } from './world-image.ts';
