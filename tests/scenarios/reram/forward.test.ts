import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drawKey, drawUniform } from '../../../actors/index.ts';
import type { Samples } from '../../../actors/numerics/index.ts';
import { type TrainedShape, trainedShapes } from '../../../scenarios/reram/networks.ts';
import { type ForwardLayer, ForwardPass } from '../../../scenarios/reram/numerics/forward.ts';
import { gatherKernel, LANES } from '../../../scenarios/reram/numerics/gather-kernel.ts';
import { loadTrained, packWeights, unpackWeights } from '../../../scenarios/reram/numerics/weights.ts';

const test = suite('reram forward pass');

const uniform = (purpose: string, seed: number) => {
  const key = drawKey(purpose, seed, 0, 0);
  let i = 0;
  return () => 2 * drawUniform(key, i++) - 1;
};

test('the kernel equals the loop in single precision, bit for bit', () => {
  for (const count of [0, 1, 7, 200]) {
    const { gather, buffer } = gatherKernel(1 << 17);
    const [floats, ints] = [new Float32Array(buffer), new Int32Array(buffer)];
    const draw = uniform('kernel', count);
    const [rows, columns, rowStep] = [3, 4, 10 * 64];
    for (let i = 0; i < 400 * LANES; i++) floats[i] = draw();
    const list = 1 << 16;
    for (let i = 0; i < count; i++) {
      ints[list / 4 + 2 * i] = 64 * Math.floor(200 * Math.abs(draw()));
      floats[list / 4 + 2 * i + 1] = draw();
    }
    const out = list + 8 * 256;
    const bias = Math.fround(0.3);
    gather(out, 0, list, count, bias, 0, rows, columns, rowStep);
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++)
        for (let lane = 0; lane < LANES; lane++) {
          let sum = bias;
          for (let i = 0; i < count; i++) {
            const at = ((ints[list / 4 + 2 * i] ?? 0) + r * rowStep + c * 64) / 4 + lane;
            sum = Math.fround(sum + Math.fround((floats[list / 4 + 2 * i + 1] ?? 0) * (floats[at] ?? 0)));
          }
          assert.is(floats[out / 4 + (r * columns + c) * LANES + lane], Math.max(0, sum));
        }
  }
});

/** The network in double precision, picture by picture. */
function outputs(shapes: readonly TrainedShape[], layers: readonly ForwardLayer[], image: Float32Array): number[] {
  let x = Array.from(image);
  for (const [l, shape] of shapes.entries()) {
    const { weights, scale, biases } = layers[l] as ForwardLayer;
    const { kind, inputs, outputs: width, side, channels } = shape;
    const isLast = l === shapes.length - 1;
    const weight = (i: number, o: number) => (weights[i * width + o] ?? 0) * scale;
    if (kind === 'dense') {
      x = Array.from({ length: width }, (_, o) => {
        let sum = biases[o] ?? 0;
        for (let i = 0; i < inputs; i++) sum += weight(i, o) * (x[i] ?? 0);
        return isLast ? sum : Math.max(0, sum);
      });
      continue;
    }
    const size = side - 4;
    const map = (row: number, column: number, o: number) => {
      let sum = biases[o] ?? 0;
      for (let i = 0; i < inputs; i++) {
        const [channel, k] = [i % channels, Math.floor(i / channels)];
        const at = ((row + Math.floor(k / 5)) * side + column + (k % 5)) * channels + channel;
        sum += weight(i, o) * (x[at] ?? 0);
      }
      return Math.max(0, sum);
    };
    const pooled: number[] = [];
    for (let row = 0; row < size; row += 2)
      for (let column = 0; column < size; column += 2)
        for (let o = 0; o < width; o++)
          pooled.push(
            Math.max(
              map(row, column, o),
              map(row, column + 1, o),
              map(row + 1, column, o),
              map(row + 1, column + 1, o),
            ),
          );
    x = pooled;
  }
  return x;
}

for (const network of ['mlp', 'lenet5'] as const)
  test(`${network} classifies as the plain network in double precision does`, () => {
    const shapes = trainedShapes[network];
    const draw = uniform(network, 4);
    const layers = shapes.map(({ inputs, outputs: width }) => ({
      weights: Float32Array.from({ length: inputs * width }, () => (draw() > 0.6 ? draw() : 0)),
      scale: 1 / Math.sqrt(inputs),
      biases: Float32Array.from({ length: width }, draw),
    }));
    const count = 20;
    const images = Float32Array.from({ length: count * 784 }, (_, i) => (i % 784 < 100 ? 0 : Math.max(0, draw())));
    const samples: Samples = { count, shape: [28, 28, 1], images, labels: new Uint8Array(count), classes: 10 };
    const classes = new ForwardPass(shapes, samples).classify(layers);
    for (let i = 0; i < count; i++) {
      const found = outputs(shapes, layers, images.subarray(i * 784, (i + 1) * 784));
      const best = Math.max(...found);
      assert.ok(best - (found[classes[i] ?? 0] ?? 0) < 1e-4, `picture ${i}`);
    }
  });

test('stored weights come back, and are as sparse as was asked', () => {
  const nonZero = (network: 'mlp' | 'lenet5', ratio: 1 | 10 | 20) =>
    loadTrained(network, ratio).reduce((sum, { weights }) => sum + weights.filter((weight) => weight !== 0).length, 0);
  assert.is(nonZero('mlp', 10), 26720);
  assert.is(nonZero('mlp', 20), 13460);
  assert.is(nonZero('lenet5', 20), 24250);
  const layers = loadTrained('mlp', 20);
  const again = unpackWeights('mlp', packWeights(layers));
  for (const [l, { weights, biases }] of layers.entries()) {
    assert.equal(again[l]?.biases, biases);
    assert.ok(weights.every((weight, i) => Math.abs(weight - (again[l]?.weights[i] ?? Number.NaN)) < 1e-4));
  }
});

test.run();
