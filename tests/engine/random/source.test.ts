import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type RandomStream, SimError } from '../../../engine/index.ts';
import { createRandomSource, exponential, normal } from '../../../engine/random/index.ts';
import { chiSquareP } from './goodness.ts';

const test = suite('random streams');
const settings = { seed: 20261123, numRuns: 200 };
const take = (stream: RandomStream, count: number) => Array.from({ length: count }, () => stream.uint32());
const seeds = fc.nat({ max: Number.MAX_SAFE_INTEGER });

test('1 a stream is a function of seed, replication, actor path and name alone', () => {
  fc.assert(
    fc.property(
      seeds,
      fc.nat(),
      fc.string(),
      fc.string(),
      fc.array(fc.string()),
      (seed, replication, path, name, others) => {
        const alone = take(createRandomSource({ seed, replication }).stream(path, name), 4);
        const source = createRandomSource({ seed, replication });
        for (const other of others) {
          source.stream(other, name).uint32();
          source.stream(path, other).uniform();
        }
        assert.equal(take(source.stream(path, name), 4), alone);
      },
    ),
    settings,
  );
});

test('2 a change in any of the four gives another stream', () => {
  const base = { seed: 42, replication: 0, path: 'node1/gpu2', name: 'service' };
  const first = (of: typeof base) => take(createRandomSource(of).stream(of.path, of.name), 2).join();
  const others = [
    base,
    { ...base, seed: 43 },
    { ...base, seed: 42 + 2 ** 32 },
    { ...base, seed: 42 + 2 ** 52 },
    { ...base, seed: -42 },
    { ...base, seed: 42 - 2 ** 32 },
    { ...base, replication: 1 },
    { ...base, path: 'node2/gpu1' },
    { ...base, path: 'node1/gpu2\0' },
    { ...base, name: 'servicf' },
    { ...base, path: 'node1/gpu2s', name: 'ervice' },
    { ...base, path: '', name: 'node1/gpu2service' },
    { ...base, path: 'node1/gpu\u{1F600}' },
  ];
  assert.is(new Set(others.map(first)).size, others.length);
});

test('3 first draws of neighbouring streams are uniform and uncorrelated (p > 1e-4)', () => {
  const families: Record<string, (i: number) => RandomStream> = {
    seeds: (i) => createRandomSource({ seed: i }).stream('a', 'b'),
    replications: (i) => createRandomSource({ seed: 1, replication: i }).stream('a', 'b'),
    paths: (i) => createRandomSource({ seed: 1 }).stream(`gpu${i}`, 'b'),
    names: (i) => createRandomSource({ seed: 1 }).stream('a', `b${i}`),
  };
  for (const [family, make] of Object.entries(families)) {
    const cells = new Array<number>(256).fill(0);
    const n = 20_000;
    let before = 0.5;
    let product = 0;
    for (let i = 0; i < n; i++) {
      const u = make(i).uniform();
      const cell = Math.floor(u * 16) * 16 + (Math.floor(u * 65536 * 16) % 16);
      cells[cell] = cells[cell]! + 1;
      product += (u - 0.5) * (before - 0.5);
      before = u;
    }
    const statistic = cells.reduce((sum, count) => sum + (count - n / 256) ** 2 / (n / 256), 0);
    assert.ok(chiSquareP(statistic, 255) > 1e-4, `${family}: chi-square ${statistic}`);
    const z = (product * 12) / Math.sqrt(n);
    assert.ok(Math.abs(z) < 4, `${family}: serial correlation at ${z} standard errors`);
  }
});

test('4 common random numbers: other parameters take the same draws', () => {
  const source = createRandomSource({ seed: 5 });
  const slow = source.stream('server', 'service');
  const fast = source.stream('server', 'service');
  for (let i = 0; i < 100; i++)
    assert.ok(Math.abs(exponential(6).sample(slow) / exponential(3).sample(fast) - 2) < 1e-15);
});

test('5 antithetic streams mirror each draw exactly', () => {
  const plain = createRandomSource({ seed: 5 }).stream('a', 'b');
  const mirrored = createRandomSource({ seed: 5, antithetic: true }).stream('a', 'b');
  for (let i = 0; i < 1000; i++) {
    assert.is(mirrored.uint32(), 2 ** 32 - 1 - plain.uint32());
    assert.is(mirrored.uniform(), 1 - 2 ** -53 - plain.uniform());
    assert.is(normal(0, 1).sample(mirrored), -normal(0, 1).sample(plain));
  }
});

test('6 equal states give equal futures', () => {
  fc.assert(
    fc.property(seeds, fc.nat({ max: 50 }), fc.boolean(), (seed, skipped, antithetic) => {
      const source = createRandomSource({ seed, antithetic });
      const stream = source.stream('a', 'b');
      take(stream, skipped);
      const state = structuredClone(stream.state());
      const future = take(stream, 5);
      const other = source.stream('elsewhere', 'else');
      other.restore(state);
      assert.equal(take(other, 5), future);
      stream.restore(state);
      assert.equal(take(stream, 5), future);
    }),
    settings,
  );
});

test('uniform is a multiple of 2^-53 in [0, 1), uint32 a whole number in [0, 2^32)', () => {
  const stream = createRandomSource({ seed: 9 }).stream('a', 'b');
  for (let i = 0; i < 10_000; i++) {
    const u = stream.uniform();
    assert.ok(u >= 0 && u < 1 && Number.isInteger(u * 2 ** 53));
    const bits = stream.uint32();
    assert.ok(bits >= 0 && bits < 2 ** 32 && Number.isInteger(bits));
  }
});

test('RANDOM_BAD_SEED: seeds and replications are whole numbers in range', () => {
  for (const seed of [1.5, Number.NaN, 2 ** 53, -Infinity])
    assert.throws(
      () => createRandomSource({ seed }),
      (error: Error) =>
        error instanceof SimError && error.code === 'RANDOM_BAD_SEED' && error.message.includes(`${seed}`),
    );
  assert.throws(
    () => createRandomSource({ seed: 1, replication: 2 ** 32 }),
    (error: Error) => error instanceof SimError && error.message.includes('replication cannot be 4294967296'),
  );
});

test('RANDOM_BAD_STATE: only a state can be restored', () => {
  const stream = createRandomSource({ seed: 1 }).stream('a', 'b');
  for (const state of [[], [0, 0, 0, 0], [1, 2, 3], [1, 2, 3, 0.5], [1, 2, 3, 2 ** 31]])
    assert.throws(
      () => stream.restore(state),
      (error: Error) => error instanceof SimError && error.code === 'RANDOM_BAD_STATE',
    );
});

test.run();
