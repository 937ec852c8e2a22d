import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Backend,
  batchNorm,
  convolution,
  convolve,
  crossEntropy,
  dense,
  fromPlanes,
  initialise,
  inputGradient,
  maxPool,
  type Network,
  openBackend,
  relu,
  sequential,
  sizeOf,
  type Tensor,
  tensor,
  toPlanes,
  weightGradient,
  zeros,
} from '../../../actors/numerics/index.ts';
import type { SimError } from '../../../engine/index.ts';
import { createRandomSource } from '../../../engine/random/index.ts';

const test = suite('numerics/layers');
const source = createRandomSource({ seed: 11 });
const property = { seed: 20261123, numRuns: 120 };
const randomTensor = (shape: readonly number[], name = 'x'): Tensor => {
  const stream = source.stream('test', name);
  return tensor(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => stream.uniform() * 2 - 1),
  );
};

const cases = fc
  .record({
    samples: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 1, max: 7 }),
    inputs: fc.integer({ min: 1, max: 4 }),
    outputs: fc.integer({ min: 1, max: 4 }),
    kernel: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.integer({ min: 0, max: 3 }),
  })
  .filter(({ height, width, kernel, padding }) => Math.min(height, width) + 2 * padding >= kernel);

test('convolution equals the sum it stands for', async () => {
  const backend = await openBackend('wasm');
  fc.assert(
    fc.property(cases, (shape) => {
      const { samples, height, width, inputs, outputs, kernel, stride, padding } = shape;
      const x = randomTensor([samples, height, width, inputs]);
      const weights = randomTensor([kernel, kernel, inputs, outputs], 'w').data;
      const y = convolve(backend, x, weights, shape);
      const [, rows, columns] = y.shape as [number, number, number, number];
      assert.is(rows, Math.floor((height + 2 * padding - kernel) / stride) + 1);
      for (let n = 0; n < samples; n++)
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < columns; j++)
            for (let o = 0; o < outputs; o++) {
              let sum = 0;
              for (let a = 0; a < kernel; a++)
                for (let b = 0; b < kernel; b++) {
                  const [row, column] = [i * stride - padding + a, j * stride - padding + b];
                  if (row < 0 || row >= height || column < 0 || column >= width) continue;
                  for (let c = 0; c < inputs; c++)
                    sum +=
                      x.data[((n * height + row) * width + column) * inputs + c]! *
                      weights[((a * kernel + b) * inputs + c) * outputs + o]!;
                }
              assert.ok(Math.abs(y.data[((n * rows + i) * columns + j) * outputs + o]! - sum) < 1e-4);
            }
    }),
    property,
  );
});

test('the gradients of a convolution are its adjoints', async () => {
  const backend = await openBackend('wasm');
  fc.assert(
    fc.property(cases, (shape) => {
      const { samples, height, width, inputs, outputs, kernel } = shape;
      const x = randomTensor([samples, height, width, inputs]);
      const weights = randomTensor([kernel, kernel, inputs, outputs], 'w').data;
      const y = convolve(backend, x, weights, shape);
      const g = randomTensor(y.shape, 'g');
      const expected = dot(y.data, g.data);
      assert.ok(Math.abs(dot(inputGradient(backend, g, weights, x.shape, shape).data, x.data) - expected) < 1e-3);
      assert.ok(Math.abs(dot(weightGradient(backend, x, g, shape), weights) - expected) < 1e-3);
    }),
    property,
  );
});

test('gradients of a whole network agree with finite differences to 1e-2', async () => {
  const backend = await openBackend('wasm');
  const net = sequential([
    convolution('c1', { inputs: 2, outputs: 4, kernel: 3 }),
    batchNorm('n1', { channels: 4 }),
    relu('r1'),
    maxPool('p1'),
    convolution('c2', { inputs: 4, outputs: 3, kernel: 3, stride: 2, padding: 1 }),
    relu('r2'),
    convolution('c3', { inputs: 3, outputs: 5, kernel: 1, bias: false }),
    dense('f1', { inputs: 20, outputs: 3 }),
  ]);
  initialise(net, source, 'uniform-fan-in');
  const x = randomTensor([6, 8, 8, 2]);
  const labels = Uint8Array.from([0, 1, 2, 0, 1, 2]);
  const { output, backward } = net.forward(x, backend);
  backward(crossEntropy(output, labels).gradient);
  for (const { name, value, gradient } of net.parameters) {
    let [difference, size] = [0, 0];
    for (let i = 0; i < value.length; i += Math.ceil(value.length / 12)) {
      const kept = value[i]!;
      const h = 2e-3;
      value[i] = kept + h;
      const above = lossOf(net, x, labels, backend);
      value[i] = kept - h;
      const below = lossOf(net, x, labels, backend);
      value[i] = kept;
      difference += ((above - below) / (2 * h) - gradient[i]!) ** 2;
      size += gradient[i]! ** 2;
    }
    // A bias before batch normalisation has no effect: both sides are zero up to rounding.
    assert.ok(Math.sqrt(difference) <= 1e-2 * Math.sqrt(size) + 2e-4, `${name}: ${Math.sqrt(difference / size)}`);
  }
});

