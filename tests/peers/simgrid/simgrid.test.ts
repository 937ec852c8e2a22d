import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type FlowId, FlowNetwork } from '../../../actors/network/flow-network.ts';
import { bytes, bytesPerSecond } from '../../../engine/kernel/quantities.ts';
import { hasSimgrid, simgridFlows } from './peer.ts';

const test = suite('network against SimGrid');

interface Case {
  readonly links: ReadonlyArray<{ readonly bandwidth: number; readonly fat: boolean }>;
  readonly flows: ReadonlyArray<{ readonly start: number; readonly size: number; readonly route: readonly number[] }>;
}

const cases: fc.Arbitrary<Case> = fc
  .array(
    fc.record({
      bandwidth: fc.oneof(fc.constantFrom(1e6, 2e6, 3e6), fc.integer({ min: 100_000, max: 20_000_000 })),
      fat: fc.constantFrom(false, false, false, true),
    }),
    { minLength: 2, maxLength: 8 },
  )
  .chain((links) =>
    fc.record({
      links: fc.constant(links),
      flows: fc.array(
        fc.record({
          start: fc.constantFrom(0, 0, 0, 0.25, 1.5),
          size: fc.integer({ min: 100_000, max: 30_000_000 }),
          route: fc.uniqueArray(fc.nat({ max: links.length - 1 }), { minLength: 1, maxLength: 4 }),
        }),
        { minLength: 1, maxLength: 16 },
      ),
    }),
  );

function ours({ links, flows }: Case): number[] {
  const net = new FlowNetwork();
  const ids = links.map(({ bandwidth, fat }, i) =>
    net.addLink({ name: `link${i}`, capacity: bytesPerSecond(bandwidth), kind: fat ? 'fat' : 'shared' }),
  );
  const end = flows.map(() => 0);
  const which = new Map<FlowId, number>();
  const done = (flow: FlowId, time: number) => {
    end[which.get(flow)!] = time;
  };
  for (const now of [...new Set(flows.map(({ start }) => start))].sort((a, b) => a - b)) {
    net.advance(now, done);
    flows.forEach(({ start, size, route }, i) => {
      if (start === now) which.set(net.addFlow(net.addRoute(route.map((l) => ids[l]!)), bytes(size)), i);
    });
  }
  net.advance(Number.POSITIVE_INFINITY, done);
  return end;
}

function theirs({ links, flows }: Case): number[] {
  const lines = [
    links.length,
    ...links.map(({ bandwidth, fat }) => `${bandwidth} ${fat ? 1 : 0}`),
    flows.length,
    ...flows.map(({ start, size, route }) => `${start} ${size} ${route.length} ${route.join(' ')}`),
  ];
  return simgridFlows(`${lines.join('\n')}\n`);
}

if (hasSimgrid()) {
  test('completion times equal those of SimGrid on random platforms', () => {
    // All platforms side by side in one run of SimGrid: starting a process for each would take most of the time.
    const samples = fc.sample(cases, { seed: 20261123, numRuns: 200 });
    const expected = theirs(
      samples.reduce(
        (all, { links, flows }) => ({
          links: [...all.links, ...links],
          flows: [
            ...all.flows,
            ...flows.map((flow) => ({ ...flow, route: flow.route.map((l) => l + all.links.length) })),
          ],
        }),
        { links: [], flows: [] },
      ),
    );
    let first = 0;
    for (const sample of samples) {
      ours(sample).forEach((end, i) => {
        const error = Math.abs(end / expected[first + i]! - 1);
        assert.ok(error <= 1e-6, `${JSON.stringify(sample)} flow ${i}: ${end} against ${expected[first + i]}`);
      });
      first += sample.flows.length;
    }
  });

  test('completion times equal those of SimGrid in an uneven all-to-all', () => {
    const hosts = 20;
    const pairs = Array.from({ length: hosts * hosts }, (_, pair) => [Math.floor(pair / hosts), pair % hosts] as const);
    const sample: Case = {
      links: Array.from({ length: 2 * hosts }, () => ({ bandwidth: 1e9, fat: false })),
      flows: pairs
        .filter(([from, to]) => from !== to)
        .map(([from, to], i) => ({ start: 0, size: 1e6 + ((i * 7919) % 1009) * 1e4, route: [from, hosts + to] })),
    };
    const expected = theirs(sample);
    ours(sample).forEach((end, i) => {
      assert.ok(Math.abs(end / expected[i]! - 1) <= 1e-6, `flow ${i}: ${end} against ${expected[i]}`);
    });
  });
} else {
  console.log('SimGrid is not installed (Debian: libsimgrid-dev, g++): the comparison with it is skipped');
  test.skip('completion times equal those of SimGrid');
}

test.run();
