import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CacheHierarchy, ClusterCaches, MissTimer } from '../../actors/memory/index.ts';
import { FlowNetwork, type RouteId } from '../../actors/network/index.ts';
import { LruLists, PageCache } from '../../actors/storage/index.ts';
import { type Bytes, bytesPerSecond } from '../../engine/index.ts';
import { decodeGraph, encodeGraph } from '../../engine/snapshots/graph.ts';

const test = suite('devices in checkpoints');
const seeds = { seed: 20261123, numRuns: 200 };

/** As a checkpoint does it. */
const copied = <T>(value: T): T => decodeGraph(JSON.parse(JSON.stringify(encodeGraph(value, 'value')))) as T;

const command = fc.record({
  what: fc.constantFrom('flow', 'flow', 'flow', 'capacity', 'advance', 'remove'),
  route: fc.nat(4),
  amount: fc.integer({ min: 1, max: 1000 }),
  cap: fc.constantFrom(Number.POSITIVE_INFINITY, 3, 40),
  weight: fc.constantFrom(1, 1, 2, 0.5),
});
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

function networkOf(): FlowNetwork {
  const net = new FlowNetwork({ ticksPerSecond: 1000, wholeTicks: true });
  const links = Array.from({ length: 5 }, (_, i) =>
    net.addLink({
      name: `l${i}`,
      capacity: bytesPerSecond(10 * (i + 1)),
      kind: i === 4 ? 'fat' : 'shared',
      latency: i,
    }),
  );
  for (let i = 0; i < 5; i++) net.addRoute([links[i % 5]!, links[(i + 2) % 5]!]);
  return net;
}

/** Does what is asked and tells what came of it. */
function follow(net: FlowNetwork, flows: number[], { what, route, amount, cap, weight }: Command): unknown {
  if (what === 'flow') flows.push(net.addFlow(route as RouteId, amount as Bytes, weight, cap));
  else if (what === 'capacity') net.setCapacity((1 + (route % 5)) as never, bytesPerSecond(amount % 60));
  else if (what === 'remove') {
    const flow = flows[amount % Math.max(1, flows.length)];
    return flow === undefined || !net.has(flow as never) ? 0 : net.removeFlow(flow as never);
  } else {
    const done: unknown[] = [];
    net.advance(net.now + amount, (flow, time) => done.push([flow, time]));
    return [done, net.now];
  }
  return net.next();
}

test('a network of flows, saved and put back at any moment, goes on bit for bit', () => {
  fc.assert(
    fc.property(
      fc.array(command, { maxLength: 40 }),
      fc.array(command, { minLength: 1, maxLength: 40 }),
      (before, after) => {
        const net = networkOf();
        const flows: number[] = [];
        for (const each of before) follow(net, flows, each);
        const again = copied(net);
        const others = [...flows];
        for (const each of after) assert.equal(follow(again, others, each), follow(net, flows, each));
        for (let link = 1; link <= 5; link++)
          assert.equal(
            [again.carried(link as never), again.busy(link as never), again.load(link as never)],
            [net.carried(link as never), net.busy(link as never), net.load(link as never)],
          );
      },
    ),
    seeds,
  );
});

const accesses = fc.array(fc.tuple(fc.nat(3), fc.nat(63), fc.boolean()), { minLength: 1, maxLength: 80 });

test('caches and what times their misses, saved and put back, go on with the same hits', () => {
  const makes = [
    () => {
      const caches = new ClusterCaches({
        clusterOf: [0, 0, 1, 1],
        levels: [{ sets: 2, ways: 2 }],
        cluster: { sets: 2, ways: 4 },
        lines: 64,
      });
      return {
        it: caches,
        use: (one: ClusterCaches, core: number, line: number, write: boolean) => one.access(core, line, write),
      };
    },
    () => {
      const level = (name: string, size: number) => ({ name, size: size as Bytes, ways: 2, latency: 4 });
      const caches = new CacheHierarchy({
        line: 64 as Bytes,
        cores: 4,
        levels: [{ ...level('L1', 512), replacement: { kind: 'random', seed: 3 } }, level('L2', 1024)],
        shared: level('L3', 2048),
        memoryLatency: 100,
      });
      return {
        it: caches,
        use: (one: CacheHierarchy, core: number, line: number, write: boolean) => one.access(core, 64 * line, write),
      };
    },
    () => ({
      it: new LruLists(9, 'two'),
      use: (one: LruLists, _: number, key: number, write: boolean) => (write ? one.add(key) : [one.use(key), one.size]),
    }),
    () => ({
      it: new PageCache({ capacity: (4096 * 20) as Bytes }),
      use: (one: PageCache, file: number, page: number) => one.read(file, 4096 * page, 9000),
    }),
    () => {
      const it = new MissTimer({ missesInFlight: 3, issue: 2, pipelined: 5 });
      const use = (one: MissTimer, _: number, latency: number): number => {
        one.add(latency);
        return one.cycles;
      };
      return { it, use };
    },
  ] as ReadonlyArray<() => { it: object; use: (one: never, a: number, b: number, c: boolean) => unknown }>;
  for (const make of makes)
    fc.assert(
      fc.property(accesses, accesses, (before, after) => {
        const { it, use } = make();
        for (const each of before) use(it as never, ...each);
        const again = copied(it);
        for (const each of after) assert.equal(use(again as never, ...each), use(it as never, ...each));
      }),
      { ...seeds, numRuns: 100 },
    );
});

test.run();
