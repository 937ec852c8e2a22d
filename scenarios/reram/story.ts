import { expectedGain, type MappingName } from '../../actors/index.ts';
import type { ParamsInput, Plot, RunFunction, RunResult } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';

type Run = RunFunction<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;

const mappings = ['two-column', 'differential', 'symmetric', 'offset'] as const satisfies readonly MappingName[];

/** Fewer chips and pictures than for a figure: the plots show shapes. */
const light: Input = { trials: 6, images: 200 };

/** The plots of the replay, from the claim to its reasons. */
export async function story(run: Run): Promise<readonly Plot[]> {
  return [
    await accuracyPlot(run, 20),
    await accuracyPlot(run, 1),
    await gainPlot(run),
    await energyPlot(run),
    await errorPlot(run),
    await statesPlot(run),
  ];
}

const rates = [0.001, 0.01, 0.03, 0.1];

async function accuracyPlot(run: Run, pruneRatio: 1 | 20): Promise<Plot> {
  const series = [];
  for (const mapping of mappings) {
    const points: [number, number][] = [];
    for (const faultRate of rates) {
      const result = await run({ ...light, mapping, faultRate, pruneRatio });
      points.push([faultRate, result.number('accuracyMean')]);
    }
    series.push({ name: mapping, points });
  }
  const ideal = (await run({ ...light, faultRate: rates[0] ?? 0, pruneRatio })).number('accuracyIdeal');
  return {
    kind: 'line',
    title: `Accuracy against stuck cells, ${pruneRatio === 1 ? 'unpruned' : 'one weight in twenty left'}`,
    note: 'Means over 6 chips, the same chips for every mapping, 83.8 % of faults stuck on. A mapping whose zero weights rest where cells stick survives several times the faults; a pruned network survives fewer than an unpruned one.',
    x: { label: 'share of stuck cells', scale: 'log10' },
    y: { label: 'accuracy' },
    series,
    levels: [{ y: ideal, label: 'no faults' }],
  };
}

async function gainPlot(run: Run): Promise<Plot> {
  const shares = [0.2, 0.5, 0.7, 0.8378, 0.9, 0.95];
  const points: [number, number][] = [];
  for (const stuckOnShare of shares) {
    const result = await run({ preset: 'quick', stuckOnShare });
    points.push([stuckOnShare, result.number('toleranceGain')]);
  }
  const law = (name: string, rest: (s: number) => number) => ({
    name,
    points: shares.map((s): [number, number] => [s, expectedGain(s, rest(s))]),
  });
  return {
    kind: 'line',
    title: 'Gain over two-column against the polarity of faults',
    note: 'Simulated for differential at 5 points of loss, 20 chips; the lines are what the error of a weight alone predicts. Almost ten needs nine faults in ten stuck on; below one half the mapping hurts.',
    x: { label: 'share of stuck-on among faults', zero: true },
    y: { label: 'gain', unit: 'x', scale: 'log10' },
    series: [
      { name: 'differential, simulated', points },
      law('differential, s/(1-s)', () => 1),
      law('symmetric, 4s', () => 1 / 2),
      law('best rest level, 1/(1-s)', (s) => s),
    ],
  };
}

const parts: readonly { readonly name: string; readonly metric: MetricName }[] = [
  { name: 'cells', metric: 'arrayJoules' },
  { name: 'row drivers', metric: 'dacJoules' },
  { name: 'converters', metric: 'adcJoules' },
];

async function energyPlot(run: Run): Promise<Plot> {
  const found: (readonly [string, RunResult<MetricName>])[] = [];
  for (const mapping of mappings) found.push([mapping, await run({ mapping, trials: 2, images: 10 })]);
  return {
    kind: 'bar',
    title: 'Energy of one input of the pruned network',
    note: 'Pairs use the same converters and drivers. Zero weights that rest at the low resistance draw current in both cells: no extra hardware, but extra energy.',
    x: { label: 'mapping' },
    y: { label: 'energy', unit: 'nJ' },
    stacked: true,
    series: parts.map(({ name, metric }) => ({
      name,
      points: found.map(([mapping, result]): [string, number] => [mapping, result.number(metric) * 1e9]),
    })),
  };
}

async function errorPlot(run: Run): Promise<Plot> {
  const cells: [string, string, number][] = [];
  for (const mapping of mappings)
    for (const stuckOnShare of [0, 0.25, 0.5, 0.75, 1]) {
      const given: Input = { network: 'linear', linearRows: 128, linearCols: 128, trials: 8, faultRate: 0.05 };
      const result = await run({ ...given, mapping, stuckOnShare });
      cells.push([`${100 * stuckOnShare} %`, mapping, result.number('weightErrorMse')]);
    }
  return {
    kind: 'heat',
    title: 'Mean square error of a weight at 5 % stuck cells',
    note: 'One weight in twenty is not zero. Differential and two-column mirror each other; offset has less error than two-column and yet less accuracy, because its error is a bias that whole columns share.',
    x: { label: 'stuck-on among faults' },
    y: { label: 'mapping' },
    value: { label: 'mean square error', unit: 'range^2' },
    cells,
  };
}

async function statesPlot(run: Run): Promise<Plot> {
  const cycles = [0, 1e5, 3e5, 5e5, 1e6, 2e6, 4e6];
  const states = ['hrsCells', 'intermediateCells', 'lrsCells', 'stuckOffCells', 'stuckOnCells'] as const;
  const found: (readonly [number, RunResult<MetricName>])[] = [];
  for (const writeCycles of cycles)
    found.push([writeCycles, await run({ study: 'device', cells: 200_000, writeCycles })]);
  return {
    kind: 'line',
    title: 'Cells in use: states against cycles endured',
    note: 'A population of 200 000 cells with 1 % faults from manufacture, written to random levels; lives are lognormal around a million cycles.',
    x: { label: 'cycles', unit: 'millions' },
    y: { label: 'share of cells' },
    series: states.map((metric) => ({
      name: metric.replace('Cells', ''),
      points: found.map(([n, result]): [number, number] => [n / 1e6, result.number(metric) / 200_000]),
    })),
  };
}
