/** One convolution of a network, on square images. */
export interface ConvLayer {
  readonly name: string;
  readonly inChannels: number;
  readonly outChannels: number;
  /** Side of the square kernel. */
  readonly kernel: number;
  readonly stride: number;
  readonly inSize: number;
  readonly outSize: number;
  readonly groups: number;
  /** Index of the input among the distinct inputs of the network: a shortcut shares the tensor of its block's first convolution. */
  readonly tensor: number;
  /** Runs beside the convolutions of its block, on the block's input. */
  readonly shortcut: boolean;
  /** A max-pool follows, whose backward needs this convolution's output. */
  readonly pooled: boolean;
}

/** A fully connected layer. */
export interface LinearLayer {
  readonly inFeatures: number;
  readonly outFeatures: number;
}

/** Every layer with weights of a network, in forward order; biases and normalisation parameters are not listed. */
export interface LayerTable {
  readonly id: string;
  readonly title: string;
  /** Side of the input image. */
  readonly imageSize: number;
  /** A batch normalisation follows each convolution. */
  readonly batchNorm: boolean;
  readonly convs: readonly ConvLayer[];
  readonly linear: readonly LinearLayer[];
}

/** Weights of a convolution. */
export function convParameters({ kernel, inChannels, outChannels, groups }: ConvLayer): number {
  return (kernel * kernel * inChannels * outChannels) / groups;
}

/** Multiply-accumulate operations of a convolution on one image. */
export function convMacs(layer: ConvLayer): number {
  return convParameters(layer) * layer.outSize * layer.outSize;
}

/** Values of the input of a convolution, one image. */
export function inputValues({ inChannels, inSize }: ConvLayer): number {
  return inChannels * inSize * inSize;
}

/** Values of the output of a convolution, one image. */
export function outputValues({ outChannels, outSize }: ConvLayer): number {
  return outChannels * outSize * outSize;
}

/** A distinct input of convolutions: what training keeps until the backward pass. */
export interface ConvInput {
  /** Values for one image. */
  readonly values: number;
  readonly channels: number;
  readonly size: number;
  /** Indices into `convs` of the convolutions that read it. */
  readonly users: readonly number[];
}

/** The distinct inputs of the convolutions, in forward order. */
export function convInputs({ convs }: LayerTable): readonly ConvInput[] {
  const found: { values: number; channels: number; size: number; users: number[] }[] = [];
  convs.forEach((conv, i) => {
    const known = found[conv.tensor];
    if (known !== undefined) known.users.push(i);
    else found.push({ values: inputValues(conv), channels: conv.inChannels, size: conv.inSize, users: [i] });
  });
  return found;
}

/** Sums over a network for one image. */
export interface LayerTotals {
  readonly convMacs: number;
  readonly linearMacs: number;
  readonly convParameters: number;
  readonly linearParameters: number;
  /** Values of all distinct convolution inputs. */
  readonly convInputValues: number;
}

/** The sums over a network, for one image. */
export function layerTotals(table: LayerTable): LayerTotals {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const linear = sum(table.linear.map(({ inFeatures, outFeatures }) => inFeatures * outFeatures));
  return {
    convMacs: sum(table.convs.map(convMacs)),
    linearMacs: linear,
    convParameters: sum(table.convs.map(convParameters)),
    linearParameters: linear,
    convInputValues: sum(convInputs(table).map(({ values }) => values)),
  };
}
