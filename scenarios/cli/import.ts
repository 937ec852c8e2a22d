import type { Command } from 'commander';
import type { Replay, ReplayedRank } from '../../actors/workload/index.ts';
import type { Simulation } from '../../engine/kernel/index.ts';
import type { ImportNote } from '../../engine/trace/import/index.ts';
import type { TraceFileReport } from '../../engine/trace/node/index.ts';
import { kitErrors, quoted } from '../kit/errors.ts';
import type { Io } from './io.ts';
import { textTable } from './table.ts';

interface Options {
  readonly system?: string;
  readonly keepDurations?: boolean;
  readonly ranks?: number;
  readonly partial?: boolean;
  readonly group?: ReadonlyMap<string, readonly number[]>;
  readonly json?: boolean;
  readonly trace?: string;
}

const notes = `
Reads Chakra execution traces (protobuf or JSON, one file for each rank:
job.0.et, job.1.et, ...) and PyTorch profiler traces (Kineto JSON), packed with
gzip or not, and replays them. Work with a known shape is priced by the model of
the target; what was assumed is printed below the table.

compute     kernels and copies, overlapping ones once
comm        collectives and messages after their partners had arrived
exposed     communication during which nothing is computed

Examples:
  escapement import traces/ --system dgx-h100
  escapement import job.0.et job.1.et --ranks 64
  escapement import trace.json.gz --system dgx-a100 --group tp=0..7 --json
  escapement import traces/ --keep-durations --trace replay.pftrace
`;

/** `escapement import`: replays execution traces on a system of the presets. */
export function configure(command: Command, io: Io): void {
  command
    .argument('<traces...>', 'files, or a folder of them')
    .option('--system <id>', 'where to run (default: a system with the GPU of the trace, else dgx-h100)')
    .option('--keep-durations', 'take the durations of the trace, of collectives too')
    .option('--ranks <n>', 'copy the job to this many ranks, a multiple of those traced', wholeNumber)
    .option('--partial', 'use what is there of cut files and missing ranks')
    .option('--group <name=ranks>', 'ranks of a group: tp=0..7 or tp=0,2,4; may be repeated', group)
    .option('--trace <file>', 'record the replay as a Perfetto trace')
    .option('--json', 'print JSON')
    .addHelpText('after', notes)
    .action(async (paths: readonly string[], options: Options) => {
      const { traceFiles } = await import('./trace-files.ts');
      const { importWorkload } = await import('../../engine/trace/import/index.ts');
      const { replayWorkload } = await import('../../actors/workload/index.ts');
      const workload = await importWorkload(paths.flatMap(traceFiles), {
        ...(options.partial === true ? { partial: true } : {}),
        ...(options.group === undefined ? {} : { groups: options.group }),
        ...(options.ranks === undefined ? {} : { ranks: options.ranks }),
      });
      const recording = options.trace === undefined ? undefined : await record(options.trace);
      const replay = replayWorkload(workload, {
        ...(recording === undefined ? {} : { onStart: recording.start }),
        ...(options.system === undefined ? {} : { system: options.system }),
        keepDurations: options.keepDurations === true,
      });
      const recorded = recording?.finish();
      if (options.json === true) io.out(`${JSON.stringify(asJson(replay, workload.format), undefined, 2)}\n`);
      else io.out(asText(replay, workload.format));
      if (recorded !== undefined) (await import('./start-trace.ts')).tellTrace(recorded, io);
    });
}

/** Records the run into a file. Throws USAGE when it cannot be written. */
async function record(
  file: string,
): Promise<{ readonly start: (sim: Simulation) => void; readonly finish: () => TraceFileReport }> {
  const { checkWritable } = await import('./write-file.ts');
  const { traceFormat } = await import('./start-trace.ts');
  const { Recorder } = await import('../../engine/trace/index.ts');
  const { FileTarget } = await import('../../engine/trace/node/file-target.ts');
  const format = traceFormat(file);
  checkWritable(file, '--trace');
  const target = new FileTarget({ file, format, picosecondsPerTick: 1 });
  let recorder: InstanceType<typeof Recorder> | undefined;
  return {
    start: (sim) => {
      recorder = new Recorder(sim, target).start();
    },
    finish: () => {
      recorder?.finish();
      return target.report();
    },
  };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || text.trim() === '')
    throw kitErrors.create('USAGE', { problem: `'${quoted(text)}' is no whole number from 1`, hint: 'Write 64.' });
  return value;
}

