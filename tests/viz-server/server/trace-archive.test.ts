import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SimError, Simulation } from '../../../engine/index.ts';
import { Recorder, tableOfPerfetto } from '../../../engine/trace/index.ts';
import { TraceArchive } from '../../../viz-server/server/trace-archive.ts';
import { build } from './live-scenario.ts';

const test = suite('server: questions about a trace');

function archiveOf(mostBytes: number): { archive: TraceArchive; tasks: number } {
  const archive = new TraceArchive(mostBytes);
  const sim = new Simulation({ seed: 2 });
  archive.hear({ kind: 'sim', sim: 1, tickPs: 1 });
  const recorder = new Recorder(sim, {
    take: (chunk) => {
      archive.hear({ kind: 'chunk', sim: 1, chunk: { ...chunk, words: chunk.words.slice(0, chunk.length) } });
      return chunk.words;
    },
    finish: () => undefined,
  }).start();
  build(sim, 3, 200);
  sim.run();
  recorder.finish();
  return { archive, tasks: sim.trace.tasks };
}

function code(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    return error instanceof SimError ? error.code : String(error);
  }
  return 'nothing';
}

test('a query counts every task, groups and sorts', () => {
  const { archive, tasks } = archiveOf(1 << 20);
  const answer = archive.answer({ kind: 'query', sim: 0, text: 'tasks group by kind', maxRows: 10 });
  assert.equal(answer.kind === 'table' && answer.table.rows[0]?.slice(0, 2), ['job', tasks]);
  const cut = archive.answer({ kind: 'query', sim: 1, text: 'tasks order by duration desc', maxRows: 5 });
  assert.ok(cut.kind === 'table' && cut.truncated && cut.table.rows.length === 5);
});

test('an analysis of a part is about that part, its times those of the run', () => {
  const { archive } = archiveOf(1 << 20);
  const ask = (what: 'criticalPath' | 'utilisation' | 'histogram', from?: number, to?: number) => {
    const answer = archive.answer({ kind: 'analyze', sim: 1, what, from, to, taskKind: undefined, maxRows: 5000 });
    if (answer.kind !== 'table') throw new Error(answer.kind);
    return answer.table.rows as ReadonlyArray<readonly number[]>;
  };
  const end = ask('criticalPath').at(-1)![1]!;
  const [from, to] = [Math.round(end / 3), Math.round(end / 2)];
  const part = ask('criticalPath', from, to);
  assert.is(part[0]![0], from);
  assert.is(part.at(-1)![1], to);
  for (const [begin, until, task] of part) {
    if (task === 0) continue;
    const detail = archive.answer({ kind: 'detail', sim: 1, task: task! });
    const { start, end: ends } = (detail.kind === 'value' ? detail.value : {}) as { start: number; end: number };
    assert.ok(start <= begin! && ends >= until!, `task ${task} from ${start} to ${ends}`);
  }
  const tasks = (rows: ReadonlyArray<readonly number[]>, column: number): number =>
    rows.reduce((sum, row) => sum + row[column]!, 0);
  assert.ok(tasks(ask('utilisation', from, to), 2) < tasks(ask('utilisation'), 2) / 4);
  assert.is(tasks(ask('histogram', from, to), 2), tasks(ask('utilisation', from, to), 2));
});

test('the exported trace holds every task', () => {
  const { archive, tasks } = archiveOf(1 << 20);
  const answer = archive.answer({ kind: 'export', sim: 1, format: 'pftrace' });
  assert.is(answer.kind === 'bytes' && tableOfPerfetto(answer.bytes).tasks, tasks);
});

test('what is not there, or did not fit, is refused', () => {
  const { archive } = archiveOf(1 << 20);
  assert.is(
    code(() => archive.answer({ kind: 'detail', sim: 7, task: 1 })),
    'LIVE_TRACE',
  );
  assert.is(
    code(() => archive.answer({ kind: 'detail', sim: 1, task: 10 ** 6 })),
    'LIVE_REQUEST',
  );
  assert.is(
    code(() => archive.answer({ kind: 'query', sim: 1, text: 'nonsense', maxRows: 1 })),
    'LIVE_CONDITION',
  );
  const small = archiveOf(1000).archive;
  assert.is(
    code(() => small.answer({ kind: 'detail', sim: 1, task: 1 })),
    'LIVE_TRACE',
  );
});

test.run();
