import { loadGaudi } from '../../actors/index.ts';
import type { LinePlot, Plot, PublishedMark, RunFunction, TimelinePlot } from '../kit/index.ts';
import { cells } from './figures.ts';
import type { MetricName } from './metrics.ts';
import { defaultParams, type GaudiParams, type Workload } from './parameters.ts';
import type { params } from './params.ts';
import { type GaudiRun, runGaudi } from './run.ts';

type Run = RunFunction<typeof params, MetricName>;

const attentions = ['softmax-attention', 'linear-attention', 'performer'] as const;
const edges = [64, 128, 256, 512, 1024, 2048];

/** The plots of the replay, from the claim to its reasons. */
export async function story(run: Run): Promise<readonly Plot[]> {
  const runs = new Map(attentions.map((workload) => [workload, traced({ workload })]));
  const softmax = runs.get('softmax-attention') as GaudiRun;
  return [
    timeline('Softmax attention: the MME waits for the softmax', gapsNote, [['', softmax]]),
    timeline(
      'Softmax, linear attention and Performer on one time axis',
      'The same shape three times. Linear attention ends when the first softmax has hardly begun; Performer runs its two chains of random features one after the other.',
      [...runs],
    ),
    timeline(
      'BERT of two layers, forward',
      'Products and elementwise chains take turns. Half of the time goes to the head and the loss: a result of the vocabulary.',
      [['', traced({ workload: 'bert' })]],
    ),
    await productPlot(run),
    sharePlot(runs),
    bandwidthPlot(softmax),
    memoryPlot(softmax),
    await lengthPlot(run),
    await slicesPlot(run),
  ];
}

const gapsNote =
  'Each TPC core is a lane; what the MME waits for stands in a lane of its own. Only scores, softmax and weighted values are cut into slices.';

function traced(set: Partial<GaudiParams>): GaudiRun {
  return runGaudi({ ...defaultParams, ...set });
}

/** Lanes of the engines of some runs: MME with its waits, every core of the TPCs. */
function timeline(title: string, note: string, runs: readonly (readonly [string, GaudiRun])[]): TimelinePlot {
  const lanes = runs.flatMap(([name, { lowered, outcome }]) => {
    const prefix = name === '' ? '' : `${name}: `;
    const spansOf = (kind: number) =>
      outcome.spans
        .filter((span) => span.kind === kind)
        .map(({ op, start, end }) => ({ start: start / 1e9, end: end / 1e9, kind: lowered.program[op]?.label ?? '' }));
    const waits = outcome.idle
      .filter((span) => span.kind === 0 && span.cause !== 'done')
      .map(({ cause, start, end }) => ({
        start: start / 1e9,
        end: end / 1e9,
        kind: `waits for ${cause.replace('dependency: ', '')}`,
      }));
    const cores = name === '' ? loadGaudi().tpc.cores : 1;
    const tpc = spansOf(1);
    return [
      { name: `${prefix}MME`, spans: spansOf(0) },
      { name: `${prefix}MME waits`, spans: waits },
      ...Array.from({ length: cores }, (_, core) => ({ name: `${prefix}TPC${cores > 1 ? core : ''}`, spans: tpc })),
    ];
  });
  return { kind: 'timeline', title, note, x: { label: 'time', unit: 'ms' }, lanes };
}

async function productPlot(run: Run): Promise<LinePlot> {
  const series = await Promise.all(
    (['mme', 'tpc'] as const).map(async (engine) => ({
      name: engine.toUpperCase(),
      points: await Promise.all(
        edges.map(async (n) => {
          const result = await run({ workload: 'matmul', engine, n });
          return [n, 1e3 * result.number('secondsPerCall')] as const;
        }),
      ),
    })),
  );
  return {
    kind: 'line',
    title: 'A batched product on each engine',
    note: 'Sixty-four products a call. Seven times faster where matrices are large; at 128 both stand on the floor that the host sets.',
    x: { label: 'edge of the matrices', scale: 'log2' },
    y: { label: 'time of a call', unit: 'ms', scale: 'log10' },
    series,
    published: productMarks(),
    levels: [{ y: 1e3 * loadGaudi().compiler.hostIssue, label: 'host' }],
  };
}

/** The published times of one engine, each of 64 calls. */
function productMarks(): readonly PublishedMark[] {
  return cells.flatMap(({ params: set, metric, value, role }) => {
    if (set.workload !== 'matmul' || metric !== 'seconds') return [];
    const mark = {
      x: Number(set.n),
      y: (1e3 * Number(value)) / defaultParams.calls,
      series: `${set.engine}`.toUpperCase(),
    };
    return [{ ...mark, role }];
  });
}