function group(
  text: string,
  before: ReadonlyMap<string, readonly number[]> = new Map(),
): ReadonlyMap<string, readonly number[]> {
  const match = /^([^=]+)=(.+)$/.exec(text);
  const ranks = match?.[2]?.split(',').flatMap((part) => {
    const range = /^(\d{1,6})(?:\.\.(\d{1,6}))?$/.exec(part.trim());
    if (range === null) return [Number.NaN];
    const from = Number(range[1]);
    const to = Number(range[2] ?? range[1]);
    return to < from ? [Number.NaN] : Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  if (ranks === undefined || ranks.some(Number.isNaN))
    throw kitErrors.create('USAGE', {
      problem: `'${quoted(text)}' is no group`,
      hint: 'Write --group tp=0..7 or tp=0,2,4.',
    });
  return new Map([...before, [(match as RegExpExecArray)[1] as string, [...new Set(ranks)]]]);
}

const rankLimit = 16;

function asText(replay: Replay, format: string): string {
  const { tracedMakespan } = replay;
  const traced = tracedMakespan === undefined ? 'the trace has no times' : `${time(tracedMakespan)} in the trace`;
  const ratio = tracedMakespan === undefined ? '' : `, ${(tracedMakespan / replay.makespan).toPrecision(3)}x as fast`;
  const shown = replay.ranks.length > rankLimit ? slowest(replay.ranks) : replay.ranks;
  const rows = shown.flatMap(({ rank, traced: before, ...now }) => [
    [String(rank), 'replay', ...cells(now)],
    ...(before === undefined ? [] : [['', 'trace', ...cells(before)]]),
  ]);
  const head = ['makespan', 'compute', 'comm', 'exposed'].map((text) => ({ head: text, align: 'right' as const }));
  const table = textTable([{ head: 'rank', align: 'right' }, { head: '' }, ...head], rows);
  const more =
    shown.length < replay.ranks.length ? `The ${shown.length} slowest of ${replay.ranks.length} ranks.\n` : '';
  return `${format} trace of ${counted(replay.ranks.length, 'rank')} on ${replay.system} (${replay.gpu})
makespan ${time(replay.makespan)}, ${traced}${ratio}

${table}${more}
${pricing(replay)}${noteLines(replay.notes)}`;
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function slowest(ranks: readonly ReplayedRank[]): readonly ReplayedRank[] {
  return [...ranks].sort((a, b) => b.makespan - a.makespan || a.rank - b.rank).slice(0, rankLimit);
}

function cells(times: { makespan: number; compute: number; communication: number; exposed: number }): string[] {
  return [times.makespan, times.compute, times.communication, times.exposed].map(time);
}

const priceNames = {
  ratio: 'traced time by the ratio of the models',
  model: 'model of the target',
  bandwidth: 'traced time by memory bandwidth',
  kept: 'traced time',
} as const;

function pricing({ priced }: Replay): string {
  const total = Object.values(priced).reduce((sum, entry) => sum + entry.time, 0);
  const lines = (Object.keys(priceNames) as (keyof typeof priceNames)[])
    .filter((source) => priced[source].nodes > 0)
    .map((source) => {
      const { nodes, time: spent } = priced[source];
      return `  ${priceNames[source]}: ${counted(nodes, 'operation')}, ${total === 0 ? 0 : ((100 * spent) / total).toFixed(0)} % of device time`;
    });
  return lines.length === 0 ? '' : `Priced by\n${lines.join('\n')}\n\n`;
}

function noteLines(list: readonly ImportNote[]): string {
  return `Assumed\n${list.map(({ code, text }) => `  ${code === '' ? '' : `${code}: `}${text}`).join('\n')}\n`;
}

function time(picoseconds: number): string {
  const units = [
    [1e12, 's'],
    [1e9, 'ms'],
    [1e6, 'us'],
    [1e3, 'ns'],
  ] as const;
  const [scale, unit] = units.find(([size]) => picoseconds >= size) ?? [1, 'ps'];
  return `${(picoseconds / scale).toPrecision(4)} ${unit}`;
}

function asJson(replay: Replay, format: string): object {
  return { format, ...replay };
}
