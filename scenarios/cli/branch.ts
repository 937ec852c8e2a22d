import type { Command } from 'commander';
import {
  compareTasks,
  editWorld,
  formatTime,
  type Simulation,
  type TaskComparison,
  TaskLog,
  type Time,
  watchSimulations,
} from '../../engine/index.ts';
import { kitErrors, quoted } from '../kit/errors.ts';
import { formatMetric } from '../kit/format-metric.ts';
import { parseAssignments, resolveParams } from '../kit/parameters.ts';
import { type RunReport, runScenario } from '../kit/run-scenario.ts';
import type { Scenario } from '../kit/scenario.ts';
import { readCheckpointFile, whenReached } from './checkpoints.ts';
import type { Io } from './io.ts';
import { loadScenario } from './load-scenario.ts';
import { textTable } from './table.ts';

interface Options {
  readonly set?: readonly string[];
  readonly edit?: readonly string[];
  readonly json?: boolean;
  readonly tasks?: string;
}

/** One change of a state: `actor/path:field.of.its.state=value`. */
interface StateEdit {
  readonly path: string;
  readonly keys: readonly string[];
  readonly value: unknown;
}

const examples = `
Examples:
  escapement run ulysses --checkpoint-every 1ms --checkpoint-file a.ckpt
  escapement branch a.ckpt --set gpus=16
  escapement branch a.ckpt --edit 'rank0/gpu:speed=0.5'

--edit changes the state of an actor from the moment of the checkpoint on. --set
changes a parameter, and parameters shape the set-up: that branch runs under the
new value from its start.
`;

const several = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text];

/** `escapement branch`: both futures of a checkpoint, compared task by task and metric by metric. */
export function configure(command: Command, io: Io): void {
  command
    .argument('<checkpoint>', 'file that run --checkpoint-every made')
    .option('--set <name=value>', 'another value of a parameter, from the start of the branch', several)
    .option('--edit <actor:field=value>', 'another value in the state of an actor, from the checkpoint on', several)
    .option('--tasks <number>', 'how many different tasks to list (default: 10)')
    .option('--json', 'print the comparison as JSON')
    .addHelpText('after', examples);
  command.action(async (file: string, options: Options) => {
    const { checkpoint, meta } = readCheckpointFile(file);
    const set = parseAssignments(options.set ?? []);
    const edits = (options.edit ?? []).map(readEdit);
    if (edits.length === 0 && Object.keys(set).length === 0)
      throw kitErrors.create('USAGE', {
        problem: 'nothing is changed, both futures are the same',
        hint: 'Add --set name=value or --edit actor:field=value.',
      });
    const shown = Number(options.tasks ?? 10);
    if (!Number.isInteger(shown) || shown < 0)
      throw kitErrors.create('USAGE', { problem: `--tasks is ${quoted(options.tasks ?? '')}`, hint: 'Give a number.' });
    const scenario = await loadScenario(meta.scenario);
    const asItWas = resolveParams(scenario, meta.params);
    const changed = resolveParams(scenario, { ...meta.params, ...set });
    const run = async (resolved: typeof asItWas, isBranch: boolean) => {
      let simulations = 0;
      let log: TaskLog | undefined;
      const stop = watchSimulations((sim: Simulation) => {
        if (++simulations === meta.simulation) log = new TaskLog(sim);
      });
      // A branch with other parameters has no such moment in its past; its edits happen at the same number of events.
      const other = isBranch && Object.keys(set).length > 0;
      const moment =
        other && edits.length === 0 ? undefined : whenReached(checkpoint, meta, (sim) => isBranch && apply(sim, edits));
      try {
        return { report: await runScenario(scenario, resolved), log: log as TaskLog | undefined };
      } finally {
        stop();
        moment?.stop();
      }
    };
    if (edits.length > 0 && Object.keys(set).length > 0)
      throw kitErrors.create('USAGE', {
        problem: 'a branch has either --set or --edit',
        hint: 'With another parameter it has another past, in which this moment does not exist.',
      });
    const before = await run(asItWas, false);
    const after = await run(changed, true);
    const tasks = before.log === undefined || after.log === undefined ? undefined : compareTasks(before.log, after.log);
    if (options.json) {
      const listed = tasks && {
        same: tasks.same,
        different: tasks.different.length,
        largest: tasks.different.slice(0, shown),
      };
      io.out(
        `${JSON.stringify({ checkpoint: { event: checkpoint.event, fingerprint: checkpoint.fingerprint }, before: before.report, after: after.report, tasks: listed }, null, 2)}\n`,
      );
      return;
    }
    const at = formatTime(checkpoint.now as Time, checkpoint.resolution);
    io.out(`${io.color.bold(scenario.title)}\n`);
    io.out(
      `checkpoint at ${at}, event ${checkpoint.event}; ${edits.length > 0 ? 'changed from there on' : 'other parameters from the start'}\n\n`,
    );
    io.out(metricTable(scenario, before.report, after.report, io));
    if (tasks !== undefined) io.out(taskText(tasks, shown, io));
  });
}

