import { existsSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ActivationStore,
  adam,
  type Backend,
  type Batch,
  convolution,
  type Dataset,
  dense,
  evaluate,
  firstOf,
  initialise,
  loadDataset,
  loadWeights,
  maxPool,
  type Network,
  openBackend,
  plainStore,
  relu,
  sequential,
  sgd,
  type Tensor,
  train,
  trainSteps,
  weightsOf,
} from '../../../actors/numerics/index.ts';
import type { SimError } from '../../../engine/index.ts';
import { createRandomSource } from '../../../engine/random/index.ts';

const test = suite('numerics/train');
const blobs = (seed = 1): Dataset =>
  loadDataset('synthetic', { trainPerClass: 32, testPerClass: 10 }, createRandomSource({ seed }));

function smallNet(seed = 1): Network {
  const net = sequential([
    convolution('conv1', { inputs: 1, outputs: 4, kernel: 3, stride: 2 }),
    relu('relu1'),
    maxPool('pool1'),
    convolution('conv2', { inputs: 4, outputs: 8, kernel: 3 }),
    relu('relu2'),
    dense('fc', { inputs: 392, outputs: 10 }),
  ]);
  initialise(net, createRandomSource({ seed }));
  return net;
}

function trained(backend: Backend, options: { seed?: number; epochs?: number; store?: ActivationStore } = {}): Network {
  const { seed = 1, epochs = 1, ...rest } = options;
  const net = smallNet(seed);
  const shuffle = createRandomSource({ seed }).stream('numerics', 'shuffle');
  train(net, blobs().train, { backend, optimizer: sgd(), shuffle, epochs, learningRate: 0.02, batch: 32, ...rest });
  return net;
}

test('a small network learns', async () => {
  const backend = await openBackend('wasm');
  const before = evaluate(smallNet(), blobs().test, backend).accuracy;
  const after = evaluate(trained(backend, { epochs: 4 }), blobs().test, backend).accuracy;
  assert.ok(before < 0.3 && after > 0.9, `${before} ${after}`);
});

test('the same seed gives the same bits, another seed does not', async () => {
  const backend = await openBackend('wasm');
  const [first, again, other] = [1, 1, 2].map((seed) => weightsOf(trained(backend, { seed })));
  assert.equal(first, again);
  assert.not.equal(first, other);
});

test('ten steps on wasm and cpu end within 1e-4 of each other', async () => {
  const [a, b] = [weightsOf(trained(await openBackend('wasm'))), weightsOf(trained(await openBackend('cpu')))];
  for (const [name, values] of a)
    for (const [i, value] of values.entries()) assert.ok(Math.abs(value - b.get(name)![i]!) < 1e-4, name);
});

test('weights move between networks as plain arrays', async () => {
  const backend = await openBackend('wasm');
  const net = trained(backend);
  const copy = smallNet(9);
  loadWeights(copy, weightsOf(net));
  assert.equal(evaluate(copy, blobs().test, backend), evaluate(net, blobs().test, backend));
  for (const wrong of [new Map(), new Map(weightsOf(net)).set('fc/bias', new Float32Array(3))])
    assert.throws(
      () => loadWeights(copy, wrong),
      (error: SimError) => error.code === 'NUMERICS_WEIGHTS',
    );
});

test('a store sees every saved activation once, in order, and gets it back in reverse', async () => {
  const backend = await openBackend('cpu');
  const calls: string[] = [];
  const store: ActivationStore<{ name: string; activation: Tensor }> = {
    save(name, activation, role) {
      calls.push(`save ${name} ${role} ${activation.shape.join('x')}`);
      return { name, activation };
    },
    load({ name, activation }) {
      calls.push(`load ${name}`);
      return activation;
    },
  };
  const net = smallNet();
  const shuffle = createRandomSource({ seed: 1 }).stream('numerics', 'shuffle');
  trainSteps(net, blobs().train, { backend, optimizer: sgd(), shuffle, epochs: 1, learningRate: 0.1, store }).next();
  assert.equal(calls, [
    'save conv1/input convolution-input 64x28x28x1',
    'save conv2/input convolution-input 64x7x7x4',
    'save fc/input dense-input 64x7x7x8',
    'load fc/input',
    'load conv2/input',
    'load conv1/input',
  ]);
});