function lossOf(net: Network, x: Tensor, labels: Uint8Array, backend: Backend): number {
  return crossEntropy(net.forward(x, backend).output, labels).loss;
}

test('batch normalisation outside training uses running means', async () => {
  const backend = await openBackend('cpu');
  const layer = batchNorm('n', { channels: 1, momentum: 1 });
  const net = sequential([layer]);
  const x = tensor([4, 1, 1, 1], Float32Array.from([1, 3, 5, 7]));
  const trained = net.forward(x, backend).output.data;
  const plain = net.predict(x, backend).data;
  for (let i = 0; i < 4; i++) assert.ok(Math.abs(trained[i]! - (i * 2 - 3) / Math.sqrt(5)) < 1e-5);
  assert.equal(Array.from(plain), Array.from(trained));
});

test('relu keeps NaN, drops negative zero and everything below', async () => {
  const backend = await openBackend('cpu');
  const x = tensor([1, 5], Float32Array.from([-1, -0, 0, 2, NaN]));
  const { output, backward } = sequential([relu('r')]).forward(x, backend);
  assert.equal(Array.from(output.data), [0, 0, 0, 2, NaN]);
  assert.not(Object.is(output.data[1], -0));
  backward(tensor([1, 5], new Float32Array(5).fill(3)));
});

test('pooling takes the first of equal values and drops what does not fill a square', async () => {
  const backend = await openBackend('cpu');
  const x = tensor([1, 3, 3, 1], Float32Array.from([1, 4, 9, 4, 2, 9, 9, 9, 9]));
  const layer = maxPool('p');
  const seen: Tensor[] = [];
  const probe = {
    name: 'probe',
    parameters: [],
    forward: (y: Tensor) => y,
    backward: (g: Tensor) => {
      seen.push(g);
      return g;
    },
  };
  const { output, backward } = sequential([probe, layer]).forward(x, backend);
  assert.equal(Array.from(output.data), [4]);
  backward(tensor([1, 1, 1, 1], Float32Array.from([2])));
  assert.equal(Array.from(seen[0]?.data ?? []), [0, 2, 0, 0, 0, 0, 0, 0, 0]);
});

test('planes and back is the identity, and neighbours in a plane are neighbours in memory', () => {
  const x = randomTensor([2, 3, 4, 5]);
  const planes = toPlanes(x);
  assert.equal(planes.shape, [2, 5, 3, 4]);
  assert.is(planes.data[1], x.data[5]);
  assert.equal(fromPlanes(planes), x);
});

test('shapes that do not fit are refused', async () => {
  const backend = await openBackend('cpu');
  const refusals: ReadonlyArray<() => unknown> = [
    () => tensor([2, 2], new Float32Array(3)),
    () => toPlanes(zeros([2, 2])),
    () => sequential([relu('a'), relu('a')]),
    () => convolution('c', { inputs: 1, outputs: 0, kernel: 3 }),
    () => convolution('c', { inputs: 1, outputs: 1, kernel: 2 }),
    () => sequential([convolution('c', { inputs: 2, outputs: 1, kernel: 3 })]).predict(zeros([1, 4, 4, 1]), backend),
    () =>
      sequential([convolution('c', { inputs: 1, outputs: 1, kernel: 5, padding: 0 })]).predict(
        zeros([1, 4, 4, 1]),
        backend,
      ),
    () => sequential([dense('d', { inputs: 4, outputs: 1 })]).predict(zeros([2, 3]), backend),
  ];
  for (const refusal of refusals) assert.throws(refusal, (error: SimError) => error.code === 'NUMERICS_SHAPE');
});

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

test.run();
