import type { Comparison } from '../kit/compare.ts';
import type { Plot } from '../kit/plot.ts';
import { writeWhole } from './write-file.ts';

/** Writes the report of a replay whole or not at all; returns its absolute path. Throws USAGE when the disk refuses. */
export async function writeReport(
  file: string,
  results: ReadonlyArray<{ readonly comparison: Comparison; readonly plots: readonly Plot[] }>,
): Promise<string> {
  const { renderReport } = await import('../kit/report/render-report.ts');
  return writeWhole(file, await renderReport(results), '--report');
}
