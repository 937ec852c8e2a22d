import {
  type ConvLayer,
  convMacs,
  convParameters,
  type LayerTable,
  layerTable,
  TableBuilder,
} from '../../actors/cnn/index.ts';
import type { HalocParams } from './parameters.ts';

/** A network as the rank search sees it. */
export interface Network {
  readonly id: HalocParams['network'];
  readonly table: LayerTable;
  /** Indices into `table.convs` of the layers that can be decomposed, in order. */
  readonly decomposable: readonly number[];
  /** Factors of a decomposed layer: three (1x1, core, 1x1), or two for 1x1 convolutions. */
  readonly factors: 2 | 3;
  /** Multiplications and weights of the whole dense network, one image. */
  readonly macs: number;
  readonly parameters: number;
}

const tiny: LayerTable = new TableBuilder(1, 28)
  .conv(16, 3)
  .pool(14)
  .conv(32, 3)
  .pool(7)
  .conv(64, 3)
  .conv(64, 3)
  .linear(3136, 10)
  .build('tiny-cnn', 'four convolutions', 28, false);

const known = new Map<string, Network>();

/** A network by name; the same object at every call. */
export function networkOf(id: HalocParams['network']): Network {
  let network = known.get(id);
  if (network === undefined) {
    network = build(id, id === 'tiny-cnn' ? tiny : layerTable(id));
    known.set(id, network);
  }
  return network;
}

function build(id: Network['id'], table: LayerTable): Network {
  const spatial = id !== 'mobilenetv2';
  const decomposable = [...table.convs.keys()].filter((i) => isDecomposable(table.convs[i] as ConvLayer, spatial));
  const linear = table.linear.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures * outFeatures, 0);
  return {
    id,
    table,
    decomposable,
    factors: spatial ? 3 : 2,
    macs: table.convs.reduce((sum, conv) => sum + convMacs(conv), linear),
    parameters: table.convs.reduce((sum, conv) => sum + convParameters(conv), linear),
  };
}

/** 3x3 convolutions with more than three inputs; in a network of depthwise blocks, where none is left, the 1x1 convolutions. */
function isDecomposable({ kernel, inChannels, groups }: ConvLayer, spatial: boolean): boolean {
  return kernel === (spatial ? 3 : 1) && inChannels > 3 && groups === 1;
}
