export {
  type Acquired,
  type AcquireOptions,
  type ActorHold,
  acquire,
  type Hold,
  Preempted,
  type RequestOptions,
  release,
  request,
  using,
} from './acquire.ts';
export { all, any, type Branches, type Winner } from './any.ts';
export { type Body, type ProcessBehavior, type ProcessOptions, process, type Started, start } from './behavior.ts';
export { delay, timeout } from './delay.ts';
export { type ProcessErrorCode, processCatalogue } from './errors.ts';
export { fork, join } from './fork.ts';
export type { Host } from './host.ts';
export { cancel, Interrupted, interrupt, type Process, type ProcessOutcome } from './process.ts';
export { ask, type Question, type ReplyTo, receive, reply } from './receive.ts';
export { Resource, type ResourceOptions, resource } from './resource.ts';
export type { UsageReport } from './usage.ts';
export { type Steps, Wait } from './wait.ts';
