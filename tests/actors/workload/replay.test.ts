import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rankTimes, replayWorkload, workloadErrors } from '../../../actors/workload/index.ts';
import { checkTrace, us } from '../../../engine/index.ts';
import { importWorkload, type RankWork, type Workload, type WorkNode } from '../../../engine/trace/import/index.ts';
import {
  chakraBytes,
  collective,
  compute,
  goldenChakra,
  groupsNode,
  kinetoText,
  launched,
  nccl,
  traceFile,
} from '../../engine/trace/import/traces.ts';

const test = suite('workload');

const chakra = (...ranks: Parameters<typeof chakraBytes>[0][]): Promise<Workload> =>
  importWorkload(ranks.map((nodes, rank) => traceFile(`job.${rank}.et`, chakraBytes(nodes))));

const kineto = (rank: number, world: number, events: string[], device?: string): Promise<Workload> =>
  importWorkload([
    traceFile(
      `rank${rank}.json`,
      kinetoText({
        rank,
        world,
        events,
        ...(device === undefined ? {} : { header: { deviceProperties: [{ name: device }] } }),
      }),
    ),
  ]);

/** A step of 200 us: two kernels hidden behind launches, a collective overlapped by a kernel, a synchronization. */
const step = (): string[] => [
  ...launched(1, [0, 4], [10, 50], { name: 'a' }),
  JSON.stringify({ ph: 'X', cat: 'cuda_runtime', name: 'cudaStreamWaitEvent', pid: 1, tid: 1, ts: 5, dur: 1 }),
  ...launched(2, [7, 4], [60, 80], { name: 'ncclDevKernel', stream: 20, args: nccl('allreduce', 1 << 20, '[0, 1]') }),
  ...launched(3, [12, 4], [60, 30], { name: 'b' }),
  JSON.stringify({ ph: 'X', cat: 'cuda_runtime', name: 'cudaDeviceSynchronize', pid: 1, tid: 1, ts: 20, dur: 122 }),
  ...launched(4, [150, 4], [160, 40], { name: 'c' }),
];

test('kept durations give the times of the trace', async () => {
  const replay = replayWorkload(await kineto(0, 2, step()), { keepDurations: true });
  const { traced, rank, ...now } = replay.ranks[0] as (typeof replay.ranks)[number];
  assert.is(rank, 0);
  assert.equal(now, traced);
  assert.equal(now, { makespan: us(200), compute: us(120), communication: us(80), exposed: us(50) });
  assert.is(replay.priced.kept.nodes, 3);
});

test('work without a shape scales by memory bandwidth, the same GPU keeps it', async () => {
  const events = launched(1, [0, 4], [10, 100]);
  const device = 'NVIDIA A100-SXM4-80GB';
  const same = replayWorkload(await kineto(0, 1, events, device));
  assert.is(same.gpu, 'NVIDIA A100 SXM4 80GB');
  assert.is(same.ranks[0]?.compute, us(100));
  const faster = replayWorkload(await kineto(0, 1, events, device), { system: 'dgx-h100' });
  assert.ok((faster.ranks[0]?.compute ?? 0) < us(70) && (faster.ranks[0]?.compute ?? 0) > us(50));
  assert.is(faster.priced.bandwidth.nodes, 1);
});

test('work with a shape takes the ratio of the models', async () => {
  const op = JSON.stringify({
    ph: 'X',
    cat: 'cpu_op',
    name: 'aten::mm',
    pid: 1,
    tid: 1,
    ts: 0,
    dur: 3,
    args: {
      'External id': 9,
      'Input Dims': [
        [4096, 4096],
        [4096, 4096],
      ],
      'Input type': ['c10::BFloat16', 'c10::BFloat16'],
    },
  });
  const events = [op, ...launched(1, [0, 4], [10, 600], { external: 9 })];
  const device = 'NVIDIA A100-SXM4-80GB';
  const same = replayWorkload(await kineto(0, 1, events, device), { system: 'dgx-a100' });
  assert.is(same.ranks[0]?.compute, us(600));
  const faster = replayWorkload(await kineto(0, 1, events, device), { system: 'dgx-h100' });
  assert.is(faster.priced.ratio.nodes, 1);
  const ratio = us(600) / (faster.ranks[0]?.compute ?? 1);
  assert.ok(ratio > 1.8 && ratio < 3.2, `${ratio}`);
});

test('a collective waits for the slowest rank and takes the time of the network', async () => {
  const rank = (duration: number): Parameters<typeof chakraBytes>[0] => [
    compute(0, [], { duration_micros: duration }),
    collective(1, 1 << 20, [0]),
  ];
  const replay = replayWorkload(await chakra(rank(100), rank(300)), { system: 'dgx-a100' });
  const [fast, slow] = replay.ranks;
  assert.is(fast?.makespan, slow?.makespan);
  assert.is(fast?.communication, slow?.communication);
  assert.is((slow?.makespan ?? 0) - (slow?.communication ?? 0), us(300));
  assert.ok((slow?.communication ?? 0) > us(5) && (slow?.communication ?? 0) < us(100));
  const kept = replayWorkload(await chakra(rank(100), rank(300)), { keepDurations: true });
  assert.is(kept.makespan, us(350));
});

