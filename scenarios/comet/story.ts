import { loadDataset, openBackend } from '../../actors/numerics/index.ts';
import { createRandomSource } from '../../engine/random/index.ts';
import type { Plot, RunFunction } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import { type CometParams, params } from './params.ts';
import { streamNames } from './program.ts';
import { type IterationRun, runIteration } from './run-iteration.ts';
import type { StoredTensor } from './stored-sizes.ts';
import { trainCompressed } from './train/run-training.ts';

type Run = RunFunction<typeof params, MetricName>;

const networks = ['alexnet', 'vgg16', 'resnet18', 'resnet50', 'efficientnet-b0'] as const;
const GB = 1e9;

/** Parameters of a run that the story makes itself. */
function given(set: Partial<CometParams>): CometParams {
  const defaults = Object.fromEntries(Object.entries(params).map(([name, schema]) => [name, schema.parse(undefined)]));
  return { ...(defaults as CometParams), ...set };
}

/** The plots of the replay, from the claim to its reasons. */
export async function story(run: Run): Promise<readonly Plot[]> {
  const plain = runIteration(given({ network: 'vgg16', codec: 'none', batch: 128 }), 1, true);
  const packed = runIteration(given({ network: 'vgg16', codec: 'comet', batch: 128 }), 1, true);
  return [
    await ratioPlot(run),
    memoryPlot([plain, packed]),
    tagPlot(packed),
    timelinePlot(packed),
    layerPlot(packed),
    boundPlot(packed),
    await overheadPlot(run),
    await batchPlot(run),
    await sigmaPlot(run),
    await lawPlot(),
  ];
}

async function ratioPlot(run: Run): Promise<Plot> {
  const rows = await Promise.all(
    networks.map(async (network) => ({ network, result: await run({ network, batch: 256 }) })),
  );
  const points = (metric: MetricName) => rows.map(({ network, result }) => [network, result.number(metric)] as const);
  return {
    kind: 'bar',
    title: 'How much smaller kept activations get',
    note: 'Batch 256, real codec on generated activations. The mark is the paper: up to 13.5x. Networks without exact zeros gain least.',
    x: { label: 'network' },
    y: { label: 'raw over stored' },
    series: [
      { name: 'error-bounded', points: points('activationRatio') },
      { name: 'block transform', points: points('jpegActRatio') },
    ],
    published: [{ x: 'alexnet', y: 13.5, series: 'error-bounded', role: 'check' }],
  };
}

function memoryPlot(runs: readonly IterationRun[]): Plot {
  const { gpu, params: set } = (runs[0] as IterationRun).iteration;
  return {
    kind: 'line',
    title: 'Memory over one iteration',
    note: 'VGG-16, batch 128, V100. Kept activations nearly vanish; outputs of pooled layers, the working set of the first layers and the state stay.',
    x: { label: 'progress', unit: '%' },
    y: { label: 'memory in use', unit: 'GB' },
    series: runs.map(({ outcome, iteration }) => ({
      name: iteration.params.codec === 'none' ? 'plain' : iteration.params.codec,
      points: steps(outcome.changes.map(({ at, bytes }) => [(100 * at) / 1e12 / outcome.seconds, bytes / GB] as const)),
    })),
    levels: [{ y: (gpu.capacity - set.reserveBytes) / GB, label: 'usable' }],
  };
}

/** Running sum as a staircase. */
function steps(changes: readonly (readonly [number, number])[]): [number, number][] {
  let used = 0;
  return changes.flatMap(([x, change]) => {
    const before: [number, number] = [x, used];
    used += change;
    return [before, [x, used] as [number, number]];
  });
}

function tagPlot({ outcome, iteration }: IterationRun): Plot {
  const tags = ['state', 'raw', 'stored', 'kept', 'working'] as const;
  const live = new Map<string, number>();
  let used = 0;
  let peak = 0;
  const moments = { 'end of forward': new Map<string, number>(), peak: new Map<string, number>() };
  const ended = outcome.spans.find(({ label }) => label === 'linear')?.start ?? 0;
  for (const { at, tag, bytes } of outcome.changes) {
    if (at <= ended) moments['end of forward'] = new Map(live);
    live.set(tag, (live.get(tag) ?? 0) + bytes);
    used += bytes;
    if (used > peak) {
      peak = used;
      moments.peak = new Map(live);
    }
  }
  return {
    kind: 'bar',
    title: 'What the memory holds',
    note: `${iteration.params.network}, batch ${iteration.params.batch}, ${iteration.params.codec}: stored = compressed inputs; outputs = those that another layer's backward needs; working = outputs and gradients in use.`,
    x: { label: 'moment' },
    y: { label: 'memory', unit: 'GB' },
    stacked: true,
    series: tags.map((tag) => ({
      name: tag === 'kept' ? 'outputs' : tag,
      points: Object.entries(moments).map(([moment, bytes]) => [moment, (bytes.get(tag) ?? 0) / GB] as const),
    })),
  };
}

function timelinePlot({ outcome }: IterationRun): Plot {
  return {
    kind: 'timeline',
    title: 'One iteration on the device',
    note: 'Compression follows each forward, decompression precedes each backward, both on the stream that computes.',
    x: { label: 'time', unit: 'ms' },
    lanes: streamNames.map((name, stream) => ({
      name,
      spans: outcome.spans
        .filter((span) => span.stream === stream && span.busy && span.end > span.start)
        .map(({ label, start, end }) => ({ kind: label, start: start / 1e9, end: end / 1e9 })),
    })),
  };
}

