import type { AnyRef, Simulation, TaskRef, Time, TraceSink, WaitCause } from '../kernel/index.ts';

/** A task of a run. */
export interface LoggedTask {
  /** Actor, kind, name and number among those alike: the same in both branches. */
  readonly identity: string;
  readonly start: number;
  /** NaN while it has not ended. */
  end: number;
  /** Ticks it waited, by cause. */
  readonly waits: Map<WaitCause, number>;
}

/** The tasks of a run by their identities: a `TaskLog`, or what a recorded trace says. */
export interface TaskNotes {
  readonly tasks: ReadonlyMap<string, LoggedTask>;
  /** Length of a tick in the notes, in ps. */
  readonly picosecondsPerTick: number;
}

interface OpenTask extends LoggedTask {
  since: number;
  cause: WaitCause | undefined;
}

/** Notes the tasks of a run from now on, to compare it with another; it changes nothing. */
export class TaskLog implements TaskNotes {
  readonly tasks = new Map<string, LoggedTask>();
  readonly picosecondsPerTick: number;
  readonly #open = new Map<TaskRef, OpenTask>();
  readonly #alike = new Map<string, number>();

  constructor(sim: Simulation) {
    this.picosecondsPerTick = sim.world.picosecondsPerTick;
    const ignore = (): void => {};
    const sink: TraceSink = {
      taskBegins: (task, at, actor, kind, name) => this.#begin(sim, task, at, actor, kind, name),
      taskWaits: (task, at, cause) => this.#turn(task, at, cause),
      taskWorks: (task, at) => this.#turn(task, at, undefined),
      taskEnds: (task, at) => {
        this.#turn(task, at, undefined);
        const open = this.#open.get(task);
        if (open !== undefined) open.end = at;
        this.#open.delete(task);
      },
      annotated: ignore,
      counted: ignore,
      flowed: ignore,
      marked: ignore,
    };
    sim.trace.listen(sink);
  }

  #begin(sim: Simulation, task: TaskRef, at: Time, actor: AnyRef, kind: string, name: string): void {
    const identity = identityOf(this.#alike, sim.pathOf(actor) ?? '', kind, name);
    const entry: OpenTask = { identity, start: at, end: Number.NaN, waits: new Map(), since: at, cause: undefined };
    this.#open.set(task, entry);
    this.tasks.set(identity, entry);
  }

  #turn(task: TaskRef, at: number, cause: WaitCause | undefined): void {
    const open = this.#open.get(task);
    if (open === undefined) return;
    if (open.cause !== undefined) open.waits.set(open.cause, (open.waits.get(open.cause) ?? 0) + at - open.since);
    open.cause = cause;
    open.since = at;
  }
}

/** Identity of the next task of that actor, kind and name; `alike` counts those before it. Both runs must count in one order. */
export function identityOf(alike: Map<string, number>, path: string, kind: string, name: string): string {
  const key = `${path} ${kind}${name === '' || name === kind ? '' : ` ${name}`}`;
  const number = (alike.get(key) ?? 0) + 1;
  alike.set(key, number);
  return `${key} #${number}`;
}

/** A task that is not the same in both branches; times in ps, undefined where a branch has no such task or it has not ended. */
export interface TaskDifference {
  readonly identity: string;
  readonly before: { readonly start: number; readonly end: number } | undefined;
  readonly after: { readonly start: number; readonly end: number } | undefined;
  /** How much later it ends in the second branch; NaN when it does not end in both. */
  readonly later: number;
  /** The cause whose waits grew or shrank most, and by how much; undefined when none did. */
  readonly wait: { readonly cause: WaitCause; readonly more: number } | undefined;
}

/** Two runs, task by task. */
export interface TaskComparison {
  readonly same: number;
  /** Largest differences first; tasks of one branch only at the end. */
  readonly different: readonly TaskDifference[];
}

/** Aligns the tasks of two runs by identity: what is the same in both, what moved, what only one has. */
export function compareTasks(before: TaskNotes, after: TaskNotes): TaskComparison {
  const different: TaskDifference[] = [];
  let same = 0;
  for (const identity of new Set([...before.tasks.keys(), ...after.tasks.keys()])) {
    const a = timesOf(before, identity);
    const b = timesOf(after, identity);
    if (a !== undefined && b !== undefined && Object.is(a.start, b.start) && Object.is(a.end, b.end)) same++;
    else {
      const later = a === undefined || b === undefined ? Number.NaN : b.end - a.end;
      different.push({ identity, before: a, after: b, later, wait: waitDifference(before, after, identity) });
    }
  }
  const size = (d: TaskDifference): number => (Number.isNaN(d.later) ? -1 : Math.abs(d.later));
  different.sort((a, b) => size(b) - size(a) || (a.identity < b.identity ? -1 : 1));
  return { same, different };
}

function timesOf(log: TaskNotes, identity: string): TaskDifference['before'] {
  const task = log.tasks.get(identity);
  const scale = log.picosecondsPerTick;
  return task === undefined ? undefined : { start: task.start * scale, end: task.end * scale };
}

function waitDifference(before: TaskNotes, after: TaskNotes, identity: string): TaskDifference['wait'] {
  const [a, b] = [before.tasks.get(identity)?.waits, after.tasks.get(identity)?.waits];
  if (a === undefined || b === undefined) return undefined;
  let found: TaskDifference['wait'];
  for (const cause of new Set([...a.keys(), ...b.keys()])) {
    const more = (b.get(cause) ?? 0) * after.picosecondsPerTick - (a.get(cause) ?? 0) * before.picosecondsPerTick;
    if (more !== 0 && Math.abs(more) > Math.abs(found?.more ?? 0)) found = { cause, more };
  }
  return found;
}
