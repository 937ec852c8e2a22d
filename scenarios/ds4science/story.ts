import { loadGpu } from '../../actors/presets/index.ts';
import { toSeconds } from '../../engine/kernel/time.ts';
import type { BarPlot, Plot, PublishedMark, RunFunction } from '../kit/index.ts';
import { memoryCurve } from '../kit/memory-curve.ts';
import { marksOverLength, rateLines } from '../kit/rate-lines.ts';
import { memoryOf as attentionMemory } from './evoformer/attention.ts';
import { fusedKernel, threadBlocks } from './evoformer/prices.ts';
import { setupOf as attentionSetup, stacks } from './evoformer/setup.ts';
import { figures } from './figures.ts';
import { runGenslm } from './genslm/run.ts';
import type { MetricName } from './metrics.ts';
import { type Ds4Params, params } from './params.ts';

type Run = RunFunction<typeof params, MetricName>;
type Set = Partial<Ds4Params>;

const systems = ['old-megatron-deepspeed', 'megatron-lm', 'new-megatron-deepspeed'] as const;
const defaults = Object.fromEntries(
  Object.entries(params).map(([name, schema]) => [name, schema.parse(undefined)]),
) as unknown as Ds4Params;

/** The plots of the replay, from the claims to their reasons. */
export async function story(run: Run): Promise<readonly Plot[]> {
  return [
    await longestPlot(run),
    limitPlot(),
    stepPlot(),
    ...(await ablationPlots(run)),
    await ratePlot(run),
    await sharePlot(run),
    peakPlot(),
    await reductionPlot(run),
    await chunkPlot(run),
    wavePlot(),
  ];
}

async function longestPlot(run: Run): Promise<Plot> {
  const clusters = (['25b', '33b'] as const).flatMap((model) =>
    ([16, 32, 64] as const).map((gpus) => ({ model, gpus })),
  );
  const name = (model: unknown, gpus: unknown): string => `${model}, ${gpus ?? 64} GPUs`;
  const series = await Promise.all(
    systems.map(async (system) => ({
      name: system,
      points: await Promise.all(
        clusters.map(async ({ model, gpus }): Promise<[string, number]> => {
          const result = await run({ system, model, gpus, search: 'maxSeq' });
          return [name(model, gpus), result.number('maxSeq') / 1024];
        }),
      ),
    })),
  );
  const published = figures
    .filter(({ metric }) => metric === 'maxSeq')
    .map(
      ({ params: set, value, role }): PublishedMark => ({
        x: name(set.model, set.gpus),
        y: (value as number) / 1024,
        series: set.system as string,
        role,
      }),
    );
  return {
    kind: 'bar',
    title: 'Longest sequence',
    note: 'Bars are simulated, marks published. The old system stays where it is when GPUs double; Megatron-LM meets the same wall with both models on 64 GPUs.',
    x: { label: 'model and GPUs' },
    y: { label: 'longest sequence', unit: 'K tokens' },
    series,
    published,
  };
}

/** Tags at the peak of each system just before its limit: what has to go for a longer sequence. */
function limitPlot(): Plot {
  const columns = systems.map((system) => {
    const { walk, metrics } = runGenslm({ ...defaults, system, search: 'maxSeq' });
    return { name: `${system}, ${Number(metrics.maxSeq) / 1024}K`, held: walk.atPeak };
  });
  return {
    ...stacked(columns),
    title: 'What fills the memory at the longest sequence',
    note: '25b on 64 GPUs. Old: layer inputs kept on every rank. Megatron-LM: the attention mask, nine bytes for each pair of tokens. New: full-length buffers, which no number of GPUs divides.',
  };
}

function stacked(
  columns: readonly { readonly name: string; readonly held: Readonly<Record<string, number>> }[],
): BarPlot {
  const tags = [...new Set(columns.flatMap(({ held }) => Object.keys(held)))].filter((tag) =>
    columns.some(({ held }) => (held[tag] ?? 0) > 0),
  );
  return {
    kind: 'bar',
    title: '',
    x: { label: '' },
    y: { label: 'memory of one GPU at the peak', unit: 'GB' },
    stacked: true,
    series: tags.map((tag) => ({
      name: tag,
      points: columns.map(({ name, held }): [string, number] => [name, (held[tag] ?? 0) / 1e9]),
    })),
  };
}

function stepPlot(): Plot {
  let usable = 0;
  const series = systems.map((system) => {
    const { outcome, metrics } = runGenslm({ ...defaults, system, seq: 32768, microBatch: 1 }, { record: true });
    usable = Number(metrics.usableMemoryBytes);
    return { name: system, points: memoryCurve(outcome.memory.changes ?? [], outcome.seconds) };
  });
  return {
    kind: 'line',
    title: 'Memory of one GPU over one step, 32K tokens',
    note: '25b on 64 GPUs. The spike at the start is the mask being made; the hill is checkpoints, kept on the way forward and used on the way back.',
    x: { label: 'progress', unit: '%' },
    y: { label: 'memory in use', unit: 'GB' },
    series,
    levels: [{ y: usable / 1e9, label: 'usable' }],
  };
}

