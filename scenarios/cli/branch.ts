import type { Command } from 'commander';
import {
  type Checkpoint,
  compareTasks,
  editWorld,
  formatTime,
  picosecondsPerTick,
  SimError,
  type Simulation,
  type TaskComparison,
  TaskLog,
  type Time,
  watchSimulations,
} from '../../engine/index.ts';
import { isInputError, kitErrors, quoted } from '../kit/errors.ts';
import { formatMetric } from '../kit/format-metric.ts';
import { parseAssignments, resolveParams } from '../kit/parameters.ts';
import { type RunReport, runScenario } from '../kit/run-scenario.ts';
import type { Scenario } from '../kit/scenario.ts';
import { isCheckpointError, readCheckpointFile, whenReached } from './checkpoints.ts';
import type { Io } from './io.ts';
import { loadScenario } from './load-scenario.ts';
import { textTable } from './table.ts';

interface Options {
  readonly set?: readonly string[];
  readonly edit?: readonly string[];
  readonly json?: boolean;
  readonly fromStart?: boolean;
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
  escapement run ulysses --checkpoint-every 10s --checkpoint-file a.ckpt
  escapement branch a.ckpt --set nicBandwidth=12GB/s
  escapement branch a.ckpt --edit 'gpu0:speed=0.5'
  escapement branch a.ckpt --set gpus=8 --from-start

--set gives a parameter another value, --edit a field in the state of an actor, both
from the moment of the checkpoint on: the futures part there. A parameter that shapes
the set-up, such as a number of GPUs, cannot change in a running world and is refused;
--from-start compares two whole runs instead. Of a run that makes several simulations,
such as both sides of a comparison, the one that was saved is changed and the others are
as they were: run --checkpoint-simulation chooses it.
`;

const several = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text];

/** `escapement branch`: both futures of a checkpoint, compared task by task and metric by metric. */
export function configure(command: Command, io: Io): void {
  command
    .argument('<checkpoint>', 'file that run --checkpoint-every made')
    .option('--set <name=value>', 'another value of a parameter, from the checkpoint on', several)
    .option('--edit <actor:field=value>', 'another value in the state of an actor, from the checkpoint on', several)
    .option('--from-start', 'for parameters that shape the set-up: run the branch under --set from its start')
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
    const fromStart = options.fromStart === true;
    if (fromStart && edits.length > 0)
      throw kitErrors.create('USAGE', {
        problem: '--edit goes without --from-start',
        hint: 'A branch from the start has another past, in which this moment does not exist.',
      });
    const names = Object.keys(set);
    if (!fromStart) for (const name of names) refuseSetUp(scenario, name);
    const part = (sim: Simulation): void => {
      for (const name of names) {
        const cannot = scenario.changes[name]?.(sim, changed.own, asItWas.own);
        if (cannot !== undefined) throw shapesSetUp(scenario, name, `: ${cannot}`);
      }
      apply(sim, edits);
    };
    const run = async (resolved: typeof asItWas, reached: ((sim: Simulation) => void) | undefined) => {
      let simulations = 0;
      let log: TaskLog | undefined;
      const stop = watchSimulations((sim: Simulation) => {
        if (++simulations === meta.simulation) log = new TaskLog(sim);
      });
      const moment = reached === undefined ? undefined : whenReached(checkpoint, meta, reached);
      try {
        return { report: await runScenario(scenario, resolved), log: log as TaskLog | undefined, simulations };
      } finally {
        stop();
        moment?.stop();
      }
    };
    const before = await run(asItWas, () => undefined);
    // A branch from the start has no such moment in its past.
    const after = fromStart ? await run(changed, undefined) : await run(asItWas, part).catch(refuseEdit(edits));
    const tasks = before.log === undefined || after.log === undefined ? undefined : compareTasks(before.log, after.log);
    if (options.json) {
      const listed = tasks && {
        same: tasks.same,
        different: tasks.different.length,
        largest: tasks.different.slice(0, shown),
      };
      io.out(
        `${JSON.stringify({ checkpoint: momentOf(checkpoint), parts: fromStart ? 'from the start' : 'at the checkpoint', simulation: meta.simulation, simulations: before.simulations, before: before.report, after: after.report, tasks: listed }, null, 2)}\n`,
      );
      return;
    }
    const at = formatTime(checkpoint.now as Time, checkpoint.resolution);
    io.out(`${io.color.bold(scenario.title)}\n`);
    io.out(
      fromStart
        ? 'two whole runs: the branch has its other parameters from the start, the checkpoint plays no part\n'
        : `checkpoint at ${at}, event ${checkpoint.event}: the futures part there\n`,
    );
    io.out(`${whichOf(meta.simulation, before.simulations, after.simulations, fromStart)}\n`);
    io.out(metricTable(scenario, before.report, after.report, io));
    if (tasks !== undefined) io.out(taskText(tasks, shown, io));
  });
}

/** What is compared of a run that makes several simulations; nothing where it makes one. */
function whichOf(simulation: number, before: number, after: number, fromStart: boolean): string {
  if (before === 1 && after === 1) return '';
  if (fromStart) {
    const counts = before === after ? `${before}` : `${before} and ${after}`;
    return `the runs make ${counts} simulations: metrics are of whole runs, tasks of simulation ${simulation}\n`;
  }
  return `simulation ${simulation} of the ${before} of the run is changed, the others are as they were: metrics are of the whole run, tasks of simulation ${simulation}\n`;
}

/** Time in picoseconds. */
function momentOf({ event, now, resolution, fingerprint }: Checkpoint) {
  return { event, at: now * picosecondsPerTick[resolution], fingerprint };
}

/** What fails only in the changed future fails by its edits. Throws USAGE. */
function refuseEdit(edits: readonly StateEdit[]): (error: unknown) => never {
  return (error) => {
    const isOther = isInputError(error) || isCheckpointError(error);
    if (edits.length === 0 || isOther || !(error instanceof SimError)) throw error;
    throw kitErrors.create(
      'USAGE',
      { problem: `the changed future fails: ${error.message.replace(/[.]$/, '')}`, hint: 'Give --edit another value.' },
      {},
      error,
    );
  };
}

/** Throws USAGE for a parameter that no running world can change. */
function refuseSetUp(scenario: Scenario, name: string): void {
  if (!Object.hasOwn(scenario.changes, name)) throw shapesSetUp(scenario, name, '');
}

function shapesSetUp(scenario: Scenario, name: string, why: string): Error {
  const others = Object.keys(scenario.changes);
  return kitErrors.create('USAGE', {
    problem: `${name} shapes the set-up of ${scenario.id} and cannot change in a running world${why}`,
    hint: `Add --from-start to compare two whole runs. From a checkpoint on ${others.length === 0 ? 'no parameter' : others.join(', ')} can change.`,
  });
}

function apply(sim: Simulation, edits: readonly StateEdit[]): void {
  editWorld(sim, (world) => {
    for (const { path, keys, value } of edits) {
      let at: unknown = world.actor(path).state;
      for (const key of keys.slice(0, -1)) at = holds(at, key) ? at[key] : undefined;
      const last = keys.at(-1) as string;
      if (!holds(at, last))
        throw kitErrors.create('USAGE', {
          problem: `the state of ${quoted(path)} has no ${quoted(keys.join('.'))}`,
          hint: `It has ${quoted(Object.keys(world.actor(path).state).join(', '), 200)}.`,
        });
      if (typeof at[last] !== typeof value)
        throw kitErrors.create('USAGE', {
          problem: `${quoted(keys.join('.'))} of ${quoted(path)} is ${quoted(JSON.stringify(at[last]) ?? 'undefined', 80)}, and ${quoted(JSON.stringify(value), 80)} is of another type`,
          hint: 'Give a value of the same type.',
        });
      at[last] = value;
    }
  });
}

/** Whether it has a field of its own of that name: what all objects inherit is no part of a state. */
function holds(at: unknown, key: string): at is Record<string, unknown> {
  return typeof at === 'object' && at !== null && Object.hasOwn(at, key);
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
