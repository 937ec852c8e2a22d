import type { LayerTable } from './layer-table.ts';
import { TableBuilder } from './table-builder.ts';

/** AlexNet with two groups in convolutions 2, 4 and 5, on 227 x 227 images. */
function alexnet(): LayerTable {
  return new TableBuilder(3, 227)
    .conv(96, 11, { stride: 4, outSize: 55 })
    .pool(27)
    .conv(256, 5, { groups: 2 })
    .pool(13)
    .conv(384, 3)
    .conv(384, 3, { groups: 2 })
    .conv(256, 3, { groups: 2 })
    .pool(6)
    .linear(9216, 4096, 4096, 1000)
    .build('alexnet', 'AlexNet', 227, false);
}

function vgg16(id: string, title: string, size: number, linear: readonly number[]): LayerTable {
  const groups = [
    [64, 2],
    [128, 2],
    [256, 3],
    [512, 3],
    [512, 3],
  ] as const;
  const table = new TableBuilder(3, size);
  for (const [channels, count] of groups) {
    for (let i = 0; i < count; i++) table.conv(channels, 3);
    table.pool(table.size / 2);
  }
  return table.linear(...linear).build(id, title, size, false);
}

/** ResNet-18: blocks of two 3x3 convolutions, a 1x1 shortcut where the shape changes. */
function resnet18(): LayerTable {
  const table = new TableBuilder(3, 224).conv(64, 7, { stride: 2 }).pool(56);
  for (const width of [64, 128, 256, 512])
    for (let block = 0; block < 2; block++) {
      const { channels, size, tensors } = table;
      table.conv(width, 3, { stride: channels === width ? 1 : 2 }).conv(width, 3);
      if (channels !== width) table.shortcut(tensors, channels, size);
    }
  return table.linear(512, 1000).build('resnet18', 'ResNet-18', 224, true);
}

/** ResNet-50: 1x1, 3x3 (which carries the stride), 1x1 to four times the width. */
function resnet50(): LayerTable {
  const table = new TableBuilder(3, 224).conv(64, 7, { stride: 2 }).pool(56);
  const stages = [
    [64, 3, 1],
    [128, 4, 2],
    [256, 6, 2],
    [512, 3, 2],
  ] as const;
  for (const [width, blocks, stride] of stages)
    for (let block = 0; block < blocks; block++) {
      const { channels, size, tensors } = table;
      table
        .conv(width, 1)
        .conv(width, 3, { stride: block === 0 ? stride : 1 })
        .conv(4 * width, 1);
      if (block === 0) table.shortcut(tensors, channels, size);
    }
  return table.linear(2048, 1000).build('resnet50', 'ResNet-50', 224, true);
}

/** ResNet-20 on 32 x 32 images; shortcuts without weights. */
function resnet20(): LayerTable {
  const table = new TableBuilder(3, 32).conv(16, 3);
  for (const width of [16, 32, 64])
    for (let block = 0; block < 3; block++)
      table.conv(width, 3, { stride: table.channels === width ? 1 : 2 }).conv(width, 3);
  return table.linear(64, 10).build('resnet20', 'ResNet-20 (CIFAR)', 32, true);
}

/** Expansion, channels, repeats, stride, kernel of a stage of inverted bottlenecks. */
type Stage = readonly [expansion: number, channels: number, repeats: number, stride: number, kernel: number];

function invertedBottlenecks(id: string, title: string, stages: readonly Stage[]): LayerTable {
  const table = new TableBuilder(3, 224).conv(32, 3, { stride: 2 });
  for (const [expansion, channels, repeats, stride, kernel] of stages)
    for (let block = 0; block < repeats; block++) {
      const wide = table.channels * expansion;
      if (expansion > 1) table.conv(wide, 1);
      table.conv(wide, kernel, { stride: block === 0 ? stride : 1, groups: wide }).conv(channels, 1);
    }
  return table.conv(1280, 1).linear(1280, 1000).build(id, title, 224, true);
}

const efficientNetStages: readonly Stage[] = [
  [1, 16, 1, 1, 3],
  [6, 24, 2, 2, 3],
  [6, 40, 2, 2, 5],
  [6, 80, 3, 2, 3],
  [6, 112, 3, 1, 5],
  [6, 192, 4, 2, 5],
  [6, 320, 1, 1, 3],
];

const mobileNetStages: readonly Stage[] = [
  [1, 16, 1, 1, 3],
  [6, 24, 2, 2, 3],
  [6, 32, 3, 2, 3],
  [6, 64, 4, 2, 3],
  [6, 96, 3, 1, 3],
  [6, 160, 3, 2, 3],
  [6, 320, 1, 1, 3],
];

/** Three convolutions for 28 x 28 grey images, small enough to be trained in seconds. */
function tinyCnn(): LayerTable {
  return new TableBuilder(1, 28)
    .conv(8, 3)
    .pool(14)
    .conv(16, 3)
    .pool(7)
    .conv(32, 3)
    .linear(1568, 10)
    .build('tiny-cnn', 'three convolutions', 28, false);
}

const build = {
  alexnet,
  vgg16: () => vgg16('vgg16', 'VGG-16', 224, [25088, 4096, 4096, 1000]),
  'vgg16-cifar': () => vgg16('vgg16-cifar', 'VGG-16 (CIFAR)', 32, [512, 10]),
  resnet18,
  resnet50,
  resnet20,
  mobilenetv2: () => invertedBottlenecks('mobilenetv2', 'MobileNetV2', mobileNetStages),
  'efficientnet-b0': () => invertedBottlenecks('efficientnet-b0', 'EfficientNet-B0', efficientNetStages),
  'tiny-cnn': tinyCnn,
} as const;

/** Networks with a layer table. */
export type NetworkId = keyof typeof build;

/** The ids of all layer tables. */
export const networkIds: readonly NetworkId[] = Object.freeze(Object.keys(build) as NetworkId[]);

const tables = new Map<NetworkId, LayerTable>();

/** The layer table of a network: every layer with weights, in forward order. */
export function layerTable(id: NetworkId): LayerTable {
  const known = tables.get(id);
  if (known !== undefined) return known;
  const table = build[id]();
  tables.set(id, table);
  return table;
}
