import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';

/** What `npm pack` says of the file it made. */
export interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
}

const top = fileURLToPath(new URL('../../', import.meta.url));

/** Packs the compiled package into the folder `home` and installs it into an empty project `home`/`name`. */
export function installPacked(home: string, name: string): { readonly packed: Packed; readonly project: string } {
  const [packed] = JSON.parse(npm(['pack', '--ignore-scripts', '--json', '--pack-destination', home], top)) as [Packed];
  const project = join(home, name);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
  npm(['install', '--no-audit', '--no-fund', '--prefer-offline', join(home, packed.filename)], project);
  return { packed, project };
}

function npm(args: readonly string[], cwd: string): string {
  const shell = process.platform === 'win32';
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8', shell });
  assert.is(status, 0, stderr);
  return stdout;
}
