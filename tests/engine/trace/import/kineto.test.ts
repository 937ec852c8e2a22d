import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ImportOptions,
  importWorkload,
  type TraceFile,
  type WorkNode,
} from '../../../../engine/trace/import/index.ts';
import { refused } from './refused.ts';
import { gzipFile, kinetoText, launched, minimalKineto, nccl, traceFile } from './traces.ts';

const test = suite('kineto');

async function nodesOf(text: string, options?: ImportOptions): Promise<readonly WorkNode[]> {
  return (await importWorkload([traceFile('trace.json', text)], options)).ranks[0]?.nodes ?? [];
}

test('minimal input: a GEMM 64x64x64, an all-reduce of 1 MiB, and the launch to start', async () => {
  const workload = await importWorkload([traceFile('rank0.json', minimalKineto, 50)]);
  const nodes = workload.ranks[0]?.nodes ?? [];
  const gemm = nodes.find(({ name }) => name === 'gemm') as WorkNode;
  assert.equal(gemm.shape, { gemm: { m: 64, n: 64, k: 64, batch: 1 } });
  assert.is(gemm.duration, 12_250_000);
  const call = nodes[gemm.launch?.node ?? -1] as WorkNode;
  assert.is(call.name, 'cudaLaunchKernel');
  assert.is((gemm.launch?.delay ?? 0) - call.duration, 5_625_000);
  const reduce = nodes.find(({ kind }) => kind === 'communication') as WorkNode;
  assert.equal(reduce.communication, { kind: 'collective', op: 'all-reduce', bytes: 1 << 20, group: '0 [0,1]' });
  assert.equal(workload.groups.get('0 [0,1]')?.ranks, [0, 1]);
  assert.is(workload.worldSize, 2);
  assert.is(workload.ranks[0]?.makespan, 75_000_000);
});

test('gzip reads as the same workload, and truncated gzip is named', async () => {
  assert.equal(
    await importWorkload([gzipFile('rank0.json', minimalKineto)]),
    await importWorkload([traceFile('rank0.json', minimalKineto)]),
  );
  await refused([gzipFile('rank0.json.gz', minimalKineto, 20)], 'TRACE_TRUNCATED', /within its gzip data/);
});

test('absolute times keep their nanoseconds', async () => {
  const at = (us: string): string => `1700000000${us}`;
  const text = `{"traceEvents":[
{"ph":"X","cat":"kernel","name":"a","pid":0,"tid":7,"ts":${at('000000.001')},"dur":0.001},
{"ph":"X","cat":"kernel","name":"b","pid":0,"tid":7,"ts":${at('000000.003')},"dur":1e1}]}`;
  const nodes = await nodesOf(text);
  assert.equal(
    nodes.map(({ start, duration }) => [start, duration]),
    [
      [0, 1000],
      [2000, 10_000_000],
    ],
  );
});

test('host work stands between calls, and a stream keeps its order', async () => {
  const nodes = await nodesOf(
    kinetoText({ events: [...launched(1, [0, 4], [10, 50]), ...launched(2, [6, 4], [60, 30])] }),
  );
  assert.equal(
    nodes.map(({ name, lane, duration }) => `${lane}: ${name} ${duration / 1e6}`),
    [
      'thread 1/1: cudaLaunchKernel 4',
      'thread 1/1: host 2',
      'thread 1/1: cudaLaunchKernel 4',
      'stream 0/7: kernel 50',
      'stream 0/7: kernel 30',
    ],
  );
  assert.equal(nodes[3]?.launch, { node: 0, delay: 10_000_000 });
  assert.equal(nodes[4]?.launch, { node: 2, delay: 10_000_000 });
  assert.equal(nodes[4]?.after, [3]);
});

test('a synchronizing call waits for what it was seen to wait for', async () => {
  const sync = JSON.stringify({
    ph: 'X',
    cat: 'cuda_runtime',
    name: 'cudaDeviceSynchronize',
    pid: 1,
    tid: 1,
    ts: 5,
    dur: 58,
  });
  const nodes = await nodesOf(kinetoText({ events: [...launched(1, [0, 4], [10, 50]), sync] }));
  const call = nodes.find(({ name }) => name === 'cudaDeviceSynchronize') as WorkNode;
  assert.is(call.duration, 3_000_000);
  assert.ok(call.after.includes(nodes.findIndex(({ name }) => name === 'kernel')));
});

