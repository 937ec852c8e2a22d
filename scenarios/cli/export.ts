import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { PerfettoSummary, TableName, TraceSink, TrackCheck } from '../../engine/trace/formats/index.ts';
import type { TraceFile } from '../../engine/trace/import/index.ts';
import { kitErrors, quoted } from '../kit/errors.ts';
import { formatMetric } from '../kit/format-metric.ts';
import { reasonOf, systemProblem } from '../kit/system-error.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { checkWritable } from './write-file.ts';

interface Options {
  readonly to?: string;
  readonly out?: string;
  readonly check?: boolean;
  readonly json?: boolean;
}

const formats = {
  chrome: { ending: '.json', what: 'Chrome Trace Event JSON, for chrome://tracing' },
  speedscope: { ending: '.speedscope.json', what: 'speedscope.app' },
  csv: { ending: '-csv', what: 'a folder of tables: tasks, waits, counters, links, memory, flows' },
  parquet: { ending: '-parquet', what: 'the same tables as Parquet' },
  perfetto: { ending: '.copy.pftrace', what: 'Perfetto protobuf again, whole and repaired after a cut' },
} as const;

type Format = keyof typeof formats;

const notes = `
Formats
${Object.entries(formats)
  .map(([name, { what }]) => `  ${name.padEnd(12)}${what}`)
  .join('\n')}

A trace cut off by a killed process is read up to its last whole packet; slices
that are open there are closed and marked unfinished. --check holds a trace
against the rules of nesting, order, flows and waits; exit code 1 says that one
is broken.

Examples:
  escapement export run.pftrace --to chrome
  escapement export run.pftrace --to parquet --out tables
  escapement export run.pftrace --check
`;

/** `escapement export`: turns a Perfetto trace into another format, or checks it. */
export function configure(command: Command, io: Io): void {
  command
    .argument('<trace>', 'a Perfetto trace (.pftrace), packed with gzip or not')
    .option('--to <format>', `one of ${Object.keys(formats).join(', ')}`)
    .option('--out <path>', 'file, or folder of tables, to write (default: beside the trace)')
    .option('--check', 'hold the trace against the rules and report')
    .option('--json', 'print JSON')
    .addHelpText('after', notes)
    .action(async (path: string, options: Options) => {
      const { to } = options;
      if (to === undefined && options.check !== true)
        throw kitErrors.create('USAGE', { problem: 'nothing to do', hint: 'Say --to chrome or --check.' });
      if (to !== undefined && !Object.hasOwn(formats, to))
        throw kitErrors.create('USAGE', {
          problem: `there is no format '${quoted(to)}'`,
          hint: `Formats are ${Object.keys(formats).join(', ')}.`,
        });
      const { traceFile } = await import('./trace-files.ts');
      const file = traceFile(path);
      const { check, summary } = await checkFile(file);
      const written =
        to === undefined
          ? undefined
          : await convert(file, to as Format, outputOf(path, to as Format, options), summary);
      report(io, options, check, summary, written);
      if (options.check === true && check.problemCount > 0) io.setExitCode(exitCodes.failed);
    });
}

function outputOf(path: string, format: Format, { out }: Options): string {
  const stem = path.replace(/\.gz$/, '').replace(/\.(pftrace|perfetto-trace|pb)$/, '');
  return out ?? `${stem}${formats[format].ending}`;
}

async function checkFile(file: TraceFile): Promise<{ readonly check: TrackCheck; readonly summary: PerfettoSummary }> {
  const { PerfettoReader, TrackChecker } = await import('../../engine/trace/formats/index.ts');
  const checker = new TrackChecker();
  const reader = new PerfettoReader(checker, { repair: false, picosecondsPerTick: 1000 });
  await feed(file, reader);
  const summary = reader.finish();
  if (summary.packets === 0)
    throw kitErrors.create('USAGE', {
      problem: `${quoted(file.name, 200)} has no whole packet of a Perfetto trace`,
      hint: 'Name a .pftrace file.',
    });
  return { check: checker.result(summary.packets), summary };
}