function apply(sim: Simulation, edits: readonly StateEdit[]): void {
  editWorld(sim, (world) => {
    for (const { path, keys, value } of edits) {
      let at: Record<string, unknown> = world.actor(path).state;
      for (const key of keys.slice(0, -1)) at = (at?.[key] ?? {}) as Record<string, unknown>;
      const last = keys.at(-1) as string;
      if (!Object.hasOwn(at, last))
        throw kitErrors.create('USAGE', {
          problem: `the state of ${quoted(path)} has no ${quoted(keys.join('.'))}`,
          hint: `It has ${quoted(Object.keys(world.actor(path).state).join(', '), 200)}.`,
        });
      at[last] = value;
    }
  });
}

function readEdit(text: string): StateEdit {
  const match = /^([^:=]+):([^:=]+)=(.*)$/s.exec(text);
  if (match === null)
    throw kitErrors.create('USAGE', {
      problem: `--edit ${quoted(text)} is no change`,
      hint: "Write --edit 'actor/path:field=value'.",
    });
  const [, path, field, value] = match as unknown as [string, string, string, string];
  let parsed: unknown = value;
  try {
    parsed = JSON.parse(value);
  } catch {
    // A text without quotes stands for itself.
  }
  return { path, keys: field.split('.'), value: parsed };
}

function metricTable(scenario: Scenario, before: RunReport, after: RunReport, io: Io): string {
  const rows = Object.keys({ ...before.metrics, ...after.metrics }).map((name) => {
    const { unit = '' } = scenario.metrics[name] ?? {};
    const [a, b] = [before.metrics[name], after.metrics[name]];
    const ratio =
      typeof a === 'number' && typeof b === 'number' && a !== 0 && a !== b
        ? `${(100 * (b / a - 1)).toFixed(2)} %`
        : a === b
          ? '='
          : '';
    return [name, a === undefined ? '' : formatMetric(a, unit), b === undefined ? '' : formatMetric(b, unit), ratio];
  });
  const right = { align: 'right' as const };
  return textTable(
    [
      { head: 'metric' },
      { head: 'as it was', ...right },
      { head: 'changed', ...right },
      { head: 'difference', ...right },
    ],
    rows,
    io.width,
  );
}

function taskText(tasks: TaskComparison, shown: number, io: Io): string {
  const span = (ps: number): string =>
    Number.isNaN(ps) ? 'open' : `${ps < 0 ? '-' : ''}${formatTime(Math.abs(ps) as Time, 'ps')}`;
  const rows = tasks.different
    .slice(0, shown)
    .map((task) => [
      task.identity,
      task.before === undefined ? 'none' : span(task.before.end),
      task.after === undefined ? 'none' : span(task.after.end),
      Number.isNaN(task.later) ? '' : span(task.later),
      task.wait === undefined ? '' : `${span(task.wait.more)} ${task.wait.cause}`,
    ]);
  const right = { align: 'right' as const };
  const head = `\n${tasks.same} tasks are the same, ${tasks.different.length} are not\n`;
  if (rows.length === 0) return head;
  return `${head}\n${textTable([{ head: 'task', wrap: true }, { head: 'ended', ...right }, { head: 'ends', ...right }, { head: 'later by', ...right }, { head: 'waits more' }], rows, io.width)}`;
}