test('an event wait orders the next launch after other streams', async () => {
  const wait = JSON.stringify({
    ph: 'X',
    cat: 'cuda_runtime',
    name: 'cudaStreamWaitEvent',
    pid: 1,
    tid: 1,
    ts: 5,
    dur: 1,
  });
  const events = [
    ...launched(1, [0, 4], [10, 50], { name: 'a' }),
    wait,
    ...launched(2, [7, 4], [61, 5], { name: 'b', stream: 8 }),
    ...launched(3, [12, 4], [62, 5], { name: 'c', stream: 9 }),
  ];
  const nodes = await nodesOf(kinetoText({ events }));
  const at = (name: string): number => nodes.findIndex((node) => node.name === name);
  assert.equal(nodes[at('b')]?.after, [at('a')]);
  assert.equal(nodes[at('c')]?.after, []);
});

test('an operator of several kernels is priced once, by its longest', async () => {
  const op = JSON.stringify({
    ph: 'X',
    cat: 'cpu_op',
    name: 'aten::addmm',
    pid: 1,
    tid: 1,
    ts: 0,
    dur: 9,
    args: { 'External id': 4, 'Input Dims': [[8], [16, 32], [32, 8]] },
  });
  const events = [
    op,
    ...launched(1, [0, 4], [10, 5], { external: 4, name: 'small' }),
    ...launched(2, [5, 4], [20, 50], { external: 4, name: 'large' }),
  ];
  const nodes = await nodesOf(kinetoText({ events }));
  assert.equal(nodes.find(({ name }) => name === 'large')?.shape, { gemm: { m: 16, n: 8, k: 32, batch: 1 } });
  assert.is(nodes.find(({ name }) => name === 'small')?.shape, undefined);
});

test('collectives by every spelling, and whole buffers', async () => {
  const cases: [string, string][] = [
    ['_allgather_base', 'all-gather'],
    ['all_gather_into_tensor', 'all-gather'],
    ['_reduce_scatter_base', 'reduce-scatter'],
    ['all_to_allv', 'all-to-all'],
    ['allreduce_coalesced', 'all-reduce'],
    ['broadcast', 'broadcast'],
    ['barrier', 'barrier'],
  ];
  for (const [name, op] of cases) {
    const args = { ...nccl(name, 100, '[0, 1]'), 'Out msg nelems': 200 };
    const nodes = await nodesOf(
      kinetoText({ world: 2, events: launched(1, [0, 4], [10, 5], { name: 'ncclDevKernel', args }) }),
    );
    const found = nodes.find(({ kind }) => kind === 'communication')?.communication;
    assert.equal(found, { kind: 'collective', op, bytes: 400, group: '0 [0,1]' });
  }
  const args = { ...nccl('send', 100, '[0, 1]'), 'Dst Rank': 1 };
  const nodes = await nodesOf(
    kinetoText({ world: 2, events: launched(1, [0, 4], [10, 5], { name: 'ncclKernel_SendRecv', args }) }),
  );
  assert.equal(nodes.at(-1)?.communication, { kind: 'send', peer: 1, tag: 0, bytes: 200 });
});

