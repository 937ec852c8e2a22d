import type { AnyRef } from './actor.ts';
import { INDEX_SPAN } from './actor-address.ts';
import type { ProbeHub } from './probe.ts';
import type { Time } from './time.ts';
import type { World } from './world.ts';

declare const taskBrand: unique symbol;

/** A task of one simulation, numbered from 1 in the order of their beginnings; the same number whether or not anything records. */
export type TaskRef = number & { readonly [taskBrand]: true };

/** No task: the parent of a task that has none, the releaser nobody knows. */
export const noTask: TaskRef = 0 as TaskRef;

/** What a task can wait for, from what is held by others to what is broken. Their order is that of stored traces. */
export const waitCauses = [
  /** Units of a resource that others hold. */
  'resource',
  /** Its turn behind others at a server. */
  'queue',
  /** Bandwidth of a link that others use, or its latency. */
  'link',
  /** Space in a memory. */
  'memory',
  /** An answer, an item, bytes that somebody produces. */
  'data',
  /** The next message, which may never come: what a server does between requests. */
  'message',
  /** Earlier work that must have ended. */
  'dependency',
  /** Partners that have not arrived. */
  'barrier',
  /** To be started: the host, a launch, a scheduler. */
  'scheduler',
  /** Room in a bounded buffer: a full port, credits. */
  'capacity',
  /** A condition to become true. */
  'condition',
  /** Something that is down to come back. */
  'fault',
] as const;

/** What a task waits for. */
export type WaitCause = (typeof waitCauses)[number];

/** A finished stretch of a task, up to `until` in ticks: work when there is no cause, else a wait for `what`. */
export interface PastSegment {
  readonly until: Time;
  readonly cause?: WaitCause;
  readonly what?: string;
  /** The task that ended the stretch. */
  readonly by?: TaskRef;
}

/** A task that has already happened: `segments` tile it from `start` to the `until` of the last, at most now. */
export interface PastTask {
  readonly kind: string;
  readonly name?: string;
  readonly start: Time;
  readonly segments: readonly PastSegment[];
  readonly parent?: TaskRef;
  readonly lane?: string;
}

/**
 * Hears what a run does, as it does it; it must not touch the simulation. `at` is now except for the parts of a task of the past;
 * `actor` is the one whose handler runs. Texts are '' where none was given.
 */
export interface TraceSink {
  /** Set when it never throws and never touches the simulation: alone, it is told this way, without safeguards, which cost as much as a record. */
  readonly quietly?: QuietSink;
  taskBegins(task: TaskRef, at: Time, actor: AnyRef, kind: string, name: string, parent: TaskRef, lane: string): void;
  /** From now on `task` waits; `by` ended what it did before. */
  taskWaits(task: TaskRef, at: Time, cause: WaitCause, what: string, by: TaskRef): void;
  /** From now on `task` works; `by` ended what it did before. */
  taskWorks(task: TaskRef, at: Time, by: TaskRef): void;
  taskEnds(task: TaskRef, at: Time): void;
  annotated(task: TaskRef, key: string, value: string | number | boolean): void;
  counted(at: Time, actor: AnyRef, name: string, value: number, unit: string): void;
  flowed(at: Time, from: TaskRef, to: TaskRef, name: string): void;
  marked(at: Time, actor: AnyRef, name: string, task: TaskRef): void;
}

/** Hears of what happens now; the time is put into `at[0]` first, since as an argument it would become a number on the heap. */
export interface QuietSink {
  readonly at: Float64Array;
  begins(task: TaskRef, actor: AnyRef, kind: string, name: string, parent: TaskRef, lane: string): void;
  waits(task: TaskRef, cause: WaitCause, what: string, by: TaskRef): void;
  works(task: TaskRef, by: TaskRef): void;
  ends(task: TaskRef): void;
}

/**
 * What actors tell about their work. A task is a span on a track of the actor that begins it; at any time it works or waits for one
 * named cause, so that work and waits tile it. Anyone may go on with a task by its number. Nothing here can change a run: misuse is
 * found by the checker of the trace room, not by the run. Without a listener a call costs one branch.
 */
