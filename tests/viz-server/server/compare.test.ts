import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { collectTrace, compareTasks, Simulation, TaskLog, type TraceTable } from '../../../engine/index.ts';
import type { ComparableRun, ComparisonKind, Table } from '../../../viz-server/protocol/index.ts';
import { comparisons } from '../../../viz-server/protocol/index.ts';
import type { FullTable } from '../../../viz-server/server/analysis-table.ts';
import { compareTables, type TraceComparison } from '../../../viz-server/server/compare-tables.ts';
import { type LiveServer, startServer } from '../../../viz-server/server/index.ts';
import { notesOfTable } from '../../../viz-server/server/table-notes.ts';
import { bearer, get, join } from './live-client.ts';
import { build } from './live-scenario.ts';

const test = suite('server: comparing runs');
const file = fileURLToPath(new URL('./line-scenario.js', import.meta.url));

let server: LiveServer;
test.before(async () => {
  server = await startServer({ file });
});
test.after(() => server.close());

function recorded(seed: number, workers: number, jobs: number): { readonly full: FullTable; readonly log: TaskLog } {
  const sim = new Simulation({ seed });
  const log = new TaskLog(sim);
  const collect = collectTrace(sim);
  build(sim, workers, jobs);
  sim.run();
  return { full: fullOf(collect()), log };
}

function fullOf(table: TraceTable): FullTable {
  const numbers = Array.from({ length: table.tasks }, (_, i) => i + 1);
  return { table, numbers, indexOf: new Map(), notes: new Map(), flows: new Map() };
}

const asked = (what: TraceComparison['what'], rest: Partial<TraceComparison> = {}): TraceComparison => ({
  what,
  tickPs: 1,
  beforeIsOver: true,
  afterIsOver: true,
  taskKind: undefined,
  from: undefined,
  to: undefined,
  columns: undefined,
  maxRows: 5000,
  ...rest,
});

/** Every number of a column, by its name. */
function column(table: Table, name: string): unknown[] {
  const at = table.columns.findIndex((one) => one.name === name);
  assert.ok(at >= 0, name);
  return table.rows.map((row) => row[at]);
}

test('13. Tasks are aligned as compareTasks aligns those of two simulations', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(1000), fc.integer({ min: 1, max: 4 }), fc.nat(30), (a, b, workers, jobs) => {
      const [before, after] = [recorded(a, workers, jobs), recorded(b, workers, jobs)];
      assert.equal([...notesOfTable(before.full.table).tasks.keys()].sort(), [...before.log.tasks.keys()].sort());
      assert.equal(
        compareTasks(notesOfTable(before.full.table), notesOfTable(after.full.table)),
        compareTasks(before.log, after.log),
      );
    }),
    { seed: 20261123, numRuns: 100 },
  );
});

test('14. A against A is all zeros; against another run every change is that between the two', () => {
  const { full } = recorded(3, 3, 60);
  const other = recorded(4, 3, 50).full;
  for (const what of ['times', 'path'] as const) {
    const zero = compareTables(full, full, asked(what));
    assert.ok(zero.kind === 'table' && zero.table.rows.length > 0);
    assert.ok(
      column(zero.table, 'change').every((change) => change === 0),
      what,
    );
    const differs = compareTables(full, other, asked(what));
    assert.ok(differs.kind === 'table');
    const [before, after, change] = ['before', 'after', 'change'].map(
      (name) => column(differs.table, name) as number[],
    );
    for (const [i, value] of change!.entries()) assert.is(value, after![i]! - before![i]!);
    const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
    if (what === 'path') assert.equal([sum(before!), sum(after!)], [full.table.makespan, other.table.makespan]);
  }
  for (const what of ['tasks', 'tracks'] as const) {
    const none = compareTables(full, full, asked(what));
    assert.ok(none.kind === 'table');
    assert.equal(none.table.rows, []);
    assert.is((none.value as { same: number }).same, full.table.tasks);
  }
  const tracks = compareTables(full, other, asked('tracks', { columns: 10 }));
  const tasks = compareTables(full, other, asked('tasks'));
  assert.ok(tracks.kind === 'table' && tasks.kind === 'table');
  assert.ok(tracks.table.rows.length > 0 && tracks.table.rows.length <= 3 * 10);
  const later = (column(tasks.table, 'later') as Array<number | null>).filter((value) => value !== null);
  assert.is(Math.max(...(column(tracks.table, 'later') as number[]).map(Math.abs)), Math.max(...later.map(Math.abs)));
  const histogram = compareTables(full, other, asked('histogram', { taskKind: 'job' }));
  assert.ok(histogram.kind === 'table');
  const total = (name: string): number =>
    (column(histogram.table, name) as number[]).reduce((all, one) => all + one, 0);
  assert.equal([total('before'), total('after')], [full.table.tasks, other.table.tasks]);
});

