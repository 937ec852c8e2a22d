import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { resolveParams, runScenario } from '../../../scenarios/index.ts';
import { closeCodes, type ServerMessageOf } from '../../../viz-server/protocol/index.ts';
import { type LiveServer, startServer } from '../../../viz-server/server/index.ts';
import { bearer, Client, get as getFrom, join as joinServer } from './live-client.ts';
import { scenario } from './live-scenario.ts';

const file = fileURLToPath(new URL('./live-scenario.js', import.meta.url));
const test = suite('server: over the network');

let server: LiveServer;
test.before(async () => {
  server = await startServer({ file, heartbeatMs: 100_000 });
});
test.after(() => server.close());

const join = (token?: string, resume?: { runId: string; storeSeq: number }): Promise<Client> =>
  joinServer(server, token, resume);

/** All of the run at a coarseness that fits, once it has come whole. */
async function table(client: Client): Promise<string[]> {
  client.held.slices.clear();
  client.say({
    type: 'view',
    viewId: 1,
    from: 0,
    to: server.hub.status.message().now + 1,
    width: 200,
    tracks: 'all',
    follow: false,
  });
  await client.until(() => client.held.tasks() === server.hub.store.tasks || undefined, 'all tasks');
  return client.held.table();
}

const get = (path: string, headers: Record<string, string>, method?: string, body?: string) =>
  getFrom(server, path, headers, method, body);

test('6. The fingerprint is that of an unwatched run, with no viewer, five and a hostile one', async () => {
  const params = { workers: 4, jobs: 3000 };
  const { fingerprint } = await runScenario(scenario, resolveParams(scenario, params));
  await server.hub.start(file, params, false);
  await server.hub.run.ended();
  assert.is(server.hub.run.error, null);
  assert.is(server.hub.run.report?.fingerprint, fingerprint, 'no viewer');
  const viewers = await Promise.all(Array.from({ length: 5 }, () => join()));
  await server.hub.start(file, params, true);
  for (const viewer of viewers)
    viewer.say({ type: 'view', viewId: 1, from: 0, to: 10 ** 10, width: 800, tracks: 'all', follow: true });
  const hostile = new Client(server);
  await once(hostile.socket, 'open');
  for (let i = 0; i < 200; i++) hostile.socket.send('{"type":"eval"}');
  const [first] = viewers;
  first?.say({ type: 'control', requestId: 1, op: 'step', args: { events: 5 } });
  first?.say({ type: 'control', requestId: 2, op: 'runUntil', args: { event: 4000 } });
  await first?.until(() => server.hub.status.message().events >= 4000 || undefined, 'event 4000');
  first?.say({ type: 'control', requestId: 3, op: 'resume' });
  await server.hub.run.ended();
  const finished = await first?.message('finished');
  assert.is(finished?.fingerprint, fingerprint, 'five viewers, control, a hostile one');
  const tables = await Promise.all(viewers.map((viewer) => table(viewer)));
  for (const shown of tables) assert.equal(shown, tables[0]);
  const late = await join();
  assert.equal(await table(late), tables[0], 'a late joiner sees the same');
  for (const viewer of [...viewers, late]) viewer.socket.close();
});

test('7. A connection that was cut comes back to the same counts', async () => {
  const client = await join();
  const before = await table(client);
  const { runId, storeSeq } = await client.message('welcome');
  client.socket.terminate();
  const again = await join(server.token, { runId, storeSeq });
  assert.ok((await again.message('welcome')).resumed);
  assert.equal(await table(again), before);
  const other = await join(server.token, { runId: 'another', storeSeq });
  assert.not((await other.message('welcome')).resumed);
  again.socket.close();
  other.socket.close();
});

test('5. Viewers are served while a run computes as fast as it can', async () => {
  const client = await join();
  client.say({ type: 'view', viewId: 1, from: 0, to: 10 ** 8, width: 300, tracks: 'all', follow: true });
  await server.hub.start(file, { workers: 16, jobs: 1_000_000 }, false);
  await client.until(() => client.held.tasks() > 0 || undefined, 'slices');
  await client.until(() => (client.held.of('status').at(-1)?.tasks ?? 0) > 0 || undefined, 'status');
  assert.is(server.hub.run.state, 'running');
  client.say({ type: 'control', requestId: 9, op: 'start', args: { scenario: file, params: { jobs: 100 } } });
  await client.result(9);
  await server.hub.run.ended();
  client.socket.close();
});

