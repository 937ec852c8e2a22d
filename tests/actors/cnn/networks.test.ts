import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { convInputs, inputValues, layerTable, layerTotals, networkIds, outputValues } from '../../../actors/index.ts';

const test = suite('layer tables');

/** Rows of the README: convolutions, MAC, linear MAC, parameters, values, tensors. */
const expected: Readonly<Record<string, readonly number[]>> = {
  alexnet: [5, 665_784_864, 58_621_952, 2_332_704, 397_627, 5],
  vgg16: [13, 15_346_630_656, 123_633_664, 14_710_464, 9_081_856, 13],
  'vgg16-cifar': [13, 313_196_544, 5_120, 14_710_464, 185_344, 13],
  resnet18: [20, 1_813_561_344, 512_000, 11_166_912, 1_831_424, 17],
  resnet50: [53, 4_087_136_256, 2_048_000, 23_454_912, 9_056_768, 49],
  resnet20: [19, 40_550_400, 640, 267_696, 187_392, 19],
  mobilenetv2: [52, 299_494_272, 1_280_000, 2_189_760, 6_765_920, 52],
  'efficientnet-b0': [49, 383_907_552, 1_280_000, 3_328_992, 6_825_504, 49],
  'tiny-cnn': [3, 508_032, 15_680, 5_832, 3_136, 3],
};

test('the sums are those of the table', () => {
  assert.equal([...networkIds].sort(), Object.keys(expected).sort());
  const readme = readFileSync('actors/cnn/README.md', 'utf8');
  for (const id of networkIds) {
    const table = layerTable(id);
    const sums = layerTotals(table);
    const found = [
      table.convs.length,
      sums.convMacs,
      sums.linearMacs,
      sums.convParameters,
      sums.convInputValues,
      convInputs(table).length,
    ];
    assert.equal(found, expected[id], id);
    const row = readme.split('\n').find((line) => line.startsWith(`| ${id} `)) ?? '';
    const cells = row.split('|').map((cell) => Number(cell.trim().replaceAll(',', '')));
    assert.equal(cells.slice(3, 9), found, `README, ${id}`);
  }
});

test('each convolution reads what an earlier layer left', () => {
  for (const id of networkIds) {
    const { convs } = layerTable(id);
    convs.forEach((conv, i) => {
      if (conv.shortcut) return;
      const before = convs.slice(0, i).findLast(({ shortcut }) => !shortcut);
      if (before === undefined) return;
      assert.is(conv.inChannels, before.outChannels, `${id} ${conv.name}`);
      if (!before.pooled) assert.is(inputValues(conv), outputValues(before), `${id} ${conv.name}`);
      else assert.ok(conv.inSize < before.outSize);
    });
  }
});

test('a shortcut ends at the shape of its block', () => {
  let count = 0;
  for (const id of networkIds) {
    const { convs } = layerTable(id);
    convs.forEach((conv, i) => {
      if (!conv.shortcut) return;
      count++;
      const last = convs[i - 1];
      const first = convs.find(({ tensor }) => tensor === conv.tensor);
      assert.equal([conv.outChannels, conv.outSize], [last?.outChannels, last?.outSize]);
      assert.equal([conv.inChannels, conv.inSize], [first?.inChannels, first?.inSize]);
      assert.is(conv.outSize * conv.stride, conv.inSize);
    });
  }
  assert.is(count, 3 + 4);
});

test.run();
