import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { problemsOf } from '../../../scenarios/heat/check.ts';
import { heat } from '../../../scenarios/heat/index.ts';
import type { HeatParams } from '../../../scenarios/heat/params.ts';
import { resolveParams, runScenario } from '../../../scenarios/kit/index.ts';
import { defaults, smallParams } from './machine.ts';

const test = suite('heat, bad input');

const refused: ReadonlyArray<readonly [string, Partial<Record<keyof HeatParams, unknown>>, keyof HeatParams, string]> =
  [
    ['a tile of more than all items', { sampler: 'tile', tile: 100_000 }, 'tile', 'at most 91599 items'],
    ['more threads than cores', { threads: 129 }, 'threads', '128 cores'],
    ['more threads than cores of a64fx', { threads: 49, platform: 'a64fx' }, 'threads', '48 cores'],
    ['rows that are no whole lines', { dim: 40 }, 'dim', 'whole lines of 64 B'],
    ['ways that do not divide', { l2Bytes: 500_000 }, 'l2Bytes', 'multiple of 8 ways'],
    ['sets that are no power of two', { l1Bytes: 8 * 64 * 48 }, 'l1Bytes', '48 sets'],
    ['ways that leave no power of two', { l1Ways: 7 }, 'l1Ways', '7 ways'],
    ['a line of 48 bytes', { lineBytes: 48 }, 'lineBytes', 'power of two'],
    ['as many negatives as items', { items: 64 }, 'negatives', 'below 64 items'],
    ['aggregation without it', { model: 'simplex' }, 'model', 'heat-ccl does not aggregate'],
    ['no aggregation with it', { system: 'heat-accl', model: 'mf' }, 'model', 'heat-accl aggregates'],
    ['squared error with many negatives', { loss: 'mse', negatives: 64 }, 'negatives', 'one negative'],
    ['cumf-sgd with the contrastive loss', { system: 'cumf-sgd' }, 'loss', 'no contrastive loss'],
    ['pytorch with squared error', { system: 'pytorch-cpu', loss: 'mse' }, 'loss', 'only heat-ccl'],
    ['sparse gradients elsewhere', { system: 'torchrec-cpu', gradientMode: 'sparse' }, 'gradientMode', 'pytorch-cpu'],
    ['goodreads without interactions', { dataset: 'goodreads' }, 'interactions', 'not published for goodreads'],
    ['a third level on a64fx', { platform: 'a64fx', l3Bytes: 1 << 24 }, 'l3Bytes', 'no third level'],
    ['tables beyond all bounds', { items: 1e9, users: 1e9, interactions: 10 }, 'items', 'lines of tables'],
    ['a directory too large', { items: 1e8, interactions: 10 }, 'items', 'would need'],
    ['clusters of more than all cores', { coresPerCluster: 512 }, 'coresPerCluster', '128 cores'],
    ['a trace cache without sets', { mode: 'cache-trace', llBytes: 1000 }, 'llBytes', 'power of two times 8 ways'],
    [
      'a footprint of no whole rows',
      { mode: 'cache-trace', traceKind: 'row', footprintBytes: 1000 },
      'footprintBytes',
      'multiple of 512 B',
    ],
    [
      'a stride beyond the footprint',
      { mode: 'cache-trace', strideBytes: 65537 },
      'strideBytes',
      'at most the footprint of 65536 B',
    ],
    ['numerics with a large tile', { mode: 'numerics', sampler: 'tile' }, 'tile', 'at most 600 items'],
    [
      'more items of a user than there are',
      { mode: 'numerics', interactionsPerUser: 700 },
      'interactionsPerUser',
      'half',
    ],
    ['numerics for an hour', { mode: 'numerics', users: 100_000, epochs: 1000 }, 'epochs', 'more than a minute'],
    ['more clusters than items', { mode: 'numerics', clusters: 601 }, 'clusters', 'at most 600'],
  ];

for (const [name, change, parameter, text] of refused)
  test(`refused: ${name}`, () => {
    const problem = problemsOf({ ...defaults, ...change } as HeatParams)[0];
    assert.is(problem?.parameter, parameter);
    assert.ok(problem?.constraint.includes(text), problem?.constraint);
    for (const value of problem?.use ?? []) {
      const after = problemsOf({ ...defaults, ...change, [parameter]: value } as HeatParams);
      assert.is(
        after.find((other) => other.parameter === parameter && other.constraint === problem?.constraint),
        undefined,
        `${value} is refused as well`,
      );
    }
  });

test('every bad value is refused in one line', () => {
  const bad = [
    { tile: 0 },
    { refresh: 0 },
    { refresh: 'NaN' },
    { negatives: -1 },
    { threads: 1.5 },
    { noise: 2 },
    { itemZipf: 3 },
    { dataset: 'netflix' },
    { system: 'heat' },
    { thread: 4 },
  ];
  for (const params of bad)
    assert.throws(
      () => resolveParams(heat, params as never),
      (error: Error) => error.message.length < 220 && !error.message.includes('\n'),
      JSON.stringify(params),
    );
});

test('what means nothing is said, and large tables run', async () => {
  const warningsOf = async (change: Partial<HeatParams>) =>
    (await runScenario(heat, resolveParams(heat, { ...small(), ...change } as never))).warnings;
  assert.match((await warningsOf({ tile: 99 })).join(), /tile and refresh mean nothing/);
  assert.match((await warningsOf({ localAccumulation: 4 })).join(), /localAccumulation means nothing/);
  assert.match((await warningsOf({ sampleRounds: 1, threads: 1 })).join(), /95 % interval/);
  const large = { users: 4_570_000, items: 3_120_000, interactions: 11_400_000, platform: 'c5a.16xlarge' } as const;
  const { metrics } = await runScenario(heat, resolveParams(heat, { ...large, warmupRounds: 2, sampleRounds: 2 }));
  assert.ok(Number(metrics.fetchDram) > 0.9 && Number(metrics.costDollars) > 0);
});

/** The small run as texts and numbers that a command line could give. */
function small(): Record<string, unknown> {
  const { users, items, interactions, threads, dim, negatives, warmupRounds, sampleRounds } = smallParams;
  return { users, items, interactions, threads, dim, negatives, warmupRounds, sampleRounds };
}

test.run();
