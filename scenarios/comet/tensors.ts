import {
  type ConvLayer,
  convInputs,
  type LayerTable,
  layerTable,
  layerTotals,
  type NetworkId,
  outputValues,
} from '../../actors/cnn/index.ts';

/** An input of convolutions, for one image, with what its convolutions make of it. */
export interface TensorShape {
  readonly channels: number;
  readonly size: number;
  /** Convolutions that read it, in forward order. */
  readonly convs: readonly ConvLayer[];
  /** Bytes of the tensor itself. */
  readonly raw: number;
  /** Bytes of the outputs of its convolutions. */
  readonly out: number;
  /** Bytes of those outputs that another backward pass needs: for batch normalisation always, else for max-pools. */
  readonly kept: number;
  /** The image: no gradient is wanted for it. */
  readonly first: boolean;
}

/** The distinct convolution inputs of a network in forward order, in bytes for one image of single precision. */
export function tensorsOf(network: NetworkId): readonly TensorShape[] {
  const table = layerTable(network);
  return convInputs(table).map(({ values, channels, size, users }, i) => {
    const convs = users.map((index) => table.convs[index] as ConvLayer);
    const out = convs.reduce((sum, conv) => sum + 4 * outputValues(conv), 0);
    const kept = table.batchNorm || convs.some(({ pooled }) => pooled) ? out : 0;
    return { channels, size, convs, raw: 4 * values, out, kept, first: i === 0 };
  });
}

/** Whether activations end in a rectifier that leaves zeros, and how many values it keeps; assumed, see the README. */
export function defaultDensity(network: NetworkId): number {
  return network === 'efficientnet-b0' ? 1 : network === 'alexnet' ? 0.25 : 0.35;
}

/** Weights of a network; biases and normalisation are not counted. */
export function parameterCount(table: LayerTable): number {
  const { convParameters, linearParameters } = layerTotals(table);
  return convParameters + linearParameters;
}
