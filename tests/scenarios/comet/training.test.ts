import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  crossEntropy,
  initialise,
  loadDataset,
  openBackend,
  type Tensor,
  weightsOf,
} from '../../../actors/numerics/index.ts';
import { createRandomSource } from '../../../engine/random/index.ts';
import { BoundController } from '../../../scenarios/comet/train/bound-controller.ts';
import { CompressedStore } from '../../../scenarios/comet/train/compressed-store.ts';
import { runTraining, trainCompressed } from '../../../scenarios/comet/train/run-training.ts';
import { tinyCnn } from '../../../scenarios/comet/train/tiny-cnn.ts';
import { given } from './given.ts';

const test = suite('comet training');
const backend = await openBackend('wasm');
const small = { network: 'tiny-cnn', dataset: 'synthetic', trainPerClass: 40, testPerClass: 10, epochs: 1 } as const;
const silent = { seed: 1, backend: 'wasm', progress: () => {} } as const;

function finish<T>(run: Generator<unknown, T>): T {
  for (;;) {
    const step = run.next();
    if (step.done === true) return step.value;
  }
}

function firstBatch(): { images: Tensor; labels: Uint8Array } {
  const data = loadDataset('synthetic', { trainPerClass: 4, testPerClass: 1 }, createRandomSource({ seed: 7 }));
  const { count, shape, images, labels } = data.train;
  return { images: { shape: [count, ...shape], data: images }, labels };
}

test('the gradient agrees with finite differences', () => {
  const net = tinyCnn();
  initialise(net, createRandomSource({ seed: 3 }));
  const { images, labels } = firstBatch();
  const lossNow = (): number => crossEntropy(net.predict(images, backend), labels).loss;
  const { output, backward } = net.forward(images, backend);
  backward(crossEntropy(output, labels).gradient);
  for (const { name, value, gradient } of net.parameters) {
    const k = gradient.reduce((best, g, i) => (Math.abs(g) > Math.abs(gradient[best] as number) ? i : best), 0);
    const [kept, exact] = [value[k] as number, gradient[k] as number];
    const step = 2e-3;
    value[k] = kept + step;
    const above = lossNow();
    value[k] = kept - step;
    const below = lossNow();
    value[k] = kept;
    const difference = (above - below) / (2 * step);
    assert.ok(Math.abs(difference - exact) <= 0.02 * Math.abs(exact), `${name}: ${difference} against ${exact}`);
  }
});

test('compression changes weight gradients of convolutions and nothing else', () => {
  const { images, labels } = firstBatch();
  const gradientsWith = (codec: 'none' | 'cusz-fixed') => {
    const outputs: Tensor[] = [];
    const net = tinyCnn((_, gradient) => outputs.push({ ...gradient, data: gradient.data.slice() }));
    initialise(net, createRandomSource({ seed: 3 }));
    const store = new CompressedStore(
      given({ codec }),
      () => 0.05,
      () => {},
    );
    const { output, backward } = net.forward(images, backend, store);
    backward(crossEntropy(output, labels).gradient);
    return { outputs, weights: new Map(net.parameters.map(({ name, gradient }) => [name, gradient.slice()])) };
  };
  const [raw, packed] = [gradientsWith('none'), gradientsWith('cusz-fixed')];
  assert.equal(packed.outputs, raw.outputs);
  for (const [name, gradient] of raw.weights)
    if (/^conv.*weights/.test(name)) assert.not.equal(packed.weights.get(name), gradient, name);
    else assert.equal(packed.weights.get(name), gradient, name);
});

test('a short training keeps the bound and the law', async () => {
  const set = given({ ...small, dataset: 'mnist', trainPerClass: 80, epochs: 7, activeFactor: 20 });
  const { metrics } = await runTraining(set, silent);
  assert.is(metrics.errorBoundHeld, true);
  assert.ok((metrics.activationRatio as number) > 2);
  assert.ok(Math.abs((metrics.sigmaRatio as number) - 1) < 0.1, `${metrics.sigmaRatio}`);
  assert.ok(Math.abs((metrics.sigmaCoverage as number) - 0.683) < 0.06, `${metrics.sigmaCoverage}`);
  assert.ok((metrics.accuracyDrop as number) < 0.1);
});

