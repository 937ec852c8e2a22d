import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { importWorkload, type TraceFile } from '../../../../engine/trace/import/index.ts';
import { refused } from './refused.ts';
import {
  chakraBytes,
  collective,
  compute,
  goldenChakra,
  groupsNode,
  gzipFile,
  type NodeFields,
  traceFile,
} from './traces.ts';

const test = suite('chakra');

const two = (nodes: NodeFields[], second = nodes, piece?: number): TraceFile[] => [
  traceFile('job.0.et', chakraBytes(nodes), piece),
  traceFile('job.1.et', chakraBytes(second), piece),
];

test('golden file: a gemm of 120 us and 8192 FLOP, then an all-reduce of 1 MiB', async () => {
  assert.is(goldenChakra.length, 101);
  assert.is(
    createHash('sha256').update(goldenChakra).digest('hex'),
    'c10a9f474dd16ce688dafa5301260d8dea6a2dfada9b1fc55e185a8205ae5dfd',
  );
  const workload = await importWorkload([traceFile('gemm.0.et', goldenChakra)]);
  const [rank] = workload.ranks;
  assert.is(rank?.rank, 0);
  assert.equal(rank?.nodes, [
    {
      name: 'gemm',
      kind: 'compute',
      lane: 'device',
      after: [],
      duration: 120_000_000,
      shape: { flop: 8192 },
      position: 0,
    },
    {
      name: 'all_reduce',
      kind: 'communication',
      lane: 'group world',
      after: [0],
      duration: 0,
      communication: { kind: 'collective', op: 'all-reduce', bytes: 1 << 20, group: 'world' },
      position: 1,
    },
  ]);
});

test('what protobufjs encodes is read, in pieces of any size, packed or not', async () => {
  const nodes = [
    groupsNode(0, { dp: [0, 1] }),
    compute(1, [], {
      inputs: { shapes: '[[128, 64], [64, 256]]' },
      name: 'aten::mm',
      start_time_micros: 1000,
      duration_micros: 7,
    }),
    collective(2, 4096, [1], 'dp', 2),
    compute(3, [2], {
      attr: [
        { name: 'num_ops', int64_val: 1e12 },
        { name: 'tensor_size', uint64_val: 1e9 },
      ],
    }),
    compute(4, [3], { attr: [{ name: 'is_cpu_op', bool_val: true }] }),
    {
      id: 5,
      name: 'to rank 1',
      type: 5,
      data_deps: [4],
      attr: [
        { name: 'comm_dst', int32_val: 1 },
        { name: 'comm_size', int64_val: 8 },
      ],
    },
  ];
  const whole = await importWorkload(two(nodes));
  const [, gemm, gather, roofline, host, send] = whole.ranks[0]?.nodes ?? [];
  assert.equal(gemm?.shape, { gemm: { m: 128, n: 256, k: 64, batch: 1 } });
  assert.is(gemm?.duration, 7_000_000);
  assert.equal(gather?.communication, { kind: 'collective', op: 'all-gather', bytes: 8192, group: 'dp' });
  assert.equal(roofline?.shape, { flop: 1e12, bytes: 1e9 });
  assert.is(host?.kind, 'host');
  assert.equal(send?.communication, { kind: 'send', peer: 1, tag: 0, bytes: 8 });
  assert.equal(whole.groups.get('dp')?.ranks, [0, 1]);
  for (const piece of [1, 7, 64]) assert.equal(await importWorkload(two(nodes, nodes, piece)), whole);
  const packed = await importWorkload([
    gzipFile('job.0.et', chakraBytes(nodes)),
    gzipFile('job.1.et', chakraBytes(nodes)),
  ]);
  assert.equal(packed, whole);
});

test('any integer type serves an integer attribute', async () => {
  for (const key of [
    'int32_val',
    'int64_val',
    'uint32_val',
    'uint64_val',
    'sint32_val',
    'sint64_val',
    'fixed32_val',
    'fixed64_val',
    'sfixed32_val',
    'sfixed64_val',
    'double_val',
  ]) {
    const node: NodeFields = {
      id: 0,
      name: 'c',
      type: 7,
      attr: [
        { name: 'comm_type', [key]: 6 },
        { name: 'comm_size', [key]: 12345 },
      ],
    };
    const { ranks } = await importWorkload([traceFile('job.0.et', chakraBytes([node]))]);
    assert.equal(
      ranks[0]?.nodes[0]?.communication,
      { kind: 'collective', op: 'all-to-all', bytes: 12345, group: 'world' },
      key,
    );
  }
});

