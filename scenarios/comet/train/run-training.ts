import {
  type Backend,
  type Dataset,
  evaluate,
  initialise,
  loadDataset,
  openBackend,
  sgd,
  type Tensor,
  trainSteps,
} from '../../../actors/numerics/index.ts';
import { createRandomSource } from '../../../engine/random/index.ts';
import type { RunContext } from '../../kit/index.ts';
import type { Measured } from '../metrics.ts';
import type { CometParams } from '../params.ts';
import { BoundController } from './bound-controller.ts';
import { CompressedStore, type StoredSum } from './compressed-store.ts';
import { type GradientProbe, probeGradient } from './gradient-probe.ts';
import { type ConvolutionLayer, tinyCnn } from './tiny-cnn.ts';

/** Steps between two probes of the gradient error. */
const probeEvery = 40;

/** What a training run with stored activations found, for reports and plots. */
export interface Training {
  readonly accuracy: number;
  readonly probes: readonly GradientProbe[];
  readonly sums: ReadonlyMap<string, StoredSum>;
  /** Largest error over its bound; 0 when nothing was compressed. */
  readonly worst: number;
  /** Gains of equation 9 by layer, one for each collection. */
  readonly gains: ReadonlyMap<string, readonly number[]>;
  /** Bounds over the rms of their tensors, one for each collection and layer. */
  readonly relativeBounds: readonly number[];
  /** Loss of each step. */
  readonly losses: readonly number[];
}

/** Two thirds of the epochs at the full rate, the rest at a tenth. */
function rateOf({ learningRate, epochs }: CometParams): (epoch: number) => number {
  return (epoch) => (3 * epoch < 2 * epochs ? learningRate : learningRate / 10);
}

type Options = { readonly seed: number; readonly backend: Backend; readonly data: Dataset };

/** Steps of one training run. */
export function stepsOf({ trainPerClass, batch, epochs }: CometParams): number {
  return Math.ceil((10 * trainPerClass) / batch) * epochs;
}

/** Trains the tiny network with activations kept as the run's codec leaves them. */
export function* trainCompressed(params: CometParams, { seed, backend, data }: Options): Generator<number, Training> {
  const random = createRandomSource({ seed });
  const controller = new BoundController(params);
  const probes: GradientProbe[] = [];
  const gains = new Map<string, number[]>();
  const relativeBounds: number[] = [];
  const momenta = new Map<string, Float32Array>();
  const inputs = new Map<string, Tensor>();
  let step = 0;
  const adaptive = params.codec === 'comet';
  const isLossy = adaptive || params.codec === 'cusz-fixed';
  const boundOf = (layer: string) => (adaptive ? controller.boundOf(layer) : params.fixedErrorBound);
  const store = new CompressedStore(params, boundOf, (layer, activation) => inputs.set(layer, activation));

  const onBackward = (layer: ConvolutionLayer, gradient: Tensor): void => {
    const weights = layer.parameters[0] as ConvolutionLayer['parameters'][number];
    const input = inputs.get(layer.name) as Tensor;
    const momentum = accumulate(momenta, layer.name, weights.gradient, params.momentum);
    const bound = boundOf(layer.name);
    if (isLossy && bound !== undefined && step % probeEvery === 0)
      probes.push(probeGradient(backend, layer.name, input, gradient, weights.gradient, layer.shape, bound));
    if (!adaptive || !controller.collectsAt(step)) return;
    const density = shareOfNonZeros(input.data);
    const squares = sumOfSquares(gradient.data);
    const outChannels = layer.shape.outputs;
    const rms = Math.sqrt(sumOfSquares(input.data) / input.data.length);
    controller.collect(layer.name, { momentum, density, squares, outChannels });
    const positions = gradient.data.length / outChannels;
    const gain =
      momentum / (Math.sqrt(2 / Math.PI) * rms * Math.sqrt(squares / gradient.data.length) * Math.sqrt(positions));
    gains.set(layer.name, [...(gains.get(layer.name) ?? []), gain]);
    const chosen = controller.boundOf(layer.name);
    if (chosen !== undefined && rms > 0) relativeBounds.push(chosen / rms);
  };

  const net = tinyCnn(onBackward);
  initialise(net, random);
  const losses: number[] = [];
  const steps = trainSteps(net, data.train, {
    backend,
    optimizer: sgd({ momentum: params.momentum }),
    shuffle: random.stream('numerics', 'shuffle'),
    epochs: params.epochs,
    batch: params.batch,
    learningRate: rateOf(params),
    store,
  });
  for (const done of steps) {
    losses.push(done.loss);
    step = done.step + 1;
    yield step;
  }
  const { accuracy } = evaluate(net, data.test, backend);
  return { accuracy, probes, sums: store.sums, worst: store.worst, gains, relativeBounds, losses };
}

