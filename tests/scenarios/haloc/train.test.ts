import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { energy, initialise, openBackend, tensor, weightsOf } from '../../../actors/numerics/index.ts';
import { createRandomSource } from '../../../engine/random/index.ts';
import { haloc } from '../../../scenarios/haloc/index.ts';
import { dense, type Ranks } from '../../../scenarios/haloc/low-rank.ts';
import {
  measuredLoss,
  mixedWeights,
  probabilityGradient,
  type TrainedLayer,
  trainedLayer,
} from '../../../scenarios/haloc/train/rank-mixture.ts';
import { decomposableNames, denseNetwork, factoredNetwork } from '../../../scenarios/haloc/train/tiny-network.ts';
import { resolveParams, runScenario } from '../../../scenarios/index.ts';

const test = suite('haloc training');
const [TAPS, INPUTS, OUTPUTS] = [9, 6, 8];
const candidates: readonly Ranks[] = [dense, { r1: 2, r2: 2 }, { r1: 4, r2: 4 }, { r1: 6, r2: 6 }, { r1: 1, r2: 5 }];

function layer(seed: number): TrainedLayer {
  const stream = createRandomSource({ seed }).stream('test', 'weights');
  const weights = Float64Array.from({ length: TAPS * INPUTS * OUTPUTS }, () => stream.uniform() - 0.5);
  return trainedLayer(weights, TAPS, INPUTS, OUTPUTS);
}

const oneHot = (k: number): Float64Array => Float64Array.from(candidates, (_, i) => (i === k ? 1 : 0));

test('mixing weights is mixing reconstructions; one-hot is that candidate; its loss is the measured one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 5 }),
      (seed, raw) => {
        const own = layer(seed);
        const sum = raw.reduce((a, b) => a + b, 1);
        const p = Float64Array.from(raw, (value, i) => (value + (i === 0 ? 1 : 0)) / sum);
        const mixed = mixedWeights(own, candidates, p).data;
        const parts = candidates.map((_, i) => mixedWeights(own, candidates, oneHot(i)).data);
        for (let i = 0; i < mixed.length; i++) {
          const expected = parts.reduce((total, part, k) => total + p[k]! * part[i]!, 0);
          assert.ok(Math.abs(mixed[i]! - expected) < 1e-12);
          assert.ok(Math.abs(parts[0]![i]! - own.kernel.data[i]!) < 1e-12);
        }
        for (const [k, ranks] of candidates.entries()) {
          const rest = { data: parts[k]!.map((value, i) => value - own.kernel.data[i]!) };
          assert.ok(Math.abs(energy(rest) / energy(own.kernel) - measuredLoss(own, ranks)) < 1e-12);
        }
      },
    ),
    { seed: 20261123, numRuns: 100 },
  );
});

test('the gradient in a probability is the inner product with its reconstruction', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const own = layer(seed);
      const gradient = layer(seed + 1).kernel;
      const found = probabilityGradient(own, candidates, gradient);
      for (const k of candidates.keys()) {
        const part = mixedWeights(own, candidates, oneHot(k)).data;
        const expected = part.reduce((sum, value, i) => sum + value * gradient.data[i]!, 0);
        assert.ok(Math.abs(found[k]! - expected) < 1e-10);
      }
    }),
    { seed: 20261123, numRuns: 100 },
  );
});

test('the factored network at full rank gives the outputs of the dense one to 1e-4', async () => {
  const backend = await openBackend('wasm');
  const net = denseNetwork();
  initialise(net, createRandomSource({ seed: 4 }));
  const weights = weightsOf(net);
  const layers = decomposableNames.map((name) => {
    const own = net.parameters.find((parameter) => parameter.name === `${name}/weights`);
    assert.ok(own !== undefined);
    const [rows, columns, inputs, outputs] = own.shape as [number, number, number, number];
    return trainedLayer(own.value, rows * columns, inputs, outputs);
  });
  const stream = createRandomSource({ seed: 4 }).stream('test', 'images');
  const x = tensor(
    [4, 28, 28, 1],
    Float32Array.from({ length: 4 * 784 }, () => stream.uniform()),
  );
  const plain = net.predict(x, backend).data;
  for (const ranks of [
    [
      { r1: 16, r2: 32 },
      { r1: 32, r2: 64 },
      { r1: 64, r2: 64 },
    ],
    [dense, dense, dense],
  ]) {
    const factored = factoredNetwork(weights, layers, ranks).predict(x, backend).data;
    for (const [i, value] of plain.entries())
      assert.ok(Math.abs(factored[i]! - value) < 1e-4 * Math.max(1, Math.abs(value)));
  }
});

const small = {
  network: 'tiny-cnn',
  dataset: 'synthetic',
  trainPerClass: 12,
  testPerClass: 5,
  epochs: 1,
  fineTuneEpochs: 2,
  searchSteps: 6,
} as const;

test('a training run reports accuracies and ranks that meet the target, twice the same', async () => {
  const run = async (set: Record<string, unknown>) => {
    const { wallSeconds, ...rest } = await runScenario(
      haloc,
      resolveParams(haloc, { ...small, flopsTarget: 0.8, ...set }),
    );
    assert.ok(wallSeconds > 0);
    return rest;
  };
  const first = await run({ compareUniform: true });
  const { metrics } = first;
  assert.is(metrics.targetMet, true);
  assert.ok(Number(metrics.flopsReduction) >= 0.8);
  assert.ok(
    Math.abs(Number(metrics.accuracyDrop) - (Number(metrics.accuracyBaseline) - Number(metrics.accuracy))) < 1e-12,
  );
  assert.ok(
    Math.abs(Number(metrics.accuracyGain) - (Number(metrics.accuracy) - Number(metrics.uniformAccuracy))) < 1e-12,
  );
  assert.ok(Number(metrics.weightSearchTruncationLoss) <= Number(metrics.uniformTruncationLoss) + 1e-9);
  assert.match(String(metrics.backend), /^wasm/);
  assert.equal(await run({ compareUniform: true }), first);
  const pulled = await run({ featureMapWeight: 10 });
  assert.not.equal(pulled.metrics.argmaxReduction, undefined);
});

test.run();