/** Time of each engine by kind of operator, over the run. */
function sharePlot(runs: ReadonlyMap<Workload, GaudiRun>): Plot {
  const kinds = [...new Set([...runs.values()].flatMap(({ lowered }) => lowered.program.map(({ label }) => label)))];
  return {
    kind: 'bar',
    title: 'Where the time of the engines goes',
    note: 'Busy time by kind of operator; both engines work at once, so the bars add up to more than the run.',
    x: { label: 'attention' },
    y: { label: 'busy time', unit: 'ms' },
    stacked: true,
    series: kinds.map((kind) => ({
      name: kind,
      points: [...runs].map(([name, { lowered, outcome }]) => {
        const spans = outcome.spans.filter(({ op }) => lowered.program[op]?.label === kind);
        return [name, spans.reduce((sum, { start, end }) => sum + end - start, 0) / 1e9] as const;
      }),
    })),
  };
}

/** Demand on the HBM over time: bytes of each slice spread over its span. */
function bandwidthPlot({ lowered, outcome }: GaudiRun): Plot {
  const changes = outcome.spans.flatMap(({ op, working, end }) => {
    const { bytes = 0, slices = 1 } = lowered.program[op] ?? {};
    const rate = end > working ? (bytes / slices / (end - working)) * 1e3 : 0;
    return [
      [working, rate],
      [end, -rate],
    ] as const;
  });
  let rate = 0;
  const points: [number, number][] = [];
  for (const [at, change] of changes.sort((a, b) => a[0] - b[0])) {
    points.push([at / 1e9, rate]);
    rate = Math.max(0, rate + change);
    points.push([at / 1e9, rate]);
  }
  return {
    kind: 'line',
    title: 'Traffic of the HBM in softmax attention',
    note: 'The vector units, not the memory, are the limit: the softmax alone asks for a fifth of the bandwidth. The bytes of a slice are spread evenly over its time, so a sum can pass the bandwidth for a moment.',
    x: { label: 'time', unit: 'ms' },
    y: { label: 'traffic', unit: 'GB/s' },
    series: [{ name: 'traffic', points }],
    levels: [{ y: loadGaudi().hbm.bandwidth / 1e9, label: 'bandwidth' }],
  };
}

function memoryPlot({ outcome }: GaudiRun): Plot {
  let used = 0;
  const points: [number, number][] = [];
  for (const { at, bytes } of outcome.memory) {
    points.push([at / 1e9, used / 1e9]);
    used += bytes;
    points.push([at / 1e9, used / 1e9]);
  }
  return {
    kind: 'line',
    title: 'Live tensors in softmax attention',
    note: 'Scores and probabilities are alive together and fill the HBM; a batch of 160 does not fit.',
    x: { label: 'time', unit: 'ms' },
    y: { label: 'memory in use', unit: 'GB' },
    series: [{ name: 'tensors', points }],
    levels: [{ y: loadGaudi().hbm.capacity / 1e9, label: 'capacity' }],
  };
}

async function lengthPlot(run: Run): Promise<Plot> {
  const lengths = [128, 256, 512, 1024, 2048, 4096, 8192];
  const of = async (workload: (typeof attentions)[number]) => ({
    name: workload,
    points: await Promise.all(
      lengths.map(async (seq) => {
        const result = await run({ workload, seq, onOom: 'report' });
        return [seq, 1e3 * result.number('seconds')] as const;
      }),
    ),
  });
  return {
    kind: 'line',
    title: 'Time over sequence length, batch 128',
    note: 'Linear attention pays from the shortest sequences on, Performer only beyond about 580 tokens. Softmax attention beyond 2048 tokens would not fit in memory.',
    x: { label: 'sequence length', unit: 'tokens', scale: 'log2', binary: true },
    y: { label: 'time', unit: 'ms', scale: 'log10' },
    series: await Promise.all(attentions.map(of)),
  };
}

async function slicesPlot(run: Run): Promise<Plot> {
  const slices = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 768];
  const points = slices.map(async (count) => [count, 1e3 * (await run({ slices: count })).number('seconds')] as const);
  return {
    kind: 'line',
    title: 'Softmax attention over the number of slices',
    note: 'Slices hide products behind the softmax; from a hundred on their setup costs more than they hide.',
    x: { label: 'slices', scale: 'log2' },
    y: { label: 'time', unit: 'ms', zero: false },
    series: [{ name: 'time', points: await Promise.all(points) }],
  };
}