/** From the old system to the new one, one mechanism after another, and the new one without each. */
const ablation: readonly { readonly name: string; readonly set: Set }[] = (() => {
  const old: Set = { system: 'old-megatron-deepspeed', oldScores: true };
  const fresh: Set = { system: 'new-megatron-deepspeed', oldScores: true };
  const steps: readonly [string, Set][] = [
    ['+ckpt', { checkpoints: 'split' }],
    ['+mask', { mask: 'none' }],
    ['+pos', { positions: 'split' }],
    ['+flash', { attention: 'flash' }],
    ['+sp', { sequenceParallel: 'on' }],
  ];
  const without: readonly [string, Set][] = [
    ['-ckpt', { checkpoints: 'replicated' }],
    ['-mask', { mask: 'device' }],
    ['-pos', { positions: 'replicated' }],
    ['-flash', { attention: 'scores' }],
    ['-sp', { sequenceParallel: 'off' }],
  ];
  let set = old;
  const rows = [{ name: 'old', set: old }];
  for (const [name, change] of steps) {
    set = { ...set, ...change };
    rows.push({ name, set });
  }
  return [...rows, ...without.map(([name, change]) => ({ name, set: { ...fresh, ...change } }))];
})();

async function ablationPlots(run: Run): Promise<readonly Plot[]> {
  const rows = await Promise.all(
    ablation.map(async ({ name, set }) => {
      const longest = await run({ ...set, search: 'maxSeq', seqStep: 2048 });
      const rate = async (seq: number): Promise<[string, number | null]> => {
        const result = await run({ ...set, model: '30b', gpus: 32, seq, microBatch: 1 });
        return [name, result.flag('outOfMemory') ? null : result.number('tflopsPerGpu')];
      };
      const length: [string, number] = [name, longest.number('maxSeq') / 1024];
      return { length, rates: [await rate(2048), await rate(32768)] as const };
    }),
  );
  const x = { label: 'old; + one after another up to the new system; - the new system without each' };
  return [
    {
      kind: 'bar',
      title: 'Which mechanism buys how much length',
      note: '25b on 64 GPUs, grid of 2K: split checkpoints, no mask, split position table, FlashAttention, sequence parallelism. Attention that is not fused keeps the scores of one layer here. No mechanism does it alone: the next wall stands right behind the first.',
      x,
      y: { label: 'longest sequence', unit: 'K tokens' },
      series: [{ name: 'longest sequence', points: rows.map(({ length }) => length) }],
    },
    {
      kind: 'bar',
      title: 'Which mechanism buys how much rate',
      note: '30b on 32 GPUs, one sample. Only FlashAttention and sequence parallelism change the rate.',
      x,
      y: { label: 'rate', unit: 'TFLOP/s' },
      series: [
        { name: '2K tokens', points: rows.map(({ rates }) => rates[0]) },
        { name: '32K tokens', points: rows.map(({ rates }) => rates[1]) },
      ],
    },
  ];
}

const lengths = [2, 4, 8, 16, 32, 64, 128, 256].map((k) => k * 1024);

async function ratePlot(run: Run): Promise<Plot> {
  const lines = await rateLines(
    systems,
    lengths,
    (system, seq) => run({ system, model: '30b', gpus: 32, seq }),
    'tflopsPerGpu',
  );
  const rates = figures.filter(({ params: set, metric }) => metric === 'tflopsPerGpu' && set.model === '30b');
  return {
    kind: 'line',
    title: 'Rate per GPU, 30b on 32 GPUs',
    note: 'Lines are simulated, marks published. The published rate falls beyond 192K; nothing in this model explains that.',
    x: { label: 'sequence length', unit: 'tokens', scale: 'log2', binary: true },
    y: { label: 'rate', unit: 'TFLOP/s' },
    ...lines,
    published: marksOverLength(rates),
  };
}

const shares: readonly { readonly name: string; readonly metric: MetricName }[] = [
  { name: 'attention', metric: 'attentionSeconds' },
  { name: 'matrix products', metric: 'gemmSeconds' },
  { name: 'element-wise', metric: 'elementwiseSeconds' },
  { name: 'collectives', metric: 'collectiveSeconds' },
  { name: 'loss', metric: 'lossSeconds' },
  { name: 'optimiser', metric: 'optimizerSeconds' },
];

async function sharePlot(run: Run): Promise<Plot> {
  const rows = await Promise.all(
    lengths.map(async (seq) => {
      const result = await run({ model: '30b', gpus: 32, seq });
      const total = result.number('iterationSeconds');
      return { seq: `${seq / 1024}K`, share: shares.map(({ metric }) => (100 * result.number(metric)) / total) };
    }),
  );
  return {
    kind: 'bar',
    title: 'Where the time goes: new system, 30b on 32 GPUs',
    note: 'The tensor-parallel group spans four nodes: its collectives take half of a short step. Attention takes over on long ones.',
    x: { label: 'sequence length' },
    y: { label: 'share of the step', unit: '%' },
    stacked: true,
    series: shares.map(({ name }, i) => ({ name, points: rows.map(({ seq, share }) => [seq, share[i] ?? 0]) })),
  };
}

