import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defineActor, ns, type Overflow, Port, type PortReady, ps, Simulation } from '../../../engine/kernel/index.ts';

const test = suite('kernel ports');

type Request = { readonly type: 'request'; readonly from: number; readonly id: number };
type ServerMessage = PortReady | { readonly type: 'next' };
type Go = { readonly type: 'go' };

/** A server that takes one request each `service`, and senders that offer at the given times. */
function model(capacity: number, overflow: Overflow, service: number, offers: ReadonlyArray<readonly number[]>) {
  const sim = new Simulation();
  const got: Request[] = [];
  let port: Port<Request> | undefined;
  let deepest = 0;
  let busy = false;
  const server = defineActor<undefined, object, ServerMessage>({
    kind: 'server',
    init: (_, ctx) => {
      port = new Port<Request>(ctx as never, 'requests', { capacity, overflow });
      return {};
    },
    on: {
      ready: (_, __, ctx) => serve(ctx),
      next(_, __, ctx) {
        busy = false;
        serve(ctx);
      },
    },
  });
  function serve(ctx: Parameters<Port<Request>['take']>[0]) {
    deepest = Math.max(deepest, (port as Port<Request>).depth);
    if (busy || service === 0) return;
    const request = (port as Port<Request>).take(ctx);
    if (request === undefined) return;
    busy = true;
    got.push(request);
    ctx.schedule(ps(service), ctx.self as never, { type: 'next' } as never);
  }
  sim.spawn('server', server, undefined);
  const opened = port as unknown as Port<Request>;
  for (const [from, delays] of offers.entries()) {
    let id = 0;
    const sender = defineActor<undefined, object, Go>({
      kind: 'sender',
      init: (_, ctx) => {
        for (const delay of delays) ctx.schedule(ps(delay), ctx.self, { type: 'go' });
        return {};
      },
      on: { go: (_, __, ctx) => void opened.offer(ctx, { type: 'request', from, id: id++ }) },
    });
    sim.spawn(`s${from}`, sender, undefined);
  }
  return { sim, port: opened, got, deepest: () => deepest };
}

test('nothing is lost, order per sender holds, the port is never over its capacity, every wait ends', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom<Overflow>('block', 'drop'),
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 10 }), { maxLength: 4 }),
      fc.integer({ min: 1, max: 60 }),
      (capacity, overflow, service, offers, cut) => {
        const { sim, port, got, deepest } = model(capacity, overflow, service, offers);
        sim.run({ until: ps(cut) });
        assert.is(port.offered, port.taken + port.dropped + port.depth + port.waiting);
        assert.ok(port.depth <= capacity && deepest() <= capacity);
        sim.run();
        assert.is(port.depth + port.waiting, 0);
        assert.is(port.offered, offers.flat().length);
        assert.is(got.length, port.offered - port.dropped);
        for (let from = 0; from < offers.length; from++) {
          const ids = got.filter((request) => request.from === from).map(({ id }) => id);
          assert.equal(
            ids,
            [...ids].sort((a, b) => a - b),
          );
        }
        const again = model(capacity, overflow, service, offers);
        again.sim.run();
        assert.is(again.sim.fingerprint(), sim.fingerprint());
      },
    ),
    { seed: 20261123, numRuns: 200 },
  );
});

test('waited time is counted', () => {
  const { sim, port } = model(1, 'block', 10, [[0, 0, 0]]);
  sim.run();
  assert.equal([port.waits, port.waited, port.taken], [2, 10, 3]);
});

test('a deadlock over a full port names it', () => {
  const { sim } = model(1, 'block', 0, [[0, 1]]);
  assert.throws(() => sim.run(), /s0 waits for port server:requests held by server/);
});

test('a full port that fails, and a capacity that is none, are refused', () => {
  const full = (code: string) => (error: Error) => 'code' in error && error.code === code;
  const { sim } = model(1, 'fail', 0, [[0, 1]]);
  assert.throws(
    () => sim.run(),
    (error: Error) => full('SIM_PORT_FULL')(error.cause as Error) || full('SIM_PORT_FULL')(error),
  );
  assert.throws(() => model(0, 'drop', 1, []), full('SIM_BAD_PORT'));
});

test('a message the port does not take does not compile', () => {
  const { port } = model(1, 'drop', 1, []);
  // @ts-expect-error no such message
  assert.type((ctx: never) => port.offer(ctx, { type: 'other' }), 'function');
  assert.is(ns(1), 1000 as never);
});

test.run();
