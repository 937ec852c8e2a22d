import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A page on loopback whose scripts may import `/dist/…` and the named packages as ES modules. */
export interface ServedPackage {
  readonly url: string;
  close(): void;
}

const top = new URL('../../../', import.meta.url);

/** Serves the compiled package; `bare` lists the import specifiers of packages that it needs. */
export async function servePackage(bare: readonly string[]): Promise<ServedPackage> {
  const imports: Record<string, string> = {};
  for (const specifier of bare)
    imports[specifier] = `/${fileURLToPath(import.meta.resolve(specifier)).slice(fileURLToPath(top).length)}`;
  const page = `<!doctype html><title>escapement</title><script type="importmap">${JSON.stringify({ imports })}</script>`;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/') response.setHeader('content-type', 'text/html').end(page);
    else if (/^\/(dist|node_modules)\/[\w./-]+\.js$/.test(path) && !path.includes('..'))
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
