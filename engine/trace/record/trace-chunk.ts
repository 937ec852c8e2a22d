import type { WaitCause } from '../../kernel/index.ts';

/** What tasks are called; `name` is '' where it is that of the kind. */
export interface TaskLabel {
  readonly kind: string;
  readonly name: string;
}

/** What a task waits for. */
export interface WaitLabel {
  readonly cause: WaitCause;
  readonly what: string;
}

/** Where tasks of one lane of an actor are drawn. */
export interface TraceTrackLabel {
  /** Path of the actor; '' for the simulation itself. */
  readonly path: string;
  readonly lane: string;
}

export interface CounterLabel {
  readonly path: string;
  readonly name: string;
  readonly unit: string;
}

/** Names that a chunk uses and no chunk before it: the numbers in its records count on from those before. */
export interface Definitions {
  readonly labels: TaskLabel[];
  readonly waits: WaitLabel[];
  readonly tracks: TraceTrackLabel[];
  readonly counters: CounterLabel[];
  readonly texts: string[];
  /** Labels, waits and texts count from 0 again. */
  readonly restarts: boolean;
}

/** A piece of a recording: `length` words of records, and the names that are new in it. */
export interface TraceChunk {
  readonly words: Uint32Array;
  readonly length: number;
  readonly definitions: Definitions;
}

/**
 * Kinds of records: the low 4 bits of their first word, then `sameTime`, then the number of a name. The second word is the time since the
 * record before, and is left out when there is none.
 */
export const ops = {
  /** Time as low word and high word; the base of what follows. 3 words. */
  time: 0,
  /** Label; task, track, task less parent or 0. 5 words. */
  begin: 1,
  /** Task. 3 words. */
  end: 2,
  /** Wait label; task, releaser. 4 words. */
  wait: 3,
  /** Task, releaser. 4 words. */
  work: 4,
  /** Counter; value as double. 4 words. */
  count: 5,
  /** Name; from, to. 4 words. */
  flow: 6,
  /** Name; task, track. 4 words. */
  mark: 7,
  /** Key; task, 0 text 1 number 2 boolean, value as double. 6 words. */
  note: 8,
  /** Every open task ends here, as cut: the recording pauses. 2 words. */
  cut: 9,
  /** Label; track. The task is one more than the one that began last, without a parent. 3 words. */
  beginNext: 10,
} as const;

/** Bit of a first word: at the time of the record before, without the word that says so. */
export const sameTime = 16;

/** Where the number of a name begins in a first word. */
export const nameShift = 5;

/** Words of the longest record, and of the time that may have to come before it. */
export const MOST_WORDS = 9;
