import {
  adam,
  type Backend,
  convolution,
  type Dataset,
  dense,
  evaluate,
  initialise,
  type LayerParameter,
  maxPool,
  type Network,
  type NetworkLayer,
  relu,
  sequential,
  trainSteps,
} from '../../../actors/numerics/index.ts';
import { createRandomSource, type RandomSource } from '../../../engine/index.ts';
import { KERNEL, type TrainedName, type TrainedShape, trainedShapes } from '../networks.ts';
import type { TrainedLayer, TrainedRatio } from './weights.ts';

/** Epochs at a learning rate. */
type Phase = readonly [epochs: number, rate: number];

const dense1st: Readonly<Record<TrainedName, readonly Phase[]>> = {
  mlp: [
    [12, 1e-3],
    [3, 2e-4],
  ],
  lenet5: [
    [6, 1e-3],
    [2, 2e-4],
  ],
};

/** After each stage of pruning. */
const recovery: readonly Phase[] = [
  [4, 5e-4],
  [1, 1e-4],
];

/** Shares of weights that the stages keep. */
const stages: Readonly<Record<TrainedName, Readonly<Record<TrainedRatio, readonly number[]>>>> = {
  mlp: { 1: [], 10: [0.5, 0.2, 0.1], 20: [0.5, 0.2, 0.1, 0.05] },
  lenet5: { 1: [], 10: [0.4, 0.2, 0.1], 20: [0.4, 0.15, 0.05] },
};

/** A network that was trained, and how well it does on the test part. */
export interface Trained {
  readonly layers: readonly TrainedLayer[];
  readonly accuracy: number;
}

/**
 * Trains and prunes a network: uniform start within 1/sqrt(fan-in), Adam with decay 1e-4 added to the gradient, batches of 128;
 * then stages of pruning by magnitude within each layer, each followed by training in which pruned weights stay zero.
 */
export function trainPruned(
  name: TrainedName,
  ratio: TrainedRatio,
  data: Dataset,
  backend: Backend,
  seed: number,
  onEpoch: (text: string) => void = () => {},
): Trained {
  const random = createRandomSource({ seed });
  const shapes = trainedShapes[name];
  const net = networkOf(shapes);
  initialise(net, random, 'uniform-fan-in');
  const weights = shapes.map((shape) => find(net, `${shape.name}/weights`));
  let masks: readonly Float32Array[] = weights.map(({ value }) => new Float32Array(value.length).fill(1));
  fit(net, data, backend, random, 'dense', dense1st[name], weights, masks, onEpoch);
  for (const keep of stages[name][ratio]) {
    masks = weights.map(({ value }, i) => largest(value, Math.max(keep, (shapes[i] as TrainedShape).floor)));
    fit(net, data, backend, random, `keep ${keep}`, recovery, weights, masks, onEpoch);
  }
  const layers = shapes.map((shape, i) => ({
    weights: (weights[i] as LayerParameter).value.slice(),
    biases: find(net, `${shape.name}/bias`).value.slice(),
  }));
  return { layers, accuracy: evaluate(net, data.test, backend).accuracy };
}

function networkOf(shapes: readonly TrainedShape[]): Network {
  const layers: NetworkLayer[] = shapes.flatMap(({ name, kind, inputs, outputs, channels }, i) => {
    if (kind === 'convolution') {
      const options = { inputs: channels, outputs, kernel: KERNEL, padding: 0 };
      return [convolution(name, options), maxPool(`${name} pool`), relu(`${name} relu`)];
    }
    const last = i === shapes.length - 1;
    return [dense(name, { inputs, outputs }), ...(last ? [] : [relu(`${name} relu`)])];
  });
  return sequential(layers);
}

function find(net: Network, name: string): LayerParameter {
  return net.parameters.find((parameter) => parameter.name === name) as LayerParameter;
}

function fit(
  net: Network,
  data: Dataset,
  backend: Backend,
  random: RandomSource,
  what: string,
  phases: readonly Phase[],
  weights: readonly LayerParameter[],
  masks: readonly Float32Array[],
  onEpoch: (text: string) => void,
): void {
  const epochs = phases.reduce((sum, [count]) => sum + count, 0);
  const rates = phases.flatMap(([count, rate]) => new Array<number>(count).fill(rate));
  const options = {
    ...{ backend, epochs, batch: 128, optimizer: adam({ decay: 1e-4 }) },
    ...{ shuffle: random.stream('train', what), learningRate: (epoch: number) => rates[epoch] as number },
  };
  apply(weights, masks);
  let [epoch, loss] = [0, 0];
  for (const step of trainSteps(net, data.train, options)) {
    apply(weights, masks);
    if (step.epoch !== epoch) onEpoch(`${what}, epoch ${epoch}: loss ${loss.toFixed(4)}`);
    epoch = step.epoch;
    loss = step.loss;
  }
}

function apply(weights: readonly LayerParameter[], masks: readonly Float32Array[]): void {
  for (const [i, { value }] of weights.entries()) {
    const mask = masks[i] as Float32Array;
    for (let k = 0; k < value.length; k++) value[k]! *= mask[k]!;
  }
}

/** 1 for the `share` of weights largest in magnitude, the first of equals, 0 for the rest. */
function largest(values: Float32Array, share: number): Float32Array {
  const keep = Math.round(share * values.length);
  const order = Array.from(values.keys()).sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || a - b);
  const mask = new Float32Array(values.length);
  for (const i of order.slice(0, keep)) mask[i] = 1;
  return mask;
}