test('lists of every kind and unknown fields are skipped', async () => {
  const node = compute(1, [], {
    attr: [
      { name: 'involved_dim', bool_list: { values: [true, false] } },
      { name: 'sizes', int32_list: { values: [1, -2, 3] } },
      { name: 'names', string_list: { values: ['a', 'b'] } },
      { name: 'blob', bytes_val: Buffer.from('xyz').toString('base64') },
      { name: 'half', float_val: 0.5 },
    ],
  });
  const { ranks } = await importWorkload([traceFile('a.0.et', chakraBytes([node]))]);
  assert.is(ranks[0]?.nodes.length, 1);
});

test('the JSON variant reads as the same workload', async () => {
  const text = JSON.stringify({
    schema: '0.0.4',
    workload_graph: [
      { Id: 0, Name: 'gemm', NodeType: 'COMP_NODE', is_cpu_op: false, runtime: 120, data_deps: [], num_ops: 8192 },
      {
        Id: 1,
        Name: 'all_reduce',
        NodeType: 'COMM_COLL_NODE',
        runtime: 0,
        data_deps: [0],
        comm_type: 0,
        comm_size: 1048576,
      },
    ],
  });
  const json = await importWorkload([traceFile('gemm.0.json', text)]);
  const binary = await importWorkload([traceFile('gemm.0.et', goldenChakra)]);
  assert.equal(
    json.ranks.map(({ nodes }) => nodes),
    binary.ranks.map(({ nodes }) => nodes),
  );
  const bad = (node: unknown): TraceFile[] => [traceFile('x.0.json', JSON.stringify({ workload_graph: [node] }))];
  await refused(bad(7), 'TRACE_MALFORMED', /node 0 of workload_graph: it is no object/);
  await refused(bad({ Name: 'x' }), 'TRACE_MALFORMED', /it has no Id/);
  await refused(bad({ Id: 1, NodeType: 'NO_NODE' }), 'TRACE_MALFORMED', /NodeType is "NO_NODE"/);
  await refused(bad({ Id: 1, NodeType: 4, data_deps: 3 }), 'TRACE_MALFORMED', /data_deps is no list/);
  await refused(bad({ Id: 1, NodeType: 4, runtime: -1 }), 'TRACE_MALFORMED', /runtime is "-1"/);
});

test('an unknown schema version is a note', async () => {
  const { notes } = await importWorkload([traceFile('a.0.et', chakraBytes([compute(0)], '1.0.1'))]);
  assert.match(
    notes.find(({ code }) => code === 'CHAKRA_VERSION')?.text ?? '',
    /a\.0\.et has schema version "1\.0\.1"/,
  );
});

test('a cycle is named by its shortest circle', async () => {
  const nodes = [compute(0, [3]), compute(1, [0]), compute(2, [1, 4]), compute(3, [2]), compute(4, [2]), compute(5)];
  await refused(
    [traceFile('a.0.et', chakraBytes(nodes))],
    'CHAKRA_CYCLE',
    /'compute 2' \(id 2\) waits for 'compute 4' \(id 4\) waits for 'compute 2' \(id 2\)/,
  );
  await refused(
    [traceFile('a.0.et', chakraBytes([compute(7, [7])]))],
    'CHAKRA_CYCLE',
    /'compute 7' \(id 7\) waits for 'compute 7'/,
  );
});

test('duplicate ids name both nodes', async () => {
  await refused(
    [traceFile('a.0.et', chakraBytes([compute(3), compute(4), compute(3, [], { name: 'again' })]))],
    'CHAKRA_DUPLICATE_ID',
    /id 3 is node 0 'compute 3' and node 2 'again'/,
  );
});