async function feed(file: TraceFile, reader: { push(chunk: Uint8Array): void }): Promise<void> {
  const { unpackedBytes } = await import('../../engine/trace/import/index.ts');
  let first = true;
  for await (const chunk of unpackedBytes(file)) {
    if (first && chunk.length > 0) {
      first = false;
      if (chunk[0] !== 0x0a) {
        const json = chunk[0] === 0x7b || chunk[0] === 0x5b;
        throw kitErrors.create('USAGE', {
          problem: `${quoted(file.name, 200)} is no Perfetto trace${json ? ': it looks like JSON' : ''}`,
          hint: json ? "A workload is replayed by 'escapement import'." : 'Give a .pftrace file.',
        });
      }
    }
    reader.push(chunk);
  }
}

interface Written {
  readonly path: string;
  readonly bytes: number;
}

async function convert(file: TraceFile, format: Format, out: string, summary: PerfettoSummary): Promise<Written> {
  const { PerfettoReader } = await import('../../engine/trace/formats/index.ts');
  // Picoseconds reach 2.5 hours; a longer trace, of another program, is read in nanoseconds.
  const picosecondsPerTick = summary.last * 1000 > Number.MAX_SAFE_INTEGER ? 1000 : 1;
  const target = format === 'csv' || format === 'parquet' ? new TableFolder(out, format) : new SingleFile(out);
  const sink = await target.sink(format, picosecondsPerTick, file.name);
  try {
    const reader = new PerfettoReader(sink, { picosecondsPerTick });
    await feed(file, reader);
    reader.finish();
    return target.finish();
  } catch (error) {
    target.abandon();
    if (systemProblem(error) === undefined) throw error;
    throw kitErrors.create(
      'USAGE',
      {
        problem: `--out ${quoted(out, 200)} cannot be written: ${reasonOf(error)}`,
        hint: 'Make room or name another place.',
      },
      {},
      error,
    );
  }
}

/** Text and bytes of one file, collected and written in large pieces under another name until it is whole. */
class SingleFile {
  readonly #path: string;
  readonly #file: number;
  #parts: string[] = [];
  #size = 0;
  #bytes = 0;
  #drain: () => void = () => undefined;

  constructor(out: string) {
    checkWritable(out, '--out');
    this.#path = resolve(out);
    this.#file = openSync(`${this.#path}.part`, 'w');
  }

