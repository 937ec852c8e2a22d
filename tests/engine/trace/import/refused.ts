import * as assert from 'uvu/assert';
import { type ImportOptions, importWorkload, type TraceFile } from '../../../../engine/trace/import/index.ts';

/** Asserts that an import fails with this code and message. */
export async function refused(
  files: TraceFile[],
  code: string,
  message: RegExp,
  options?: ImportOptions,
): Promise<void> {
  try {
    await importWorkload(files, options);
  } catch (error) {
    assert.is((error as { code?: string }).code, code, (error as Error).stack ?? '');
    assert.match((error as Error).message, message);
    return;
  }
  assert.unreachable(`${code} expected`);
}
