import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gpu, type StreamOp } from '../../actors/compute/index.ts';
import { deviceMemory } from '../../actors/memory/index.ts';
import { collectives, gpuCluster, type NetworkReply, network } from '../../actors/network/index.ts';
import { star } from '../../actors/network/small-topologies.ts';
import { nvmeDrive, type Served, serviceStation } from '../../actors/storage/index.ts';
import {
  ask,
  bytes,
  bytesPerSecond,
  checkTrace,
  defineActor,
  type Message,
  NO_TIME,
  process,
  Simulation,
  us,
} from '../../engine/index.ts';
import { noteTasks } from '../engine/trace/notes.ts';

const test = suite('the device library in the trace');

/** Runs what `prepare` sets up; returns its tasks, times in us, and all else. */
function traced(prepare: (sim: Simulation) => void): { readonly tasks: string[]; readonly rest: string[] } {
  const sim = new Simulation();
  const check = checkTrace(sim);
  const notes = noteTasks(sim, us(1));
  prepare(sim);
  sim.run();
  assert.equal(check().problems, []);
  assert.is(check().open, 0);
  return { tasks: notes.tasks(), rest: notes.rest };
}

const kernel = (id: number, stream: number, label: string, micros: number, after: number[] = []): StreamOp => ({
  id,
  stream,
  label,
  after,
  work: { kind: 'kernel', duration: us(micros) },
});

const ear = defineActor<undefined, undefined, NetworkReply | Served | (Message & { type: 'collectiveDone' })>({
  kind: 'ear',
  init: () => undefined,
  on: {
    transferDone: () => undefined,
    transferFailed: () => undefined,
    served: () => undefined,
    collectiveDone: () => undefined,
  },
});

test('an operation is a task on the lane of its stream, from when it is first in line; dependencies name what runs', () => {
  const { tasks } = traced((sim) => {
    const device = sim.spawn('gpu', gpu, { streams: ['compute', 'network'] });
    const ops: StreamOp[] = [
      { ...kernel(0, 0, 'gemm', 4), timed: true },
      kernel(1, 1, 'send', 2, [0]),
      kernel(2, 0, 'next', 1, [1]),
      { id: 3, stream: 0, label: 'host', after: [], work: { kind: 'floor', since: 0, duration: us(10) } },
    ];
    sim.send(device, { type: 'submit', ops });
  });
  assert.equal(tasks, [
    '1 kernel gemm (gpu:compute): work 0..4',
    '2 kernel send (gpu:network): dependency gemm 0..4 by 1, work 4..6',
    '3 kernel next (gpu:compute): dependency send 4..6 by 2, work 6..7',
    '4 host host (gpu:compute): scheduler host 7..10',
  ]);
});

