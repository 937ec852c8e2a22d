import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandomSource, estimateMean, ms, timed, toSeconds, us } from '../../engine/index.ts';
import { beltOfActors, beltOfProcesses } from './producer-consumer.ts';
import { beltOfStreams, type StreamBeltSpec } from './producer-consumer-by-streams.ts';

const test = suite('producer and consumer by streams');

/** The same line by its recursion: an item enters the belt when it is made and the item `room` places ahead was taken. */
function byRecursion({ seed, replication, room, produce, consume, until }: StreamBeltSpec): number {
  const source = createRandomSource({ seed, replication });
  const [making, using] = [source.stream('', 'produce'), source.stream('', 'consume')];
  const taken: number[] = [];
  let entered = 0;
  let finished = 0;
  for (let item = 0; ; item++) {
    entered = Math.max(entered + produce.sample(making), taken[item - room] ?? 0);
    taken.push(Math.max(entered, finished));
    finished = Math.max(entered, finished) + consume.sample(using);
    if (finished >= until) return item;
  }
}

test('agrees with the recursion of the line, item by item', () => {
  const law = fc.constantFrom(timed.exponential(us(1)), timed.uniform(us(0.2), us(3)), timed.constant(us(1)));
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 1, max: 5 }), law, law, (seed, room, produce, consume) => {
      const spec = { seed, replication: 0, room, produce, consume, until: us(60) };
      assert.is(beltOfStreams(spec), byRecursion(spec));
    }),
    { seed: 20261123, numRuns: 100 },
  );
});

test('consumes as many items as the actors and the processes do', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const laws = { produce: timed.exponential(us(1)), consume: timed.exponential(us(1.25)) };
    const spec = { seed, replication: 0, room: 2, ...laws, until: us(500) };
    assert.is(beltOfStreams(spec), beltOfActors(spec));
    assert.is(beltOfStreams(spec), beltOfProcesses(spec));
  }
});

test('the throughput is that of the blocked two-stage line, inside its 99 % interval', () => {
  const room = 2;
  const [produce, consume] = [timed.exponential(us(1)), timed.exponential(us(1.25))];
  const until = ms(2);
  const rates = Array.from({ length: 10 }, (_, replication) => {
    const spec = { seed: 11, replication, room, produce, consume, until };
    return beltOfStreams(spec) / toSeconds(until);
  });
  // A birth-death chain on 0 .. room + 2 with ratio consume / produce; in the last state the producer is blocked.
  const ratio = 1.25;
  const weights = Array.from({ length: room + 3 }, (_, n) => ratio ** n);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const truth = 1e6 * (1 - weights[room + 2]! / total);
  const { low, high } = estimateMean(rates, 0.99);
  assert.ok(low <= truth && truth <= high, `${truth} is not in ${low} .. ${high}`);
});

test('the page shows the code that runs here', () => {
  const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const code = read('tests/models/producer-consumer-by-streams.ts');
  const block = read('docs/models/producer-consumer-by-streams.md').split('```ts\n')[1]!.split('```')[0]!;
  assert.ok(code.includes(block));
});

test.run();
