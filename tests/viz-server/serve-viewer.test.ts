import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('escapement serve');
const main = fileURLToPath(new URL('../../scenarios/cli/main.js', import.meta.url));
const file = fileURLToPath(new URL('./server/live-scenario.js', import.meta.url));

/** Runs the command until `isThere` finds what it looks for in what was printed, then presses Ctrl-C. */
async function command(args: readonly string[], isThere: (out: string, err: string) => boolean) {
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  let isPressed = false;
  const look = (): void => {
    if (isPressed || !isThere(out, err)) return;
    isPressed = true;
    child.kill('SIGINT');
  };
  child.stdout.on('data', (part: Buffer) => {
    out += part.toString();
    look();
  });
  child.stderr.on('data', (part: Buffer) => {
    err += part.toString();
    look();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { code, out, err };
}

test('serve prints a link and ends with Ctrl-C', async () => {
  const { code, out, err } = await command(['serve', '--no-open'], (text) => text.includes('Ctrl-C'));
  assert.is(code, 0);
  assert.is(err, '\nThe viewer has ended.\n');
  assert.match(out, /http:\/\/localhost:\d+\/#t=[\w-]{22}\n/);
});

test('run --serve --json prints nothing but JSON on stdout', async () => {
  const args = ['run', file, '--preset', 'quick', '--serve', '--json', '--no-open'];
  const { code, out, err } = await command(args, (text) => text.endsWith('}\n'));
  assert.is(code, 0, err);
  assert.is(JSON.parse(out).metrics.done, 404);
  assert.match(err, /#t=/);
});

test('what the system refuses is said in words, with the place', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  try {
    for (const [args, message] of [
      [['--port', String(port)], `cannot listen at 127.0.0.1, port ${port}: another program listens there`],
      [['--host', '192.0.2.1'], 'cannot listen at 192.0.2.1, port'],
      [['--marks', 'no/such/folder'], '--marks no/such/folder cannot be used: there is no such file or folder'],
    ] as const) {
      const { code, err } = await command(['serve', '--no-open', ...args], () => false);
      assert.is(code, 2);
      assert.match(err, /^error: [^\n]+\n$/);
      assert.ok(err.includes(message), err);
    }
  } finally {
    taken.close();
  }
});

test('bad input is refused in one line', async () => {
  for (const args of [
    ['serve', '--port', 'x'],
    ['serve', 'ulysses', '--gpus', 'many'],
    ['serve', 'nonsense'],
    ['run', file, '--serve', '--trace', 'x.pftrace'],
  ]) {
    const { code, err } = await command(args, () => false);
    assert.is(code, 2, args.join(' '));
    assert.match(err, /^error: .*\n$/);
  }
});

test.run();
