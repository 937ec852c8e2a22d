import type { Command } from 'commander';
import type { Resolved } from '../kit/parameters.ts';
import type { Replication, RunReport } from '../kit/run-scenario.ts';
import type { ParamsInput, Scenario } from '../kit/scenario.ts';
import { type CheckpointOptions, withCheckpointOptions } from './checkpoint-options.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { loadScenario } from './load-scenario.ts';
import { type ParameterOptions, readParameters, withParameterOptions } from './parameter-options.ts';
import { type Progress, startProgress } from './progress.ts';
import { portOf, type ServeOptions, withServeOptions } from './serve-options.ts';
import { textTable } from './table.ts';
import { type TraceOptions, withTraceOptions } from './trace-options.ts';

interface Options extends ParameterOptions, TraceOptions, CheckpointOptions, ServeOptions {
  readonly serve?: boolean;
  readonly json?: boolean;
  readonly help?: boolean;
}

const examples = `
Examples:
  escapement run ulysses --preset quick
  escapement run ulysses --set gpus=64 --set seq=1M --seed 7 --json
  escapement run ulysses --gpus 64 --seq 1M
  escapement run ulysses --trace run.pftrace; escapement analyze run.pftrace
  escapement run ulysses --free 'rank0/nic/up'
  escapement run ulysses --serve
  escapement run ./my-scenario.js --help
`;

/** `escapement run`: one scenario, its metrics as a table or JSON. */
export function configure(command: Command, io: Io): void {
  command
    .argument('[scenario]', 'id of a scenario, or the path of your own file')
    .argument('[parameters...]', 'parameters as --name value, also --replications 10')
    .usage('<scenario> [--set name=value]... [--name value]... [options]')
    .option('--json', 'print the result as JSON')
    .helpOption(false)
    .addHelpText('after', examples);
  withTraceOptions(command);
  withCheckpointOptions(command);
  command.option('--serve', 'watch the run live in the browser');
  withServeOptions(command);
  withParameterOptions(command);
  command.option('-h, --help', "show help; after a scenario's name, its parameters");
  command.action(async (name: string | undefined, rest: readonly string[], options: Options) => {
    if (name === undefined || name.startsWith('-')) {
      if (options.help && name === undefined) {
        io.out(command.helpInformation() + examples);
        return;
      }
      const { kitErrors } = await import('../kit/errors.ts');
      throw kitErrors.create('USAGE', {
        problem: 'no scenario given',
        hint: "Put its name first: escapement run ulysses --gpus 64; 'escapement list' names all.",
      });
    }
    const scenario = await loadScenario(name);
    if (options.help && options.json) {
      const { describeScenario } = await import('../kit/describe-scenario.ts');
      io.out(`${JSON.stringify(describeScenario(scenario), null, 2)}\n`);
      return;
    }
    if (options.help) {
      const { helpText } = await import('../kit/help-text.ts');
      io.out(helpText(scenario, name, Math.min(io.width ?? 100, 120)));
      return;
    }
    const { resolveParams } = await import('../kit/parameters.ts');
    const { runScenario } = await import('../kit/run-scenario.ts');
    const { startCheckpoints, startResume } = await import('./checkpoints.ts');
    const given = readParameters(scenario, options, rest, command);
    const whole =
      options.trace !== undefined
        ? 'the trace is that of the whole run'
        : options.free !== undefined
          ? '--free changes the set-up'
          : undefined;
    const resume = options.resume === undefined ? undefined : startResume(options.resume, scenario, given, whole);
    const resolved = resume?.resolved ?? resolveParams(scenario, given);
    if (options.serve === true) {
      await serveRun(name, scenario, given, options, io);
      return;
    }
    const isObserved =
      options.trace !== undefined ||
      options.free !== undefined ||
      options.checkpointEvery !== undefined ||
      options.resume !== undefined;
    if (isObserved && resolved.reserved.replications > 1) {
      const { kitErrors } = await import('../kit/errors.ts');
      throw kitErrors.create('USAGE', {
        problem: '--trace, --free, --checkpoint-every and --resume are for one run, not for replications',
        hint: 'Leave replications out.',
      });
    }
    const served = (['port', 'host', 'marks'] as const).find((option) => options[option] !== undefined);
    if (served !== undefined) {
      const { kitErrors } = await import('../kit/errors.ts');
      throw kitErrors.create('USAGE', { problem: `--${served} goes with --serve`, hint: 'Add --serve.' });
    }
    const { startTrace } = await import('./start-trace.ts');
    const told: string[] = [];
    const late: Io = { ...io, err: (text) => void told.push(text) }; // said below the table
    const trace = startTrace(options, late);
    const checkpoints = startCheckpoints(options, name, scenario, resolved);
    const progress = startProgress(io);
    try {
      const report =
        resolved.reserved.replications > 1
          ? await replicate(name, scenario, resolved, progress, io)
          : await runScenario(scenario, resolved, {
              onProgress: (fraction, text) => progress.update(fraction, text ?? scenario.id),
            }).finally(() => {
              progress.clear();
              trace.finish();
              checkpoints?.finish(late);
              resume?.stop();
            });
      resume?.tell(io);
      if (report !== undefined) await printReport(scenario, report, options, io);
    } finally {
      for (const text of told) io.err(text);
    }
  });
}