test('a send meets its receive, whichever comes first', async () => {
  const attr = (peer: string, rank: number): Record<string, unknown>[] => [
    { name: peer, int32_val: rank },
    { name: 'comm_size', int64_val: 25_000_000 },
    { name: 'comm_tag', int32_val: 3 },
  ];
  const sender = [compute(0), { id: 1, name: 'send', type: 5, data_deps: [0], attr: attr('comm_dst', 1) }];
  const receiver = [{ id: 0, name: 'receive', type: 6, attr: attr('comm_src', 0) }, compute(1, [0])];
  const replay = replayWorkload(await chakra(sender, receiver), { system: 'dgx-h100' });
  const [from, to] = replay.ranks;
  assert.is(from?.communication, to?.communication);
  assert.is((to?.makespan ?? 0) - (from?.makespan ?? 0), us(100));
});

test('more ranks take longer for the same buffers', async () => {
  const files = [0, 1].map((rank) => traceFile(`job.${rank}.et`, goldenChakra));
  const times = await Promise.all(
    [2, 8, 64].map(
      async (ranks) => replayWorkload(await importWorkload(files, { ranks }), { system: 'dgx-a100' }).makespan,
    ),
  );
  assert.ok((times[0] as number) < (times[1] as number) && (times[1] as number) < (times[2] as number), `${times}`);
});

test('work and waits tile each task, children lie inside parents, nothing leaks', async () => {
  let check: ReturnType<typeof checkTrace> | undefined;
  const groups = { tp: [0, 1], dp: [0, 2], dp2: [1, 3], tp2: [2, 3] };
  const ranks = [0, 1, 2, 3].map((rank) => [
    groupsNode(0, groups),
    compute(1, [], { duration_micros: 10 * (rank + 1) }),
    collective(2, 1 << 20, [1], rank < 2 ? 'tp' : 'tp2'),
    compute(3, [1]),
    collective(4, 1 << 22, [2, 3], rank % 2 === 0 ? 'dp' : 'dp2', 2),
    compute(5, [4]),
  ]);
  replayWorkload(await chakra(...ranks), {
    onStart: (sim) => {
      check = checkTrace(sim);
    },
  });
  const report = check?.();
  assert.equal(report?.problems, []);
  assert.ok((report?.tasks ?? 0) > 20 && (report?.waits ?? 0) > 8);
  assert.is(report?.open, 0);
  replayWorkload(await kineto(0, 2, step()), {
    onStart: (sim) => {
      check = checkTrace(sim);
    },
  });
  assert.equal(check?.().problems, []);
});

test('equal inputs give equal replays', async () => {
  const workload = await kineto(0, 2, step());
  assert.equal(replayWorkload(workload), replayWorkload(workload));
});

test('ranks that wait for each other are named', () => {
  const node = (lane: string, group: string, position: number): WorkNode => ({
    name: `reduce ${group}`,
    kind: 'communication',
    lane,
    after: position === 0 ? [] : [0],
    duration: us(1),
    communication: { kind: 'collective', op: 'all-reduce', bytes: 8, group },
    position,
  });
  const rank = (number: number, first: string, second: string): RankWork => ({
    rank: number,
    file: '',
    nodes: [node('s', first, 0), node('s', second, 1)],
    makespan: undefined,
  });
  const group = (name: string): [string, { name: string; ranks: number[] }] => [name, { name, ranks: [0, 1] }];
  const workload: Workload = {
    format: 'chakra',
    worldSize: 2,
    ranks: [rank(0, 'a', 'b'), rank(1, 'b', 'a')],
    groups: new Map([group('a'), group('b')]),
    notes: [],
  };
  assert.throws(
    () => replayWorkload(workload),
    /rank 0 in 'communication reduce a', rank 1 in 'communication reduce b'/,
  );
  assert.throws(() => replayWorkload({ ...workload, ranks: [] }), /no rank of the workload has any work/);
  assert.equal(Object.keys(workloadErrors.catalogue), ['REPLAY_STUCK', 'REPLAY_EMPTY']);
});

test('exposed communication is what computation does not cover', () => {
  const at = (start: number, end: number): { start: number; end: number } => ({ start, end });
  assert.equal(rankTimes(100, [at(0, 10), at(5, 20), at(50, 60)], [at(15, 55), at(30, 70)]), {
    makespan: 100,
    compute: 30,
    communication: 55,
    exposed: 40,
  });
});

test('collectives that the network does not price are priced as others, and said so', async () => {
  const rank = [
    collective(0, 1 << 20, [], undefined, 3),
    collective(1, 1 << 20, [0], undefined, 4),
    collective(2, 0, [1], undefined, 9),
  ];
  const { notes, makespan } = replayWorkload(await chakra(rank, rank));
  for (const text of ['gather is priced', 'scatter is priced', 'barrier is priced'])
    assert.ok(
      notes.some((note) => note.text.startsWith(text)),
      text,
    );
  assert.ok(makespan > 0);
});

test('copies take the links of the system', async () => {
  const copy = (name: string): string =>
    JSON.stringify({
      ph: 'X',
      cat: 'gpu_memcpy',
      name,
      pid: 0,
      tid: 7,
      ts: 1,
      dur: 5,
      args: { device: 0, stream: 7, bytes: 55_000_000 },
    });
  const { ranks } = replayWorkload(await kineto(0, 1, [copy('Memcpy HtoD (Pinned -> Device)')]), {
    system: 'dgx-h100',
  });
  assert.is(ranks[0]?.compute, us(1000));
});

test.run();
