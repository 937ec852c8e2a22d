import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ChromeWriter,
  CsvWriter,
  Lanes,
  SpeedscopeWriter,
  type TableName,
  TableSink,
  traceTables,
} from '../../../../engine/trace/formats/index.ts';
import { ParquetWriter } from '../../../../engine/trace/formats/parquet-writer.ts';
import { type Call, play, randomTrace, runs } from './random-trace.ts';

const test = suite('exports');

const example: Call[] = [
  { call: 'track', track: { id: 7, kind: 'process', name: 'gpu0' } },
  { call: 'track', track: { id: 1, kind: 'track', name: '', parent: 7 } },
  { call: 'track', track: { id: 2, kind: 'track', name: 'copy', parent: 7 } },
  { call: 'track', track: { id: 3, kind: 'counter', name: 'hbm', parent: 7, unit: 'GB/s' } },
  {
    call: 'begin',
    at: 1_000_000,
    track: 1,
    category: 'task',
    name: 'gemm',
    details: { annotations: { task: 1 }, flows: [0xabc] },
  },
  { call: 'counter', at: 1_000_000, track: 3, value: 1.5 },
  {
    call: 'begin',
    at: 1_000_000,
    track: 1,
    category: 'wait',
    name: 'link',
    details: { annotations: { what: 'nvlink, "up"' } },
  },
  { call: 'end', at: 1_500_000, track: 1 },
  { call: 'end', at: 3_500_000, track: 1 },
  { call: 'begin', at: 3_500_000, track: 2, category: 'task', name: 'copy', details: { endingFlows: [0xabc] } },
  { call: 'end', at: 4_000_000, track: 2 },
  { call: 'instant', at: 4_000_001, track: 2, category: 'mark', name: 'done' },
];

function chrome(calls: readonly Call[]): string {
  let text = '';
  const sink = new ChromeWriter({
    write: (piece) => {
      text += piece;
    },
  });
  play(calls, sink);
  sink.finish();
  return text;
}

interface ChromeEvent {
  readonly ph: string;
  readonly name: string;
  readonly tid?: number;
  readonly ts: number;
  readonly dur: number;
}

test('Chrome: the golden lines', () => {
  const lines = chrome(example)
    .split('\n')
    .map((line) => line.replace(/,$/, ''));
  for (const line of [
    '{"traceEvents":[',
    '{"ph":"M","pid":7,"name":"process_name","args":{"name":"gpu0"}}',
    '{"ph":"X","pid":7,"tid":1,"name":"gemm","cat":"task","ts":1.000,"dur":2.500,"args":{"task":1}}',
    '{"ph":"s","pid":7,"tid":1,"id":"abc","cat":"message","name":"m","ts":1.000}',
    '{"ph":"f","bp":"e","pid":7,"tid":2,"id":"abc","cat":"message","name":"m","ts":3.500}',
    '{"ph":"C","pid":7,"name":"hbm GB/s","ts":1.000,"args":{"value":1.5}}',
    '{"ph":"i","s":"t","pid":7,"tid":2,"name":"done","cat":"mark","ts":4.000}',
  ])
    assert.ok(lines.includes(line), `${line} in\n${lines.join('\n')}`);
});

test('Chrome: any trace is JSON with every slice, and times are whole nanoseconds as text', () => {
  fc.assert(
    fc.property(randomTrace, (calls) => {
      const text = chrome(calls);
      const { traceEvents } = JSON.parse(text) as { traceEvents: ChromeEvent[] };
      const slices = traceEvents.filter((event) => event.ph === 'X');
      assert.is(slices.length, calls.filter((c) => c.call === 'begin').length);
      for (const [whole] of text.matchAll(/"(ts|dur)":[^,}]*/g)) assert.match(whole, /"(ts|dur)":\d+\.\d{3}$/);
    }),
    runs,
  );
});

test('Chrome: no events are JSON too, and infinities are null', () => {
  assert.equal(JSON.parse(chrome([])), { traceEvents: [] });
  const counter: Call[] = [
    { call: 'track', track: { id: 3, kind: 'counter', name: 'x' } },
    { call: 'counter', at: 0, track: 3, value: Number.POSITIVE_INFINITY },
  ];
  assert.match(chrome(counter), /"value":null/);
});

test('speedscope: profiles open and close in order', () => {
  fc.assert(
    fc.property(randomTrace, (calls) => {
      let text = '';
      const sink = new SpeedscopeWriter({
        write: (piece) => {
          text += piece;
        },
        title: 'run',
      });
      play(calls, sink);
      sink.finish();
      const file = JSON.parse(text) as {
        shared: { frames: { name: string }[] };
        profiles: { endValue: number; events: { type: string; frame: number; at: number }[] }[];
      };
      let opens = 0;
      for (const profile of file.profiles) {
        const stack: number[] = [];
        let last = 0;
        for (const { type, frame, at } of profile.events) {
          assert.ok(at >= last && at <= profile.endValue);
          assert.ok(file.shared.frames[frame] !== undefined);
          last = at;
          if (type === 'O') {
            opens++;
            stack.push(frame);
          } else assert.is(stack.pop(), frame);
        }
        assert.equal(stack, []);
      }
      assert.is(opens, calls.filter((c) => c.call === 'begin').length);
    }),
    runs,
  );
});

