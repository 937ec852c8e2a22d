import type { TaskRef } from '../../engine/index.ts';
import type { Load } from './load.ts';

/** What happened to each essay, in ticks; NaN where it did not. */
export interface Journal {
  readonly arrival: Float64Array;
  /** First service. */
  readonly started: Float64Array;
  readonly departed: Float64Array;
  /** Time of service, without waiting. */
  readonly service: Float64Array;
  /** End of the review by a lecturer; empty where nobody reviews. */
  readonly reviewed: Float64Array;
  /** The essay in the trace. */
  readonly task: Float64Array;
  rejected: number;
  delivered: number;
  /** Reviews that have not ended. */
  underReview: number;
  /** Time of marking and reviewing, in ticks. */
  marking: number;
  /** Few-shot calls or requests. */
  requests: number;
}

/** A journal without entries. */
export function emptyJournal(load: Load, hasReviews: boolean): Journal {
  const { length } = load.arrival;
  const unknown = (): Float64Array => new Float64Array(length).fill(Number.NaN);
  return {
    arrival: unknown(),
    started: unknown(),
    departed: unknown(),
    service: unknown(),
    reviewed: hasReviews ? unknown() : new Float64Array(0),
    task: new Float64Array(length),
    rejected: 0,
    delivered: 0,
    underReview: 0,
    marking: 0,
    requests: 0,
  };
}

/** The task of an essay. */
export function taskOf(journal: Journal, essay: number): TaskRef {
  return journal.task[essay] as TaskRef;
}
