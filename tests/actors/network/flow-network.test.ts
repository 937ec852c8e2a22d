import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type FlowId, FlowNetwork, type LinkId } from '../../../actors/network/flow-network.ts';
import { bytes, bytesPerSecond } from '../../../engine/kernel/quantities.ts';
import { completionTimes, type PlainFlow, type PlainLink, type PlainTransfer, waterFilling } from './water-filling.ts';

const test = suite('flow network');
const runs = { seed: 20261123, numRuns: 200 };

const capacity = fc.oneof(fc.constantFrom(1, 2, 3, 4, 6, 12), fc.double({ min: 0.1, max: 20, noNaN: true }));
const link = fc.record({ capacity, fat: fc.boolean().map((b) => b) });
const sharedLink = fc.record({ capacity, fat: fc.constant(false) });
const anyLinks = fc
  .tuple(
    sharedLink,
    fc.array(fc.oneof({ weight: 3, arbitrary: sharedLink }, { weight: 1, arbitrary: link }), { maxLength: 6 }),
  )
  .map(([first, rest]) => [first, ...rest]);

function flowOver(links: number): fc.Arbitrary<PlainFlow> {
  return fc.record({
    route: fc.uniqueArray(fc.nat({ max: links - 1 }), { minLength: 1, maxLength: 4 }),
    weight: fc.oneof(
      { weight: 3, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.constantFrom(0.25, 0.5, 2, 3) },
    ),
    cap: fc.oneof(
      { weight: 3, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
      { weight: 1, arbitrary: fc.double({ min: 0.05, max: 8, noNaN: true }) },
    ),
  });
}

const transfers = anyLinks.chain((links) =>
  fc.record({
    links: fc.constant(links),
    flows: fc.array(
      fc.tuple(flowOver(links.length), fc.constantFrom(0, 0, 0, 1, 2.5), fc.double({ min: 0.1, max: 30, noNaN: true })),
      { minLength: 1, maxLength: 14 },
    ),
  }),
);

function build(links: readonly PlainLink[], options = {}): { net: FlowNetwork; ids: LinkId[] } {
  const net = new FlowNetwork(options);
  const ids = links.map((spec, i) =>
    net.addLink({ name: `l${i}`, capacity: bytesPerSecond(spec.capacity), kind: spec.fat ? 'fat' : 'shared' }),
  );
  return { net, ids };
}

function start(net: FlowNetwork, ids: readonly LinkId[], flow: PlainFlow, size: number): FlowId {
  return net.addFlow(net.addRoute(flow.route.map((l) => ids[l]!)), bytes(size), flow.weight, flow.cap);
}

/** Ends of the transfers, in their order. */
function ends(links: readonly PlainLink[], list: readonly PlainTransfer[], options = {}): number[] {
  const { net, ids } = build(links, options);
  const end = list.map(() => Number.POSITIVE_INFINITY);
  const which = new Map<FlowId, number>();
  const at = [...new Set(list.map((transfer) => transfer.start))].sort((a, b) => a - b);
  for (const time of at) {
    net.advance(time, (flow, when) => {
      end[which.get(flow)!] = when;
    });
    list.forEach((transfer, i) => {
      if (transfer.start === time) which.set(start(net, ids, transfer, transfer.size), i);
    });
  }
  net.advance(Number.POSITIVE_INFINITY, (flow, when) => {
    end[which.get(flow)!] = when;
  });
  return end;
}

function asTransfers(flows: ReadonlyArray<readonly [PlainFlow, number, number]>): PlainTransfer[] {
  return flows.map(([flow, begin, size]) => ({ ...flow, start: begin, size }));
}

function close(actual: number, expected: number, tolerance: number, what: string): void {
  if (actual === expected) return;
  const error = Math.abs(actual - expected) / Math.max(Math.abs(expected), 1e-300);
  assert.ok(error <= tolerance, `${what}: ${actual} against ${expected}, off by ${error}`);
}

type Op =
  | { readonly do: 'add'; readonly flow: PlainFlow; readonly size: number }
  | { readonly do: 'remove'; readonly pick: number }
  | { readonly do: 'capacity'; readonly link: number; readonly value: number }
  | { readonly do: 'wait'; readonly time: number };

const histories = anyLinks.chain((links) =>
  fc.record({
    links: fc.constant(links),
    ops: fc.array(
      fc.oneof(
        {
          weight: 5,
          arbitrary: fc.record({
            do: fc.constant('add' as const),
            flow: flowOver(links.length),
            size: fc.double({ min: 0.1, max: 50, noNaN: true }),
          }),
        },
        { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), pick: fc.nat() }) },
        {
          weight: 1,
          arbitrary: fc.record({
            do: fc.constant('capacity' as const),
            link: fc.nat({ max: links.length - 1 }),
            value: fc.oneof(capacity, fc.constant(0)),
          }),
        },
        {
          weight: 3,
          arbitrary: fc.record({ do: fc.constant('wait' as const), time: fc.double({ min: 0, max: 3, noNaN: true }) }),
        },
      ),
      { minLength: 1, maxLength: 40 },
    ),
  }),
);