test('dependencies on absent ids are satisfied, with one note', async () => {
  const nodes = [compute(0, [9]), compute(1, [10, 11, 0]), compute(2, [12])];
  const { ranks, notes } = await importWorkload([traceFile('a.0.et', chakraBytes(nodes))]);
  assert.equal(
    ranks[0]?.nodes.map(({ after }) => after),
    [[], [0], []],
  );
  assert.match(
    notes.find(({ code }) => code === 'CHAKRA_MISSING_DEP')?.text ?? '',
    /4 dependencies .* first 9 of 'compute 0' \(id 0\), 10 of 'compute 1' \(id 1\), 11 of 'compute 1' \(id 1\)\./,
  );
});

test('ids of 64 bits stay apart', async () => {
  const nodes = [
    compute(0, [], {}),
    { ...compute(1), id: '18446744073709551615' },
    { ...compute(1), id: '18446744073709551614' },
  ];
  const { ranks } = await importWorkload([traceFile('a.0.et', chakraBytes(nodes))]);
  assert.is(ranks[0]?.nodes.length, 3);
});

test('groups must issue equal sequences', async () => {
  const one = [groupsNode(0, { tp: [0, 1] }), collective(1, 100, [], 'tp'), collective(2, 200, [1], 'tp')];
  const other = [groupsNode(0, { tp: [0, 1] }), collective(1, 100, [], 'tp'), collective(2, 300, [1], 'tp')];
  await refused(
    two(one, other),
    'GROUP_SEQUENCE_MISMATCH',
    /group 'tp': operation 1 is all-reduce of 200 B on rank 0 and all-reduce of 300 B on rank 1/,
  );
  await refused(two(one, one.slice(0, 2)), 'GROUP_SEQUENCE_MISMATCH', /and missing on rank 1/);
});

test('a group without ranks asks for them', async () => {
  const nodes = [collective(1, 100, [], 'mystery')];
  await refused(two(nodes), 'GROUP_UNKNOWN_RANKS', /rank 0: the ranks of group 'mystery' .* --group mystery=0\.\.7/);
  const { groups } = await importWorkload(two(nodes), { groups: new Map([['mystery', [0, 1]]]) });
  assert.equal(groups.get('mystery')?.ranks, [0, 1]);
});

test('a missing rank is named; --partial goes on without it', async () => {
  const nodes = [groupsNode(0, { dp: [0, 1, 2] }), collective(1, 100, [], 'dp')];
  await refused(
    two(nodes),
    'CHAKRA_RANK_MISSING',
    /no trace of rank 2, and group 'dp' has it as a member.*<name>\.2\.et/,
  );
  const { ranks, worldSize } = await importWorkload(two(nodes), { partial: true });
  assert.equal([ranks.length, worldSize], [2, 3]);
});

test('two files of one rank are refused', async () => {
  const file = traceFile('a.1.et', goldenChakra);
  await refused(
    [file, traceFile('b.1.et', goldenChakra)],
    'TRACE_RANK_TWICE',
    /rank 1 is in two files, a\.1\.et and b\.1\.et/,
  );
});

test('a cut file names its byte; --partial keeps what came before', async () => {
  const cut = goldenChakra.subarray(0, 60);
  await refused([traceFile('a.0.et', cut)], 'TRACE_TRUNCATED', /a\.0\.et is cut off at byte 33, after 1 nodes/);
  const { ranks, notes } = await importWorkload([traceFile('a.0.et', cut)], { partial: true });
  assert.is(ranks[0]?.nodes.length, 1);
  assert.equal(
    notes.map(({ code }) => code).filter((code) => code !== ''),
    ['TRACE_TRUNCATED'],
  );
  await refused([gzipFile('a.0.et.gz', goldenChakra, 12)], 'TRACE_TRUNCATED', /within its gzip data/);
});

test('other formats are refused by name', async () => {
  const looks = async (bytes: string | Uint8Array, message: RegExp): Promise<void> =>
    refused([traceFile('x.0.et', bytes)], 'TRACE_NOT_THIS_FORMAT', message);
  await looks('', /an empty file/);
  await looks('PK\u0003\u0004', /a zip archive/);
  await looks('hello', /plain text/);
  await looks(Uint8Array.from([0x0a, 0x13, 0x50, 0x01]), /a Perfetto trace.*escapement export/);
  await looks('{"a":1}', /JSON without traceEvents/);
  await looks(chakraBytes([]), /a Chakra trace without nodes/);
  await looks('PAR1', /Parquet/);
  await looks('SQLite format 3', /SQLite/);
  await looks('\u007fELF', /a program/);
  await looks(Uint8Array.from([0xff, 0xfe, 0xfd]), /unknown binary data/);
  await refused([], 'TRACE_NOT_THIS_FORMAT', /no files/);
  await refused(
    [traceFile('a.0.et', goldenChakra), traceFile('b.1.json', '{"traceEvents":[{}]}')],
    'TRACE_NOT_THIS_FORMAT',
    /kineto, and a\.0\.et is chakra/,
  );
});

