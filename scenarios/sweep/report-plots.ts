import type { Plot, Axis as PlotAxis } from '../kit/plot.ts';
import type { Goal, Study } from './study.ts';
import { chosenAxes, type Decision, type Summary } from './summary.ts';

const mostPlots = 6;
const mostSeries = 8;
const mostMetrics = 10;

/** The goal over the given numeric axis with most values, one line for each value of the first chosen axis. */
export function decisionPlots(study: Study, summary: Summary): readonly Plot[] {
  const [first] = chosenAxes(study);
  const across = widestGiven(study, summary.decisions);
  if (first === undefined || across === undefined) return [];
  const chosen = study.axes[first];
  const axis = study.axes.find((candidate) => candidate.field.name === study.given[across]);
  if (chosen === undefined || axis === undefined) return [];
  const groups = new Map<string, Decision[]>();
  for (const decision of summary.decisions) {
    const others = decision.given.flatMap((value, g) => (g === across ? [] : [`${study.given[g]} ${value}`]));
    const key = others.join(', ');
    groups.set(key, [...(groups.get(key) ?? []), decision]);
  }
  const names = [
    ...new Set(summary.decisions.flatMap(({ rivals }) => rivals.map((rival) => rival.values[first] as string))),
  ];
  const order = chosen.kind === 'list' ? chosen.values.map(String) : [];
  names.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return [...groups]
    .filter(([, decisions]) => decisions.filter(({ best }) => best !== undefined).length > 1)
    .slice(0, mostPlots)
    .map(([key, decisions]): Plot => {
      const xs = decisions.map(({ raw }) => raw[across] as number);
      return {
        kind: 'line',
        title: `${study.goal.metric} over ${axis.field.name}${key === '' ? '' : `, ${key}`}`,
        note: `The best of each ${chosen.field.name} over all other choices; a line ends where nothing works.`,
        x: {
          label: axis.field.name,
          ...(axis.field.kind === 'number' && axis.field.unit !== '' ? { unit: axis.field.unit } : {}),
          ...(axis.field.kind === 'number' && axis.field.binary ? { binary: true } : {}),
          scale: isGeometric(xs) ? 'log2' : 'linear',
        },
        y: axisOf(study.goal),
        series: names.slice(0, mostSeries).map((name) => ({
          name,
          points: decisions
            .map(({ raw, rivals }): [number, number | null] => [
              raw[across] as number,
              rivals.find((rival) => rival.values[first] === name)?.goal ?? null,
            ])
            .sort((a, b) => a[0] - b[0]),
        })),
      };
    });
}

/** The Pareto front of the two metrics asked for. */
export function frontPlots(study: Study, summary: Summary): readonly Plot[] {
  const [x, y] = study.pareto;
  if (x === undefined || y === undefined || summary.front.length === 0) return [];
  return [
    {
      kind: 'line',
      title: `Pareto front of ${x.metric} and ${y.metric}`,
      note: `${summary.front.length} settings that no other beats in both (${x.metric} ${x.direction}, ${y.metric} ${y.direction}).`,
      x: axisOf(x),
      y: { ...axisOf(y), zero: false },
      series: [
        {
          name: 'front',
          points: summary.front.map(({ pareto }): [number, number] => [pareto[0] as number, pareto[1] as number]),
        },
      ],
    },
  ];
}

/** Which axis moves which metric: shares of variance, and the means of the goal along each axis. */
export function sensitivityPlots(study: Study, summary: Summary): readonly Plot[] {
  const { sensitivity } = summary;
  const first = [study.goal.metric, ...study.pareto.map(({ metric }) => metric)];
  const varying = sensitivity.metrics();
  const metrics = [...new Set([...first.filter((metric) => varying.includes(metric)), ...varying])].slice(
    0,
    mostMetrics,
  );
  if (metrics.length === 0 || study.axes.length === 0) return [];
  const cells = metrics.flatMap((metric) =>
    sensitivity
      .effects(metric)
      .map((effect): [string, string, number] => [effect.axis, metric, Math.round(effect.share * 1000) / 10]),
  );
  return [
    {
      kind: 'heat',
      title: 'Which parameter moves which metric',
      note: 'Share of the variance over the ranked settings that a parameter explains alone; the rest is interaction.',
      x: { label: 'parameter' },
      y: { label: 'metric' },
      value: { label: 'share of variance', unit: '%' },
      cells,
    },
  ];
}

function widestGiven(study: Study, decisions: readonly Decision[]): number | undefined {
  let best: number | undefined;
  let most = 1;
  for (const [g, name] of study.given.entries()) {
    const axis = study.axes.find((candidate) => candidate.field.name === name);
    if (axis?.field.kind !== 'number') continue;
    const values = new Set(decisions.map(({ given }) => given[g])).size;
    if (values > most) [best, most] = [g, values];
  }
  return best;
}

function isGeometric(values: readonly number[]): boolean {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  return sorted.length > 2 && (sorted[0] as number) > 0 && (sorted.at(-1) as number) / (sorted[0] as number) >= 8;
}

function axisOf(goal: Goal): PlotAxis {
  return goal.unit === '' ? { label: goal.metric } : { label: goal.metric, unit: goal.unit };
}