/** Plays a history and calls `check` after every step with the live flows. */
function play(
  links: readonly PlainLink[],
  ops: readonly Op[],
  check: (
    net: FlowNetwork,
    ids: readonly LinkId[],
    live: ReadonlyMap<FlowId, PlainFlow>,
    links: readonly PlainLink[],
  ) => void,
): { net: FlowNetwork; ids: LinkId[]; sent: number[] } {
  const now = links.map((spec) => ({ ...spec }));
  const { net, ids } = build(now);
  const live = new Map<FlowId, PlainFlow>();
  const size = new Map<FlowId, number>();
  const sent = links.map(() => 0);
  const book = (flow: FlowId, amount: number) => {
    for (const l of live.get(flow)!.route) sent[l]! += amount;
    live.delete(flow);
  };
  for (const op of ops) {
    switch (op.do) {
      case 'add': {
        const flow = start(net, ids, op.flow, op.size);
        live.set(flow, op.flow);
        size.set(flow, op.size);
        break;
      }
      case 'remove': {
        const flow = [...live.keys()][op.pick % Math.max(live.size, 1)];
        if (flow !== undefined) book(flow, size.get(flow)! - net.removeFlow(flow));
        break;
      }
      case 'capacity':
        now[op.link]!.capacity = op.value;
        net.setCapacity(ids[op.link]!, bytesPerSecond(op.value));
        break;
      case 'wait':
        net.advance(net.now + op.time, (flow) => book(flow, size.get(flow)!));
    }
    check(net, ids, live, now);
  }
  return { net, ids, sent };
}

test('capacity: the rates over a shared link never exceed it', () => {
  fc.assert(
    fc.property(histories, ({ links, ops }) => {
      play(links, ops, (net, ids, live, now) => {
        now.forEach((spec, l) => {
          let sum = 0;
          for (const [flow, plain] of live)
            if (plain.route.includes(l)) {
              const rate = net.rate(flow);
              if (spec.fat) assert.ok(rate <= spec.capacity * (1 + 1e-12), `fat ${rate} over ${spec.capacity}`);
              sum += rate;
            }
          if (!spec.fat) assert.ok(sum <= spec.capacity * (1 + 1e-12), `${sum} over ${spec.capacity}`);
          close(net.load(ids[l]!), sum, 1e-12, 'load');
        });
      });
    }),
    runs,
  );
});

test('bottleneck: every flow runs at its cap or crosses a full link on which none has more per weight', () => {
  fc.assert(
    fc.property(histories, ({ links, ops }) => {
      play(links, ops, (net, _ids, live, now) => {
        const level = (flow: FlowId, plain: PlainFlow) => net.rate(flow) / plain.weight;
        const full = now.map((spec, l) => {
          let sum = 0;
          let top = 0;
          for (const [flow, plain] of live)
            if (plain.route.includes(l)) {
              sum += net.rate(flow);
              top = Math.max(top, level(flow, plain));
            }
          return { full: !spec.fat && sum >= spec.capacity * (1 - 1e-9), top };
        });
        for (const [flow, plain] of live) {
          const cap = plain.route.reduce((c, l) => (now[l]!.fat ? Math.min(c, now[l]!.capacity) : c), plain.cap);
          const rate = net.rate(flow);
          const bound =
            rate >= cap * (1 - 1e-12) ||
            plain.route.some((l) => full[l]!.full && level(flow, plain) >= full[l]!.top * (1 - 1e-9));
          assert.ok(bound, `a flow at ${rate} has no bottleneck`);
        }
      });
    }),
    runs,
  );
});

