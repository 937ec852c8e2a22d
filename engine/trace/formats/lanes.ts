/** Where a task goes among the lanes of its track. */
export interface LaneChoice {
  /** From 0. */
  readonly lane: number;
  /** Whether the lane is used for the first time, and needs its track declared. */
  readonly fresh: boolean;
}

/**
 * Puts tasks that overlap without nesting on different lanes of one track: a child goes under its parent when that is the innermost open
 * task of a lane, every other task to the first lane with nothing open.
 */
export class Lanes {
  readonly #stacks: number[][] = [];
  readonly #laneOf = new Map<number, number>();

  /** Lanes used so far. */
  get count(): number {
    return this.#stacks.length;
  }

  /** Finds the lane of a task that begins. */
  open(task: number, parent?: number): LaneChoice {
    const above = parent === undefined ? undefined : this.#laneOf.get(parent);
    let lane = above !== undefined && this.#stacks[above]?.at(-1) === parent ? above : this.#stacks.findIndex(isEmpty);
    const fresh = lane < 0;
    if (fresh) lane = this.#stacks.push([]) - 1;
    (this.#stacks[lane] as number[]).push(task);
    this.#laneOf.set(task, lane);
    return { lane, fresh };
  }

  /** The lane of an open task, or undefined. */
  laneOf(task: number): number | undefined {
    return this.#laneOf.get(task);
  }

  /**
   * Ends a task. Returns the task that is still open inside it, which breaks the nesting and stays open, or undefined when all is well.
   */
  close(task: number): number | undefined {
    const lane = this.#laneOf.get(task);
    const stack = lane === undefined ? undefined : this.#stacks[lane];
    const inner = stack?.at(-1);
    if (stack === undefined || inner === undefined) return undefined;
    if (inner !== task) return inner;
    stack.pop();
    this.#laneOf.delete(task);
    return undefined;
  }
}

function isEmpty(stack: readonly number[]): boolean {
  return stack.length === 0;
}
