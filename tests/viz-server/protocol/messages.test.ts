import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SimError } from '../../../engine/index.ts';
import {
  type ClientMessage,
  limits,
  parseClientMessage,
  parseServerMessage,
  type ServerMessage,
} from '../../../viz-server/protocol/index.ts';

const test = suite('protocol: messages');
const options = { seed: 20261123, numRuns: 300 };

const fromBrowser: readonly ClientMessage[] = [
  { type: 'hello', magic: 'ESCP', protocol: [1, 1], token: 'abc', resume: { runId: 'r', storeSeq: 5 } },
  { type: 'credit', bytes: 1000 },
  { type: 'view', viewId: 1, from: 0, to: Number.MAX_SAFE_INTEGER, width: 1600, tracks: 'all', follow: true },
  { type: 'view', viewId: 1, from: 0, to: 10, width: 1, tracks: [1, 2], follow: false },
  { type: 'unview', viewId: 1 },
  { type: 'detail', requestId: 1, taskId: 7, sim: 1 },
  { type: 'world', requestId: 2, actor: 'node0/gpu1', at: 5 },
  { type: 'watch', actor: 'a' },
  { type: 'unwatch', actor: 'a' },
  { type: 'query', requestId: 3, text: 'tasks limit 3', maxRows: 10, maxMs: 100 },
  { type: 'analyze', requestId: 4, kind: 'blocking' },
  { type: 'control', requestId: 5, op: 'pause' },
  { type: 'control', requestId: 5, op: 'step', args: { events: 3 }, controlToken: 'c' },
  { type: 'control', requestId: 5, op: 'runUntil', args: { predicate: 'now > 3ms' } },
  { type: 'control', requestId: 5, op: 'start', args: { scenario: 'ulysses', params: { gpus: 64, seq: '1M' } } },
  { type: 'control', requestId: 5, op: 'fork', args: { params: { gpus: 8 } } },
  { type: 'control', requestId: 5, op: 'fork', args: { free: ['rank0/nvlink/up'] } },
  { type: 'control', requestId: 5, op: 'endFork' },
  { type: 'world', requestId: 2, actor: 'node0/gpu1', event: 5, sim: 1 },
  { type: 'compare', requestId: 7, what: 'tasks', before: 1, after: 2, maxRows: 10 },
  { type: 'compare', requestId: 7, what: 'tracks', from: 0, to: 100, columns: 50, sim: 1 },
  { type: 'compare', requestId: 7, what: 'histogram', kind: 'kernel gemm' },
  { type: 'mark', requestId: 6, op: 'add', tick: 4, text: 'here' },
  { type: 'ping', t: 1 },
];

const fromServer: readonly ServerMessage[] = [
  { type: 'refuse', code: 'token', message: 'm', hint: 'h' },
  {
    type: 'tracks',
    added: [{ id: 1, parent: 0, kind: 'actor', name: 'a', order: 1, unit: '', actor: 'a', sim: 1 }],
    removed: [],
  },
  { type: 'lossy', viewId: 1, level: 3, since: { tick: 1, wallMs: 2 }, reason: 'credit' },
  { type: 'result', requestId: 1, ok: true, value: { a: [1] }, truncated: false },
  { type: 'error', requestId: 1, code: 'X', message: 'm', hint: 'h' },
  { type: 'controlled', op: 'pause', args: {}, by: 1, at: 4 },
  { type: 'patches', actor: 'a', sim: 1, at: 5, state: { busy: 1 } },
  { type: 'finished', now: 1, fingerprint: 'f', summary: {} },
  { type: 'pong', t: 1, serverT: 2 },
  { type: 'seeking', requestId: 1, sim: 1, now: 5, events: 3 },
  {
    type: 'runs',
    runs: [
      {
        run: 2,
        kind: 'fork',
        scenario: 'ulysses',
        params: { gpus: 8 },
        changes: { gpus: 8 },
        free: ['rank0/nvlink/up'],
        seed: 1,
        state: 'running',
        progress: 0.5,
        now: 10,
        events: 3,
        fingerprint: '',
        error: null,
        warnings: [],
      },
    ],
  },
];

test('1. Messages are read as they were written', () => {
  for (const message of fromBrowser) assert.equal(parseClientMessage(JSON.stringify(message)), message);
  for (const message of fromServer) assert.equal(parseServerMessage(JSON.stringify(message)), message);
});

test('4. Unknown types, fields and operations are refused', () => {
  for (const message of fromBrowser) refused({ ...message, extra: 1 });
  refused({ type: 'nonsense' });
  refused({ type: 'control', requestId: 1, op: 'eval', args: { code: '1' } });
  refused({ type: 'control', requestId: 1, op: 'pause', args: { file: '/etc/passwd' } });
  for (const text of ['', '{', 'null', '[]', '1', '"hello"']) refusedText(text);
});

test('4. Lengths and ranges have bounds', () => {
  const view = { type: 'view', viewId: 1, from: 0, to: 10, width: 100, tracks: 'all', follow: false };
  assert.ok(parseClientMessage(JSON.stringify(view)));
  refused({ ...view, width: 0 });
  refused({ ...view, width: 1e9 });
  refused({ ...view, from: -1 });
  refused({ ...view, to: 2 ** 53 });
  refused({ ...view, tracks: Array.from({ length: 2001 }, (_, i) => i + 1) });
  refused({ type: 'credit', bytes: limits.maxCredit + 1 });
  refused({ type: 'query', requestId: 1, text: 'x'.repeat(2001) });
  refused({ type: 'compare', requestId: 1, what: 'tracks', columns: 201 });
  refused({ type: 'control', requestId: 1, op: 'fork', args: { free: Array(17).fill('a') } });
  refused({ type: 'world', requestId: 1, actor: 'a', event: -1 });
  refused({ type: 'hello', magic: 'NOPE', protocol: [1, 1], token: 'a' });
});

test('4. Generated junk is refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(...fromBrowser), fc.string(), (junk, message, key) => {
      const changed = { ...message, [key]: JSON.parse(junk) as unknown };
      for (const text of [junk, JSON.stringify(changed)])
        try {
          parseClientMessage(text);
        } catch (error) {
          assert.ok(error instanceof SimError && error.code === 'PROTOCOL_MESSAGE', String(error));
        }
    }),
    options,
  );
});

function refused(message: unknown): void {
  refusedText(JSON.stringify(message));
}

function refusedText(text: string): void {
  try {
    parseClientMessage(text);
  } catch (error) {
    assert.ok(error instanceof SimError && error.code === 'PROTOCOL_MESSAGE', String(error));
    return;
  }
  assert.unreachable(`${text} was understood`);
}

test.run();