test('rates equal water-filling flow by flow', () => {
  fc.assert(
    fc.property(histories, ({ links, ops }) => {
      play(links, ops, (net, _ids, live, now) => {
        const expected = waterFilling(now, [...live.values()]);
        [...live.keys()].forEach((flow, i) => {
          close(net.rate(flow), expected[i]!, 1e-11, 'rate');
        });
      });
    }),
    runs,
  );
});

test('completion times equal those of stepping with water-filling', () => {
  fc.assert(
    fc.property(transfers, ({ links, flows }) => {
      const list = asTransfers(flows);
      const expected = completionTimes(links, list);
      ends(links, list).forEach((end, i) => {
        close(end, expected[i]!, 1e-9, 'end');
      });
    }),
    runs,
  );
});

test('makespan floor: a set of flows ends no earlier than its busiest link allows', () => {
  fc.assert(
    fc.property(transfers, ({ links, flows }) => {
      const list = asTransfers(flows).map((transfer) => ({ ...transfer, start: 0 }));
      const floor = Math.max(
        ...links.map((spec, l) =>
          spec.fat
            ? 0
            : list.reduce((sum, transfer) => sum + (transfer.route.includes(l) ? transfer.size : 0), 0) / spec.capacity,
        ),
      );
      assert.ok(Math.max(...ends(links, list)) >= floor * (1 - 1e-12));
    }),
    runs,
  );
});

test('alone: latency plus size over the slowest of links and cap', () => {
  fc.assert(
    fc.property(
      anyLinks.chain((links) =>
        fc.tuple(
          fc.constant(links),
          flowOver(links.length),
          fc.double({ min: 0, max: 50, noNaN: true }),
          fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 7, maxLength: 7 }),
        ),
      ),
      ([links, flow, size, latencies]) => {
        const net = new FlowNetwork();
        const ids = links.map((spec, i) =>
          net.addLink({
            name: `l${i}`,
            capacity: bytesPerSecond(spec.capacity),
            kind: spec.fat ? 'fat' : 'shared',
            latency: latencies[i]!,
          }),
        );
        start(net, ids, flow, size);
        let end = -1;
        net.advance(Number.POSITIVE_INFINITY, (_, time) => {
          end = time;
        });
        const latency = flow.route.reduce((sum, l) => sum + latencies[l]!, 0);
        close(end, latency + size / Math.min(flow.cap, ...flow.route.map((l) => links[l]!.capacity)), 1e-12, 'end');
      },
    ),
    runs,
  );
});

test('scale: sizes, caps and capacities times k leave every time as it is', () => {
  fc.assert(
    fc.property(
      transfers,
      fc.constantFrom(2, 1024, 2 ** -30),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      ({ links, flows }, exact, k) => {
        const list = asTransfers(flows);
        const scaled = (f: number) =>
          ends(
            links.map((spec) => ({ ...spec, capacity: spec.capacity * f })),
            list.map((transfer) => ({ ...transfer, size: transfer.size * f, cap: transfer.cap * f })),
          );
        const plain = ends(links, list);
        assert.equal(scaled(exact), plain);
        scaled(k).forEach((end, i) => {
          close(end, plain[i]!, 1e-9, 'end');
        });
      },
    ),
    runs,
  );
});

test('order: arrivals of one instant may come in any order, the ends are the same to the bit', () => {
  fc.assert(
    fc.property(transfers, fc.infiniteStream(fc.nat()), ({ links, flows }, picks) => {
      const list = asTransfers(flows);
      const places = list.map((_, i) => i);
      const shuffled: number[] = [];
      while (places.length > 0) shuffled.push(...places.splice(picks.next().value! % places.length, 1));
      const plain = ends(links, list);
      const other = ends(
        links,
        shuffled.map((i) => list[i]!),
      );
      assert.equal(
        other,
        shuffled.map((i) => plain[i]!),
      );
    }),
    runs,
  );
});