test('values that cannot be are refused with node and place', async () => {
  const bad = (fields: NodeFields): TraceFile[] => [traceFile('a.0.et', chakraBytes([fields]))];
  await refused(
    bad(collective(1, 100, [], undefined, 17)),
    'TRACE_MALFORMED',
    /node 0 'collective 1' \(id 1\): comm_type is 17, not 0 to 9/,
  );
  await refused(
    bad({ id: 1, name: 'c', type: 7, attr: [{ name: 'comm_size', int64_val: -5 }] }),
    'TRACE_MALFORMED',
    /comm_size is -5/,
  );
  await refused(bad(compute(1, [], { duration_micros: 1e10 })), 'TRACE_MALFORMED', /a time of 10000000000 us/);
  await refused(
    [traceFile('a.0.et', Buffer.concat([goldenChakra, Buffer.from([2, 0x12, 9])]))],
    'TRACE_MALFORMED',
    /byte 102, node 2 after 'all_reduce'/,
  );
  await refused(
    [gzipFile('a.0.et.gz', 'x')].map((file) => ({
      ...file,
      open: async function* () {
        yield Uint8Array.from([0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
      },
    })),
    'TRACE_MALFORMED',
    /gzip data is damaged/,
  );
});

test('scaling copies ranks, widens the outer groups and keeps the inner ones', async () => {
  const groups = { tp0: [0, 1], tp1: [2, 3], dp0: [0, 2], dp1: [1, 3] };
  const files = [0, 1, 2, 3].map((rank) =>
    traceFile(
      `job.${rank}.et`,
      chakraBytes([
        groupsNode(0, groups),
        collective(1, 100, [], `tp${Math.floor(rank / 2)}`),
        collective(2, 200, [1], `dp${rank % 2}`),
      ]),
    ),
  );
  const scaled = await importWorkload(files, { ranks: 12 });
  assert.is(scaled.ranks.length, 12);
  assert.equal(scaled.groups.get('dp0')?.ranks, [0, 2, 4, 6, 8, 10]);
  assert.equal(scaled.groups.get('tp1#2')?.ranks, [10, 11]);
  assert.equal(scaled.ranks[11]?.nodes[1]?.communication, {
    kind: 'collective',
    op: 'all-reduce',
    bytes: 100,
    group: 'tp1#2',
  });
  assert.equal(scaled.ranks[11]?.nodes[2]?.communication, {
    kind: 'collective',
    op: 'all-reduce',
    bytes: 200,
    group: 'dp1',
  });
  assert.match(
    scaled.notes.at(-1)?.text ?? '',
    /scaled from 4 to 12 ranks: 3 copies .* groups over all copies: 'dp0', 'dp1'/,
  );
  await refused(files, 'WORKLOAD_SCALE', /4 ranks cannot be scaled to 6\. Ask for a multiple of 4/, { ranks: 6 });
});

test('nodes come in an order that keeps every dependency', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 3 }), { maxLength: 30 }), async (deps) => {
      const nodes = deps.map((list, i) =>
        compute(
          i,
          list.filter((dep) => dep < i),
          { start_time_micros: 1 + ((i * 7919) % 97) },
        ),
      );
      nodes.reverse();
      if (nodes.length === 0) return;
      const { ranks } = await importWorkload([traceFile('a.0.et', chakraBytes(nodes))]);
      const seen = ranks[0]?.nodes ?? [];
      assert.is(seen.length, nodes.length);
      for (const [i, node] of seen.entries()) for (const before of node.after) assert.ok(before < i);
    }),
    { seed: 20261123, numRuns: 100 },
  );
});

test.run();