  async sink(format: Format, picosecondsPerTick: number, title: string): Promise<TraceSink> {
    const { ChromeWriter, PerfettoWriter, SpeedscopeWriter } = await import('../../engine/trace/formats/index.ts');
    const write = (text: string): void => {
      this.#parts.push(text);
      this.#size += text.length;
      if (this.#size > 1 << 20) this.#flush();
    };
    if (format === 'chrome') return new ChromeWriter({ write, picosecondsPerTick });
    if (format === 'speedscope') return new SpeedscopeWriter({ write, picosecondsPerTick, title });
    const writer = new PerfettoWriter({ picosecondsPerTick, exact: 'all' });
    const drain = (): void => writer.drain((bytes) => this.#put(bytes));
    this.#drain = drain;
    const spill = (): void => {
      if (writer.length > 1 << 20) drain();
    };
    return {
      track: (track) => writer.track(track),
      begin: (...args) => {
        writer.begin(...args);
        spill();
      },
      end: (...args) => {
        writer.end(...args);
        spill();
      },
      instant: (...args) => {
        writer.instant(...args);
        spill();
      },
      counter: (...args) => {
        writer.counter(...args);
        spill();
      },
      finish: () => writer.finish(),
    };
  }

  finish(): Written {
    this.#drain();
    this.#flush();
    closeSync(this.#file);
    renameSync(`${this.#path}.part`, this.#path);
    return { path: this.#path, bytes: this.#bytes };
  }

  abandon(): void {
    closeSync(this.#file);
    rmSync(`${this.#path}.part`);
  }

  #flush(): void {
    if (this.#parts.length > 0) this.#put(Buffer.from(this.#parts.join('')));
    this.#parts = [];
    this.#size = 0;
  }

  #put(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#bytes += bytes.length;
  }
}

/** A folder with a file for each table. */
class TableFolder {
  readonly #path: string;
  readonly #ending: string;
  readonly #files = new Map<TableName, { readonly file: number; parts: (string | Uint8Array)[]; size: number }>();
  #bytes = 0;

  constructor(out: string, ending: 'csv' | 'parquet') {
    this.#path = resolve(out);
    this.#ending = ending;
    if (!existsSync(this.#path)) {
      checkWritable(out, '--out');
      mkdirSync(this.#path);
    } else checkWritable(join(out, `tasks.${ending}`), '--out');
  }

  async sink(_format: Format, picosecondsPerTick: number): Promise<TraceSink> {
    const { CsvWriter, TableSink } = await import('../../engine/trace/formats/index.ts');
    const { ParquetWriter } = await import('../../engine/trace/formats/parquet-writer.ts');
    const put = (table: TableName, piece: string | Uint8Array): void => {
      let open = this.#files.get(table);
      if (open === undefined) {
        open = { file: openSync(join(this.#path, `${table}.${this.#ending}`), 'w'), parts: [], size: 0 };
        this.#files.set(table, open);
      }
      open.parts.push(piece);
      open.size += piece.length;
      if (open.size > 1 << 20) this.#flush(open);
    };
    return new TableSink(this.#ending === 'csv' ? new CsvWriter(put) : new ParquetWriter(put), { picosecondsPerTick });
  }

  finish(): Written {
    for (const open of this.#files.values()) this.#flush(open);
    this.#close();
    return { path: this.#path, bytes: this.#bytes };
  }

  abandon(): void {
    this.#close();
    for (const table of this.#files.keys()) rmSync(join(this.#path, `${table}.${this.#ending}`), { force: true });
  }

  #close(): void {
    for (const { file } of this.#files.values()) closeSync(file);
  }

  #flush(open: { readonly file: number; parts: (string | Uint8Array)[]; size: number }): void {
    const bytes = Buffer.concat(open.parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
    for (let at = 0; at < bytes.length; ) at += writeSync(open.file, bytes, at);
    this.#bytes += bytes.length;
    open.parts = [];
    open.size = 0;
  }
}

const shownProblems = 20;
const jsonLimit = 200e6;

function report(
  io: Io,
  options: Options,
  check: TrackCheck,
  summary: PerfettoSummary,
  written: Written | undefined,
): void {
  if (options.json === true) {
    io.out(
      `${JSON.stringify({ ...check, file: summary, ...(written === undefined ? {} : { written }) }, undefined, 2)}\n`,
    );
    return;
  }
  const { slices, waits, counters, instants, flows, tracks, problemCount, problems } = check;
  io.out(
    `${summary.packets} packets: ${slices} tasks, ${waits} waits, ${counters} counter values, ${instants} instants, ${flows} flows on ${tracks} tracks\n`,
  );
  const cut = [
    summary.leftover > 0 ? `the last ${summary.leftover} bytes are an unfinished packet` : '',
    summary.withoutState > 0 ? `${summary.withoutState} packets refer to a part that is missing` : '',
    summary.lost > 0 ? `the recorder lost packets ${summary.lost} times` : '',
    summary.skipped > 0 ? `${summary.skipped} events are not understood` : '',
  ].filter((text) => text !== '');
  if (cut.length > 0) io.out(`Note: ${cut.join('; ')}.\n`);
  if (options.check === true) {
    for (const { rule, text } of problems.slice(0, shownProblems)) io.out(`${rule}: ${text}\n`);
    if (problemCount > shownProblems) io.out(`... and ${problemCount - shownProblems} more\n`);
    io.out(
      problemCount === 0
        ? 'No rule is broken.\n'
        : `${problemCount} ${problemCount === 1 ? 'rule is' : 'rules are'} broken.\n`,
    );
  } else if (problemCount > 0) io.err(`warning: the trace breaks rules ${problemCount} times; see --check.\n`);
  if (written === undefined) return;
  io.out(`Written: ${written.path} (${formatMetric(written.bytes, 'B')})\n`);
  if (options.to === 'chrome' && written.bytes > jsonLimit)
    io.err('warning: viewers fail on JSON of this size; open the .pftrace itself in ui.perfetto.dev.\n');
}
