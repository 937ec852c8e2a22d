import { extname } from 'node:path';
import { freeResources, picosecondsPerTick, Recorder, type Simulation, watchSimulations } from '../../engine/index.ts';
import { TraceFile, type TraceFileReport } from '../../engine/trace/node/index.ts';
import { kitErrors, quoted } from '../kit/errors.ts';
import { readNumber } from '../kit/units.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import type { TraceOptions } from './trace-options.ts';
import { checkWritable } from './write-file.ts';

/** Prepares what the options ask for; `finish` ends the recording and tells what is in the files. Throws USAGE. */
export function startTrace(options: TraceOptions, io: Io): { finish(): void } {
  for (const option of ['free', 'traceKind'] as const)
    if (options[option]?.includes('') === true)
      throw kitErrors.create('USAGE', {
        problem: `--${option === 'free' ? 'free' : 'trace-kind'} has an empty name`,
        hint: 'escapement analyze names what is waited for, and kinds of tasks.',
      });
  const freed = options.free === undefined ? undefined : freeResources(options.free);
  if (options.free !== undefined)
    io.err(
      `${io.color.yellow('note:')} another run than without --free: ${options.free.join(', ')} never makes anyone wait\n`,
    );
  const recording = options.trace === undefined ? undefined : record(options.trace, options);
  if (
    recording === undefined &&
    (options.traceUnit ?? options.traceKind ?? options.traceFrom ?? options.traceUntil ?? options.traceMemory)
  )
    throw kitErrors.create('USAGE', { problem: 'no trace is recorded', hint: 'Add --trace run.pftrace.' });
  return {
    finish() {
      freed?.restore();
      for (const name of freed?.unused() ?? [])
        io.err(
          `${io.color.yellow('warning:')} nothing that could be waited for is called '${quoted(name)}': escapement analyze names what is waited for\n`,
        );
      const reports = recording?.() ?? [];
      if (recording !== undefined && reports.every(({ bytes, lost }) => bytes === 0 && lost === undefined))
        io.err(`${io.color.yellow('warning:')} no trace: nothing was simulated that tells what it does\n`);
      else if (reports.length > 0 && reports.every(({ tasks, lost }) => tasks === 0 && lost === undefined))
        io.err(`${io.color.yellow('warning:')} no task is in the trace: none is of the kinds and times asked for\n`);
      for (const report of reports) tellTrace(report, io);
    },
  };
}

/** Says what is in a file, and what is not: a trace that is not whole is an error, though its run is none. */
export function tellTrace({ file, tasks, bytes, lost }: TraceFileReport, io: Io): void {
  if (bytes > 0) io.err(`trace: ${file}, ${tasks} tasks, ${(bytes / 1e6).toFixed(1)} MB\n`);
  if (lost === undefined) return;
  io.err(`error: the trace is not whole: ${quoted(lost, 300)}\n`);
  io.setExitCode(exitCodes.badInput);
}

/** The format that the name of a trace asks for. Throws USAGE. */
export function traceFormat(file: string): 'perfetto' | 'chrome' {
  const extension = extname(file);
  if (extension === '.pftrace') return 'perfetto';
  if (extension === '.json') return 'chrome';
  throw kitErrors.create('USAGE', {
    problem: `a trace is written as .pftrace or .json, not '${quoted(file)}'`,
    hint: 'Write --trace run.pftrace and open it at ui.perfetto.dev.',
  });
}

/** Records every simulation made from now on, the second one as `file-2.pftrace`. */
function record(file: string, options: TraceOptions): () => readonly TraceFileReport[] {
  const format = traceFormat(file);
  const extension = extname(file);
  const unit = options.traceUnit ?? 'ns';
  if (unit !== 'ns' && unit !== 'ps')
    throw kitErrors.create('USAGE', {
      problem: `--trace-unit is ns or ps, not '${quoted(unit)}'`,
      hint: 'Leave it out for ns.',
    });
  checkWritable(file, '--trace');
  const budgetBytes = bytesOf(options.traceMemory);
  const from = timeOf(options.traceFrom, '--trace-from');
  const until = timeOf(options.traceUntil, '--trace-until');
  if (until !== undefined && until <= (from ?? 0))
    throw kitErrors.create('USAGE', {
      problem: `--trace-until ${quoted(options.traceUntil ?? '')} is not after ${from === undefined ? 'the start' : `--trace-from ${quoted(options.traceFrom ?? '')}`}`,
      hint: 'Write --trace-from 2ms --trace-until 3ms.',
    });
  const recorders: Array<{ recorder: Recorder; target: TraceFile }> = [];
  const stop = watchSimulations((sim: Simulation) => {
    const perTick = picosecondsPerTick[sim.resolution];
    const number = recorders.length + 1;
    const path = number === 1 ? file : `${file.slice(0, -extension.length)}-${number}${extension}`;
    const target = new TraceFile({ file: path, format, picosecondsPerTick: perTick, unit, budgetBytes });
    const window = { from: from && from / perTick, until: until && until / perTick };
    recorders.push({ recorder: new Recorder(sim, target, { kinds: options.traceKind, ...window }).start(), target });
  });
  return () => {
    stop();
    return recorders.map(({ recorder, target }) => {
      recorder.finish();
      return target.report();
    });
  };
}

function timeOf(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const read = readNumber(text, { dimension: 'duration', unit: 's', binary: false });
  if (read.kind !== 'value' || !(read.value >= 0))
    throw kitErrors.create('USAGE', {
      problem: `${option} ${quoted(text)} is no time`,
      hint: 'Write it as 2ms or 15us.',
    });
  return read.value;
}

function bytesOf(text: string | undefined): number {
  const read = readNumber(text ?? '64MiB', { dimension: 'bytes', unit: 'B', binary: false });
  if (read.kind !== 'value' || !(read.value >= 2 ** 20 && read.value <= 2 ** 32))
    throw kitErrors.create('USAGE', {
      problem: `--trace-memory ${quoted(text ?? '')} is no amount from 1MiB to 4GiB`,
      hint: 'Write it as 64MiB.',
    });
  return read.value;
}