test('8. Pause, step and run-until are seen by everyone, with name and tick', async () => {
  const [ann, ben] = [await join(), await join()];
  await server.hub.start(file, { workers: 2, jobs: 500 }, true);
  await ben.until(() => ben.held.of('status').at(-1)?.state === 'paused' || undefined, 'the pause');
  ann.say({ type: 'control', requestId: 1, op: 'step', args: { events: 3 } });
  await ben.until(() => ben.held.of('status').at(-1)?.events === 3 || undefined, 'three events');
  const { paused } = ben.held.of('status').at(-1) as ServerMessageOf<'status'>;
  const { viewerId } = await ann.message('welcome');
  assert.equal([paused?.by, paused?.why], [viewerId, 'stepped']);
  assert.equal(ben.held.of('controlled').at(-1)?.by, viewerId);
  ann.say({ type: 'world', requestId: 4, actor: 'worker0' });
  const world = await ann.result(4);
  assert.ok(world.type === 'result' && JSON.stringify(world.value).includes('"done"'), JSON.stringify(world));
  ann.say({ type: 'control', requestId: 5, op: 'breakpoint', args: { predicate: 'nonsense' } });
  const refused = await ann.result(5);
  assert.is(refused.type === 'error' && refused.code, 'LIVE_CONDITION');
  ann.say({ type: 'control', requestId: 6, op: 'reset' });
  await ben.until(() => ben.held.of('run').length > 1 || undefined, 'a new run');
  await server.hub.run.ended();
  ann.socket.close();
  ben.socket.close();
});

test('9. Questions are answered the same over HTTP and WebSocket', async () => {
  const client = await join(server.token);
  const text = 'tasks where wait > 0ps group by name order by count desc';
  client.say({ type: 'query', requestId: 1, text });
  const answer = await client.result(1);
  const http = await get(`/api/v1/query?q=${encodeURIComponent(text)}`, bearer(server.token));
  assert.is(http.statusCode, 200, http.text);
  const { columns, rows } = JSON.parse(http.text);
  assert.equal(answer.type === 'result' && answer.table, { columns, rows });
  assert.ok(rows.length === 5);
  for (const kind of [
    'bottlenecks',
    'blocking',
    'criticalPath',
    'utilisation',
    'counters',
    'breakdown',
    'exposed',
    'stragglers',
    'histogram',
  ]) {
    const table = await get(`/api/v1/analyse/${kind}`, bearer(server.token));
    assert.is(table.statusCode, 200, `${kind}: ${table.text}`);
  }
  client.say({ type: 'detail', requestId: 2, taskId: 5 });
  const detail = await client.result(2);
  assert.ok(detail.type === 'result');
  const value = detail.value as { start: number; end: number; stretches: Array<{ from: number; until: number }> };
  assert.is(value.stretches[0]?.from, value.start);
  assert.is(value.stretches.at(-1)?.until, value.end, 'work and waits tile the task');
  const trace = await get('/api/v1/trace.pftrace', bearer(server.token));
  assert.ok(trace.text.length > 1000);
  for (const path of [
    'run',
    'status',
    'tracks',
    'scenarios',
    'scenarios/ulysses',
    'published/ulysses',
    'tasks/5',
    'world/worker0',
  ])
    assert.is((await get(`/api/v1/${path}`, bearer(server.token))).statusCode, 200, path);
  client.socket.close();
});

