import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { SimError } from '../engine/index.ts';
import type { Io, ServeRequest } from '../scenarios/cli/io.ts';
import { looksLikeFile } from '../scenarios/cli/load-scenario.ts';
import { kitErrors, quoted } from '../scenarios/kit/errors.ts';
import { startServer } from './server/index.ts';

/** Serves the viewer, prints its link, and returns after Ctrl-C. Throws USAGE when the port or address cannot be had. */
export async function serveViewer(request: ServeRequest, io: Io): Promise<void> {
  const { scenario, params = {}, port, host, paused, until, marks, onReport } = request;
  const file = scenario !== undefined && looksLikeFile(scenario) ? scenario : undefined;
  const server = await startServer({ port, host, file, marks, engine: packageVersion() }).catch((error: Error) => {
    const isMarks = error instanceof SimError && error.code === 'LIVE_MARKS';
    throw kitErrors.create('USAGE', {
      problem: isMarks
        ? `--marks ${quoted(marks ?? '', 200)} cannot be used: ${String(error.values.problem)}`
        : `the viewer cannot listen at ${whereOf(error, request)}: ${whyNotThere(error)}`,
      hint: isMarks ? 'Name a folder that exists and may be written to.' : 'Choose another --port or --host.',
    });
  });
  const { hub } = server;
  let interrupt = (): void => undefined;
  const interrupted = new Promise<void>((resolve) => {
    interrupt = resolve;
  });
  const stopListening = io.listenForInterrupt(interrupt);
  try {
    if (scenario !== undefined) await hub.start(scenario, given(params), paused, until);
    if (host !== undefined)
      io.err(`${io.color.yellow('warning:')} other machines can connect; who has the link controls the run\n`);
    const say = request.json === true ? io.err : io.out;
    say(`\nWatch at ${io.color.bold(server.link)}\n`);
    say(`To show it to others, without control: ${server.viewLink}\nCtrl-C ends it.\n`);
    if (request.open && io.width !== undefined) openBrowser(server.link);
    if (scenario !== undefined)
      void hub.run.ended().then(() => {
        if (hub.run.report !== undefined) onReport?.(hub.run.report);
        else if (hub.run.error !== null) io.err(`error: ${hub.run.error}\n`);
      });
    await interrupted;
  } finally {
    stopListening();
    await server.close();
  }
}

const refusals: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'ports below 1024 need special rights',
  ENOTFOUND: 'no address is known for that name',
  EAI_AGAIN: 'no address is known for that name',
};

/** Why the system lets nobody listen there. */
function whyNotThere(error: Error): string {
  return refusals[(error as NodeJS.ErrnoException).code ?? ''] ?? error.message;
}

function whereOf(error: Error, { host, port }: ServeRequest): string {
  const { address = host ?? '127.0.0.1', port: tried = port } = error as { address?: string; port?: number };
  return `${address}${tried === undefined ? '' : `, port ${tried}`}`;
}

function given(params: ServeRequest['params']): Readonly<Record<string, string | number | boolean>> {
  const values: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(params ?? {})) if (value !== undefined) values[name] = value as string;
  return values;
}

/** Asks the desktop to open the link; where there is none, the printed link remains. */
function openBrowser(link: string): void {
  const [program, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  const child = spawn(program as string, [...args, link], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
