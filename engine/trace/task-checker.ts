import { type AnyRef, noTask, type Simulation, type TaskRef, type Time, type TraceSink } from '../kernel/index.ts';

/** What can be wrong with a trace; all are defects of the model that wrote it. */
export type TraceProblemCode =
  /** A call for a task that was never begun. */
  | 'TASK_UNKNOWN'
  /** A call for a task that has ended, `end` among them. */
  | 'TASK_ENDED'
  /** A parent that was never begun or had ended before the child began. */
  | 'PARENT_ENDED'
  /** A child that ended after its parent. */
  | 'CHILD_OUTLIVES_PARENT'
  /** Stretches of a task of the past that overlap, leave a gap or lie in the future. */
  | 'TASK_NOT_TILED'
  /** A wait for something without a name. */
  | 'WAIT_UNNAMED'
  /** A task still open when nothing was left to happen, other than one that waits for its next message. */
  | 'TASK_LEAKED'
  /** A counter that changed its unit, or a value that is no number. */
  | 'COUNTER_BAD';

export interface TraceProblem {
  readonly code: TraceProblemCode;
  /** What, with the task, its actor and its kind. */
  readonly text: string;
}

/** What a run told about its work. */
export interface TraceReport {
  /** Empty when work and waits tile each task exactly, children lie inside parents and nothing leaked. */
  readonly problems: readonly TraceProblem[];
  /** Tasks begun. */
  readonly tasks: number;
  /** Stretches of waiting longer than nothing. */
  readonly waits: number;
  /** Tasks open now. */
  readonly open: number;
  /** Ticks of work and of waits over all tasks that ended. */
  readonly worked: number;
  readonly waited: number;
}

interface OpenTask {
  readonly parent: TaskRef;
  readonly start: number;
  readonly label: string;
  mark: number;
  cause: string | undefined;
  what: string;
  worked: number;
  waited: number;
  /** Open children. */
  children: number;
  end: number;
}

/** Problems kept; the rest are only counted. */
const kept = 100;

/** Follows a trace and finds what is wrong with it; see `checkTrace`. */
export class TaskChecker implements TraceSink {
  readonly #sim: Simulation;
  /** The last task begun before the checker listened. */
  readonly #before: number;
  readonly #tasks = new Map<TaskRef, OpenTask>();
  /** Ended at the present instant: they may still be named. */
  #justEnded: TaskRef[] = [];
  #now = 0;
  readonly #problems: TraceProblem[] = [];
  #dropped = 0;
  #waits = 0;
  #open = 0;
  #worked = 0;
  #waited = 0;
  readonly #units = new Map<string, string>();

  constructor(sim: Simulation) {
    this.#sim = sim;
    this.#before = sim.trace.tasks;
  }

