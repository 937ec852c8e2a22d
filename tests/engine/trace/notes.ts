import {
  type AnyRef,
  formatTime,
  type Simulation,
  type TaskRef,
  type Time,
  type TraceSink,
} from '../../../engine/kernel/index.ts';

/** One task as a text: `kind name (path) 0..5: work 0..2, resource gpu 2..5 by 3`. Times in ns unless `unit` ticks are given. */
export function noteTasks(sim: Simulation, unit = 1000): { readonly tasks: () => string[]; readonly rest: string[] } {
  const open = new Map<TaskRef, { head: string; start: number; parts: string[]; state: string; mark: number }>();
  const done: Array<{ start: number; task: number; text: string }> = [];
  const rest: string[] = [];
  const at = (time: number): string => String(time / unit);
  const turn = (task: TaskRef, time: Time, state: string, by: TaskRef): void => {
    const record = open.get(task);
    if (record === undefined) throw new Error(`task ${task} is not open at ${formatTime(time)}`);
    if (time > record.mark) {
      const from = by > 0 ? ` by ${by}` : '';
      record.parts.push(`${record.state} ${at(record.mark)}..${at(time)}${from}`);
    }
    record.state = state;
    record.mark = time;
  };
  const sink: TraceSink = {
    taskBegins(task, time, actor: AnyRef, kind, name, parent, lane) {
      const label = `${kind}${name === '' ? '' : ` ${name}`} (${sim.pathOf(actor)}${lane === '' ? '' : `:${lane}`}${parent === 0 ? '' : ` in ${parent}`})`;
      open.set(task, { head: `${task} ${label}`, start: time, parts: [], state: 'work', mark: time });
    },
    taskWaits: (task, time, cause, what, by) => turn(task, time, `${cause} ${what}`, by),
    taskWorks: (task, time, by) => turn(task, time, 'work', by),
    taskEnds(task, time) {
      turn(task, time, '', 0 as TaskRef);
      const { head, start, parts } = open.get(task)!;
      open.delete(task);
      done.push({ start, task, text: `${head}: ${parts.join(', ')}` });
    },
    annotated: (task, key, value) => void rest.push(`${task} ${key}=${value}`),
    counted: (time, actor, name, value, unitName) =>
      void rest.push(`${at(time)} ${sim.pathOf(actor)} ${name} = ${value} ${unitName}`),
    flowed: (_time, from, to, name) => void rest.push(`${from} -> ${to} ${name}`),
    marked: (time, actor, name) => void rest.push(`${at(time)} ${sim.pathOf(actor)} ${name}!`),
  };
  sim.trace.listen(sink);
  return { tasks: () => done.sort((a, b) => a.task - b.task).map(({ text }) => text), rest };
}