test('incremental: after any history the rates equal those of a full solve and of a fresh network', () => {
  fc.assert(
    fc.property(histories, ({ links, ops }) => {
      play(links, ops, (net, _ids, live, now) => {
        const before = [...live.keys()].map((flow) => net.rate(flow));
        const { net: fresh, ids } = build(now);
        const copies = [...live.values()].reverse().map((plain) => start(fresh, ids, plain, 1));
        copies.reverse().forEach((flow, i) => {
          close(before[i]!, fresh.rate(flow), 1e-12, 'fresh');
        });
        net.resolveAll();
        [...live.keys()].forEach((flow, i) => {
          close(before[i]!, net.rate(flow), 1e-12, 'full');
        });
      });
    }),
    { ...runs, numRuns: 120 },
  );
});

test('dense: resumed fillings of an uneven all-to-all equal full ones', () => {
  const hosts = 18;
  fc.assert(
    fc.property(fc.nat(), (salt) => {
      let state = salt;
      const random = () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 32;
      };
      const links = Array.from({ length: 2 * hosts }, (_, l) => ({
        capacity: l % 5 === salt % 5 ? 2 : 1,
        fat: false,
      }));
      const { net, ids } = build(links);
      const live = new Map<FlowId, PlainFlow>();
      const add = (i: number, j: number) => {
        const flow = { route: [i, hosts + j], weight: 1, cap: Number.POSITIVE_INFINITY };
        live.set(start(net, ids, flow, 1 + 9 * random()), flow);
      };
      for (let i = 0; i < hosts; i++) for (let j = 0; j < hosts; j++) if (i !== j) add(i, j);
      for (let step = 0; live.size > 0; step++) {
        net.advance(net.next(), (flow) => live.delete(flow));
        if (step % 37 === salt % 37 && step < 200) add(step % hosts, (step * 7 + 1) % hosts);
        if (step % 53 === salt % 53) {
          const l = step % links.length;
          links[l] = { capacity: 3 - links[l]!.capacity, fat: false };
          net.setCapacity(ids[l]!, bytesPerSecond(links[l]!.capacity));
        }
        if (step % 71 !== salt % 71) continue;
        const before = [...live.keys()].map((flow) => net.rate(flow));
        const fresh = build(links);
        [...live.values()]
          .map((flow) => start(fresh.net, fresh.ids, flow, 1))
          .forEach((flow, i) => {
            close(before[i]!, fresh.net.rate(flow), 1e-12, 'fresh');
          });
      }
      assert.ok(net.solves.exact < net.solves.all / 4, `${net.solves.exact} of ${net.solves.all} solves were exact`);
    }),
    { ...runs, numRuns: 100 },
  );
});

test('bytes are conserved: what the links carried is what the flows sent', () => {
  fc.assert(
    fc.property(histories, ({ links, ops }) => {
      const { net, ids, sent } = play(links, ops, () => undefined);
      ids.forEach((id, l) => {
        close(net.carried(id) + 1, sent[l]! + 1, 1e-9, 'carried');
      });
    }),
    runs,
  );
});

test('what a flow has left is what its rates have not yet sent', () => {
  fc.assert(
    fc.property(histories, ({ links, ops }) => {
      const rest = new Map<FlowId, number>();
      let last = 0;
      let rates = new Map<FlowId, number>();
      play(
        links,
        ops.map((op) => (op.do === 'wait' ? { ...op, time: op.time * 1e-3 } : op)),
        (net, _ids, live) => {
          for (const flow of live.keys()) {
            const known = rest.get(flow);
            const expected = known === undefined ? net.remaining(flow) : known - rates.get(flow)! * (net.now - last);
            // Inside a wait other flows may end and rates change, but by no more than the wait allows.
            if (known !== undefined && net.liveFlows === rates.size)
              close(net.remaining(flow) + 1, expected + 1, 1e-9, 'left');
            rest.set(flow, net.remaining(flow));
          }
          last = net.now;
          rates = new Map([...live.keys()].map((flow) => [flow, net.rate(flow)]));
        },
      );
    }),
    runs,
  );
});

