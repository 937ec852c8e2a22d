import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Which code computes runs. */
export interface CodeIdentity {
  /** Version of the package. */
  readonly version: string;
  /** 16 hexadecimal digits over every file that runs, the versions of the dependencies, and the scenario's own file. */
  readonly hash: string;
}

const top = fileURLToPath(new URL('../../', import.meta.url));
let ofPackage: { readonly version: string; readonly hash: string } | undefined;

/** The identity of this package and, for a scenario of one's own, of its file (not of what that file imports). */
export function codeIdentity(scenarioFile?: string): CodeIdentity {
  ofPackage ??= hashPackage();
  if (scenarioFile === undefined) return ofPackage;
  const hash = createHash('sha256')
    .update(ofPackage.hash)
    .update(readFileSync(resolve(scenarioFile)));
  return { version: ofPackage.version, hash: hash.digest('hex').slice(0, 16) };
}

function hashPackage(): CodeIdentity {
  const about = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
    dependencies: Record<string, string>;
  };
  const hash = createHash('sha256').update(JSON.stringify([about.version, about.dependencies]));
  for (const folder of ['engine', 'actors', 'scenarios'])
    for (const file of filesBelow(`${top}${folder}`)) hash.update(`\0${file}\0`).update(readFileSync(`${top}${file}`));
  return { version: about.version, hash: hash.digest('hex').slice(0, 16) };
}

/** Files that take part in a run, in order of their names. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/[.](map|d[.]ts)$/.test(entry.name))
    .map((entry) => relative(top, `${entry.parentPath}/${entry.name}`).split(sep).join('/'))
    .sort();
}
