import type { Plot, RunFunction } from '../kit/index.ts';
import { memoryCurve } from '../kit/memory-curve.ts';
import { marksOverLength, rateLines } from '../kit/rate-lines.ts';
import { streamNames } from './chunk.ts';
import { cells } from './figures.ts';
import type { MetricName } from './metrics.ts';
import { defaultParams, type UlyssesParams } from './parameters.ts';
import type { params } from './params.ts';
import { platformOf } from './platform.ts';
import { resolve } from './resolve.ts';
import { runUlysses, type UlyssesRun } from './run.ts';
import { bytesPerLinkPerLayer } from './volumes.ts';

type Run = RunFunction<typeof params, MetricName>;
type System = 'ulysses' | 'megatron-sp';

const systems: readonly System[] = ['ulysses', 'megatron-sp'];
const sweep = [8, 16, 32, 64, 128, 256].map((k) => k * 1024);

/** The plots of the replay, from the claim to its reasons. */
export async function story(run: Run): Promise<readonly Plot[]> {
  return [
    await ratePlot(run, 'Figure 4', '7b', 32),
    await ratePlot(run, 'Figure 5', '30b', 64),
    volumePlot(),
    await sharePlot(run, 'ulysses'),
    await sharePlot(run, 'megatron-sp'),
    memoryPlot(),
    layerPlot(),
  ];
}

async function ratePlot(run: Run, figure: string, model: '7b' | '30b', gpus: number): Promise<Plot> {
  const lines = await rateLines(systems, sweep, (system, seq) => run({ model, gpus, system, seq }), 'tflopsPerGpu');
  return {
    kind: 'line',
    title: `${figure}: rate per GPU, ${model} on ${gpus} GPUs`,
    note: 'Lines are simulated, marks are published. The baseline loses where its collectives leave the node, and stops where memory ends.',
    x: { label: 'sequence length', unit: 'tokens', scale: 'log2', binary: true },
    y: { label: 'rate', unit: 'TFLOP/s' },
    ...lines,
    published: marksOverLength(cells.filter(({ id }) => id.startsWith(figure))),
  };
}

function volumePlot(): Plot {
  const degrees = [2, 4, 8, 16, 32, 64];
  const points = (system: System): [number, number][] =>
    degrees.map((sp) => {
      const shape = { system, sp, seq: 4096 * sp, hidden: 6144, heads: 64, kvHeads: 64, ringDegree: 1 } as const;
      const rest = { microBatch: 1, nodeSize: 8, scope: 'iteration', activationCheckpointing: true } as const;
      return [sp, bytesPerLinkPerLayer({ ...shape, ...rest }) / 1e6];
    });
  return {
    kind: 'line',
    title: 'Volume per link, tokens and GPUs growing together',
    note: '30b, 4096 tokens per GPU. With all-to-alls a link carries the same at any size; with gathered sequences it grows with the sequence.',
    x: { label: 'sequence-parallel degree', scale: 'log2' },
    y: { label: 'volume per link and layer', unit: 'MB', scale: 'log10' },
    series: systems.map((name) => ({ name, points: points(name) })),
  };
}

const shares: readonly { readonly name: string; readonly metric: MetricName }[] = [
  { name: 'attention', metric: 'attentionSeconds' },
  { name: 'matrix products', metric: 'gemmSeconds' },
  { name: 'element-wise', metric: 'elementwiseSeconds' },
  { name: 'all-to-all', metric: 'a2aSeconds' },
  { name: 'sharded states', metric: 'zeroSeconds' },
  { name: 'collectives', metric: 'collectiveSeconds' },
  { name: 'loss', metric: 'lossSeconds' },
];

async function sharePlot(run: Run, system: System): Promise<Plot> {
  const rows: { seq: string; share: Map<string, number> }[] = [];
  for (const seq of sweep) {
    const result = await run({ model: '30b', gpus: 64, system, seq });
    if (result.flag('outOfMemory')) continue;
    const total = result.number('iterationSeconds');
    const share = new Map(shares.map(({ name, metric }) => [name, (100 * result.number(metric)) / total]));
    rows.push({ seq: `${seq / 1024}K`, share });
  }
  return {
    kind: 'bar',
    title: `Where the time goes: ${system}, 30b on 64 GPUs`,
    note:
      system === 'ulysses'
        ? 'Sharded states weigh on short sequences, attention takes over on long ones; the all-to-alls stay small.'
        : 'Collectives over four nodes take most of the time until attention grows past them.',
    x: { label: 'sequence length' },
    y: { label: 'share of the iteration', unit: '%' },
    stacked: true,
    series: shares.map(({ name }) => ({ name, points: rows.map(({ seq, share }) => [seq, share.get(name) ?? 0]) })),
  };
}

/** One sample of `seq` tokens for each group, each system at the degree that its memory asks for. */
function singleStep(system: System, seq: number, layers: number): UlyssesRun {
  const given: UlyssesParams = { ...defaultParams, model: '30b', gpus: 64, seq, system };
  const { sp, dp } = resolve(given, platformOf(given).gpu.capacity);
  return runUlysses({ ...given, layers, sp, batch: dp, microBatch: 1 }, { record: true });
}

function memoryPlot(): Plot {
  let usable = 0;
  const series = systems.map((system) => {
    const { outcome, setup, metrics } = singleStep(system, 65536, 0);
    usable = metrics.usableMemoryBytes as number;
    const points = memoryCurve(outcome.memory.changes ?? [], outcome.seconds);
    return { name: `${system}, sp ${setup.sp}`, points };
  });
  return {
    kind: 'line',
    title: 'Memory of one GPU over one micro-step',
    note: '30b on 64 GPUs, 64K tokens. Checkpoints pile up on the way forward and go on the way back; the position table on every rank and full-length buffers weigh on the baseline.',
    x: { label: 'progress', unit: '%' },
    y: { label: 'memory in use', unit: 'GB' },
    series,
    levels: [{ y: usable / 1e9, label: 'usable' }],
  };
}

function layerPlot(): Plot {
  const lanes = systems.flatMap((system) => {
    const { outcome } = singleStep(system, 16384, 1);
    return streamNames.map((name, stream) => ({
      name: `${system}: ${name}`,
      spans: outcome.spans
        .filter((span) => span.stream === stream && span.busy)
        .map(({ start, end, label }) => ({ start: start / 1e9, end: end / 1e9, kind: label })),
    }));
  });
  return {
    kind: 'timeline',
    title: 'One layer, forward and backward, at equal scale',
    note: '30b on 64 GPUs, one sample of 16K tokens in each group, each system at the degree that its memory asks for.',
    x: { label: 'time', unit: 'ms' },
    lanes: lanes.filter(({ spans }) => spans.length > 0),
  };
}
