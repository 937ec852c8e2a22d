import type { Duration, Time } from '../../engine/kernel/time.ts';

/** A slice on an engine. Times are in ticks. */
export interface SliceSpan {
  readonly kind: number;
  /** Which engine of the kind; 0 when the engines work together. */
  readonly engine: number;
  readonly op: number;
  readonly slice: number;
  readonly start: Time;
  /** When its setup was over. */
  readonly working: Time;
  readonly end: Time;
  /** Time that it was held up by the shared memory. */
  readonly starved: Duration;
}

/** A stretch in which engines of a kind stood idle for one cause. */
export interface IdleSpan {
  readonly kind: number;
  readonly cause: string;
  /** Engines that stood idle. */
  readonly engines: number;
  readonly start: Time;
  readonly end: Time;
}

/** The time of all engines of one kind: busy by label, waits by cause. Together they are the number of engines times the time since the start. */
export interface EngineTimes {
  readonly name: string;
  readonly engines: number;
  readonly busy: Readonly<Record<string, Duration>>;
  readonly waits: Readonly<Record<string, Duration>>;
}

/** Why an engine does nothing: its own words, and the label of the operation that it waits for. */
export const idleCauses = {
  /** Inputs are not there; the operation that runs and will give them, or clear the way for them. */
  dependency: (label: string): string => `dependency: ${label}`,
  /** Inputs are there, but operations run one after another. */
  order: (label: string): string => `order: ${label}`,
  /** The host has not issued the next operation. */
  issue: 'issue',
  /** The next operation is being prepared, e.g. compiled. */
  preparation: (label: string): string => `preparation: ${label}`,
  /** The slice is held up by others on the shared memory. */
  memory: 'memory',
  /** Some engines of the kind are busy and the next slice needs all of them, or the last slices run out. */
  rest: 'rest',
  /** The program has no further operation for it. */
  done: 'done',
} as const;

/** Adds a span of time to an account. */
export function charge(account: Record<string, Duration>, name: string, span: number): void {
  if (span > 0) account[name] = ((account[name] ?? 0) + span) as Duration;
}