function peakPlot(): Plot {
  const gpu = loadGpu(defaults.gpu);
  const columns = (
    [
      ['eager-keep', 'fp32'],
      ['eager', 'fp32'],
      ['eager', 'fp16'],
      ['ds4sci', 'fp16'],
    ] as const
  ).map(([kernel, dtype]) => ({
    name: `${kernel}, ${dtype}`,
    held: attentionMemory(attentionSetup({ ...defaults, kernel, dtype }), gpu).atPeak,
  }));
  const marks = figures.filter(
    ({ group, metric, params: set }) => group === 'kernel' && metric === 'peakMemoryBytes' && set.backward !== false,
  );
  return {
    ...stacked(columns),
    title: 'Peak memory of one attention at the largest training shape',
    note: 'Forward and backward, 5120 sequences of 384 residues. Three or four score tensors against a workspace; marks are published.',
    published: marks.map(
      ({ params: set, value, role }): PublishedMark => ({
        x: `${set.kernel}, ${set.dtype ?? 'fp16'}`,
        y: (value as number) / 1e9,
        series: set.kernel === 'ds4sci' ? 'workspace' : 'scores',
        role,
      }),
    ),
  };
}

async function reductionPlot(run: Run): Promise<Plot> {
  const variants = ['msa-row', 'msa-column', 'triangle-start'] as const;
  const names = Object.keys(stacks) as (keyof typeof stacks)[];
  const cells = await Promise.all(
    names.flatMap((stack) =>
      variants.map(async (variant): Promise<[string, string, number]> => {
        const result = await run({ study: 'evoformer', stack, variant });
        return [stack, variant, result.number('memoryReduction')];
      }),
    ),
  );
  return {
    kind: 'heat',
    title: 'How much less memory, by shape',
    note: 'Plain attention in fp32 with its scores kept over the fused kernel in fp16. Long rows and narrow heads gain most.',
    x: { label: 'stack' },
    y: { label: 'variant' },
    value: { label: 'reduction', unit: 'x' },
    cells,
  };
}

async function chunkPlot(run: Run): Promise<Plot> {
  const set = { study: 'evoformer', backward: false, gpu: 'a100-80gb' } as const;
  const chunks = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 5120];
  const of = async (kernel: Ds4Params['kernel'], chunk: number) => {
    const result = await run({ ...set, kernel, chunk });
    return { time: result.number('forwardSeconds'), memory: result.number('peakMemoryBytes') };
  };
  const [whole, fused] = [await of('eager', 0), await of('ds4sci', 0)];
  const runs = await Promise.all(chunks.map(async (chunk) => ({ chunk, ...(await of('eager', chunk)) })));
  return {
    kind: 'line',
    title: 'Chunks: memory against time, forward without gradient',
    note: 'Plain attention, some of its 5120 rows at a time. To about 16 rows memory is saved for nothing; below, the host cannot issue kernels fast enough. No chunk makes it faster, since scores go through memory all the same: the fused kernel takes a ninth of the time, and for its contiguous copies more memory than small chunks.',
    x: { label: 'rows at a time', scale: 'log2' },
    y: { label: 'relative to all rows at once', scale: 'log10' },
    series: [
      { name: 'memory', points: runs.map(({ chunk, memory }) => [chunk, memory / whole.memory]) },
      { name: 'time', points: runs.map(({ chunk, time }) => [chunk, time / whole.time]) },
    ],
    levels: [
      { y: fused.memory / whole.memory, label: 'fused: memory' },
      { y: fused.time / whole.time, label: 'fused: time' },
    ],
  };
}

/** Processors that hold a thread block, wave after wave. */
function wavePlot(): Plot {
  const gpu = loadGpu(defaults.gpu);
  const setup = attentionSetup({ ...defaults, stack: 'main-msa-initial', nSeq: 32 });
  const series = (['forward', 'backward'] as const).map((pass) => {
    const blocks = threadBlocks(setup, pass);
    const waves = Math.ceil(blocks / gpu.processors);
    const wave = (toSeconds(fusedKernel(setup, gpu, pass).duration) * 1e6) / waves;
    const points = Array.from({ length: waves }, (_, i): [number, number][] => {
      const busy = (100 * Math.min(gpu.processors, blocks - i * gpu.processors)) / gpu.processors;
      return [
        [i * wave, busy],
        [(i + 1) * wave, busy],
      ];
    }).flat();
    return { name: `${pass}, ${blocks} blocks`, points };
  });
  return {
    kind: 'line',
    title: 'Waves of thread blocks over the processors',
    note: 'The fused kernel on 32 sequences of 256 residues, eight heads. Backward has one block for each row and head: the last of three waves is a third full, and the kernel takes as long as three whole ones.',
    x: { label: 'time', unit: 'us' },
    y: { label: 'processors busy', unit: '%' },
    series,
  };
}