test('whole ticks: ends are rounded up, and each wastes less than one tick of its link', () => {
  fc.assert(
    fc.property(
      capacity,
      fc.array(fc.double({ min: 0.001, max: 30, noNaN: true }), { minLength: 1, maxLength: 14 }),
      (rate, sizes) => {
        const links = [{ capacity: rate, fat: false }];
        const list = sizes.map((size) => ({ route: [0], weight: 1, cap: Number.POSITIVE_INFINITY, start: 0, size }));
        const whole = ends(links, list, { ticksPerSecond: 1000, wholeTicks: true });
        const real = ends(links, list, { ticksPerSecond: 1000 });
        whole.forEach((end, i) => {
          assert.ok(Number.isInteger(end), `${end} is no tick`);
          const late = end - real[i]!;
          assert.ok(late > -1e-6 && late < list.length, `${late} ticks late`);
        });
      },
    ),
    runs,
  );
  const { net, ids } = build([{ capacity: 3e9, fat: false }], { ticksPerSecond: 1e12, wholeTicks: true });
  net.addFlow(net.addRoute(ids), bytes(1e6));
  assert.is(net.next(), 333_333_334);
});

test('a completion that falls on a tick is not moved to the next one', () => {
  for (const rate of [1e9, 12.5e9, 25e9, 50e9, 300e9, 450e9])
    for (const size of [1, 4096, 1e6, 2 ** 30]) {
      const { net, ids } = build([{ capacity: rate, fat: false }], { ticksPerSecond: 1e12, wholeTicks: true });
      net.addFlow(net.addRoute(ids), bytes(size));
      const exact = (BigInt(size) * 10n ** 12n + BigInt(rate) - 1n) / BigInt(rate);
      assert.is(BigInt(net.next()), exact, `${size} B at ${rate}`);
    }
});

test('equal flows end at one instant and are reported in order of arrival', () => {
  const { net, ids } = build(
    Array.from({ length: 24 }, () => ({ capacity: 25e9, fat: false })),
    { ticksPerSecond: 1e12, wholeTicks: true },
  );
  const order: FlowId[] = [];
  for (let k = 0; k < 132; k++) {
    const pair = (k * 89) % 132;
    const i = Math.floor(pair / 11);
    const j = (i + 1 + (pair % 11)) % 12;
    order.push(net.addFlow(net.addRoute([ids[i]!, ids[12 + j]!]), bytes(12_345_678)));
  }
  const done: FlowId[] = [];
  const times = new Set<number>();
  net.advance(Number.POSITIVE_INFINITY, (flow, time) => {
    done.push(flow);
    times.add(time);
  });
  assert.equal(done, order);
  assert.is(times.size, 1);
});

test('a message of size zero costs its latency and no bandwidth', () => {
  const net = new FlowNetwork();
  const a = net.addLink({ name: 'a', capacity: bytesPerSecond(1), latency: 2 });
  const route = net.addRoute([a]);
  net.addFlow(route, bytes(0));
  net.addFlow(route, bytes(3));
  const ends: number[] = [];
  net.advance(10, (_, time) => ends.push(time));
  assert.equal(ends, [2, 5]);
});

test('a flow on a downed link waits and goes on when the link is back', () => {
  const { net, ids } = build([{ capacity: 2, fat: false }]);
  const flow = net.addFlow(net.addRoute(ids), bytes(10));
  net.advance(1);
  net.setCapacity(ids[0]!, bytesPerSecond(0));
  assert.is(net.rate(flow), 0);
  assert.is(net.next(), Number.POSITIVE_INFINITY);
  net.advance(100);
  assert.is(net.remaining(flow), 8);
  net.setCapacity(ids[0]!, bytesPerSecond(4));
  assert.is(net.next(), 102);
});

test('busy time counts the instants at which a link has a flow', () => {
  const { net, ids } = build([
    { capacity: 2, fat: false },
    { capacity: 1, fat: false },
  ]);
  net.addFlow(net.addRoute([ids[0]!]), bytes(4));
  net.advance(3);
  net.addFlow(net.addRoute(ids), bytes(2));
  net.advance(4);
  assert.is(net.busy(ids[0]!), 3);
  assert.is(net.busy(ids[1]!), 1);
  assert.is(net.activeOn(ids[1]!), 1);
  net.advance(20);
  assert.is(net.busy(ids[0]!), 4);
  assert.is(net.carried(ids[0]!), 6);
});

