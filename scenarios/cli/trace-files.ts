import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { presetErrors } from '../../actors/presets/errors.ts';
import { workloadErrors } from '../../actors/workload/index.ts';
import { SimError } from '../../engine/index.ts';
import { formatErrors } from '../../engine/trace/formats/index.ts';
import { importErrors, type TraceFile } from '../../engine/trace/import/index.ts';
import { kitErrors, quoted } from '../kit/errors.ts';

const catalogues = [importErrors, formatErrors, workloadErrors, presetErrors].map((room) => room.catalogue);

/** Whether `error` says what is wrong with a trace, or with a system asked for; shown as one line without a stack. */
export function isTraceError(error: unknown): error is SimError {
  return error instanceof SimError && catalogues.some((catalogue) => Object.hasOwn(catalogue, error.code));
}

/** A file as the importers read it. Throws USAGE when there is none. */
export function traceFile(path: string): TraceFile {
  requireFile(path);
  return { name: basename(path), open: () => createReadStream(path) };
}

/** The traces of a path: the file itself, or those of a folder by name. Throws USAGE. */
export function traceFiles(path: string): readonly TraceFile[] {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [traceFile(path)];
  const names = readdirSync(path).filter((name) => /\.(et|json)(\.gz)?$|\.et\.\d+$/i.test(name));
  if (names.length === 0)
    throw kitErrors.create('USAGE', {
      problem: `${quoted(path, 200)} has no traces`,
      hint: 'Their names end in .et, .json, .et.gz or .json.gz.',
    });
  return names.sort().map((name) => traceFile(join(path, name)));
}

function requireFile(path: string): void {
  const problem = !existsSync(path) ? 'does not exist' : statSync(path).isFile() ? undefined : 'is no file';
  if (problem === undefined) return;
  throw kitErrors.create('USAGE', { problem: `${quoted(path, 200)} ${problem}`, hint: 'Name a trace.' });
}
