import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { caseFile, type Failure } from '../../../engine/testing/index.ts';

/**
 * A `link` for checks: saves the smallest failing case into `folder` and says how to open it: `escapement serve` runs its scenario up to the
 * failing event and stands still before it. A scenario of one's own is named by its path from `folder`.
 */
export function saveCase(folder: string): (failure: Failure<unknown>) => string {
  return (failure) => {
    mkdirSync(folder, { recursive: true });
    const name = `${failure.name.replaceAll(/[^\w]+/g, '-')}-${failure.seed}.case.json`;
    const file = join(folder, name);
    writeFileSync(file, `${caseFile(failure)}\n`);
    const shown = relative('.', file);
    return failure.opens === undefined ? `Saved as ${shown}` : `Open it in the viewer: escapement serve ${shown}`;
  };
}
