import { accessSync, constants, existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { kitErrors, quoted } from '../kit/errors.ts';
import { reasonOf } from '../kit/system-error.ts';

/** Refuses a path that cannot be written, before any work is done; `option` is the flag that named it. Throws USAGE. */
export function checkWritable(file: string, option: string): void {
  const path = resolve(file);
  const refuse = (why: string, hint: string): never => {
    throw kitErrors.create('USAGE', { problem: `${option} ${quoted(file, 200)} cannot be written: ${why}`, hint });
  };
  if (file.trim() === '') refuse('the name is empty', `Write ${option} FILE.`);
  const folder = dirname(path);
  if (!existsSync(folder)) refuse(`there is no folder ${quoted(folder, 200)}`, 'Create it or name another file.');
  if (!statSync(folder).isDirectory()) refuse(`${quoted(folder, 200)} is not a folder`, 'Name another file.');
  if (existsSync(path) && statSync(path).isDirectory()) refuse('it is a folder', 'Name a file in it.');
  try {
    accessSync(existsSync(path) ? path : folder, constants.W_OK);
  } catch (error) {
    refuse(reasonOf(error), `Name another file with ${option} FILE.`);
  }
}

/** Writes a file whole or not at all; returns its absolute path. Throws USAGE when the disk refuses. */
export function writeWhole(file: string, text: string | Uint8Array, option: string): string {
  const path = resolve(file);
  try {
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
  } catch (error) {
    rmSync(`${path}.part`, { force: true });
    throw kitErrors.create(
      'USAGE',
      {
        problem: `${option} ${quoted(file, 200)} cannot be written: ${reasonOf(error)}`,
        hint: `Name another file with ${option} FILE.`,
      },
      {},
      error,
    );
  }
  return path;
}
