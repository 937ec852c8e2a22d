import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page on loopback whose scripts may import `/dist/…` and the named packages as ES modules. */
export interface ServedPackage {
  readonly url: string;
  close(): void;
}

const top = new URL('../../../', import.meta.url);

/** Serves the compiled package with the import map of the example page. */
export async function servePackage(): Promise<ServedPackage> {
  const example = readFileSync(new URL('docs/browser/index.html', top), 'utf8');
  const importMap = /<script type="importmap">([\s\S]*?)<\/script>/.exec(example)?.[1];
  if (importMap === undefined) throw new Error('docs/browser/index.html has no import map');
  const page = `<!doctype html><title>escapement</title><script type="importmap">${importMap}</script>`;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/') response.setHeader('content-type', 'text/html').end(page);
    else if (/^\/(dist|node_modules)\/[\w./-]+\.m?js$/.test(path) && !path.includes('..'))
      try {
        response.setHeader('content-type', 'text/javascript').end(readFileSync(new URL(`.${path}`, top)));
      } catch {
        response.writeHead(404).end();
      }
    else response.writeHead(404).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}