function layerPlot({ iteration }: IterationRun): Plot {
  const { tensors } = iteration;
  const names = tensors.map((_, l) => `conv${l + 1}`);
  return {
    kind: 'bar',
    title: 'Kept inputs by layer',
    note: 'VGG-16, batch 128: raw bytes and what the codec leaves of them.',
    x: { label: 'layer' },
    y: { label: 'size', unit: 'MB' },
    series: [
      { name: 'raw', points: tensors.map(({ raw }, l) => [names[l] as string, raw / 1e6] as const) },
      { name: 'stored', points: tensors.map(({ stored }, l) => [names[l] as string, stored / 1e6] as const) },
    ],
  };
}

function boundPlot({ iteration }: IterationRun): Plot {
  const { stored } = iteration;
  const share = (of: (tensor: StoredTensor) => number) =>
    stored.map((tensor, l) => [`conv${l + 1}`, 100 * of(tensor)] as const);
  return {
    kind: 'bar',
    title: 'Bound and zeros by layer',
    note: 'The bound follows from the gain of momentum; the image has no zeros, rectified activations have many.',
    x: { label: 'layer' },
    y: { label: 'share', unit: '%' },
    series: [
      { name: 'bound over rms', points: share(({ bound = 0, rms }) => bound / rms) },
      { name: 'zeros', points: share(({ zeros }) => zeros) },
    ],
  };
}

const waysToKeep = ['comet', 'lossless', 'jpeg-act', 'migrate', 'recompute'] as const;

async function overheadPlot(run: Run): Promise<Plot> {
  const series = waysToKeep.map(async (codec) => ({
    name: codec,
    points: await Promise.all(
      networks.map(async (network) => {
        const result = await run({ network, codec, sampleElements: 4096 });
        return [network, 100 * result.number('overheadFraction')] as const;
      }),
    ),
  }));
  return {
    kind: 'bar',
    title: 'Time lost at equal batch',
    note: 'Batch 64, V100. The codec costs as much as the network has bytes for each FLOP; recomputation costs a third at most.',
    x: { label: 'network' },
    y: { label: 'overhead', unit: '%' },
    series: await Promise.all(series),
  };
}

async function batchPlot(run: Run): Promise<Plot> {
  const series = (['none', ...waysToKeep] as const).map(async (codec) => ({
    name: codec,
    points: await Promise.all(
      networks.map(
        async (network) => [network, (await run({ network, codec, sampleElements: 4096 })).number('maxBatch')] as const,
      ),
    ),
  }));
  return {
    kind: 'bar',
    title: 'Largest batch that fits',
    note: 'V100 with 16 GB. What no way of keeping touches (outputs kept for normalisation and pooling, gradients in use) limits the gain.',
    x: { label: 'network' },
    y: { label: 'largest batch', unit: 'images' },
    series: await Promise.all(series),
  };
}

async function sigmaPlot(run: Run): Promise<Plot> {
  const fractions = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3];
  const series = (['alexnet', 'efficientnet-b0'] as const).map(async (network) => ({
    name: network,
    points: await Promise.all(
      fractions.map(
        async (sigmaFraction) =>
          [
            sigmaFraction,
            (await run({ network, sigmaFraction, sampleElements: 4096 })).number('activationRatio'),
          ] as const,
      ),
    ),
  }));
  return {
    kind: 'line',
    title: 'Ratio over the aimed gradient error',
    note: 'The controller aims at 0.01 of the momentum. No ratio exceeds 32: a code word has at least one bit.',
    x: { label: 'aimed deviation over momentum', scale: 'log10' },
    y: { label: 'raw over stored' },
    series: await Promise.all(series),
    levels: [{ y: 32, label: 'one bit a value' }],
  };
}

/** Deviations of weight gradients in a short training, in units of what the law predicts for each weight. */
async function lawPlot(): Promise<Plot> {
  const seed = 1;
  const set = given({ network: 'tiny-cnn', trainPerClass: 150, testPerClass: 20, epochs: 2 });
  const data = loadDataset(set.dataset, set, createRandomSource({ seed }));
  const training = trainCompressed(set, { seed, backend: await openBackend('wasm'), data });
  let step = training.next();
  while (step.done !== true) step = training.next();
  const deviations = step.value.probes
    .filter(({ layer }) => layer !== 'conv1')
    .flatMap(({ normalised }) => [...normalised]);
  const width = 0.4;
  const bins = Array.from({ length: 18 }, (_, i) => -3.4 + width * i);
  const normal = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const density = (x: number): number =>
    deviations.filter((value) => Math.abs(value - x) < width / 2).length / (deviations.length * width);
  return {
    kind: 'line',
    title: 'Errors of weight gradients against the law',
    note: `${deviations.length} weights of conv2 and conv3 of the trained network. Errors of single values are uniform; their sums are normal, as wide as predicted.`,
    x: { label: 'deviation over its predicted standard deviation' },
    y: { label: 'density' },
    series: [
      { name: 'measured', points: bins.map((x) => [x, density(x)] as const) },
      { name: 'normal law', points: bins.map((x) => [x, normal(x)] as const) },
    ],
  };
}