export class Trace {
  /** The task in whose name code runs now: processes set it, so that whoever they let go on can name them. */
  current: TaskRef = noTask;
  readonly #world: World;
  readonly #hub: ProbeHub;
  #tasks = 0;
  #sinks: readonly TraceSink[] | undefined = undefined;
  /** The listener, when there is but one and it is quiet. */
  #quiet: QuietSink | undefined = undefined;

  /** @internal */
  constructor(world: World, hub: ProbeHub) {
    this.#world = world;
    this.#hub = hub;
  }

  /** Whether anyone listens: to spare the making of names and the like, never to decide what the model does. */
  get isRecording(): boolean {
    return this.#sinks !== undefined;
  }

  /** Tasks begun so far. */
  get tasks(): number {
    return this.#tasks;
  }

  /** Goes on counting from `tasks`: a checkpoint is put back. @internal */
  restore(tasks: number): void {
    this.#tasks = tasks;
  }

  /**
   * Begins a task of the actor whose handler runs, working. `kind` groups tasks, `name` tells them apart (default: the kind). Tasks of
   * one `lane` of the actor share a row; those that overlap get rows of their own. A child must end before its parent.
   */
  begin(kind: string, name = '', parent: TaskRef = noTask, lane = ''): TaskRef {
    const task = ++this.#tasks as TaskRef;
    const quiet = this.#quiet;
    if (quiet !== undefined) {
      const world = this.#world;
      const actor = (world.current + world.currentBirth * INDEX_SPAN) as AnyRef;
      quiet.at[0] = world.queue.now;
      quiet.begins(task, actor, kind, name, parent, lane);
    } else if (this.#sinks !== undefined) this.#begins(this.#sinks, task, kind, name, parent, lane);
    return task;
  }

  /** From now on the task waits for `what`, e.g. the name of the resource. `by`: the task that ended what it did before, if known. */
  wait(task: TaskRef, cause: WaitCause, what: string, by: TaskRef = noTask): void {
    const quiet = this.#quiet;
    if (quiet !== undefined) {
      quiet.at[0] = this.#world.queue.now;
      quiet.waits(task, cause, what, by);
    } else if (this.#sinks !== undefined) this.#waits(this.#sinks, task, cause, what, by);
  }

  /** From now on the task works. `by`: the task that ended the wait, such as the one that released the resource, if known. */
  work(task: TaskRef, by: TaskRef = noTask): void {
    const quiet = this.#quiet;
    if (quiet !== undefined) {
      quiet.at[0] = this.#world.queue.now;
      quiet.works(task, by);
    } else if (this.#sinks !== undefined) this.#works(this.#sinks, task, by);
  }

  /** Ends the task, once. */
  end(task: TaskRef): void {
    const quiet = this.#quiet;
    if (quiet !== undefined) {
      quiet.at[0] = this.#world.queue.now;
      quiet.ends(task);
    } else if (this.#sinks !== undefined) this.#ends(this.#sinks, task);
  }

  /** What the task did since its last change, known only now: `segments` tile that time, the last one up to now at most. */
  stretches(task: TaskRef, start: Time, segments: readonly PastSegment[]): void {
    if (this.#sinks !== undefined) this.#tell((sink) => tile(sink, task, start, segments));
  }

  /** A piece of work that a model knows only afterwards, all at once. */
  past(past: PastTask): TaskRef {
    const task = ++this.#tasks as TaskRef;
    if (this.#sinks !== undefined) this.#past(this.#sinks, task, past);
    return task;
  }

  /** Adds an argument to a task that has not ended. */
  annotate(task: TaskRef, key: string, value: string | number | boolean): void {
    if (this.#sinks !== undefined) this.#tell((sink) => sink.annotated(task, key, value));
  }

  /** The value of a counter of `actor` (default: the one whose handler runs) from now on. One name has one unit. */
  counter(name: string, value: number, unit = '', of?: AnyRef): void {
    if (this.#sinks === undefined) return;
    const { now, actor } = this.#here();
    this.#tell((sink) => sink.counted(now, of ?? actor, name, value, unit));
  }

  /** An arrow between two tasks: a message, a cause. */
  flow(from: TaskRef, to: TaskRef, name = ''): void {
    if (this.#sinks === undefined) return;
    const { now } = this.#here();
    this.#tell((sink) => sink.flowed(now, from, to, name));
  }

  /** Something that happens at one instant, in a task or to the actor as a whole. */
  instant(name: string, task: TaskRef = noTask): void {
    if (this.#sinks === undefined) return;
    const { now, actor } = this.#here();
    this.#tell((sink) => sink.marked(now, actor, name, task));
  }

  /** Path of a living actor, for the names of what is waited for; '' for the simulation itself, 'a stopped actor' for others. */
  pathOf(actor: AnyRef): string {
    return this.#world.find(actor)?.path ?? 'a stopped actor';
  }

  /**
   * Attaches a listener, at any time; the result takes it off. It hears of tasks begun before, but not their beginning. What it throws is
   * thrown by `run` as SIM_PROBE_FAILED when everything else is done.
   */
  listen(sink: TraceSink): () => void {
    this.#setSinks([...(this.#sinks ?? []), sink]);
    return () => {
      const left = (this.#sinks ?? []).filter((each) => each !== sink);
      this.#setSinks(left);
    };
  }

  #setSinks(sinks: readonly TraceSink[]): void {
    this.#sinks = sinks.length === 0 ? undefined : sinks;
    this.#quiet = sinks.length === 1 ? sinks[0]?.quietly : undefined;
  }

  #here(): { readonly now: Time; readonly actor: AnyRef } {
    const world = this.#world;
    return { now: world.queue.now as Time, actor: (world.current + world.currentBirth * INDEX_SPAN) as AnyRef };
  }

  #begins(sinks: readonly TraceSink[], task: TaskRef, kind: string, name: string, parent: TaskRef, lane: string): void {
    const world = this.#world;
    const hub = this.#hub;
    const actor = (world.current + world.currentBirth * INDEX_SPAN) as AnyRef;
    hub.telling++;
    try {
      for (let i = 0; i < sinks.length; i++)
        sinks[i]!.taskBegins(task, world.queue.now as Time, actor, kind, name, parent, lane);
    } catch (error) {
      hub.keep(error);
    }
    hub.telling--;
  }

  #waits(sinks: readonly TraceSink[], task: TaskRef, cause: WaitCause, what: string, by: TaskRef): void {
    const hub = this.#hub;
    hub.telling++;
    try {
      for (let i = 0; i < sinks.length; i++) sinks[i]!.taskWaits(task, this.#world.queue.now as Time, cause, what, by);
    } catch (error) {
      hub.keep(error);
    }
    hub.telling--;
  }

  #works(sinks: readonly TraceSink[], task: TaskRef, by: TaskRef): void {
    const hub = this.#hub;
    hub.telling++;
    try {
      for (let i = 0; i < sinks.length; i++) sinks[i]!.taskWorks(task, this.#world.queue.now as Time, by);
    } catch (error) {
      hub.keep(error);
    }
    hub.telling--;
  }

  #ends(sinks: readonly TraceSink[], task: TaskRef): void {
    const hub = this.#hub;
    hub.telling++;
    try {
      for (let i = 0; i < sinks.length; i++) sinks[i]!.taskEnds(task, this.#world.queue.now as Time);
    } catch (error) {
      hub.keep(error);
    }
    hub.telling--;
  }

  #past(sinks: readonly TraceSink[], task: TaskRef, past: PastTask): void {
    const { kind, name = '', start, segments, parent = noTask, lane = '' } = past;
    this.#tell((sink) => {
      sink.taskBegins(task, start, this.#here().actor, kind, name, parent, lane);
      sink.taskEnds(task, tile(sink, task, start, segments));
    }, sinks);
  }

  #tell(call: (sink: TraceSink) => void, sinks: readonly TraceSink[] = this.#sinks ?? []): void {
    this.#hub.telling++;
    try {
      for (const sink of sinks) call(sink);
    } catch (error) {
      this.#hub.keep(error);
    }
    this.#hub.telling--;
  }
}

/** Tells stretches one after the other and returns where they end. */
function tile(sink: TraceSink, task: TaskRef, start: Time, segments: readonly PastSegment[]): Time {
  let at = start;
  let by = noTask;
  for (const { until, cause, what = '', by: next = noTask } of segments) {
    if (cause !== undefined) sink.taskWaits(task, at, cause, what, by);
    else sink.taskWorks(task, at, by);
    at = until;
    by = next;
  }
  return at;
}
