import type { Command } from 'commander';
import type { Comparison, Verdict } from '../kit/compare.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { loadScenario } from './load-scenario.ts';
import { startProgress } from './progress.ts';
import { textTable } from './table.ts';

interface Options {
  readonly json?: boolean;
  readonly seed?: string;
  readonly threads?: string;
}

const examples = `
Each cell is judged by its own tolerance where it has one, groups of cells by
the scenario's targets, headline claims by their band. Cells with role 'report'
are shown and not judged.

Examples:
  escapement compare ulysses
  escapement compare ulysses --json > ulysses.json
`;

/** `escapement compare`: every published cell of a scenario beside the simulation. Exit code 1 when something misses. */
export function configure(command: Command, io: Io): void {
  command
    .argument('<scenario>', 'id of a scenario, or the path of your own file')
    .option('--json', 'print JSON')
    .option('--seed <number>', 'seed of every random stream')
    .option('--threads <number>', 'worker threads (default: one per core, 8 at most)')
    .addHelpText('after', examples)
    .action(async (name: string, options: Options) => {
      const scenario = await loadScenario(name);
      const { compareScenario } = await import('../kit/compare.ts');
      const { shareRuns } = await import('../kit/runs.ts');
      const { resolveParams } = await import('../kit/parameters.ts');
      const { readThreads } = await import('./threads.ts');
      const { startRunPool } = await import('./run-pool.ts');
      const base = options.seed === undefined ? {} : { seed: options.seed };
      resolveParams(scenario, base);
      const pool = startRunPool(readThreads(options.threads));
      const progress = startProgress(io);
      const stopListening = io.listenForInterrupt(() => pool.stop());
      try {
        const comparison = await compareScenario(scenario, shareRuns(scenario, pool.execute(name), base), {
          onStep: (done, total, what) => progress.update(done / total, `${done} of ${total} cells (${what})`),
          stopped: io.interrupted,
        });
        progress.clear();
        if (options.json) io.out(`${JSON.stringify(comparison, null, 2)}\n`);
        else await print(comparison, io);
        if (io.interrupted()) {
          io.err(`interrupted: ${comparison.cells.length} of ${scenario.figures.length} cells are above\n`);
          io.setExitCode(exitCodes.interrupted);
        } else if (comparison.misses.length > 0) io.setExitCode(exitCodes.failed);
      } finally {
        progress.clear();
        stopListening();
        await pool.close();
      }
    });
}

async function print(comparison: Comparison, io: Io): Promise<void> {
  const { formatError, formatMetric } = await import('../kit/format-metric.ts');
  const { percent } = await import('../kit/compare.ts');
  const paint = (text: string): string => paintVerdict(text, io);
  const { cells, claims, roles, targets } = comparison;
  io.out(`${io.color.bold(comparison.title)} (${comparison.reference})\n\n`);
  if (cells.length > 0)
    io.out(
      textTable(
        [
          { head: 'cell' },
          { head: 'parameters', wrap: true },
          { head: 'metric' },
          { head: 'published', align: 'right' },
          { head: 'simulated', align: 'right' },
          { head: 'error', align: 'right' },
          { head: 'role' },
          { head: 'verdict', paint },
        ],
        cells.map((cell) => [
          cell.id,
          cell.params,
          cell.metric,
          formatMetric(cell.published, cell.unit),
          formatMetric(cell.simulated, cell.unit),
          formatError(cell.error),
          cell.role,
          cell.verdict,
        ]),
        io.width,
      ),
    );
  else io.out('No published cells.\n');
  if (roles.length > 0) {
    io.out('\n');
    io.out(
      textTable(
        [
          { head: 'role' },
          { head: 'cells', align: 'right' },
          { head: 'mean error', align: 'right' },
          { head: 'worst error', align: 'right' },
          { head: 'worst cell' },
          { head: 'pass', align: 'right' },
          { head: 'miss', align: 'right' },
        ],
        roles.map((role) => [
          role.role,
          String(role.cells),
          percent(role.mean),
          percent(role.worst),
          role.worstCell,
          String(role.passed),
          String(role.missed),
        ]),
      ),
    );
  }
  if (targets.length > 0) {
    io.out('\n');
    io.out(
      textTable(
        [
          { head: 'target' },
          { head: 'cells', align: 'right' },
          { head: 'mean error', align: 'right' },
          { head: 'worst error', align: 'right' },
          { head: 'limit' },
          { head: 'verdict', paint },
        ],
        targets.map((target) => [
          target.id,
          String(target.cells),
          percent(target.mean),
          percent(target.worst),
          target.limit,
          target.verdict,
        ]),
      ),
    );
  }
  if (claims.length > 0) {
    io.out('\n');
    io.out(
      textTable(
        [
          { head: 'claim', wrap: true },
          { head: 'published', align: 'right' },
          { head: 'simulated', align: 'right' },
          { head: 'passes at' },
          { head: 'verdict', paint },
        ],
        claims.map((claim) => [
          claim.text,
          formatMetric(claim.published, claim.unit),
          formatMetric(claim.simulated, claim.unit),
          claim.band,
          claim.verdict,
        ]),
        io.width,
      ),
    );
  }
  if (!comparison.complete) return;
  io.out(
    comparison.misses.length === 0
      ? '\nNothing misses.\n'
      : `\n${comparison.misses.length} missed: ${comparison.misses.join(', ')}\n`,
  );
}

/** Green for a pass, red for a miss. */
export function paintVerdict(text: string, io: Io): string {
  const verdict = text.trim() as Verdict;
  if (verdict === 'pass') return io.color.green(text);
  return verdict === 'miss' ? io.color.red(text) : io.color.dim(text);
}
