import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { breakEvenRank, dense, denseWork, factorsOf, macsAt, parametersAt } from '../../../scenarios/haloc/low-rank.ts';
import { networkOf } from '../../../scenarios/haloc/network.ts';
import { defaultParams } from '../../../scenarios/haloc/parameters.ts';
import { rankSetOf } from '../../../scenarios/haloc/rank-sets.ts';
import { searchSpaceLog10 } from '../../../scenarios/haloc/rank-space.ts';
import { layerOf } from '../../../scenarios/haloc/run.ts';

const test = suite('haloc low rank');
const property = { seed: 20261123, numRuns: 200 };

const layers = fc
  .record({
    coreIn: fc.integer({ min: 1, max: 12 }),
    coreOut: fc.integer({ min: 1, max: 12 }),
    coreSize: fc.integer({ min: 1, max: 6 }),
    stride: fc.integer({ min: 1, max: 2 }),
  })
  .map((shape) => layerOf({ ...defaultParams, ...shape }));

test('multiplications and weights equal a count over the three convolutions', () => {
  fc.assert(
    fc.property(layers, fc.nat(), fc.nat(), (layer, a, b) => {
      const ranks = { r1: 1 + (a % layer.inChannels), r2: 1 + (b % layer.outChannels) };
      const count = (works: ReturnType<typeof factorsOf>): [number, number] => {
        let [macs, weights] = [0, 0];
        for (const { inputs, outputs, kernel, outSize } of works)
          for (let i = 0; i < inputs; i++)
            for (let o = 0; o < outputs; o++) {
              weights += kernel ** 2;
              for (let place = 0; place < outSize * outSize; place++) macs += kernel ** 2;
            }
        return [macs, weights];
      };
      assert.equal([macsAt(layer, ranks), parametersAt(layer, ranks)], count(factorsOf(layer, ranks, 1)));
      assert.equal([macsAt(layer, dense), parametersAt(layer, dense)], count([denseWork(layer, 1)]));
      const [first, core, last] = factorsOf(layer, ranks, 1);
      assert.equal(
        [first?.outSize, core?.inSize, core?.outSize, last?.outSize],
        [layer.inSize, layer.inSize, layer.outSize, layer.outSize],
      );
    }),
    property,
  );
});

test('factors need no more than dense exactly up to the break-even rank', () => {
  fc.assert(
    fc.property(layers, (layer) => {
      const most = breakEvenRank(layer);
      for (let r = 1; r <= Math.min(layer.inChannels, layer.outChannels); r++)
        assert.is(macsAt(layer, { r1: r, r2: r }) <= macsAt(layer, dense), r <= most);
    }),
    property,
  );
});

test('what can be decomposed, and how much there is, network by network', () => {
  const sums = {
    resnet20: [18, 40_550_400 + 640],
    'vgg16-cifar': [12, 313_196_544 + 5120],
    vgg16: [12, 15_346_630_656 + 123_633_664],
    resnet18: [16, 1_813_561_344 + 512_000],
    resnet50: [16, 4_087_136_256 + 2_048_000],
    mobilenetv2: [34, 299_494_272 + 1_280_000],
    alexnet: [1, 665_784_864 + 58_621_952],
    'tiny-cnn': [3, 3_725_568 + 31_360],
  } as const;
  for (const [id, [count, macs]] of Object.entries(sums)) {
    const network = networkOf(id as keyof typeof sums);
    assert.is(network.decomposable.length, count, id);
    assert.is(network.macs, macs, id);
  }
});

test('published rank sets fit their networks', () => {
  for (const [network, set] of [
    ['resnet18', 'tdc-sc'],
    ['resnet18', 'tdc-2x'],
    ['resnet50', 'tdc-sc'],
    ['vgg16', 'tdc-2x'],
    ['vgg16', 'tdc-10x'],
  ] as const) {
    const { table, decomposable } = networkOf(network);
    const ranks = rankSetOf(network, set) ?? [];
    assert.is(ranks.length, decomposable.length, `${network} ${set}`);
    for (const [i, { r1, r2 }] of ranks.entries()) {
      const layer = table.convs[decomposable[i] as number];
      assert.ok(layer !== undefined && r1 <= layer.inChannels && r2 <= layer.outChannels, `${network} ${set} ${i}`);
    }
  }
  assert.is(rankSetOf('alexnet', 'tdc-sc'), undefined);
});

test('size of the rank space', () => {
  assert.ok(Math.abs(searchSpaceLog10(networkOf('resnet18'), 1, false) - 71.34) < 0.01);
  assert.ok(Math.abs(searchSpaceLog10(networkOf('resnet18'), 1, true) - 35.22) < 0.01);
  assert.ok(Math.abs(searchSpaceLog10(networkOf('resnet20'), 1, true) - 26.49) < 0.01);
  assert.ok(Math.abs(searchSpaceLog10(networkOf('vgg16-cifar'), 32, true) - 10.54) < 0.01);
});

test.run();
