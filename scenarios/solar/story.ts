import { type LoaderName, loaderParts } from '../../actors/index.ts';
import type { Plot, RunFunction } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import { defaultParams } from './parameters.ts';
import type { params, SolarParams } from './params.ts';
import { resolve } from './resolve.ts';
import { carryOut, drawTrace } from './training.ts';

type Run = RunFunction<typeof params, MetricName>;

const small = { surrogate: 'synthetic', gpus: 8, epochs: 6 } as const;

/** The plots of the replay, from the bound to who earns what. */
export async function story(run: Run): Promise<readonly Plot[]> {
  return [
    await readsPlot(run),
    await timePlot(run),
    burstPlot(),
    await ablationPlot(run),
    await factorPlot(run),
    await utilisationPlot(run),
  ];
}

const policies: readonly { readonly name: string; readonly set: Partial<SolarParams> }[] = [
  { name: 'solar', set: { loader: 'solar' } },
  { name: 'lru, one list', set: { loader: 'solar', eviction: 'lru' } },
  { name: 'fifo, one list', set: { loader: 'solar', eviction: 'fifo' } },
  { name: 'belady, private', set: { loader: 'solar-no-remap' } },
  { name: 'lru, private', set: { loader: 'pytorch-lru' } },
  { name: 'solar as released', set: { loader: 'solar-released' } },
];

async function readsPlot(run: Run): Promise<Plot> {
  const shares = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];
  const series = [];
  for (const { name, set } of policies) {
    const points: [number, number][] = [];
    for (const share of shares) {
      const result = await run({ ...small, ...set, bufferSamples: 8192 * share });
      points.push([share, result.number('pfsReadFractionSteady')]);
    }
    series.push({ name, points });
  }
  return {
    kind: 'line',
    title: 'Reads of an epoch over the buffered share',
    note: 'Nothing goes below 1 - c, the line of solar. A private buffer is nearly useless; the released code stays far above what its idea can do.',
    x: { label: 'buffered share c' },
    y: { label: 'reads per sample' },
    series,
  };
}

async function timePlot(run: Run): Promise<Plot> {
  const names: readonly LoaderName[] = ['pytorch', 'pytorch-lru', 'deepio', 'nopfs', 'solar-released', 'solar'];
  const parts = [
    ['file system', 'readSeconds'],
    ['other ranks', 'peerSeconds'],
    ['copies', 'copySeconds'],
    ['computing', 'computeSeconds'],
    ['barrier', 'barrierSeconds'],
  ] as const;
  const rows = await Promise.all(names.map((loader) => run({ ...cosmoflow, loader })));
  return {
    kind: 'bar',
    title: 'Where the time goes: cosmoflow, 40 GB on each of 16 GPUs',
    note: 'Mean over ranks. What nopfs and solar read is the same; the rest is balance and copies instead of transfers.',
    x: { label: 'loader' },
    y: { label: 'time of 6 epochs', unit: 's' },
    stacked: true,
    series: parts.map(([name, metric]) => ({
      name,
      points: names.map((loader, i): [string, number] => [loader, rows[i]?.number(metric) ?? 0]),
    })),
  };
}

const cosmoflow = { surrogate: 'cosmoflow', bufferBytesPerGpu: '40GB', gpus: 16, epochs: 6 } as const;

function burstPlot(): Plot {
  const setup = resolve({ ...defaultParams, ...small, bufferSamples: 4096, epochs: 3 });
  const trace = drawTrace(setup, 1);
  const series = (['belady', 'pin'] as const).map((eviction) => {
    const { plan } = carryOut(setup, { ...loaderParts.solar, chunking: 'off', eviction }, trace, 1);
    const points: [number, number][] = [];
    for (let step = plan.firstStep[1] as number; step < (plan.firstStep[3] as number); step++) {
      let reads = 0;
      for (let rank = 0; rank < plan.ranks; rank++) reads += plan.reads[step * plan.ranks + rank] as number;
      points.push([step - (plan.firstStep[1] as number), reads]);
    }
    return { name: eviction, points };
  });
  return {
    kind: 'line',
    title: 'Reads of each step over two epochs',
    note: 'Half of the data set is buffered. Belady has all its hits first and saturates the file system afterwards; pin reads as much, evenly.',
    x: { label: 'step' },
    y: { label: 'reads of the step' },
    series,
  };
}

