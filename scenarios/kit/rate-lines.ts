import type { LinePlot, PublishedMark } from './plot.ts';
import type { Figure, RunResult } from './scenario.ts';

/**
 * Lines of `metric` over sequence length, one for each system; a run out of memory has a flag instead of a point. Runs go on
 * together; lines and flags stand in the order of `systems` and `lengths`, whichever ends first.
 */
export async function rateLines<System extends string, Metric extends string>(
  systems: readonly System[],
  lengths: readonly number[],
  run: (system: System, seq: number) => Promise<RunResult<Metric | 'outOfMemory'>>,
  metric: Metric,
): Promise<Required<Pick<LinePlot, 'series' | 'flags'>>> {
  const results = await Promise.all(
    systems.map(async (system) => ({
      system,
      runs: await Promise.all(lengths.map(async (seq) => [seq, await run(system, seq)] as const)),
    })),
  );
  return {
    series: results.map(({ system, runs }) => ({
      name: system,
      points: runs.map(([seq, result]) => [seq, result.flag('outOfMemory') ? null : result.number(metric)] as const),
    })),
    flags: results.flatMap(({ system, runs }) =>
      runs
        .filter(([, result]) => result.flag('outOfMemory'))
        .map(([seq]) => ({ x: seq, series: system, text: 'out of memory' })),
    ),
  };
}

/** Published cells as marks over their sequence length, coloured as the line of their system. */
export function marksOverLength(
  cells: ReadonlyArray<{ readonly params: object; readonly value: unknown; readonly role: Figure['role'] }>,
): readonly PublishedMark[] {
  return cells.map(({ params, value, role }) => {
    const { seq, system } = params as { readonly seq: number; readonly system: string };
    return { x: seq, y: value as number, series: system, role };
  });
}
