import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  checkPerfetto,
  type PerfettoOptions,
  PerfettoReader,
  type PerfettoSummary,
  PerfettoWriter,
  readPerfetto,
} from '../../../../engine/trace/formats/index.ts';
import { decodePackets } from './perfetto-schema.ts';
import { type Call, play, randomTrace, recordCalls, runs } from './random-trace.ts';

const test = suite('perfetto');

const golden = [
  '0a 13 50 01 68 01 e2 03 0c 08 64 1a 08 08 07 32 04 67 70 75 30',
  '0a 13 50 01 e2 03 0e 08 65 28 64 12 08 73 74 72 65 61 6d 20 30',
  '0a 25 40 e8 07 50 01 68 02 62 0a 12 08 08 01 12 04 67 65 6d 6d 5a 10 48 01 58 65 50 01 f9 02 bc 0a 00 00 00 00 00 00',
  '0a 0d 40 ac 1b 50 01 68 02 5a 04 48 02 58 65',
  '0a 1b 50 01 e2 03 16 08 66 28 64 12 08 68 62 6d 20 47 42 2f 73 42 06 32 04 47 42 2f 73',
  '0a 15 40 e8 07 50 01 5a 0e 48 04 58 66 e1 02 00 00 00 00 00 00 f8 3f',
];