test('10. Who has no token, or comes from elsewhere, gets nothing', async () => {
  const host = `127.0.0.1:${server.port}`;
  assert.is((await get('/api/v1/run', {})).statusCode, 401);
  assert.is((await get('/api/v1/run', bearer('guess'))).statusCode, 401);
  assert.is((await get('/api/v1/run', { ...bearer(server.token), host: 'evil.example' })).statusCode, 403);
  assert.is((await get('/api/v1/run', { ...bearer(server.token), origin: 'http://evil.example' })).statusCode, 403);
  assert.is((await get('/', { host: 'rebound.example' })).statusCode, 403);
  assert.is((await get('/../package.json', {})).statusCode, 404);
  assert.is((await get('/%2e%2e/package.json', {})).statusCode, 404);
  const page = await get('/', { host });
  assert.is(page.statusCode, 200);
  assert.match(String(page.headers['content-security-policy']), /default-src 'self'/);
  const control = JSON.stringify({ op: 'pause' });
  assert.is((await get('/api/v1/control', bearer(server.token), 'POST', control)).statusCode, 403);
  assert.is((await get('/api/v1/control', bearer(server.controlToken), 'POST', '{"op":"eval"}')).statusCode, 400);
  assert.is((await get('/api/v1/control', bearer(server.controlToken), 'POST', 'x'.repeat(100_000))).statusCode, 400);
  for (const options of [{ origin: 'http://evil.example' }, { origin: 'null' }, { host: 'evil.example' }]) {
    const client = new Client(server, options);
    const [, response] = (await once(client.socket, 'unexpected-response')) as [unknown, IncomingMessage];
    assert.is(response.statusCode, 403, JSON.stringify(options));
  }
  for (const [token, code] of [
    ['guess', closeCodes.token],
    ['', closeCodes.mismatch],
  ] as const) {
    const client = new Client(server);
    await once(client.socket, 'open');
    client.socket.send(JSON.stringify({ type: 'hello', magic: 'ESCP', protocol: [1, 1], token }));
    assert.is(await client.code(), code);
  }
  const reader = await join(server.token);
  reader.say({ type: 'control', requestId: 1, op: 'pause' });
  const refused = await reader.result(1);
  assert.is(refused.type === 'error' && refused.code, 'LIVE_READ_ONLY');
  reader.socket.close();
});

test('10. Messages that are too large, too many, of another version, binary or first without hello end the connection', async () => {
  const send = async (data: string | Buffer): Promise<number> => {
    const client = new Client(server);
    await once(client.socket, 'open');
    client.socket.send(data);
    return client.code();
  };
  assert.is(await send('x'.repeat(70_000)), closeCodes.tooLarge);
  assert.is(await send('{"type":"ping","t":1}'), closeCodes.mismatch);
  assert.is(await send(Buffer.from([1, 2, 3])), closeCodes.mismatch);
  assert.is(
    await send(JSON.stringify({ type: 'hello', magic: 'ESCP', protocol: [2, 9], token: server.token })),
    closeCodes.mismatch,
  );
  const silent = new Client(server);
  assert.is(await silent.code(), closeCodes.noHello);
  const flood = await join();
  for (let i = 0; i < 300; i++) flood.say({ type: 'ping', t: i });
  assert.is(await flood.code(), closeCodes.rate);
  const all = await Promise.all(Array.from({ length: 16 }, () => join()));
  const more = new Client(server);
  assert.is(await more.code(), closeCodes.full);
  for (const client of all) client.socket.close();
  await all[0]?.code();
});

test('11. 100,000 hostile messages and half-open sockets leave the server small and well', async () => {
  const raw = await Promise.all(Array.from({ length: 10 }, () => halfOpen()));
  const before = process.memoryUsage();
  let sent = 0;
  const junk = [
    '{"type":"view"}',
    '{',
    '\u0000',
    JSON.stringify({ type: 'query', requestId: 1, text: '('.repeat(500) }),
  ];
  while (sent < 100_000) {
    const client = new Client(server);
    await once(client.socket, 'open');
    if (sent % 2000 === 0) client.say({ type: 'hello', magic: 'ESCP', protocol: [1, 1], token: server.token });
    for (let i = 0; i < 1000; i++, sent++) client.socket.send(junk[i % junk.length] as string);
    client.socket.terminate();
  }
  const after = process.memoryUsage();
  const grown = after.rss - before.rss;
  assert.ok(grown < 96 << 20, `${(grown / 2 ** 20).toFixed(0)} MiB more`);
  const client = await join();
  assert.is((await client.message('welcome')).state, server.hub.run.state);
  client.socket.close();
  for (const socket of raw) socket.destroy();
});

/** A socket that asks for an upgrade and never goes on. */
async function halfOpen(): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  socket.write(`GET /live HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nUpgrade: websocket\r\n`);
  return socket;
}

test.run();
