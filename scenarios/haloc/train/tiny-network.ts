import {
  convolution,
  dense,
  maxPool,
  type Network,
  type NetworkLayer,
  relu,
  sequential,
  type Tensor,
  tucker2,
} from '../../../actors/numerics/index.ts';
import { isDense, type Ranks } from '../low-rank.ts';
import { networkOf } from '../network.ts';
import type { TrainedLayer } from './rank-mixture.ts';

/** The layers of tiny-cnn that can be decomposed, by name. */
export const decomposableNames: readonly string[] = ['conv2', 'conv3', 'conv4'];

/** The dense network; `probes` are put behind the decomposable convolutions. */
export function denseNetwork(probes: readonly NetworkLayer[] = []): Network {
  return build((name, inputs, outputs) => [
    convolution(name, { inputs, outputs, kernel: 3 }),
    ...probes.filter((probe) => probe.name === `${name}/map`),
  ]);
}

/** The network with factors in place of layers: 1x1 to r1, 3x3 to r2, 1x1 with the bias; `trained` gives weights of the dense one. */
export function factoredNetwork(
  trained: ReadonlyMap<string, Float32Array>,
  layers: readonly TrainedLayer[],
  ranks: readonly Ranks[],
): Network {
  const values = new Map(trained);
  const net = build((name, inputs, outputs) => {
    const place = decomposableNames.indexOf(name);
    const own = ranks[place];
    if (own === undefined || isDense(own)) return [convolution(name, { inputs, outputs, kernel: 3 })];
    const { r1, r2 } = own;
    const { kernel, full } = layers[place] as TrainedLayer;
    const { u1, core, u2 } = tucker2(kernel, r1, r2, 5, full);
    const last = new Float32Array(r2 * outputs);
    for (let o = 0; o < outputs; o++) for (let j = 0; j < r2; j++) last[j * outputs + o] = u2.data[o * r2 + j]!;
    values.set(`${name}/first/weights`, Float32Array.from(u1.data));
    values.set(`${name}/core/weights`, Float32Array.from(core.data));
    values.set(`${name}/last/weights`, last);
    values.set(`${name}/last/bias`, trained.get(`${name}/bias`) as Float32Array);
    return [
      convolution(`${name}/first`, { inputs, outputs: r1, kernel: 1, bias: false }),
      convolution(`${name}/core`, { inputs: r1, outputs: r2, kernel: 3, bias: false }),
      convolution(`${name}/last`, { inputs: r2, outputs, kernel: 1 }),
    ];
  });
  for (const { name, value } of net.parameters) value.set(values.get(name) as Float32Array);
  return net;
}

/** The network of the layer table `tiny-cnn`, with a rectifier behind every convolution. */
function build(conv: (name: string, inputs: number, outputs: number) => readonly NetworkLayer[]): Network {
  const { convs, linear } = networkOf('tiny-cnn').table;
  const layers = convs.flatMap(({ inChannels, outChannels, pooled }, i) => {
    const name = `conv${i + 1}`;
    const own =
      i === 0
        ? [convolution(name, { inputs: inChannels, outputs: outChannels, kernel: 3 })]
        : conv(name, inChannels, outChannels);
    return [...own, relu(`relu${i + 1}`), ...(pooled ? [maxPool(`pool${i + 1}`)] : [])];
  });
  const [{ inFeatures, outFeatures }] = linear as [{ inFeatures: number; outFeatures: number }];
  return sequential([...layers, dense('fc', { inputs: inFeatures, outputs: outFeatures })]);
}

/** A layer that lets everything through and remembers it; with a reference, its gradient pulls its input towards that. */
export class FeatureMap implements NetworkLayer {
  readonly name: string;
  readonly parameters = [];
  /** What went through last. */
  seen: Tensor | undefined;
  /** What should have gone through, and how much a squared difference weighs. */
  reference: { readonly map: Tensor; readonly weight: number } | undefined;

  constructor(convolutionName: string) {
    this.name = `${convolutionName}/map`;
  }

  forward(x: Tensor): Tensor {
    this.seen = x;
    return x;
  }

  backward(gradient: Tensor): Tensor {
    const { seen, reference } = this;
    if (seen === undefined || reference === undefined) return gradient;
    const scale = (2 * reference.weight) / seen.data.length;
    const { map } = reference;
    const data = gradient.data.map((value, i) => value + scale * (seen.data[i]! - map.data[i]!));
    return { shape: gradient.shape, data };
  }

  /** Weighted mean squared difference of what was seen and the reference; 0 without one. */
  penalty(): number {
    const { seen, reference } = this;
    if (seen === undefined || reference === undefined) return 0;
    let sum = 0;
    for (let i = 0; i < seen.data.length; i++) sum += (seen.data[i]! - reference.map.data[i]!) ** 2;
    return (reference.weight * sum) / seen.data.length;
  }
}