function writeGolden(): PerfettoWriter {
  const writer = new PerfettoWriter();
  writer.track({ id: 100, kind: 'process', name: 'gpu0', pid: 7 });
  writer.track({ id: 101, kind: 'track', name: 'stream 0', parent: 100 });
  writer.begin(1_000_000, 101, '', 'gemm', { flows: [0xabc] });
  writer.end(3_500_000, 101);
  writer.track({ id: 102, kind: 'counter', name: 'hbm GB/s', parent: 100, unit: 'GB/s' });
  writer.counter(1_000_000, 102, 1.5);
  writer.finish();
  return writer;
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1 ');

function write(calls: readonly Call[], options?: PerfettoOptions): Uint8Array {
  const writer = new PerfettoWriter(options);
  play(calls, writer);
  return writer.take();
}

function read(bytes: Uint8Array): { readonly calls: readonly Call[]; readonly summary: PerfettoSummary } {
  const sink = recordCalls();
  const summary = readPerfetto(bytes, sink);
  return { calls: sink.calls, summary };
}

/** What comes back: counters carry no annotations, so their times are whole nanoseconds. */
function shown(calls: readonly Call[]): readonly Call[] {
  return calls.map((c) => (c.call === 'counter' ? { ...c, at: c.at - (c.at % 1000) } : c));
}

test('golden bytes of the six packets', () => {
  const bytes = writeGolden().take();
  assert.is(hex(bytes), golden.join(' '));
  assert.is(bytes.length, 148);
  assert.is(
    createHash('sha256').update(bytes).digest('hex'),
    '8e8c8e3f070ccca435648e2c93a5fa10ac4d740bf5d9a93100da167fb03e15c4',
  );
});

test('an independent decoder reads the golden packets', () => {
  const packets = decodePackets(writeGolden().take());
  assert.equal(packets[0]?.track_descriptor, { uuid: '100', process: { pid: 7, process_name: 'gpu0' } });
  assert.equal(packets[2], {
    timestamp: '1000',
    trusted_packet_sequence_id: 1,
    sequence_flags: 2,
    interned_data: { event_names: [{ iid: '1', name: 'gemm' }] },
    track_event: { type: 'TYPE_SLICE_BEGIN', track_uuid: '101', name_iid: '1', flow_ids: ['2748'] },
  });
  assert.equal(packets[3]?.track_event, { type: 'TYPE_SLICE_END', track_uuid: '101' });
  assert.equal(packets[5]?.track_event, { type: 'TYPE_COUNTER', track_uuid: '102', double_counter_value: 1.5 });
});

test('what is written is read back, exact times included', () => {
  fc.assert(
    fc.property(randomTrace, fc.constantFrom(300, 2000, 4 << 20), (calls, restartBytes) => {
      const back = read(write(calls, { exact: 'all', restartBytes }));
      assert.equal(back.calls, shown(calls));
      assert.is(back.summary.leftover, 0);
    }),
    runs,
  );
});

test('an independent decoder sees the same events', () => {
  fc.assert(
    fc.property(randomTrace, (calls) => {
      const bytes = write(calls);
      const packets = decodePackets(bytes);
      const events = calls.filter((c) => c.call !== 'track');
      const seen = packets.filter((p) => p.track_event !== undefined);
      assert.is(seen.length, events.length);
      const names = new Map<string, string>();
      for (const [i, packet] of seen.entries()) {
        const call = events[i] as Exclude<Call, { call: 'track' }>;
        const event = packet.track_event as Record<string, unknown>;
        const interned = packet.interned_data as { event_names?: { iid: string; name: string }[] } | undefined;
        for (const { iid, name } of interned?.event_names ?? []) names.set(iid, name);
        assert.is(Number(packet.timestamp), Math.floor(call.at / 1000));
        assert.is(Number(event.track_uuid), call.track);
        if (call.call === 'begin') assert.is(names.get(event.name_iid as string) ?? '', call.name);
        if (call.call === 'counter') assert.is(Number(event.double_counter_value ?? event.counter_value), call.value);
      }
    }),
    { ...runs, numRuns: 100 },
  );
});

test('every prefix of a file gives a prefix of its events and at most one cut packet', () => {
  const calls = fc.sample(randomTrace, { ...runs, numRuns: 3 });
  for (const trace of calls) {
    const bytes = write(trace, { exact: 'all' });
    const whole = recordCalls();
    const reader = new PerfettoReader(whole, { repair: false });
    reader.push(bytes);
    for (let length = 0; length <= bytes.length; length++) {
      const sink = recordCalls();
      const cut = new PerfettoReader(sink, { repair: false });
      cut.push(bytes.subarray(0, length));
      const summary = cut.finish();
      assert.equal(sink.calls, whole.calls.slice(0, sink.calls.length));
      assert.is(summary.bytes + summary.leftover, length);
      assert.is(decodePackets(bytes.subarray(0, summary.bytes)).length, summary.packets);
    }
  }
});

test('pieces of any size read as one', () => {
  fc.assert(
    fc.property(randomTrace, fc.integer({ min: 1, max: 40 }), (calls, size) => {
      const bytes = write(calls, { exact: 'all' });
      const sink = recordCalls();
      const reader = new PerfettoReader(sink);
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      assert.is(reader.finish().leftover, 0);
      assert.equal(sink.calls, shown(calls));
    }),
    runs,
  );
});

test('a file cut at its front is read from the next restart on', () => {
  const writer = new PerfettoWriter({ restartBytes: 1000 });
  writer.track({ id: 1, kind: 'process', name: 'run', pid: 1 });
  writer.track({ id: 2, kind: 'track', name: 'gpu', parent: 1 });
  const parts: Uint8Array[] = [];
  for (let i = 0; i < 500; i++) {
    writer.begin(i * 10_000, 2, 'task', `kernel ${i % 10}`);
    writer.end(i * 10_000 + 5000, 2);
    parts.push(writer.take());
  }
  const { calls, summary } = read(Buffer.concat(parts.slice(100)));
  assert.ok(summary.withoutState > 0 && summary.withoutState < 150, `${summary.withoutState} packets lost`);
  const last = calls.filter((c) => c.call === 'begin').at(-1);
  assert.equal(last, { call: 'begin', at: 499 * 10_000, track: 2, category: 'task', name: 'kernel 9' });
  assert.is(calls.filter((c) => c.call === 'begin').length, calls.filter((c) => c.call === 'end').length);
});

test('slices open where a file was cut are closed and marked, ends without a begin left out', () => {
  const writer = new PerfettoWriter();
  writer.track({ id: 2, kind: 'track', name: 'gpu' });
  writer.begin(1000, 2, 'task', 'a');
  writer.begin(2000, 2, 'task', 'b');
  const { calls, summary } = read(writer.take());
  assert.equal(calls.slice(3), [
    { call: 'end', at: 2000, track: 2, details: { annotations: { unfinished: true } } },
    { call: 'end', at: 2000, track: 2, details: { annotations: { unfinished: true } } },
  ]);
  assert.is(summary.unfinished, 2);
});

test('a slice shorter than its nanosecond carries t_ps and dur_ps', () => {
  const bytes = write([
    { call: 'track', track: { id: 2, kind: 'track', name: 'cell' } },
    { call: 'begin', at: 1234, track: 2, category: '', name: 'pulse' },
    { call: 'end', at: 1567, track: 2 },
  ]);
  assert.equal(read(bytes).calls.at(-1), {
    call: 'end',
    at: 1000,
    track: 2,
    details: { annotations: { t_ps: 1234, dur_ps: 333 } },
  });
});

test('unit ps writes ticks as if they were ns and says so in the title', () => {
  const calls: Call[] = [
    { call: 'track', track: { id: 1, kind: 'process', name: 'cells', pid: 1 } },
    { call: 'track', track: { id: 2, kind: 'track', name: 'cell', parent: 1 } },
    { call: 'begin', at: 1234, track: 2, category: '', name: 'pulse' },
    { call: 'end', at: 1567, track: 2 },
  ];
  const bytes = write(calls, { unit: 'ps' });
  const packets = decodePackets(bytes);
  assert.equal(packets[0]?.track_descriptor, {
    uuid: '1',
    process: { pid: 1, process_name: 'cells (1 ns shown = 1 ps)' },
  });
  assert.is(packets[2]?.timestamp, '1234');
  assert.equal(read(bytes).calls, calls);
});

test('processes with an order say so on the root track, again after a restart', () => {
  const writer = new PerfettoWriter({ restartBytes: 200 });
  writer.track({ id: 1, kind: 'process', name: 'first', order: 1 });
  writer.track({ id: 2, kind: 'process', name: 'second', order: 2 });
  for (let i = 0; i < 100; i++) writer.instant(i, 1, '', 'x');
  const descriptors = decodePackets(writer.take()).flatMap((packet) => (packet.track_descriptor ?? []) as object);
  assert.equal(descriptors.slice(0, 3), [
    { uuid: '0', process_ordering: 1 },
    { uuid: '1', process: { pid: 1, process_name: 'first' }, sibling_order_rank: 1 },
    { uuid: '2', process: { pid: 2, process_name: 'second' }, sibling_order_rank: 2 },
  ]);
  assert.ok(descriptors.length > 3 && descriptors.length % 3 === 0);
});

test('ticks of coarser runs are scaled', () => {
  const writer = new PerfettoWriter({ picosecondsPerTick: 1e6 });
  writer.track({ id: 2, kind: 'track', name: 'job' });
  writer.begin(3, 2, '', 'a');
  writer.end(5, 2);
  const bytes = writer.take();
  assert.is(decodePackets(bytes)[1]?.timestamp, '3000');
  const sink = recordCalls();
  readPerfetto(bytes, sink, { picosecondsPerTick: 1e6 });
  assert.equal(
    sink.calls.slice(1).map((c) => (c.call === 'track' ? 0 : c.at)),
    [3, 5],
  );
});

test('a lost stretch is said in the next packet', () => {
  const writer = new PerfettoWriter();
  writer.track({ id: 2, kind: 'track', name: 'job' });
  writer.lost();
  writer.instant(1, 2, '', 'a');
  const bytes = writer.take();
  assert.is(decodePackets(bytes)[1]?.previous_packet_dropped, true);
  assert.is(read(bytes).summary.lost, 1);
});

test('size budget: 12 to 20 bytes for each begin and end with interning', () => {
  const writer = new PerfettoWriter();
  for (let i = 1; i <= 64; i++) writer.track({ id: i, kind: 'track', name: `gpu ${i}` });
  for (let i = 0; i < 10_000; i++) {
    writer.begin(i * 10_000_000, 1 + (i % 64), 'kernel', `kernel ${i % 50}`);
    writer.end(i * 10_000_000 + 9_000_000, 1 + (i % 64));
  }
  const each = writer.length / 20_000;
  assert.ok(each >= 12 && each <= 20, `${each} bytes`);
});

test('the writer refuses what breaks a rule', () => {
  const writer = new PerfettoWriter();
  assert.throws(() => writer.track({ id: 0, kind: 'track', name: 'x' }), /EXPORT_TRACK|an id is a whole number/);
  assert.throws(() => writer.begin(1, 5, '', 'x'), /track 5: it was never declared/);
  writer.track({ id: 5, kind: 'track', name: 'five' });
  writer.begin(10, 5, '', 'x');
  assert.throws(() => writer.end(9, 5), /track five: an event at 9 after one at 10/);
  writer.end(10, 5);
  assert.throws(() => writer.end(11, 5), /ends at 11/);
});

test('the checker accepts what the writer writes', () => {
  fc.assert(
    fc.property(randomTrace, (calls) => {
      const result = checkPerfetto([write(calls)]);
      assert.equal(
        result.problems.filter((p) => p.rule !== 'wait'),
        [],
      );
    }),
    runs,
  );
});

test('the checker names every broken rule', () => {
  const track = (id: number, parent?: number): Call => ({
    call: 'track',
    track: { id, kind: 'track', name: `t${id}`, ...(parent === undefined ? {} : { parent }) },
  });
  const begin = (at: number, name: string, category = 'task', flows: number[] = []): Call => ({
    call: 'begin',
    at,
    track: 2,
    category,
    name,
    details: { flows },
  });
  const end = (at: number): Call => ({ call: 'end', at, track: 2 });
  const rules = (calls: Call[]): string[] => checkPerfetto([write(calls)]).problems.map((p) => p.rule);
  assert.equal(rules([track(2), begin(1, 'a')]), ['nesting']);
  assert.equal(rules([track(2), begin(1, 'a', 'wait'), end(2)]), ['wait']);
  assert.equal(
    rules([track(2), begin(1, 'a'), begin(1, 'link', 'wait'), begin(1, 'b', 'wait'), end(2), end(2), end(2)]),
    ['wait'],
  );
  assert.equal(rules([track(2), begin(1, 'a', 'task', [7]), end(2)]), ['flow']);
  assert.equal(
    rules([
      track(2),
      begin(1, 'a', 'task', [7]),
      begin(1, 'a', 'task', [7]),
      begin(1, 'a', 'task', [7]),
      end(2),
      end(2),
      end(2),
    ]),
    ['flow'],
  );
  assert.equal(rules([track(2, 3)]), ['track']);
  assert.equal(rules([track(2, 3), track(3, 2)]), ['track', 'track']);
  const two = new PerfettoWriter();
  two.track({ id: 2, kind: 'track', name: 'x' });
  two.instant(5_000, 2, '', 'x');
  const late = new PerfettoWriter();
  late.track({ id: 2, kind: 'track', name: 'x' });
  late.instant(1_000, 2, '', 'x');
  assert.equal(
    checkPerfetto([two.take(), late.take()]).problems.map((p) => p.text),
    ["track 2 'x' has an event at 1000 after one at 5000"],
  );
});

test('damaged bytes end in a coded error or a summary', () => {
  fc.assert(
    fc.property(
      randomTrace,
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 }),
      (calls, changes) => {
        const bytes = write(calls);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        coded(() => read(bytes));
        coded(() => checkPerfetto([bytes]));
      },
    ),
    runs,
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      coded(() => read(bytes));
    }),
    runs,
  );
});

function coded(action: () => void): void {
  try {
    action();
  } catch (error) {
    assert.is((error as { code?: string }).code, 'WIRE_MALFORMED', String((error as Error).stack));
  }
}

test.run();
