/** A stretch of a task: a wait for `what`, or work, which has no cause. */
export interface TaskStretch {
  readonly from: number;
  readonly until: number;
  readonly cause: string | null;
  readonly what: string;
  /** Number of the task that ended the wait; 0: not known. */
  readonly by: number;
}

/** A wait on the way from a task to what it waited for, and on, to the root. */
export interface ChainedWait extends TaskStretch {
  readonly task: number;
  readonly cause: string;
  readonly actor: string;
  readonly name: string;
}

/** An arrow between two tasks, by their numbers; 0: from outside of any. */
export interface TaskFlow {
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly name: string;
}

/** A task that has ended, as `detail` answers. Times are ticks of its simulation. */
export interface TaskFacts {
  readonly task: number;
  readonly kind: string;
  readonly name: string;
  readonly actor: string;
  readonly lane: string;
  readonly start: number;
  readonly end: number;
  /** 0: none. */
  readonly parent: number;
  readonly notes: Readonly<Record<string, string | number | boolean>>;
  readonly stretches: readonly TaskStretch[];
  readonly chain: readonly ChainedWait[];
  readonly flows: readonly TaskFlow[];
}
