export { atEvent } from './at-event.ts';
export { Checkpoint, checkpoint, type Meta, readCheckpoint } from './checkpoint.ts';
export { snapshotErrors } from './errors.ts';
export { type Change, type Edit, type EditedWorld, editWorld, type Fork, type ForkOptions, fork } from './fork.ts';
export { type AnyBehavior, type Restored, type RestoreOptions, restore } from './restore.ts';
export { compareTasks, type TaskComparison, type TaskDifference, TaskLog } from './task-log.ts';