test('speedscope: the golden profile', () => {
  let text = '';
  const sink = new SpeedscopeWriter({
    write: (piece) => {
      text += piece;
    },
  });
  sink.track({ id: 1, kind: 'process', name: 'gpu0' });
  sink.begin(0, 1, '', 'gemm');
  sink.end(5000, 1);
  sink.finish();
  assert.equal(JSON.parse(text), {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    shared: { frames: [{ name: 'gemm' }] },
    profiles: [
      {
        type: 'evented',
        name: 'gpu0',
        unit: 'nanoseconds',
        startValue: 0,
        endValue: 5,
        events: [
          { type: 'O', frame: 0, at: 0 },
          { type: 'C', frame: 0, at: 5 },
        ],
      },
    ],
    exporter: 'escapement',
  });
});

function csv(calls: readonly Call[]): Map<TableName, string> {
  const files = new Map<TableName, string>();
  const sink = new TableSink(new CsvWriter((table, text) => void files.set(table, (files.get(table) ?? '') + text)));
  play(calls, sink);
  sink.finish();
  return files;
}

test('CSV: rows of tasks, waits, links and flows', () => {
  const files = csv(example);
  assert.is(
    files.get('tasks'),
    'task,parent,track,path,kind,name,start_ps,duration_ps,waiting_ps,arguments\n' +
      '1,0,1,gpu0/,task,gemm,1000000,2500000,500000,"{""task"":1}"\n' +
      '2,0,2,gpu0/copy,task,copy,3500000,500000,0,\n',
  );
  assert.is(
    files.get('waits'),
    'task,track,path,cause,what,start_ps,duration_ps\n1,1,gpu0/,link,"nvlink, ""up""",1000000,500000\n',
  );
  assert.is(files.get('links'), 'track,path,at_ps,rate_B_per_s\n3,gpu0/hbm,1000000,1500000000\n');
  assert.is(files.get('flows'), 'flow,from_track,from_ps,to_track,to_ps\n2748,1,1000000,2,3500000\n');
});

test('CSV and Parquet hold the same rows, read by other readers', async () => {
  for (const calls of fc.sample(randomTrace, { ...runs, numRuns: 20 })) {
    const texts = csv(calls);
    const parts = new Map<TableName, Uint8Array[]>();
    const sink = new TableSink(
      new ParquetWriter((table, bytes) => void parts.set(table, [...(parts.get(table) ?? []), bytes])),
    );
    play(calls, sink);
    sink.finish();
    assert.equal([...parts.keys()].sort(), [...texts.keys()].sort());
    for (const [table, pieces] of parts) {
      const bytes = Buffer.concat(pieces);
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
      const rows = await parquetReadObjects({ file });
      const expected = parse(texts.get(table) ?? '', { columns: true }) as Record<string, string>[];
      assert.equal(
        rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, v === null ? '' : String(v)]))),
        expected,
      );
      assert.equal(
        Object.keys(rows[0] ?? {}),
        traceTables[table].map((column) => column.name),
      );
    }
  }
});

test('Parquet: many row groups', async () => {
  const pieces: Uint8Array[] = [];
  const writer = new ParquetWriter((_, bytes) => void pieces.push(bytes));
  for (let i = 0; i < 120_000; i++) writer.row('memory', [i, 'gpu', i * 1000, i % 7 === 0 ? Number.NaN : i / 2]);
  writer.finish();
  assert.ok(pieces.length >= 3);
  const bytes = Buffer.concat(pieces);
  const rows = await parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
    rowStart: 99_998,
    rowEnd: 100_000,
  });
  assert.equal(rows, [
    { track: 99_998n, path: 'gpu', at_ps: 99_998_000n, bytes: 49_999 },
    { track: 99_999n, path: 'gpu', at_ps: 99_999_000n, bytes: 49_999.5 },
  ]);
});

test('lanes: children nest, others get the first free lane', () => {
  const lanes = new Lanes();
  assert.equal(lanes.open(1), { lane: 0, fresh: true });
  assert.equal(lanes.open(2, 1), { lane: 0, fresh: false });
  assert.equal(lanes.open(3, 1), { lane: 1, fresh: true });
  assert.is(lanes.close(1), 2);
  assert.is(lanes.close(2), undefined);
  assert.is(lanes.close(1), undefined);
  assert.equal(lanes.open(4), { lane: 0, fresh: false });
  assert.is(lanes.laneOf(3), 1);
  assert.is(lanes.count, 2);
});

test('lanes: random overlaps never break nesting', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 80 }), (steps) => {
      const lanes = new Lanes();
      const stacks = new Map<number, number[]>();
      const open: number[] = [];
      let next = 0;
      for (const step of steps) {
        if (step % 2 === 0 || open.length === 0) {
          const parent = open.length > 0 && step > 10 ? open[step % open.length] : undefined;
          next++;
          const { lane } = lanes.open(next, parent);
          const stack = stacks.get(lane) ?? [];
          if (stack.length > 0) assert.is(stack.at(-1), parent);
          stack.push(next);
          stacks.set(lane, stack);
          open.push(next);
        } else {
          const task = open[step % open.length] as number;
          const stack = stacks.get(lanes.laneOf(task) as number) as number[];
          const inner = lanes.close(task);
          if (stack.at(-1) === task) {
            assert.is(inner, undefined);
            stack.pop();
            open.splice(open.indexOf(task), 1);
          } else assert.is(inner, stack.at(-1));
        }
      }
    }),
    runs,
  );
});

test.run();