test('14. What one run lacks is not said as long as it may come', () => {
  const [long, short] = [recorded(3, 2, 40).full, recorded(3, 2, 20).full];
  const over = compareTables(long, short, asked('tasks'));
  const running = compareTables(long, short, asked('tasks', { afterIsOver: false }));
  assert.ok(over.kind === 'table' && running.kind === 'table');
  assert.ok(column(over.table, 'endAfter').includes(null));
  assert.not(column(running.table, 'endAfter').includes(null));
  const [all, known] = [over.value, running.value] as Array<{ different: number; unfinished: number }>;
  assert.is(all!.different, known!.different + known!.unfinished);
});

const http = async (
  path: string,
): Promise<{ rows: Array<Array<string | number>>; value: Record<string, unknown> } & Table> =>
  JSON.parse((await get(server, `/api/v1/${path}`, bearer(server.token))).text);

async function forked(args: { params?: Record<string, string | number>; free?: string[] }): Promise<ComparableRun> {
  const body = JSON.stringify({ op: 'fork', args });
  const answer = await get(server, '/api/v1/control', bearer(server.controlToken), 'POST', body);
  assert.is(answer.statusCode, 200, answer.text);
  for (let i = 0; i < 400; i++) {
    const last = server.hub.runs.list().at(-1)!;
    if (last.state !== 'running') return last;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the second run never ended');
}

test('15. A second run under the same parameters differs in nothing, event by event', async () => {
  const client = await join(server, server.token);
  await server.hub.start(file, { preset: 'quick' }, false);
  await server.hub.run.ended();
  const same = await forked({});
  assert.equal([same.kind, same.state, same.fingerprint], ['fork', 'finished', server.hub.run.report?.fingerprint]);
  await client.until(() => client.held.of('runs').at(-1)?.runs.at(-1)?.state === 'finished', 'the news of it');
  for (const [what, change] of [
    ['metrics', 'change'],
    ['times', 'change'],
    ['path', 'change'],
  ] as const) {
    const table = await http(`compare/${what}`);
    assert.ok(table.rows.length > 0);
    assert.ok(
      column(table, change).every((value) => value === 0),
      what,
    );
  }
  assert.equal((await http('compare/tasks')).rows, []);
  assert.equal((await http('compare/tracks')).rows, []);
  const parting = await http('compare/divergence');
  assert.is((parting as unknown as { same: boolean }).same, true);
  client.socket.close();
});

test('15. Another parameter: the change is the one that arithmetic predicts, and the first event that differs is named', async () => {
  // Ten items of 2 and 5 ns: 2 + 10 x 5 = 52 ns; with 3 ns at the second station 2 + 10 x 3 = 32 ns.
  const faster = await forked({ params: { second: 3 } });
  assert.equal([faster.changes, faster.params.second, faster.params.first], [{ second: 3 }, 3, 2]);
  const metrics = await http('compare/metrics');
  assert.equal(metrics.rows[0], ['makespan', 'ns', 52, 32, -20, 32 / 52 - 1]);
  const times = await http('compare/times');
  assert.equal(times.rows[0], ['makespan', 52_000, 32_000, -20_000]);
  const tasks = await http('compare/tasks');
  assert.is(Math.min(...(column(tasks, 'later') as number[])), -20_000);
  assert.ok((column(tasks, 'numberBefore') as number[]).every((task) => task > 0));
  const parting = (await http('compare/divergence')) as unknown as { same: boolean; before: { at: number } };
  assert.is(parting.same, false);
  // The first item reaches the second station at 2 ns in both, and leaves it at 5 ns in the faster one.
  assert.ok(parting.before.at >= 2000 && parting.before.at <= 7000, JSON.stringify(parting));
  const self = await http(`compare/metrics?before=${faster.run}&after=${faster.run}`);
  assert.ok(column(self, 'change').every((value) => value === 0));
});

test('16. What if it were free: the predicted gain, and a name that nothing bears is said', async () => {
  const free = await forked({ free: ['line/s1'] });
  assert.equal(free.warnings, []);
  // Nobody waits for the second station: 10 x 2 + 5.
  assert.equal((await http('compare/metrics')).rows[0]!.slice(0, 4), ['makespan', 'ns', 52, 25]);
  const parting = (await http('compare/divergence')) as unknown as { same: boolean };
  assert.is(parting.same, false);
  const nobody = await forked({ free: ['nobody'] });
  assert.match(nobody.warnings.join(), /nothing is called nobody/);
  assert.equal((await http('compare/tasks')).rows, []);
});

test('17. A trace that was saved is compared with the run it came from, and differs in nothing', async () => {
  const trace = await new Promise<Uint8Array>((resolve, reject) => {
    server.hub.analysis.ask({ kind: 'export', sim: 1, format: 'pftrace' }).then((answer) => {
      if (answer.kind === 'bytes') resolve(answer.bytes);
      else reject(new Error(JSON.stringify(answer)));
    }, reject);
  });
  const path = '/api/v1/traces?name=saved.pftrace';
  const readOnly = await get(server, path, bearer(server.token), 'POST', trace);
  assert.is(readOnly.statusCode, 403);
  const junk = await get(server, path, bearer(server.controlToken), 'POST', 'this is no trace');
  assert.is(junk.statusCode, 400, junk.text);
  assert.match(junk.text, /LIVE_TRACE/);
  const loaded = await get(server, path, bearer(server.controlToken), 'POST', trace);
  assert.is(loaded.statusCode, 200, loaded.text);
  const { run } = JSON.parse(loaded.text) as { run: number };
  const tasks = await http(`compare/tasks?after=${run}`);
  assert.equal(tasks.rows, []);
  assert.ok((tasks.value.same as number) > 0);
  assert.is((await http(`compare/times?after=${run}`)).rows[0]![3], 0);
  const metrics = await http(`compare/metrics?after=${run}`);
  assert.match(JSON.stringify(metrics.value), /a trace holds no metrics/);
  const refused = await get(server, `/api/v1/compare/divergence?after=${run}`, bearer(server.token));
  assert.is(refused.statusCode, 400);
});

test('15. Earlier runs can be compared; what cannot be is refused, and nothing has changed', async () => {
  await server.hub.start(file, { items: 12 }, false);
  await server.hub.run.ended();
  const runs = server.hub.runs.list();
  assert.is(runs.filter(({ kind }) => kind === 'live').length, 1);
  assert.ok(runs.length <= 5);
  const earlier = runs.findLast(({ kind }) => kind === 'earlier')!;
  const metrics = await http(`compare/metrics?after=${earlier.run}`);
  assert.equal(metrics.rows[1]!.slice(0, 5), ['items', '', 12, 10, -2]);
  const fork = (args: unknown, token = server.controlToken) =>
    get(server, '/api/v1/control', bearer(token), 'POST', JSON.stringify({ op: 'fork', args }));
  assert.is((await fork({ params: { second: 0 } })).statusCode, 400);
  assert.is((await fork({ params: { nonsense: 1 } })).statusCode, 400);
  assert.is((await fork({ params: { replications: 3 } })).statusCode, 400);
  assert.is((await fork({ free: [] })).statusCode, 400);
  assert.is((await fork({}, server.token)).statusCode, 403);
  assert.equal(server.hub.runs.list(), runs);
  assert.is((await get(server, '/api/v1/compare/metrics?after=999', bearer(server.token))).statusCode, 400);
  assert.is((await get(server, '/api/v1/compare/nonsense', bearer(server.token))).statusCode, 400);
});

test('15. The watched run goes on while a second one computes, which can be ended', async () => {
  await server.hub.start(file, { items: 3000 }, true);
  const body = JSON.stringify({ op: 'fork', args: { params: { second: 4 } } });
  await get(server, '/api/v1/control', bearer(server.controlToken), 'POST', body);
  assert.is(server.hub.run.state, 'paused');
  assert.is(server.hub.runs.list().at(-1)?.state, 'running');
  await get(server, '/api/v1/control', bearer(server.controlToken), 'POST', '{"op":"endFork"}');
  assert.is(server.hub.runs.list().at(-1)?.state, 'stopped');
  assert.is(server.hub.run.state, 'paused');
});

test('9. Every comparison of the protocol has an answer', async () => {
  await server.hub.start(file, { items: 5 }, false);
  await server.hub.run.ended();
  await forked({ params: { first: 7 } });
  const client = await join(server, server.token);
  for (const [i, what] of (comparisons as readonly ComparisonKind[]).entries()) {
    client.say({ type: 'compare', requestId: i, what, columns: 20 });
    const answer = await client.result(i);
    assert.ok(answer.type === 'result', `${what}: ${JSON.stringify(answer)}`);
    const { table, value } = answer;
    const told = await http(`compare/${what}?columns=20&limit=1000`);
    if (table === undefined) assert.equal(told, value as never);
    else assert.equal([told.columns, told.rows], [table.columns, table.rows]);
  }
  client.socket.close();
});

test.run();