test('a bound beyond all values errs by the gradient itself, whatever the bound; the law goes on growing', async () => {
  const fixed = { ...small, dataset: 'mnist', codec: 'cusz-fixed' } as const;
  const [five, twenty] = await Promise.all(
    [5, 20].map(async (fixedErrorBound) => (await runTraining(given({ ...fixed, fixedErrorBound }), silent)).metrics),
  );
  const ratio = (five?.sigmaRatioBeyond as number) / (twenty?.sigmaRatioBeyond as number);
  assert.ok(Math.abs(ratio / 4 - 1) < 0.1, `${ratio}`);
  assert.is(five?.sigmaRatioBeyond, five?.sigmaRatio);
  const { metrics: within } = await runTraining(given({ ...fixed, fixedErrorBound: 0.03 }), silent);
  assert.is(within.sigmaRatioBeyond, undefined);
  assert.ok(Math.abs((within.sigmaRatio as number) - 1) < 0.1, `${within.sigmaRatio}`);
});

test('equal seeds give equal runs; lossless ways of keeping give the accuracy of raw tensors', () => {
  const data = loadDataset('synthetic', small, createRandomSource({ seed: 1 }));
  const train = (codec: 'none' | 'comet' | 'lossless' | 'jpeg-act') =>
    finish(trainCompressed(given({ ...small, codec }), { seed: 1, backend, data }));
  const [plain, once, again, lossless] = [train('none'), train('comet'), train('comet'), train('lossless')];
  assert.equal(once.losses, again.losses);
  assert.equal(once.sums, again.sums);
  assert.equal(lossless.losses, plain.losses);
  assert.not.equal(train('jpeg-act').losses, plain.losses);
});

test('a network whose gradients died reports what it can', async () => {
  const { metrics } = await runTraining(given({ ...small, learningRate: 10, activeFactor: 1 }), silent);
  for (const [name, value] of Object.entries(metrics))
    if (typeof value === 'number') assert.ok(Number.isFinite(value), name);
  assert.type(metrics.accuracyCompressed, 'number');
});

test('the controller keeps tensors raw in warm-up and holds bounds between collections', () => {
  const controller = new BoundController(given({ activeFactor: 3 }));
  assert.is(controller.boundOf('conv1'), undefined);
  assert.equal(
    [0, 1, 2, 3].map((step) => controller.collectsAt(step)),
    [true, false, false, true],
  );
  const statistics = { momentum: 1, density: 0.5, squares: 6, outChannels: 4 };
  controller.collect('conv1', statistics);
  assert.ok(Math.abs((controller.boundOf('conv1') as number) - 0.01 / Math.sqrt(0.25)) < 1e-12);
  controller.collect('conv1', { ...statistics, squares: 0 });
  assert.ok(Math.abs((controller.boundOf('conv1') as number) - 0.02) < 1e-12);
});

test('scaling the loss changes no bound', () => {
  const bounds = [1, 64].map((scale) => {
    const controller = new BoundController(given());
    controller.collect('conv', { momentum: 0.3 * scale, density: 0.4, squares: 5 * scale ** 2, outChannels: 8 });
    return controller.boundOf('conv') as number;
  });
  assert.ok(Math.abs((bounds[0] as number) - (bounds[1] as number)) < 1e-15);
});

test('weights of the small network are those of its table', () => {
  const sizes = [...weightsOf(tinyCnn())].map(([, value]) => value.length);
  assert.is(
    sizes.reduce((a, b) => a + b, 0),
    5832 + 15_680 + 8 + 16 + 32 + 10,
  );
});

test.run();
