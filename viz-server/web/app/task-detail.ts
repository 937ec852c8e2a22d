import type { TaskFacts } from '../../protocol/task-facts.ts';

/** What is known of one task, and where its chain of causes leads next. */
export interface TaskDetail extends TaskFacts {
  /** Who ended its longest wait. */
  readonly next: number | undefined;
}

/** Finds who ended the longest wait of a task. */
export function detailOf(facts: TaskFacts): TaskDetail {
  let next: number | undefined;
  let longest = 0;
  for (const { from, until, cause, by } of facts.stretches)
    if (cause !== null && by !== 0 && until - from > longest) {
      longest = until - from;
      next = by;
    }
  return { ...facts, name: facts.name || facts.kind, next };
}
