import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the page. */
export interface StaticFile {
  readonly bytes: Buffer;
  readonly type: string;
  /** `"sha256-…"`, for caches. */
  readonly tag: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** What stands in for the page where it has not been built. */
const substitute = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Escapement</title></head>
<body><h1>Escapement</h1><p>The page has not been built; the programming interface at /api/v1/ works.</p></body></html>
`;

/** Where the build puts the page. */
const pageFolder: string = fileURLToPath(new URL('../web/', import.meta.url));

/** The files of the page by the path they are asked for: read once, so that no request names a file on the disk. */
export function loadPage(folder = pageFolder): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  if (existsSync(`${folder}/index.html`))
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const type = types[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      const path = `${entry.parentPath}/${entry.name}`;
      files.set(`/${relative(folder, path).split(sep).join('/')}`, staticFile(readFileSync(path), type));
    }
  else files.set('/index.html', staticFile(Buffer.from(substitute), types['.html'] as string));
  files.set('/', files.get('/index.html') as StaticFile);
  return files;
}

function staticFile(bytes: Buffer, type: string): StaticFile {
  return { bytes, type, tag: `"sha256-${createHash('sha256').update(bytes).digest('base64url')}"` };
}