async function ablationPlot(run: Run): Promise<Plot> {
  const names: readonly LoaderName[] = [
    'solar',
    'solar-no-reorder',
    'solar-no-chunk',
    'solar-no-balance',
    'solar-no-remap',
    'pytorch',
  ];
  const cases = [
    ['cosmoflow, c 0.80', { ...cosmoflow }],
    ['ptychonn, c 0.46', { surrogate: 'ptychonn', bufferBytesPerGpu: '0.5GB', gpus: 16, epochs: 6 }],
  ] as const;
  const series = [];
  for (const [name, set] of cases) {
    const points: [string, number][] = [];
    let whole = 0;
    for (const loader of names) {
      const seconds = (await run({ ...set, loader })).number('loadSecondsPerEpoch');
      if (loader === 'solar') whole = seconds;
      points.push([loader, seconds / whole]);
    }
    series.push({ name, points });
  }
  return {
    kind: 'bar',
    title: 'One part taken away: time of loading against solar with all of them',
    note: 'Remapping earns most, then balance. The order of epochs earns nothing; merging reads does only in a shared file.',
    x: { label: 'loader' },
    y: { label: 'loading, solar = 1' },
    series,
  };
}

async function factorPlot(run: Run): Promise<Plot> {
  const cases = [
    ['ptychonn', { surrogate: 'ptychonn', bufferBytesPerGpu: '8GB', gpus: 8 }],
    ['autophasenn', { surrogate: 'autophasenn', bufferBytesPerGpu: '40GB', gpus: 8 }],
    ['cosmoflow', { surrogate: 'cosmoflow', bufferBytesPerGpu: '40GB', gpus: 32 }],
  ] as const;
  const metrics = [
    ['fewest reads possible', 'reuseBound'],
    ['reads', 'reuseFactor'],
    ['loading', 'loadSpeedupOverPytorch'],
    ['training', 'speedupOverPytorch'],
  ] as const;
  const rows = await Promise.all(cases.map(([, set]) => run({ ...set, simulatedEpochs: 4 })));
  return {
    kind: 'bar',
    title: 'From reads saved to time saved',
    note: 'All in memory, 100 epochs. A hundredfold fewer reads become a tenth to a half of that in loading, as hits must be copied, and less than three in training.',
    x: { label: 'surrogate' },
    y: { label: 'against the plain loader', unit: 'x' },
    series: metrics.map(([name, metric]) => ({
      name,
      points: cases.map(([label], i): [string, number] => [label, rows[i]?.number(metric) ?? 0]),
    })),
  };
}

async function utilisationPlot(run: Run): Promise<Plot> {
  const counts = [4, 8, 12, 16, 20, 24, 28, 32];
  const series = [];
  for (const mlperfModel of ['cosmoflow', 'unet3d'] as const) {
    const points: [number, number][] = [];
    for (const accelerators of counts) {
      const given = { mode: 'mlperf-storage', mlperfModel, accelerators, storageBytesPerSecond: 20e9 } as const;
      points.push([accelerators, (await run(given)).number('acceleratorUtilization')]);
    }
    series.push({ name: mlperfModel, points });
  }
  return {
    kind: 'line',
    title: 'Utilisation of accelerators on a storage of 20 GB/s',
    note: 'MLPerf Storage, h100. The barrier and the pause between steps cost until storage binds; then utilisation falls with one over the number.',
    x: { label: 'accelerators' },
    y: { label: 'utilisation' },
    series,
    levels: [
      { y: 0.9, label: 'unet3d passes' },
      { y: 0.7, label: 'cosmoflow passes' },
    ],
  };
}
