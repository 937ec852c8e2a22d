import { accessSync, constants, existsSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Comparison } from '../kit/compare.ts';
import { kitErrors, quoted } from '../kit/errors.ts';
import type { Plot } from '../kit/plot.ts';

/** Refuses a report path that cannot be written, before any work is done. Throws USAGE. */
export function checkWritable(file: string): void {
  const path = resolve(file);
  const refuse = (why: string, hint: string): never => {
    throw kitErrors.create('USAGE', { problem: `cannot write the report to ${quoted(file, 200)}: ${why}`, hint });
  };
  if (file.trim() === '') refuse('the name is empty', 'Write --report report.html.');
  const folder = dirname(path);
  if (!existsSync(folder)) refuse(`there is no folder ${quoted(folder, 200)}`, 'Create it or name another file.');
  if (existsSync(path) && statSync(path).isDirectory()) refuse('it is a folder', 'Name a file in it.');
  try {
    if (!statSync(folder).isDirectory()) refuse(`${quoted(folder, 200)} is not a folder`, 'Name another file.');
    accessSync(existsSync(path) ? path : folder, constants.W_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined || !('syscall' in (error as object))) throw error;
    refuse('permission denied', 'Name another file with --report FILE.');
  }
}

/** Writes the report whole or not at all; returns its absolute path. Throws USAGE when the disk refuses. */
export async function writeReport(
  file: string,
  results: ReadonlyArray<{ readonly comparison: Comparison; readonly plots: readonly Plot[] }>,
): Promise<string> {
  const { renderReport } = await import('../kit/report/render-report.ts');
  const html = await renderReport(results);
  const path = resolve(file);
  try {
    writeFileSync(`${path}.part`, html);
    renameSync(`${path}.part`, path);
  } catch (error) {
    throw kitErrors.create(
      'USAGE',
      {
        problem: `cannot write the report to ${quoted(file, 200)}: ${(error as Error).message}`,
        hint: 'Name another file with --report FILE.',
      },
      {},
      error,
    );
  }
  return path;
}