/** Adds a gradient to the momentum of a layer; its mean magnitude. */
function accumulate(
  momenta: Map<string, Float32Array>,
  layer: string,
  gradient: Float32Array,
  momentum: number,
): number {
  const kept = momenta.get(layer) ?? new Float32Array(gradient.length);
  momenta.set(layer, kept);
  let sum = 0;
  for (let i = 0; i < kept.length; i++) {
    kept[i] = momentum * kept[i]! + gradient[i]!;
    sum += Math.abs(kept[i]!);
  }
  return sum / kept.length;
}

function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}

function shareOfNonZeros(values: Float32Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) count++;
  return count / values.length;
}

const baselines = new Map<string, number>();

/** Accuracy with raw activations; a pure function of what is in the key, and shared by the runs of one process. */
function* baselineOf(params: CometParams, options: Options): Generator<number, number> {
  const { dataset, trainPerClass, testPerClass, epochs, batch, learningRate, momentum } = params;
  const key = [dataset, trainPerClass, testPerClass, epochs, batch, learningRate, momentum, options.seed];
  const name = [...key, options.backend.name].join(' ');
  let accuracy = baselines.get(name);
  if (accuracy === undefined) {
    ({ accuracy } = yield* trainCompressed({ ...params, codec: 'none' }, options));
    baselines.set(name, accuracy);
  }
  return accuracy;
}

/** Trains the tiny network with and without compressed activations from the same weights on the same batches. */
export async function runTraining(
  params: CometParams,
  context: Pick<RunContext, 'seed' | 'backend' | 'progress'>,
): Promise<{ readonly metrics: Measured; readonly training: Training; readonly steps: number }> {
  const { seed } = context;
  const backend = await openBackend(context.backend);
  const split = { trainPerClass: params.trainPerClass, testPerClass: params.testPerClass };
  const data = loadDataset(params.dataset, split, createRandomSource({ seed }));
  const options = { seed, backend, data };
  const steps = stepsOf(params);
  const drive = async <T>(run: Generator<number, T>, from: number): Promise<T> => {
    for (;;) {
      const { done, value } = run.next();
      if (done === true) return value;
      if (value % 8 === 0) {
        context.progress(from + value / (2 * steps), `step ${value} of ${steps}`);
        await new Promise((resume) => setImmediate(resume));
      }
    }
  };
  const accuracyBaseline = await drive(baselineOf(params, options), 0);
  const training = await drive(trainCompressed(params, options), 0.5);
  return {
    training,
    steps,
    metrics: { ...measure(params, training, accuracyBaseline), trainSteps: steps, backendUsed: backend.name },
  };
}

function measure(params: CometParams, training: Training, accuracyBaseline: number): Measured {
  const { accuracy, sums, worst, gains, relativeBounds } = training;
  // Where no gradient reaches a layer there is no error to compare.
  const probes = training.probes.filter(({ predicted }) => predicted > 0);
  const total = [...sums.values()].reduce((a, b) => ({ raw: a.raw + b.raw, stored: a.stored + b.stored }), {
    raw: 0,
    stored: 0,
  });
  const layers = [...sums.keys()];
  const [first = '', ...inner] = layers;
  const of = (layer: string, pick: (probe: GradientProbe) => number, among = probes): number =>
    median(among.filter((probe) => probe.layer === layer).map(pick));
  const overInner = (pick: (probe: GradientProbe) => number, among = probes): number =>
    mean(inner.map((layer) => of(layer, pick, among)));
  const ratioOf = ({ measured, predicted }: GradientProbe): number => measured / predicted;
  const gain = (layer: string): number => median(gains.get(layer) ?? []);
  const images = 10 * params.testPerClass;
  const found: Measured = {
    accuracyBaseline,
    accuracyCompressed: accuracy,
    accuracyDrop: accuracyBaseline - accuracy,
    accuracyStandardError: Math.sqrt((accuracyBaseline * (1 - accuracyBaseline)) / images),
    convInputBytes: 4 * 3136 * params.batch,
    activationRatio: total.stored > 0 ? total.raw / total.stored : 1,
    ...(probes.length === 0
      ? {}
      : {
          maxAbsError: worst,
          errorBoundHeld: worst <= 1,
          measuredSigma: overInner(({ measured }) => measured),
          predictedSigma: overInner(({ predicted }) => predicted),
          sigmaRatio: overInner(ratioOf),
          sigmaRatioFirst: of(first, ratioOf),
          sigmaRatioBeyond: overInner(
            ratioOf,
            probes.filter(({ relativeBound }) => relativeBound > 1),
          ),
          sigmaScatterFirst: of(first, ({ repeated }) => repeated?.scatter ?? Number.NaN),
          sigmaCoverage: overInner(({ coverage }) => coverage),
        }),
    ...(relativeBounds.length === 0
      ? {}
      : {
          meanErrorBoundOverRms: mean(relativeBounds),
          gainFirst: gain(first),
          gainInner: mean(inner.map(gain)),
        }),
  };
  return Object.fromEntries(
    Object.entries(found).filter(([, value]) => typeof value !== 'number' || Number.isFinite(value)),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