test('a cut list of ranks is rebuilt from pg_config, else asked for', async () => {
  const events = launched(1, [0, 4], [10, 5], {
    name: 'ncclDevKernel',
    args: nccl('allreduce', 8, '[0, 1, ..., 7]', 'tp', 4),
  });
  const header = { distributedInfo: { rank: 0, world_size: 8, pg_config: [{ pg_name: 'tp', ranks: [0, 1, 6, 7] }] } };
  const groupsOf = async (text: string, options?: ImportOptions): Promise<unknown> =>
    [...(await importWorkload([traceFile('a.json', text)], options)).groups.values()][0]?.ranks;
  assert.equal(await groupsOf(kinetoText({ events, header })), [0, 1, 6, 7]);
  await refused(
    [traceFile('a.json', kinetoText({ world: 8, events }))],
    'GROUP_UNKNOWN_RANKS',
    /group 'tp' are unknown \(of size 4, .*--group tp=0\.\.7/,
  );
  const options = { groups: new Map([['tp', [0, 2, 4, 6]]]) };
  assert.equal(await groupsOf(kinetoText({ world: 8, events }), options), [0, 2, 4, 6]);
  const all = launched(1, [0, 4], [10, 5], {
    name: 'ncclDevKernel',
    args: nccl('allreduce', 8, '[0, 1, ..., 7]', 'dp', 8),
  });
  assert.equal(await groupsOf(kinetoText({ world: 8, events: all })), [0, 1, 2, 3, 4, 5, 6, 7]);
});

test('record_param_comms names the collective of a kernel that does not', async () => {
  const op = JSON.stringify({
    ph: 'X',
    cat: 'cpu_op',
    name: 'record_param_comms',
    pid: 1,
    tid: 1,
    ts: 0,
    dur: 9,
    args: { 'External id': 4, ...nccl('allreduce', 64, '[0, 1]') },
  });
  const nodes = await nodesOf(
    kinetoText({
      world: 2,
      events: [op, ...launched(1, [0, 4], [10, 5], { external: 4, name: 'ncclKernel_AllReduce' })],
    }),
  );
  assert.equal(nodes.at(-1)?.communication, { kind: 'collective', op: 'all-reduce', bytes: 128, group: '0 [0,1]' });
});

test('no GPU events', async () => {
  const op = '{"ph":"X","cat":"cpu_op","name":"x","pid":1,"tid":1,"ts":0,"dur":1}';
  await refused(
    [traceFile('a.json', kinetoText({ events: [op] }))],
    'KINETO_NO_GPU_EVENTS',
    /a\.json has 1 events and none from a GPU/,
  );
});

test('missing correlations are counted', async () => {
  const { notes } = await importWorkload([traceFile('rank0.json', minimalKineto)]);
  assert.match(
    notes.find(({ code }) => code === 'KINETO_CORRELATION_MISSING')?.text ?? '',
    /rank 0: 1 of 2 GPU operations .* 'ncclDevKernel_AllReduce_Sum_bf16_RING_LL' \(event 3\)/,
  );
});

test('times out of range name event and fix', async () => {
  const event = (fields: string): string =>
    `{"traceEvents":[{"ph":"X","cat":"kernel","name":"k","pid":0,"tid":7,"ts":0,"dur":1},{"ph":"X","cat":"kernel","name":"late","pid":0,"tid":7,${fields}}]}`;
  const bad = async (fields: string, message: RegExp): Promise<void> =>
    refused([traceFile('a.json', event(fields))], 'KINETO_TIME_RANGE', message);
  await bad('"ts":9e9,"dur":1e9', /a\.json, event 1 'late': it ends 10000 s after the first event.*at most 2\.5 hours/);
  await bad('"ts":5,"dur":-1', /dur is -1/);
  await bad('"ts":"soon","dur":1', /ts is "soon", not microseconds/);
  await bad('"dur":1', /ts is missing/);
});

test('a file without its end is truncated; --partial reads what is there', async () => {
  const cut = minimalKineto.slice(0, minimalKineto.lastIndexOf('{'));
  await refused([traceFile('a.json', cut)], 'TRACE_TRUNCATED', /cut off at byte \d+, after 3 items/);
  const { ranks } = await importWorkload([traceFile('a.json', cut)], { partial: true });
  assert.ok(ranks[0]?.nodes.some(({ name }) => name === 'gemm'));
});

test('damage in the JSON text is refused with its place', async () => {
  const bad = async (text: string, message: RegExp): Promise<void> =>
    refused([traceFile('a.json', text)], 'TRACE_MALFORMED', message);
  await bad('{"traceEvents":[{"ph" "X"}]}', /./);
  await bad('{"traceEvents":[}', /after item 0: brackets do not match/);
  await bad('{"traceEvents":[nul1]}', /after item 0/);
  await bad(`{"a":${'['.repeat(200)}`, /nested more than 100 deep/);
  await bad('[] x', /after item 0: /);
  await refused([traceFile('a.json', '[] []', 2)], 'TRACE_MALFORMED', /something follows the end/);
  await bad('{1:2}', /a value where a key belongs/);
});

test('a value of any length is refused before it fills the memory', async () => {
  const file: TraceFile = {
    name: 'big.json',
    async *open() {
      yield Buffer.from('{"traceEvents":[{"name":[');
      const part = Buffer.from('1,'.repeat(1 << 16));
      for (let i = 0; i < 2000; i++) yield part;
    },
  };
  await refused([file], 'TRACE_MALFORMED', /one value is longer than/);
});

test('the device is known by its name', async () => {
  const text = kinetoText({
    events: launched(1, [0, 4], [10, 5]),
    header: { deviceProperties: [{ id: 0, name: 'NVIDIA A100-SXM4-80GB' }] },
  });
  const { ranks } = await importWorkload([traceFile('a.json', text)]);
  assert.is(ranks[0]?.device, 'NVIDIA A100-SXM4-80GB');
});

test.run();
