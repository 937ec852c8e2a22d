import type { LayerShape } from '../../actors/index.ts';

/** Networks that are trained here, and shapes that are only priced. */
export type NetworkName = 'mlp' | 'lenet5' | 'linear' | 'vgg16' | 'resnet20';

/** Networks with trained weights. */
export type TrainedName = 'mlp' | 'lenet5';

/** What stands behind the weights of a layer: a dense layer, or a convolution without padding followed by a pool of 2. */
export type LayerKind = 'dense' | 'convolution';

/** A layer of a trained network. */
export interface TrainedShape extends LayerShape {
  readonly name: string;
  readonly kind: LayerKind;
  /** Side and channels of the input image of a convolution. */
  readonly side: number;
  readonly channels: number;
  /** Smallest share of weights that pruning leaves. */
  readonly floor: number;
}

/** Side of the kernel of every convolution here. */
export const KERNEL = 5;

const dense = (name: string, inputs: number, outputs: number, floor = 0): TrainedShape => ({
  ...{ name, kind: 'dense', inputs, outputs, windows: 1, side: 0, channels: 0, floor },
});

const convolution = (name: string, side: number, channels: number, outputs: number, floor: number): TrainedShape => ({
  ...{ name, kind: 'convolution', inputs: KERNEL * KERNEL * channels, outputs, windows: (side - KERNEL + 1) ** 2 },
  ...{ side, channels, floor },
});

/** LeNet-300-100 and LeNet-5 (LeCun et al. 1998, in the sizes of the pruning literature), with the floors that pruning respects. */
export const trainedShapes: Readonly<Record<TrainedName, readonly TrainedShape[]>> = {
  mlp: [dense('fc1', 784, 300), dense('fc2', 300, 100), dense('fc3', 100, 10, 0.2)],
  lenet5: [
    convolution('conv1', 28, 1, 20, 0.5),
    convolution('conv2', 12, 20, 50, 0.12),
    dense('fc1', 800, 500),
    dense('fc2', 500, 10, 0.2),
  ],
};

/** Padded 3 x 3 convolutions on squares of `side`, channels in and out. */
const padded = (side: number, channels: number, outputs: number): LayerShape => ({
  inputs: 9 * channels,
  outputs,
  windows: side * side,
});

/** Chains padded convolutions: groups of (side, width, how many). */
function stack(channels: number, groups: ReadonlyArray<readonly [number, number, number]>): LayerShape[] {
  let before = channels;
  return groups.flatMap(([side, width, count]) =>
    Array.from({ length: count }, () => {
      const layer = padded(side, before, width);
      before = width;
      return layer;
    }),
  );
}

/** Matrix shapes of a network for 28 x 28 digits, or of VGG-16 and ResNet-20 for 32 x 32 pictures in ten classes. */
export function layerShapes(network: NetworkName, linearRows: number, linearCols: number): readonly LayerShape[] {
  switch (network) {
    case 'mlp':
    case 'lenet5':
      return trainedShapes[network];
    case 'linear':
      return [{ inputs: linearRows, outputs: linearCols, windows: 1 }];
    case 'vgg16':
      return [
        ...stack(3, [
          [32, 64, 2],
          [16, 128, 2],
          [8, 256, 3],
          [4, 512, 3],
          [2, 512, 3],
        ]),
        { inputs: 512, outputs: 10, windows: 1 },
      ];
    case 'resnet20':
      return [
        ...stack(3, [
          [32, 16, 7],
          [16, 32, 6],
          [8, 64, 6],
        ]),
        { inputs: 64, outputs: 10, windows: 1 },
      ];
  }
}
