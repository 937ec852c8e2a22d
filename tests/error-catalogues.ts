import { existsSync, readdirSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ErrorRoom } from '../engine/index.ts';

/** Codes that no test can raise, each with the reason. */
const unraised: Readonly<Record<string, string>> = {
  SIM_QUEUE_FULL: 'needs 67 million pending events',
};

/** The error catalogue of one folder, found by its file name: `errors.ts` or `…-errors.ts`. */
export interface Catalogue {
  /** Folder, e.g. `engine/kernel`. */
  readonly folder: string;
  readonly room: ErrorRoom<string>;
}

const top = fileURLToPath(new URL('../', import.meta.url));

/** Every catalogue of the package, in order of folders. */
export async function errorCatalogues(): Promise<Catalogue[]> {
  const found: Catalogue[] = [];
  for (const folder of ['engine', 'actors', 'scenarios', 'viz-server'])
    for (const file of filesIn(folder)) {
      const exported: Record<string, unknown> = await import(pathToFileURL(`${top}${file}`).href);
      for (const room of Object.values(exported))
        if (isRoom(room)) found.push({ folder: file.slice(0, file.lastIndexOf('/')), room });
    }
  return found;
}

/** Catalogue files below `folder` of the compiled package, in order of their names, `/` between folders. */
function filesIn(folder: string): string[] {
  if (!existsSync(`${top}${folder}`)) return [];
  return readdirSync(`${top}${folder}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(^|-)errors\.js$/.test(entry.name))
    .map((entry) => relative(top, `${entry.parentPath}/${entry.name}`).split(sep).join('/'))
    .sort();
}

function isRoom(value: unknown): value is ErrorRoom<string> {
  return typeof value === 'object' && value !== null && 'catalogue' in value && 'create' in value;
}

/** Notes from here on which errors are made; `missing` lists the codes that were not. */
export async function watchErrors(): Promise<{ missing(): string[] }> {
  const rooms = (await errorCatalogues()).map(({ room }) => room);
  const raised = new Set(Object.keys(unraised));
  for (const room of rooms) {
    const create = room.create.bind(room);
    room.create = (code, ...rest) => {
      raised.add(code);
      return create(code, ...rest);
    };
  }
  return { missing: () => rooms.flatMap((room) => Object.keys(room.catalogue)).filter((code) => !raised.has(code)) };
}