/** Runs in the viewer's thread; what it found is printed when it has finished, and the viewer stays until Ctrl-C. */
async function serveRun(
  name: string,
  scenario: Scenario,
  params: ParamsInput,
  options: Options,
  io: Io,
): Promise<void> {
  const { kitErrors } = await import('../kit/errors.ts');
  const without = {
    '--trace': [options.trace, 'The page exports the trace.'],
    '--free': [options.free, "The page asks 'What if free?'."],
    '--checkpoint-every': [options.checkpointEvery, 'The page looks at any moment of the run.'],
    '--resume': [options.resume, 'Serve the whole run.'],
  } as const;
  for (const [option, [value, hint]] of Object.entries(without))
    if (value !== undefined) throw kitErrors.create('USAGE', { problem: `--serve goes without ${option}`, hint });
  const { viewer } = await import('./serve.ts');
  await viewer(io)({
    port: portOf(options),
    host: options.host,
    marks: options.marks,
    open: options.open,
    paused: false,
    json: options.json,
    scenario: name,
    params,
    onReport: (report) => void printReport(scenario, report, options, io),
  });
}

async function printReport(
  scenario: Scenario,
  report: RunReport,
  options: { readonly json?: boolean },
  io: Io,
): Promise<void> {
  const { formatMetric } = await import('../kit/format-metric.ts');
  if (options.json) {
    io.out(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const rows = Object.entries(report.metrics).map(([metric, value]) => {
    const { unit = '', describe = '' } = scenario.metrics[metric] ?? {};
    const interval = report.intervals[metric];
    const range =
      interval === undefined ? '' : `${formatMetric(interval[0], unit)} .. ${formatMetric(interval[1], unit)}`;
    return [metric, formatMetric(value, unit), ...(hasIntervals(report.intervals) ? [range] : []), describe];
  });
  const interval = hasIntervals(report.intervals) ? [{ head: '95 % interval', align: 'right' as const }] : [];
  io.out(`${io.color.bold(scenario.title)}\n\n`);
  io.out(
    textTable(
      [{ head: 'metric' }, { head: 'value', align: 'right' }, ...interval, { head: 'meaning', wrap: true }],
      rows,
      io.width,
    ),
  );
  io.out(
    `\n${report.events} events, seed ${report.seed}, fingerprint ${report.fingerprint}, ${report.wallSeconds.toFixed(2)} s\n`,
  );
  for (const warning of report.warnings) io.err(`${io.color.yellow('warning:')} ${warning}\n`);
}

/** Replications on worker threads; Ctrl-C reports those that are done, or nothing when there is none. */
async function replicate(
  name: string,
  scenario: Scenario,
  resolved: Resolved,
  progress: Progress,
  io: Io,
): Promise<RunReport | undefined> {
  const { startRunPool } = await import('./run-pool.ts');
  const { reportOf } = await import('../kit/run-scenario.ts');
  const total = resolved.reserved.replications;
  const started = performance.now();
  const pool = startRunPool();
  const stopListening = io.listenForInterrupt(pool.stop);
  const done: Replication[] = [];
  let count = 0;
  try {
    const one = async (i: number): Promise<void> => {
      done[i] = await pool.replication(name, resolved, i);
      count += 1;
      progress.update(count / total, `${count} of ${total} replications`);
    };
    await Promise.all(Array.from({ length: total }, (_, i) => one(i)));
  } catch (error) {
    if (!io.interrupted()) throw error;
    io.setExitCode(exitCodes.interrupted);
  } finally {
    progress.clear();
    stopListening();
    await pool.close();
  }
  const finished = done.filter((replication) => replication !== undefined);
  if (finished.length > 0) return reportOf(scenario, resolved, finished, (performance.now() - started) / 1000);
  io.err('interrupted before the first replication was done\n');
  return undefined;
}

function hasIntervals(intervals: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(intervals).length > 0;
}
