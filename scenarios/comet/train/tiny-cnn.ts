import { layerTable } from '../../../actors/cnn/index.ts';
import {
  type ConvolutionShape,
  convolution,
  dense,
  maxPool,
  type Network,
  type NetworkLayer,
  relu,
  sequential,
  type Tensor,
} from '../../../actors/numerics/index.ts';

/** Told after the backward pass of a convolution: its output gradient, and the weight gradient it made. */
export type BackwardObserver = (layer: ConvolutionLayer, gradient: Tensor) => void;

export type ConvolutionLayer = NetworkLayer & { readonly shape: ConvolutionShape };

/** The network of the table `tiny-cnn`: convolution, rectifier, pool where the table says so, and one dense layer. */
export function tinyCnn(onBackward: BackwardObserver = () => {}): Network {
  const { convs, linear } = layerTable('tiny-cnn');
  const layers = convs.flatMap(({ name, inChannels, outChannels, kernel, pooled }) => [
    observed(convolution(name, { inputs: inChannels, outputs: outChannels, kernel }), onBackward),
    relu(`relu-${name}`),
    ...(pooled ? [maxPool(`pool-${name}`)] : []),
  ]);
  const last = linear.map(({ inFeatures, outFeatures }, i) =>
    dense(`dense${i + 1}`, { inputs: inFeatures, outputs: outFeatures }),
  );
  return sequential([...layers, ...last]);
}

function observed(layer: ConvolutionLayer, onBackward: BackwardObserver): ConvolutionLayer {
  return {
    ...layer,
    backward(gradient, pass, first) {
      const flow = layer.backward(gradient, pass, first);
      onBackward(layer, gradient);
      return flow;
    },
  };
}