test('any program of a GPU tiles its lanes', () => {
  const op = fc.record({
    stream: fc.nat({ max: 2 }),
    micros: fc.nat({ max: 5 }),
    back: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(fc.array(op, { minLength: 1, maxLength: 20 }), (drafts) => {
      const ops = drafts.map(({ stream, micros, back }, id) =>
        kernel(id, stream, `op${id}`, micros, [...new Set(back.map((b) => id - b).filter((earlier) => earlier >= 0))]),
      );
      const { tasks } = traced((sim) => {
        sim.send(sim.spawn('gpu', gpu, { streams: ['a', 'b', 'c'] }), { type: 'submit', ops });
      });
      assert.is(tasks.length, ops.length);
    }),
    { seed: 20261123, numRuns: 200 },
  );
});

const pair = star({ hosts: 4, port: { bandwidth: bytesPerSecond(1e9), latency: us(2) } });

test('a transfer that shares a link waits for it; alone it only works', () => {
  const { tasks, rest } = traced((sim) => {
    const net = sim.spawn('net', network, { topology: pair });
    const replyTo = sim.spawn('ear', ear, undefined);
    sim.send(net, { type: 'transfer', from: 0, to: 1, bytes: bytes(10_000), tag: 0, replyTo });
    sim.send(net, { type: 'transfer', from: 0, to: 2, bytes: bytes(10_000), tag: 1, replyTo });
    sim.schedule(us(100), net, { type: 'transfer', from: 3, to: 2, bytes: bytes(5000), tag: 2, replyTo });
  });
  assert.equal(tasks, [
    '1 transfer host0 to host1 (net): link host0/up 0..10, work 10..22',
    '2 transfer host0 to host2 (net): link host0/up 0..10, work 10..22',
    '3 transfer host3 to host2 (net): work 100..107',
  ]);
  assert.equal(rest, [
    '0 net host0/up capacity = 1000000000 B/s',
    '0 net host1/down capacity = 1000000000 B/s',
    '0 net host2/down capacity = 1000000000 B/s',
    '2 net host0/up in use = 1000000000 B/s',
    '2 net host1/down in use = 500000000 B/s',
    '2 net host2/down in use = 500000000 B/s',
    '1 bytes=10000',
    '2 bytes=10000',
    '22 net host0/up in use = 0 B/s',
    '22 net host1/down in use = 0 B/s',
    '22 net host2/down in use = 0 B/s',
    '100 net host3/up capacity = 1000000000 B/s',
    '102 net host3/up in use = 1000000000 B/s',
    '102 net host2/down in use = 1000000000 B/s',
    '3 bytes=5000',
    '107 net host3/up in use = 0 B/s',
    '107 net host2/down in use = 0 B/s',
  ]);
});

test('a batch is judged as a whole: its own flows are not waited for', () => {
  const { tasks } = traced((sim) => {
    const net = sim.spawn('net', network, { topology: pair });
    const flows = [1, 2].map((to) => ({ from: 0, to, bytes: bytes(10_000) }));
    sim.send(net, { type: 'batch', flows, tag: 0 });
    sim.send(net, { type: 'batch', flows: [], tag: 1 });
  });
  assert.equal(tasks, ['1 batch 2 flows (net): work 0..22', '2 batch 0 flows (net): ']);
});

test('a transfer that fails ends its task and says why', () => {
  const { tasks, rest } = traced((sim) => {
    const net = sim.spawn('net', network, { topology: pair });
    const replyTo = sim.spawn('ear', ear, undefined);
    sim.send(net, { type: 'transfer', from: 0, to: 1, bytes: bytes(10_000), tag: 0, whenDown: 'fail', replyTo });
    sim.schedule(us(5), net, { type: 'setCapacity', link: 'host0/up', capacity: bytesPerSecond(0) });
  });
  assert.equal(tasks, ['1 transfer host0 to host1 (net): work 0..5']);
  assert.equal(rest, [
    '0 net host0/up capacity = 1000000000 B/s',
    '0 net host1/down capacity = 1000000000 B/s',
    '2 net host0/up in use = 1000000000 B/s',
    '2 net host1/down in use = 1000000000 B/s',
    '1 failed=link host0/up is down',
    '5 net host0/up capacity = 0 B/s',
    '5 net host0/up in use = 0 B/s',
    '5 net host1/down in use = 0 B/s',
  ]);
});

test('a collective waits for its members, then for the network; its transfers are its children', () => {
  const topology = gpuCluster({
    nodes: 1,
    gpusPerNode: 2,
    nvlink: { bandwidth: bytesPerSecond(1e9) },
    nic: { bandwidth: bytesPerSecond(1e9) },
  });
  const law = { name: 'Simple', base: us(10), hop: NO_TIME, bandwidth: bytesPerSecond(1e9) } as const;
  const { tasks, rest } = traced((sim) => {
    const net = sim.spawn('net', network, { topology });
    const costs = { ring: [law], allToAll: [law], network: { base: us(5), hop: us(4) } };
    const group = sim.spawn('group', collectives, { network: net, topology, members: [0, 1], costs });
    const member = sim.trace.begin('rank');
    const join = { type: 'join', op: 'all-to-all', bytes: bytes(20_000), tag: 1 } as const;
    sim.send(group, { ...join, member: 0 });
    sim.schedule(us(3), group, { ...join, member: 1, task: member });
    sim.trace.end(member);
  });
  assert.equal(
    tasks.slice(1).map((text) => text.replace(/[0-9.]+\.\.[0-9.]+/g, '_')),
    [
      '2 collective all-to-all (group): barrier members _ by 1, work _, link net _ by 3',
      '3 batch 1 flows (net in 2): work _',
    ],
  );
  assert.ok(rest.includes('1 -> 2 join'));
});

test('a station shows who queued and who served before', () => {
  const { tasks } = traced((sim) => {
    const station = sim.spawn('station', serviceStation, { servers: 1, service: us(5) });
    const replyTo = sim.spawn('ear', ear, undefined);
    for (const tag of [1, 2]) sim.send(station, { type: 'serve', tag, replyTo });
  });
  assert.equal(tasks, ['1 service (station): work 0..5', '2 service (station): queue station 0..5 by 1, work 5..10']);
});

test('a command of a drive passes the queue pair, the flash and the link', () => {
  const { tasks } = traced((sim) => {
    const spec = { depth: 2, latency: us(10), operations: 1e5, rate: bytesPerSecond(1e9) };
    const drive = sim.spawn('drive', nvmeDrive, spec);
    for (let i = 0; i < 3; i++)
      sim.spawn(
        `reader${i}`,
        process(function* reader() {
          yield* ask(drive, { type: 'read', bytes: bytes(20_000) });
        }),
        undefined,
      );
  });
  assert.equal(
    tasks.filter((text) => text.includes('drive)')),
    [
      '4 read (drive): work 0..10, work 10..30',
      '5 read (drive): resource flash channels 0..10 by 4, work 10..20, link link of the drive 20..30 by 4, work 30..50',
      '6 read (drive): capacity queue pair 0..30 by 4, work 30..40, link link of the drive 40..50 by 5, work 50..70',
    ],
  );
  assert.ok(tasks[0]?.includes('data drive 0..30 by 4'));
});

test('a memory counts what is in use', () => {
  const { rest } = traced((sim) => {
    const memory = sim.spawn('memory', deviceMemory, { limit: bytes(100) });
    sim.send(memory, { type: 'allocate', tag: 'a', bytes: bytes(60) });
    sim.send(memory, { type: 'allocate', tag: 'b', bytes: bytes(60) });
    sim.send(memory, { type: 'free', tag: 'a', bytes: bytes(60) });
  });
  assert.equal(rest, ['0 memory in use = 60 B', '0 memory out of memory!', '0 memory in use = 0 B']);
});

test.run();
