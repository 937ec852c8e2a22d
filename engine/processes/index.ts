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
export { arrive, type Barrier, barrier } from './barrier.ts';
export { type Body, type ProcessBehavior, type ProcessOptions, process, type Started, start } from './behavior.ts';
export { type Condition, condition, until } from './condition.ts';
export { type Container, type ContainerOptions, container, draw, fill } from './container.ts';
export { accept, type CreditLink, type CreditLinkOptions, creditLink, transmit } from './credit-link.ts';
export { delay, timeout } from './delay.ts';
export { type ProcessErrorCode, processCatalogue } from './errors.ts';
export { fork, join } from './fork.ts';
export type { Host } from './host.ts';
export { type Pipeline, pipeline, type StageOptions, through } from './pipeline.ts';
export { type Checkout, checkout, type Pool, type PoolOptions, pool } from './pool.ts';
export { cancel, Interrupted, interrupt, type Process, type ProcessOutcome } from './process.ts';
export { ask, type Question, type ReplyTo, receive, reply } from './receive.ts';
export { type Resource, type ResourceOptions, resource } from './resource.ts';
export {
  type Breakdowns,
  breakdowns,
  type CapacitySchedule,
  capacitySchedule,
  type Parent,
  type SpanLaw,
} from './schedule.ts';
export { type Served, type ServeOptions, serve } from './serve.ts';
export { get, put, type Store, type StoreOptions, store } from './store.ts';
export type { UsageReport } from './usage.ts';
export { type Steps, Wait } from './wait.ts';