test('a link that its capped flows cannot fill does not tie them together', () => {
  const { net, ids } = build([
    { capacity: 10, fat: false },
    { capacity: 1, fat: false },
    { capacity: 1, fat: false },
  ]);
  for (const l of [1, 2]) net.addFlow(net.addRoute([ids[0]!, ids[l]!]), bytes(l * 100), 1, 0.5);
  net.next();
  const before = net.solves.all;
  for (const l of [1, 2]) net.addFlow(net.addRoute([ids[l]!]), bytes(1));
  net.next();
  assert.is(net.solves.all, before + 2, 'the two ends are solved apart');
});

test('parts that closed flows have left apart are solved apart', () => {
  const { net, ids } = build(Array.from({ length: 6 }, () => ({ capacity: 1, fat: false })));
  const [a, b, c, d, e, f] = ids as [LinkId, LinkId, LinkId, LinkId, LinkId, LinkId];
  const add = (...links: LinkId[]) => net.addFlow(net.addRoute(links), bytes(100));
  const solves = (...links: LinkId[]) => {
    net.next();
    const before = net.solves.all;
    const flows = links.map((l) => add(l));
    net.next();
    for (const flow of flows) net.removeFlow(flow);
    return net.solves.all - before;
  };
  for (const l of [b, c, d, e, f]) add(l);
  const joins = [add(a, b), add(a, c)];
  assert.is(solves(b, c), 1);
  for (const flow of joins) net.removeFlow(flow);
  assert.is(solves(b, c), 2, 'the link that joined them is empty');
  const bridge = add(b, c, d);
  const other = add(d, e);
  assert.is(solves(b, e), 1);
  net.removeFlow(bridge);
  assert.is(solves(b, e), 2, 'the bridge is gone');
  assert.is(solves(d, e), 1);
  assert.is(solves(c, f), 2);
  net.removeFlow(other);
  assert.is(solves(d, e), 2);
});

test('every misuse is refused with its code', () => {
  const { net, ids } = build([{ capacity: 1, fat: false }]);
  const route = net.addRoute(ids);
  const flow = net.addFlow(route, bytes(1));
  const refuses = (code: string, act: () => unknown) =>
    assert.throws(act, (error: Error) => 'code' in error && error.code === code);
  for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    refuses('NET_BAD_CAPACITY', () => net.addLink({ name: 'x', capacity: bytesPerSecond(bad) }));
    refuses('NET_BAD_CAPACITY', () => net.setCapacity(ids[0]!, bytesPerSecond(bad)));
    refuses('NET_BAD_LATENCY', () => net.addLink({ name: 'x', capacity: bytesPerSecond(1), latency: bad }));
    refuses('NET_BAD_SIZE', () => net.addFlow(route, bytes(bad)));
  }
  for (const bad of [0, -1, Number.NaN, 2 ** 21, 2 ** -21])
    refuses('NET_BAD_WEIGHT', () => net.addFlow(route, bytes(1), bad));
  for (const bad of [0, -1, Number.NaN]) refuses('NET_BAD_CAP', () => net.addFlow(route, bytes(1), 1, bad));
  refuses('NET_BAD_ROUTE', () => net.addRoute([]));
  refuses('NET_BAD_ROUTE', () => net.addRoute([ids[0]!, ids[0]!]));
  refuses('NET_UNKNOWN_LINK', () => net.addRoute([7 as LinkId]));
  refuses('NET_UNKNOWN_LINK', () => net.load(0 as LinkId));
  refuses('NET_UNKNOWN_ROUTE', () => net.addFlow(9 as never, bytes(1)));
  net.advance(1);
  refuses('NET_UNKNOWN_FLOW', () => net.removeFlow(flow));
  refuses('NET_PAST', () => net.advance(0.5));
  const reused = net.addFlow(route, bytes(1));
  assert.is.not(reused, flow);
  assert.not(net.has(flow));
  assert.ok(net.has(reused));
});

test.run();
