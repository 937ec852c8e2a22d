import type { Command } from 'commander';
import type { Comparison } from '../kit/compare.ts';
import type { Plot } from '../kit/plot.ts';
import type { Scenario } from '../kit/scenario.ts';
import { registry } from '../registry.ts';
import { paintVerdict } from './compare.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { loadScenario } from './load-scenario.ts';
import { startProgress } from './progress.ts';
import { viewer } from './serve.ts';
import { textTable } from './table.ts';

interface Options {
  readonly json?: boolean;
  readonly report?: string | false;
  readonly threads?: string;
  readonly full?: boolean;
  readonly strict?: boolean;
  readonly seed?: string;
  readonly serve: boolean;
}

const examples = `
Examples:
  escapement replay
  escapement replay ulysses --report ulysses.html
  escapement replay --json --no-report
`;

/** `escapement replay`: the headline claims of all scenarios in one table, and a report with plots. A stated miss is a result; with --strict it is exit code 1. */
export function configure(command: Command, io: Io): void {
  command
    .argument('[scenarios...]', 'scenarios to replay (default: all)')
    .option('--json', 'print JSON')
    .option('--report <file>', 'where the HTML report goes', 'escapement-report.html')
    .option('--no-report', 'write no report')
    .option('--full', 'include cells and claims that take long')
    .option('--strict', 'exit with 1 when a claim or target misses')
    .option('--seed <number>', 'seed of every random stream')
    .option('--no-serve', 'end after the table; without a terminal it does so anyway')
    .option('--threads <number>', 'worker threads (default: one per core, 8 at most)')
    .addHelpText('after', examples)
    .action((names: readonly string[], options: Options) => replay(names, options, io));
}

async function replay(names: readonly string[], options: Options, io: Io): Promise<void> {
  const started = performance.now();
  const chosen = names.length > 0 ? names : registry.map((entry) => entry.id);
  const { checkWritable } = await import('./write-file.ts');
  const { writeReport } = await import('./write-report.ts');
  const { resolveParams } = await import('../kit/parameters.ts');
  const { readThreads } = await import('./threads.ts');
  const threads = readThreads(options.threads);
  const scenarios: Array<readonly [string, Scenario]> = [];
  const base = options.seed === undefined ? {} : { seed: options.seed };
  for (const name of chosen) {
    const scenario = await loadScenario(name);
    resolveParams(scenario, base);
    scenarios.push([name, scenario]);
  }
  if (typeof options.report === 'string') checkWritable(options.report, '--report');
  const { compareScenario } = await import('../kit/compare.ts');
  const { shareRuns } = await import('../kit/runs.ts');
  const { startRunPool } = await import('./run-pool.ts');
  const pool = startRunPool(threads);
  const progress = startProgress(io);
  const stopListening = io.listenForInterrupt(() => pool.stop());
  const results: Array<{ comparison: Comparison; plots: readonly Plot[] }> = [];
  try {
    for (const [i, [name, scenario]] of scenarios.entries()) {
      if (io.interrupted()) break;
      const run = shareRuns(scenario, pool.execute(name), base);
      const comparison = await compareScenario(scenario, run, {
        quick: options.full !== true,
        stopped: io.interrupted,
        onStep: (done, total) =>
          progress.update((i + done / (total + 1)) / scenarios.length, `${scenario.id}: ${done} of ${total} cells`),
      });
      const plots = await story(scenario, run, options, io);
      results.push({ comparison, plots });
    }
  } finally {
    progress.clear();
    stopListening();
    await pool.close();
  }
  const comparisons = results.map((result) => result.comparison);
  const seconds = (performance.now() - started) / 1000;
  if (options.json) io.out(`${JSON.stringify(comparisons, null, 2)}\n`);
  else await print(comparisons, seconds, io);
  if (io.interrupted()) {
    const isAny = comparisons.some(({ claims, cells }) => claims.length + cells.length > 0);
    io.err(`interrupted${isAny ? ': what was done is above' : ' before anything was done'}, no report was written\n`);
    io.setExitCode(exitCodes.interrupted);
    return;
  }
  if (options.report) {
    const path = await writeReport(options.report, results);
    (options.json ? io.err : io.out)(`Report: ${path}\n`);
  }
  if (options.strict === true && comparisons.some((comparison) => comparison.misses.length > 0))
    io.setExitCode(exitCodes.failed);
  const isAttended = io.width !== undefined && options.json !== true && !io.interrupted();
  if (options.serve && isAttended && io.serve !== undefined)
    await viewer(io)({ port: 0, open: false, paused: false, scenario: chosen[0] });
}

async function story(
  scenario: Scenario,
  run: Parameters<NonNullable<Scenario['story']>>[0],
  options: Options,
  io: Io,
): Promise<readonly Plot[]> {
  if (!options.report || scenario.story === undefined || io.interrupted()) return [];
  try {
    return await scenario.story(run);
  } catch (error) {
    if (io.interrupted()) return [];
    throw error;
  }
}

async function print(comparisons: readonly Comparison[], seconds: number, io: Io): Promise<void> {
  const { replayRows } = await import('../kit/replay-rows.ts');
  const rows = comparisons.flatMap(replayRows);
  if (rows.length === 0 && io.interrupted()) return;
  io.out(
    textTable(
      [
        { head: 'paper' },
        { head: 'claim', wrap: true },
        { head: 'published', align: 'right' },
        { head: 'simulated', align: 'right' },
        { head: 'error', align: 'right' },
        { head: 'passes at' },
        { head: 'verdict', paint: (text) => paintVerdict(text, io) },
      ],
      rows.map((row) => [row.paper, row.claim, row.published, row.simulated, row.error, row.band, row.verdict]),
      io.width,
    ),
  );
  const missed = rows.filter((row) => row.verdict === 'miss').length;
  const verdict = missed === 0 ? io.color.green('all hold') : io.color.red(`${missed} missed`);
  const until = io.interrupted() ? ' until it was interrupted' : '';
  io.out(`\n${rows.length} claims and targets${until}, ${verdict}, ${seconds.toFixed(1)} s\n`);
  if (io.interrupted()) return;
  const leftOut = comparisons.reduce((sum, comparison) => sum + comparison.leftOut, 0);
  if (leftOut > 0) io.out(`${leftOut} published cells and claims take longer: replay --full, or compare <scenario>\n`);
}
