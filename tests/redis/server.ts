import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Redis server of the test's own on a free port. */
export interface TestServer {
  readonly port: number;
  readonly url: string;
  /** Ends the server at once, as a crash does. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port, with what it had written to disk. */
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts Debian's redis-server; `persistent` writes every change to disk before it answers. */
export async function startRedis(persistent = false): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'escapement-redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const disk = persistent ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder, ...disk];
    const started = spawn('redis-server', args, { stdio: 'ignore' });
    let failure: Error | undefined;
    started.on('error', (error) => {
      failure = new Error(`redis-server cannot be started (${error.message}): apt-get install redis-server`);
    });
    child = started;
    await until(async () => {
      if (failure !== undefined) throw failure;
      return answers(port);
    }, 'the Redis server to answer');
  };
  const kill = async (): Promise<void> => {
    const gone = child;
    child = undefined;
    if (gone === undefined || gone.exitCode !== null) return;
    const exit = new Promise((resolve) => gone.once('exit', resolve));
    gone.kill('SIGKILL');
    await exit;
  };
  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A TCP proxy that can cut its connections or swallow everything without a word. */
export interface TestProxy {
  readonly url: string;
  /** `open` passes bytes on, `closed` refuses, `silent` keeps connections and drops their bytes. */
  readonly set: (state: 'open' | 'closed' | 'silent') => void;
  readonly close: () => Promise<void>;
}

/** Puts a proxy before a port. Bytes dropped while silent end the connection when it opens again. */
export async function startProxy(port: number): Promise<TestProxy> {
  let state: 'open' | 'closed' | 'silent' = 'open';
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    if (state === 'closed') {
      near.destroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('data', (bytes) => state === 'open' && other.write(bytes));
      one.on('close', () => {
        sockets.delete(one);
        if (state !== 'silent') other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as { readonly port: number };
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${own}`,
    set(next) {
      const before = state;
      state = next;
      if (next === 'closed' || before === 'silent') drop();
    },
    async close() {
      state = 'closed';
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Waits until `holds`, looking 20 times a second; throws after `seconds`. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, seconds = 60): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', (bytes) => end(bytes.toString().startsWith('+PONG')));
    socket.on('error', () => end(false));
  });
}
