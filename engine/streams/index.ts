export { type DriveOptions, drive } from './drive.ts';
export { streamsErrors } from './errors.ts';
export { fromStream, type StreamSignal, type StreamState, type StreamTarget, type Workload } from './from-stream.ts';
export {
  type MovingQuantileOptions,
  movingQuantile,
  rate,
  throughput,
  type UtilisationOptions,
  utilisation,
} from './measures.ts';
export { fromMilliseconds, toMilliseconds } from './milliseconds.ts';
export {
  type ActorSpawned,
  type ActorStopped,
  changes,
  type MessageSeen,
  messages,
  type ObservationKind,
  observe,
  type StateChanged,
  spawned,
  stopped,
  type Whose,
} from './observe.ts';
export { finishObserving, observerScheduler } from './observers.ts';
export { QueuedSubject } from './queued-subject.ts';
export { schedulerOf } from './scheduler.ts';
export type { VirtualScheduler } from './virtual-scheduler.ts';
export { type Sample, sliding, tumbling, type Window } from './windows.ts';
