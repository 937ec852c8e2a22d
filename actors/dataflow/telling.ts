import { noTask, type TaskRef, type Trace, type WaitCause } from '../../engine/kernel/trace.ts';

/** The tasks of a scheduler: one for each operation, from its issue to its end, and one for each engine, for the whole program. */
export interface Tasks {
  readonly operations: TaskRef[];
  /** By kind and engine. */
  readonly engines: ReadonlyArray<readonly TaskRef[]>;
  /** What was last told of each free engine, by kind and engine, and of the head of each kind. */
  readonly toldEngines: ReadonlyArray<Array<string | undefined>>;
  readonly toldHeads: string[];
}

/** Begins the tasks of the engines, one lane for each. */
export function beginEngines(names: ReadonlyArray<readonly string[]>, trace: Trace): Tasks {
  return {
    operations: [],
    engines: names.map((kind) => kind.map((name) => trace.begin('engine', name, noTask, name))),
    toldEngines: names.map((kind) => kind.map(() => undefined)),
    toldHeads: names.map(() => ''),
  };
}

/** A cause of idleness in the words of traces. */
function tracedCause(cause: string): readonly [cause: WaitCause, what: string] {
  const [word, what = ''] = cause.split(': ') as [string, string?];
  switch (word) {
    case 'dependency':
      return ['dependency', what];
    case 'order':
      return ['scheduler', what];
    case 'preparation':
      return ['dependency', `preparation of ${what}`];
    case 'issue':
      return ['scheduler', 'host'];
    case 'rest':
      return ['barrier', 'engines of the kind'];
    default:
      return ['message', 'a further operation'];
  }
}

/** An operation was issued: it waits for its turn at its engines. */
export function tellIssued(tasks: Tasks, name: string, engine: string, trace: Trace): void {
  const task = trace.begin('operation', name, noTask, 'program');
  tasks.operations.push(task);
  trace.wait(task, 'queue', engine);
}

/** Tells what the free engines of a kind wait for, and its head operation (-1: none, or one that runs). */
export function tellIdle(
  tasks: Tasks,
  kind: number,
  busy: Int32Array,
  head: number,
  cause: string,
  trace: Trace,
): void {
  if (!trace.isRecording) return;
  const [word, what] = tracedCause(cause);
  const told = tasks.toldEngines[kind]!;
  const engines = tasks.engines[kind]!;
  for (let i = 0; i < busy.length; i++) {
    if (busy[i]! >= 0 || told[i] === cause) continue;
    told[i] = cause;
    trace.wait(engines[i]!, word, what);
  }
  const task = tasks.operations[head];
  if (task === undefined || tasks.toldHeads[kind] === `${head} ${cause}`) return;
  tasks.toldHeads[kind] = `${head} ${cause}`;
  trace.wait(task, word, what);
}

/** A slice of an operation was handed to an engine. */
export function tellStarted(tasks: Tasks, kind: number, engine: number, op: number, trace: Trace): void {
  tasks.toldEngines[kind]![engine] = undefined;
  tasks.toldHeads[kind] = '';
  trace.work(tasks.engines[kind]![engine]!);
  trace.work(tasks.operations[op]!);
}

/** The program is over. */
export function endEngines(tasks: Tasks, trace: Trace): void {
  for (const kind of tasks.engines) for (const task of kind) trace.end(task);
}