test('a replaced activation changes the weight gradient of its layer and nothing else', async () => {
  const backend = await openBackend('wasm');
  const gradients = (store?: ActivationStore): Map<string, Float32Array> => {
    const net = smallNet();
    let seen: Batch | undefined;
    const shuffle = createRandomSource({ seed: 1 }).stream('numerics', 'shuffle');
    const onGradients = (_: unknown, batch: Batch): void => {
      seen = batch;
    };
    const rest = store === undefined ? {} : { store };
    trainSteps(net, blobs().train, {
      backend,
      optimizer: sgd(),
      shuffle,
      epochs: 1,
      learningRate: 0.1,
      onGradients,
      ...rest,
    }).next();
    assert.is(seen?.labels.length, 64);
    return new Map(net.parameters.map(({ name, gradient }) => [name, gradient.slice()]));
  };
  const plain = gradients();
  const rounded = gradients({
    ...plainStore,
    load: (handle) => {
      const { shape, data } = handle as Tensor;
      return shape[3] === 4 ? { shape, data: data.map((value) => Math.round(value * 4) / 4) } : { shape, data };
    },
  });
  for (const [name, values] of plain)
    if (name === 'conv2/weights') assert.not.equal(values, rounded.get(name));
    else assert.equal(values, rounded.get(name), name);
});

test('activations that come back in another size, or not at all, are refused', async () => {
  const backend = await openBackend('cpu');
  const halved: ActivationStore<Tensor> = {
    ...plainStore,
    load: ({ shape, data }) => ({ shape, data: data.subarray(1) }),
  };
  const saved = (error: SimError): boolean => error.code === 'NUMERICS_SAVED';
  assert.throws(() => trained(backend, { store: halved as ActivationStore }), saved);
  const net = smallNet();
  const { images } = { images: { shape: [1, 28, 28, 1], data: new Float32Array(784) } };
  const { output, backward } = net.forward(images, backend);
  backward(output);
  assert.throws(() => backward(output), saved);
});

test('optimisers take the steps of their definitions', () => {
  const weights = { name: 'w', shape: [1], value: new Float32Array([1]), gradient: new Float32Array([0.5]), fanIn: 1 };
  const descent = sgd({ momentum: 0.5, decay: 0.1 });
  descent.step([weights], 0.1);
  assert.ok(Math.abs(weights.value[0]! - (1 - 0.06)) < 1e-6);
  descent.step([weights], 0.1);
  assert.ok(Math.abs(weights.value[0]! - (0.94 - 0.1 * (0.3 + 0.594))) < 1e-6);
  weights.value[0] = 1;
  adam().step([weights], 0.1);
  assert.ok(Math.abs(weights.value[0]! - 0.9) < 1e-6);
});

test('mnist: split by counts and by share, classes in turn, no sample twice', () => {
  const random = createRandomSource({ seed: 1 });
  const counted = loadDataset('mnist', { trainPerClass: 700, testPerClass: 160 }, random);
  assert.is(counted.train.count, 7000);
  assert.is(counted.test.count, 1600);
  assert.equal(Array.from(counted.train.labels.subarray(0, 12)), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
  assert.is(
    counted.test.images.reduce((most, value) => Math.max(most, value), 0),
    1,
  );
  const shared = loadDataset('mnist', { trainShare: 0.8 }, random);
  assert.is(shared.train.count, 7996);
  assert.is(shared.test.count, 2004);
  const mean = shared.train.images.reduce((sum, value) => sum + value, 0) / shared.train.images.length;
  assert.ok(Math.abs(mean - 0.131) < 0.003);
  assert.is(firstOf(shared.test, 500).count, 500);
});

test('data that cannot be had are refused', () => {
  const random = createRandomSource({ seed: 1 });
  const data = (error: SimError): boolean => error.code === 'NUMERICS_DATA';
  assert.throws(() => loadDataset('mnist', { trainPerClass: 800, testPerClass: 64 }, random), data);
  assert.throws(() => loadDataset('synthetic', { trainPerClass: 0, testPerClass: 4 }, random), data);
  assert.throws(() => loadDataset('mnist', { trainShare: 1 }, random), data);
  if (!existsSync('/usr/share/datasets/fashion-mnist'))
    assert.throws(() => loadDataset('fashion-mnist', { trainShare: 0.8 }, random), data);
});

test.run();