  taskBegins(task: TaskRef, at: Time, actor: AnyRef, kind: string, name: string, parent: TaskRef, lane: string): void {
    this.#advance();
    const path = this.#sim.pathOf(actor) ?? '';
    const label = `${kind}${name === '' ? '' : ` '${name}'`} of ${path === '' ? 'the simulation' : path}${lane === '' ? '' : ` (${lane})`}`;
    const made = { start: at, mark: at, cause: undefined, what: '', worked: 0, waited: 0, children: 0, end: -1 };
    const open: OpenTask = { ...made, parent, label };
    this.#tasks.set(task, open);
    this.#open++;
    if (at > this.#sim.now) this.#report('TASK_NOT_TILED', `${label} begins in the future, at ${at}`);
    if (parent <= this.#before) return;
    const above = this.#tasks.get(parent);
    if (above === undefined || (above.end >= 0 && above.end < at))
      this.#report('PARENT_ENDED', `${label} begins at ${at} in task ${parent}, which is not open then`);
    else if (at < above.start)
      this.#report('CHILD_OUTLIVES_PARENT', `${label} begins at ${at}, before ${above.label} at ${above.start}`);
    if (above !== undefined) above.children++;
  }

  taskWaits(task: TaskRef, at: Time, cause: string, what: string, by: TaskRef): void {
    const open = this.#stretch(task, at, 'waits', by);
    if (open === undefined) return;
    open.cause = cause;
    open.what = what;
    if (what === '') this.#report('WAIT_UNNAMED', `${open.label} waits for an unnamed ${cause}`);
  }

  taskWorks(task: TaskRef, at: Time, by: TaskRef): void {
    const open = this.#stretch(task, at, 'works', by);
    if (open !== undefined) open.cause = undefined;
  }

  taskEnds(task: TaskRef, at: Time): void {
    const open = this.#stretch(task, at, 'ends', noTask);
    if (open === undefined) return;
    open.end = at;
    this.#open--;
    this.#worked += open.worked;
    this.#waited += open.waited;
    if (open.worked + open.waited !== at - open.start || at > this.#sim.now)
      this.#report(
        'TASK_NOT_TILED',
        `${open.label}, ${open.start} to ${at}, has ${open.worked} of work and ${open.waited} of waits`,
      );
    this.#justEnded.push(task);
    const above = this.#tasks.get(open.parent);
    if (above === undefined) return;
    above.children--;
    if (above.end >= 0 && above.end < at)
      this.#report('CHILD_OUTLIVES_PARENT', `${open.label} ends at ${at}, after ${above.label} at ${above.end}`);
    if (above.end >= 0 && above.end < this.#now && above.children === 0) this.#tasks.delete(open.parent);
  }

  annotated(task: TaskRef, key: string): void {
    this.#find(task, `is annotated with ${key}`);
  }

  counted(_at: Time, actor: AnyRef, name: string, value: number, unit: string): void {
    const key = `${actor} ${name}`;
    const known = this.#units.get(key);
    if (known === undefined) this.#units.set(key, unit);
    else if (known !== unit) this.#report('COUNTER_BAD', `counter '${name}' was in '${known}' and is now in '${unit}'`);
    if (!Number.isFinite(value)) this.#report('COUNTER_BAD', `counter '${name}' is ${value}`);
  }

  flowed(_at: Time, from: TaskRef, to: TaskRef): void {
    for (const task of [from, to]) if (task > this.#sim.trace.tasks || task <= 0) this.#unknown(task, 'has an arrow');
  }

  marked(): void {}

  /** What was found so far. `isFinished`: nothing is left to happen, so that every task that is still open has leaked. */
  report(isFinished: boolean): TraceReport {
    const problems = [...this.#problems];
    if (isFinished)
      for (const { label, end, cause, what, start } of this.#tasks.values()) {
        if (end >= 0 || cause === 'message') continue;
        const doing = cause === undefined ? 'works' : `waits for ${cause} ${what}`;
        problems.push({ code: 'TASK_LEAKED', text: `${label}, begun at ${start}, ${doing} at the end of the run` });
      }
    if (this.#dropped > 0)
      problems.push({ code: 'TASK_UNKNOWN', text: `and ${this.#dropped} more problems of any kind` });
    return {
      problems,
      tasks: this.#sim.trace.tasks - this.#before,
      waits: this.#waits,
      open: this.#open,
      worked: this.#worked,
      waited: this.#waited,
    };
  }

  /** Ends the present stretch of an open task. */
  #stretch(task: TaskRef, at: number, does: string, by: TaskRef): OpenTask | undefined {
    const open = this.#find(task, does);
    if (open === undefined) return undefined;
    if (at < open.mark)
      this.#report('TASK_NOT_TILED', `${open.label} ${does} at ${at}, but its last change was at ${open.mark}`);
    if (by !== noTask && !(by > 0 && by <= this.#sim.trace.tasks)) this.#unknown(by, `is why ${open.label} ${does}`);
    if (open.cause === undefined) open.worked += at - open.mark;
    else {
      open.waited += at - open.mark;
      if (at > open.mark) this.#waits++;
    }
    open.mark = at;
    return open;
  }

  #find(task: TaskRef, does: string): OpenTask | undefined {
    this.#advance();
    if (task > 0 && task <= this.#before) return undefined;
    const open = this.#tasks.get(task);
    if (open !== undefined && open.end < 0) return open;
    if (task > 0 && task <= this.#sim.trace.tasks)
      this.#report('TASK_ENDED', `${open?.label ?? `task ${task}`} has ended, but ${does} at ${this.#sim.now}`);
    else this.#unknown(task, does);
    return undefined;
  }

  #unknown(task: number, does: string): void {
    this.#report('TASK_UNKNOWN', `task ${task} was never begun, but ${does} at ${this.#sim.now}`);
  }

  /** Forgets tasks that ended before the present instant and have no open children. */
  #advance(): void {
    const { now } = this.#sim;
    if (now === this.#now) return;
    this.#now = now;
    if (this.#justEnded.length === 0) return;
    for (const task of this.#justEnded) if (this.#tasks.get(task)?.children === 0) this.#tasks.delete(task);
    this.#justEnded = [];
  }

  #report(code: TraceProblemCode, text: string): void {
    if (this.#problems.length < kept) this.#problems.push({ code, text });
    else this.#dropped++;
  }
}

/** Follows the trace of `sim` from now on; the result tells what was found, also while it goes on, and takes what is open as leaked once nothing is left to run. */
export function checkTrace(sim: Simulation): () => TraceReport {
  const checker = new TaskChecker(sim);
  sim.trace.listen(checker);
  return () => checker.report(sim.pending === 0 && sim.events > 0);
}
