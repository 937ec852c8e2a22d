import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ChunkWriter,
  type Collective,
  rankClasses,
  rings,
  type Step,
  simulateStep,
  type Words,
  walkMemory,
} from '../../../actors/training/index.ts';
import { type Duration, toSeconds, us } from '../../../engine/kernel/time.ts';

const test = suite('training step');
const cases = { seed: 20261123, numRuns: 200 } as const;

/** Numbers of kernels, collectives and allocations in order. */
type Plan = readonly { readonly kernel: number; readonly exchange: boolean; readonly bytes: number }[];

const plans: fc.Arbitrary<Plan> = fc.array(
  fc.record({ kernel: fc.integer({ min: 1, max: 50 }), exchange: fc.boolean(), bytes: fc.nat({ max: 1000 }) }),
  { minLength: 1, maxLength: 12 },
);

function stepOf(plan: Plan, ranks: number, perNode: number): Step {
  const tensor: Collective = {
    name: 'tensor',
    group: 'all',
    latency: us(3),
    nicShare: 0.5,
    transfers: (group) => rings(group, 1e6, perNode),
  };
  const chunks = plan.map(({ kernel, exchange, bytes }, i) => {
    const writer = new ChunkWriter<Words>({ compute: 'compute', exchange: 'exchange' }, () => ranks > 1);
    writer.memory('allocate', i % 2 === 0 ? 'even' : 'odd', bytes);
    writer.kernel('work', 'gemm', us(kernel));
    if (exchange) writer.collective('gather', 'collective', 'tensor');
    if (i % 3 === 0) writer.memory('free', i % 2 === 0 ? 'even' : 'odd', bytes);
    return writer.end();
  });
  return {
    ranks,
    perNode,
    streams: ['compute', 'exchange'],
    program: chunks,
    permanent: [{ tag: 'states', bytes: 100 }],
    groups: new Map([['all', [Array.from({ length: ranks }, (_, i) => i)]]]),
    collectives: new Map(ranks > 1 ? [['tensor', tensor]] : []),
    nvlink: 300e9,
    nic: 25e9,
    resolution: 'ps',
  };
}

const close = (a: number, b: number): void => assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(a, b), `${a}, ${b}`);

test('one rank of each class stands for all', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 1, max: 3 }), fc.constantFrom(1, 2, 4), (plan, nodes, perNode) => {
      const step = stepOf(plan, nodes * perNode, perNode);
      const [one, all] = [false, true].map((full) => simulateStep(step, { usable: 1e9, full }));
      close(one?.seconds ?? 0, all?.seconds ?? 1);
      assert.is(one?.ranks, 1);
      assert.is(all?.ranks, nodes * perNode);
      assert.equal(one?.sent.size, all?.sent.size);
    }),
    { ...cases, numRuns: 100 },
  );
});

test('ranks on the last, smaller node are a class of their own', () => {
  const step = stepOf([{ kernel: 1, exchange: true, bytes: 0 }], 6, 4);
  const classes = rankClasses(step.ranks, step.groups, step.collectives);
  assert.equal(
    classes.map(({ count }) => count),
    [4, 2],
  );
});

test('work and waits tile every stream', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const { seconds, allStreams } = simulateStep(stepOf(plan, 4, 2), { usable: 1e9, full: true });
      for (const streams of allStreams)
        for (const { busy, waits } of streams) {
          const total = [...Object.values(busy), ...Object.values(waits)].reduce((sum, span) => sum + span, 0);
          close(toSeconds(total as Duration), seconds);
        }
    }),
    cases,
  );
});

test('counted bytes are those of the program', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const { sent } = simulateStep(stepOf(plan, 4, 2), { usable: 1e9 });
      const count = plan.filter(({ exchange }) => exchange).length;
      const { onNode, offNode } = sent.get('tensor') ?? { onNode: 0, offNode: 0 };
      close(onNode + offNode, 1e6 * count);
      close(offNode, 5e5 * count);
    }),
    cases,
  );
});

test('the walk of a program equals the peak that the device memory of its run records', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const step = stepOf(plan, 1, 1);
      const walk = walkMemory(step.permanent, step.program);
      const { memory } = simulateStep(step, { usable: 1e9 });
      assert.is(memory.peak, walk.peak);
      assert.equal(memory.atPeak, walk.atPeak);
    }),
    cases,
  );
});

test('an allocation that does not fit ends the step, at the limit it still fits', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const step = stepOf(plan, 1, 1);
      const { peak } = walkMemory(step.permanent, step.program);
      assert.is(simulateStep(step, { usable: peak }).outOfMemory, false);
      assert.is(simulateStep(step, { usable: peak - 1 }).outOfMemory, true);
    }),
    cases,
  );
});

test.run();
