import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ClusterCaches } from '../../../actors/memory/index.ts';
import { createRandomSource } from '../../../engine/index.ts';
import { runNumerics, startTraining } from '../../../scenarios/heat/numerics/run-numerics.ts';
import { SimplexTrainer } from '../../../scenarios/heat/numerics/simplex-trainer.ts';
import type { HeatParams } from '../../../scenarios/heat/params.ts';
import { layoutOf, SampleProgram } from '../../../scenarios/heat/sample-program.ts';
import { defaults } from './machine.ts';

const test = suite('heat numerics');
const numerics: HeatParams = { ...defaults, mode: 'numerics' };
const seeds = [1, 2, 3];

interface Band {
  readonly first: readonly [number, number];
  readonly ratio: readonly [number, number];
  readonly auc: readonly [number, number];
}

function within(name: string, value: number, [low, high]: readonly [number, number]): void {
  assert.ok(value >= low && value <= high, `${name} is ${value}, not ${low} to ${high}`);
}

function checkRuns(params: HeatParams, band: Band): void {
  for (const seed of seeds) {
    const result = runNumerics(params, seed);
    within('lossFirstEpoch', result.lossFirstEpoch, band.first);
    within('lossRatio', result.lossLastEpoch / result.lossFirstEpoch, band.ratio);
    within('aucBefore', result.aucBefore, [0.47, 0.54]);
    within('aucAfter', result.aucAfter, band.auc);
    assert.ok(result.reuseGradientsIdentical);
    assert.ok(result.gradientMaxRelError <= 1e-6, `${result.gradientMaxRelError}`);
  }
}

test('training learns the clusters', () => {
  checkRuns(numerics, { first: [1.0, 1.05], ratio: [0.43, 0.5], auc: [0.77, 1] });
});

test('the tiled sampler learns them as well', () => {
  checkRuns(
    { ...numerics, sampler: 'tile', tile: 64, refresh: 64 },
    {
      first: [0.97, 1.02],
      ratio: [0.43, 0.49],
      auc: [0.77, 1],
    },
  );
});

test('noise teaches nothing', () => {
  checkRuns({ ...numerics, noise: 1 }, { first: [1.03, 1.08], ratio: [0.5, 0.56], auc: [0.45, 0.55] });
});

test('training with recomputed dot products gives the same embeddings, bit by bit', () => {
  const [kept, again] = [true, false].map((reuse) => {
    const training = startTraining({ ...numerics, reuse }, 5);
    training.epoch();
    return training.trainer.embeddings;
  });
  assert.equal(kept, again);
});

test('the program of a thread touches exactly the rows that training reads and writes', () => {
  const sizes = { users: 40, items: 60, dim: 16, negatives: 8 };
  const layout = layoutOf({ ...sizes, gradientRows: false, aggregates: false, threads: 1 });
  const program = new SampleProgram(
    { ...sizes, gradientRows: false, aggregates: false, threads: 1, localAccumulation: 1 },
    layout,
    0,
  );
  const touched: string[] = [];
  const stream = createRandomSource({ seed: 4 }).stream('test', 'rows');
  const trainer = new SimplexTrainer(
    { ...sizes, mu: 10, theta: 0.4, learningRate: 0.05, reuse: true },
    createRandomSource({ seed: 4 }).stream('test', 'embeddings'),
    (row, write) => touched.push(`${row} ${write}`),
  );
  const draw = (count: number): number => Math.floor(stream.uniform() * count);
  for (let sample = 0; sample < 200; sample++) {
    const [user, positive] = [draw(sizes.users), draw(sizes.items)];
    const negatives = Int32Array.from({ length: sizes.negatives }, () => draw(sizes.items));
    touched.length = 0;
    trainer.train({ user, positive, negatives });
    program.write(user, positive, negatives, new Int32Array(0), 0, sample);
    const replayed: string[] = [];
    for (let i = 0; i < program.length; i++) {
      const op = program.ops[i] as number;
      if (op >= 0 && op >> 2 < layout.shared) replayed.push(`${op >> 2} ${(op & 1) === 1}`);
    }
    assert.equal(replayed, touched);
  }
});

test('the access stream of training goes through the caches', () => {
  const rows = 900;
  const caches = new ClusterCaches({
    clusterOf: [0],
    levels: [{ sets: 8, ways: 8 }],
    cluster: { sets: 64, ways: 16 },
    lines: rows,
  });
  const training = startTraining({ ...numerics, sampler: 'tile', tile: 32, refresh: 200 }, 1, (row, write) =>
    caches.access(0, row, write),
  );
  training.epoch();
  const tiled = hitsOf(caches);
  const other = new ClusterCaches({
    clusterOf: [0],
    levels: [{ sets: 8, ways: 8 }],
    cluster: { sets: 64, ways: 16 },
    lines: rows,
  });
  startTraining(numerics, 1, (row, write) => other.access(0, row, write)).epoch();
  assert.ok(tiled > 0.9 && hitsOf(other) < 0.7, `${tiled} with a tile, ${hitsOf(other)} without`);
});

function hitsOf(caches: ClusterCaches): number {
  const { ends } = caches.counts();
  return (ends[0] as number) / ends.reduce((sum, count) => sum + count, 0);
}

test.run();
