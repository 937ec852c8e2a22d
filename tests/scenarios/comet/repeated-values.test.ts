import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compress, decompress } from '../../../actors/index.ts';
import {
  crossEntropy,
  initialise,
  loadDataset,
  openBackend,
  type Tensor,
  weightGradient,
} from '../../../actors/numerics/index.ts';
import { createRandomSource } from '../../../engine/random/index.ts';
import { type RepeatedValues, repeatedValues } from '../../../scenarios/comet/train/repeated-values.ts';
import { type ConvolutionLayer, tinyCnn } from '../../../scenarios/comet/train/tiny-cnn.ts';

const test = suite('comet repeated values');
const backend = await openBackend('wasm');

/** Root mean square. */
const rms = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values, (x) => x * x).reduce((a, b) => a + b, 0) / values.length);

test('in the first layer the law holds over many bounds, and one bound is off by as much as few pixel values predict', () => {
  const data = loadDataset('mnist', { trainPerClass: 3, testPerClass: 1 }, createRandomSource({ seed: 1 }));
  const { count, shape: image, images, labels } = data.train;
  const input: Tensor = { shape: [count, ...image], data: images };
  let first: { layer: ConvolutionLayer; gradient: Tensor } | undefined;
  const net = tinyCnn((layer, gradient) => {
    if (layer.name === 'conv1') first = { layer, gradient };
  });
  initialise(net, createRandomSource({ seed: 3 }));
  const { output, backward } = net.forward(input, backend);
  backward(crossEntropy(output, labels).gradient);
  const { layer, gradient } = first as NonNullable<typeof first>;
  const field = { planes: count, height: 28, width: 28 };
  const squares = gradient.data.map((x) => x * x);
  const mask = images.map((x) => (x === 0 ? 0 : 1));
  const plainAtOne = rms(
    weightGradient(backend, { ...input, data: mask }, { ...gradient, data: squares }, layer.shape).map((x) =>
      Math.sqrt(x / 3),
    ),
  );
  const [plain, repeated]: [number[], number[]] = [[], []];
  let expected = 0;
  for (let i = 0; i < 100; i++) {
    const bound = 0.02 * 3 ** (i / 100);
    const { values } = decompress(compress(images, field, { errorBound: bound }));
    const errors = values.map((x, k) => x - (images[k] as number));
    const measured = rms(weightGradient(backend, { ...input, data: errors }, gradient, layer.shape));
    plain.push(measured / (bound * plainAtOne));
    const law = repeatedValues(input, gradient, layer.shape, bound) as RepeatedValues;
    repeated.push(measured / law.deviation);
    expected += law.scatter / 100;
  }
  for (const ratios of [plain, repeated]) {
    assert.ok(Math.abs(rms(ratios) - 1) < 0.1, `${rms(ratios)}`);
    const scatter = rms(ratios.map((ratio) => ratio - rms(ratios)));
    assert.ok(Math.abs(scatter / expected - 1) < 0.3, `${scatter}, expected ${expected}`);
  }
});

test('equal values err alike, values half a step apart against each other', () => {
  const shape = { inputs: 1, outputs: 1, kernel: 1, stride: 1, padding: 0 };
  const gradient: Tensor = { shape: [1, 2, 2, 1], data: Float32Array.of(3, 5, 7, 11) };
  const squareOf = (...pixels: readonly number[]): number => {
    const input = { shape: [1, 2, 2, 1], data: Float32Array.from(pixels) };
    return (repeatedValues(input, gradient, shape, 0.5) as RepeatedValues).deviation ** 2;
  };
  const one = 0.5 ** 2 / 3;
  for (const [found, expected] of [
    [squareOf(0.3, 0, 0, 0), 9 * one],
    [squareOf(0.3, 0.3, 0, 0), 64 * one],
    [squareOf(0.3, 0, 0.3, 2.3), 21 ** 2 * one],
    // Covariance of two sawtooths half a period apart: -1/2 of the variance.
    [squareOf(0.25, 0.75, 0, 0), (9 + 25 - 15) * one],
  ] as const)
    assert.ok(Math.abs(found / expected - 1) < 1e-3, `${found} against ${expected}`);
  const many: Tensor = { shape: [1, 40, 40, 1], data: Float32Array.from({ length: 1600 }, (_, i) => i + 1) };
  assert.is(repeatedValues(many, { shape: [1, 40, 40, 1], data: new Float32Array(1600) }, shape, 1), undefined);
});

test.run();
