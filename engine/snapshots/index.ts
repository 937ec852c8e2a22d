export { atEvent } from './at-event.ts';
export { Checkpoint, checkpoint, type Meta, readCheckpoint } from './checkpoint.ts';
export { snapshotErrors } from './errors.ts';
export { type Change, type Edit, type EditedWorld, editWorld, type Fork, type ForkOptions, fork } from './fork.ts';
export { keep } from './keep.ts';
export { type AnyBehavior, putBack, type Restored, type RestoreOptions, restore } from './restore.ts';
export { type Resumed, resumeWhenRun } from './resume-when-run.ts';
export {
  compareTasks,
  identityOf,
  type LoggedTask,
  type TaskComparison,
  type TaskDifference,
  TaskLog,
  type TaskNotes,
} from './task-log.ts';
