import { Simulation } from '../../engine/index.ts';
import type { Plot, RunFunction } from '../kit/index.ts';
import type { Journal } from './journal.ts';
import { drawLoad, resolution, TICKS } from './load.ts';
import { nearestRank } from './measures.ts';
import type { MetricName } from './metrics.ts';
import { defaultParams } from './parameters.ts';
import type { PapagaiParams, params } from './params.ts';
import { Platform } from './platform.ts';

type Run = RunFunction<typeof params, MetricName>;

/** The plots of the replay: waiting, agreement, and what changes them. */
export async function story(run: Run): Promise<readonly Plot[]> {
  return [
    turnaroundPlot(),
    await agreementPlot(run),
    await phasePlot(run),
    await windowPlot(run),
    lanesPlot(),
    queuePlot(),
  ];
}

const systems: readonly { readonly name: string; readonly set: Partial<PapagaiParams> }[] = [
  { name: 'hybrid', set: {} },
  { name: 'llm', set: { system: 'llm', llm: 'gpt-4', rateLimit: 60 } },
  { name: 'lecturer', set: { system: 'lecturer' } },
];

/** A run of its own, for what metrics do not tell. */
function journalOf(set: Partial<PapagaiParams>): { journal: Journal; params: PapagaiParams } {
  const own = { ...defaultParams, ...set };
  const sim = new Simulation({ seed: 1, resolution });
  const platform = new Platform(sim, own, drawLoad(own, 1));
  sim.run();
  return { journal: platform.journal, params: own };
}

const answered = (journal: Journal): number[] =>
  [...journal.departed.keys()].filter((i) => !Number.isNaN(journal.departed[i]));

function turnaroundPlot(): Plot {
  const shares = [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];
  const series = [];
  for (const { name, set } of systems) {
    const { journal } = journalOf({ students: 1000, deadlineWindowHours: 6, deadlineShare: 0.6, ...set });
    const sorted = Float64Array.from(
      answered(journal),
      (i) => ((journal.departed[i] as number) - (journal.arrival[i] as number)) / TICKS,
    ).sort();
    series.push({ name, points: shares.map((q): [number, number] => [nearestRank(sorted, q), q]) });
  }
  return {
    kind: 'line',
    title: 'How long 1000 students wait for feedback in a week with a deadline',
    note: 'Share answered after so many seconds. The pipeline and the model answer within a minute or so, one lecturer takes weeks.',
    x: { label: 'from handing in to feedback (s)', scale: 'log10' },
    y: { label: 'share answered' },
    series,
  };
}

async function agreementPlot(run: Run): Promise<Plot> {
  const names = ['hybrid', 'fewshot', 'hybrid+lecturer', 'lecturer'] as const;
  const slots = [
    ['level', 'agreementLevel'],
    ['phases', 'agreementPhases'],
    ['emotion', 'agreementEmotion'],
    ['topic', 'agreementTopic'],
    ['all', 'feedbackAgreement'],
  ] as const;
  const rows = await Promise.all(names.map((system) => run({ system })));
  return {
    kind: 'bar',
    title: 'How often feedback is what true labels would give',
    note: 'Emotion and topic lines are mostly right, level and phases often not, all of them together seldom. Rules that use the first rank gain from the 0.87 of three-shot labels against 0.65.',
    x: { label: 'slot' },
    y: { label: 'share of essays' },
    series: names.map((name, i) => ({
      name,
      points: slots.map(([label, metric]): [string, number] => [label, rows[i]?.number(metric) ?? 0]),
    })),
  };
}

async function phasePlot(run: Run): Promise<Plot> {
  const tops = [0.5, 0.6, 0.65, 0.7, 0.8, 0.9, 0.95, 1];
  const series = [];
  for (const [name, set] of [
    ['recalled scores', {}],
    ['level right as well', { levelSigma: 0 }],
    ['only phases wrong', { levelSigma: 0, sentimentAccuracy: 1, topicAccuracy: 1 }],
  ] as const) {
    const points: [number, number][] = [];
    for (const gibbsTop1 of tops)
      points.push([gibbsTop1, (await run({ gibbsTop1, qualityEssays: 2000, ...set })).number('feedbackAgreement')]);
    series.push({ name, points });
  }
  return {
    kind: 'line',
    title: 'How good must the phase model be?',
    note: 'Even perfect phases leave half of the feedback wrong, for the level caps it. A better phase model pays off late: the set of three weakest is fragile.',
    x: { label: 'share of phases ranked first' },
    y: { label: 'feedback as by true labels' },
    series,
  };
}

async function windowPlot(run: Run): Promise<Plot> {
  const windows = [1, 2, 3, 6, 12, 24];
  const series = [];
  for (const workers of [1, 2, 4]) {
    const points: [number, number][] = [];
    for (const deadlineWindowHours of windows) {
      const given = { students: 1000, deadlineShare: 0.6, deadlineWindowHours, workers, qualityEssays: 0 } as const;
      points.push([deadlineWindowHours, (await run(given)).number('turnaroundP95Seconds')]);
    }
    series.push({ name: workers === 1 ? '1 worker' : `${workers} workers`, points });
  }
  return {
    kind: 'line',
    title: 'The later, the longer: 600 of 1000 students in the last hours',
    note: 'Time within which 95 % are answered. Below 3.3 hours one worker cannot keep up, and the queue lasts beyond the deadline.',
    x: { label: 'last window (h)', scale: 'log2' },
    y: { label: '95 % answered within', unit: 's', scale: 'log10' },
    series,
  };
}

function lanesPlot(): Plot {
  const { journal, params } = journalOf({ deadlineShape: 'burst', students: 24, burstSeconds: 240, workers: 2 });
  const time = (ticks: number | undefined): number => (ticks ?? 0) / TICKS;
  return {
    kind: 'timeline',
    title: `24 essays in four minutes on ${params.workers} workers`,
    note: 'Each lane is an essay: waiting, then read. Twenty seconds of reading become minutes once arrivals outrun the workers.',
    x: { label: 'time', unit: 's' },
    lanes: answered(journal).map((i) => ({
      name: `essay ${i}`,
      spans: [
        { start: time(journal.arrival[i]), end: time(journal.started[i]), kind: 'waits' },
        { start: time(journal.started[i]), end: time(journal.departed[i]), kind: 'is read' },
      ],
    })),
  };
}

function queuePlot(): Plot {
  const series = [];
  for (const workers of [1, 2]) {
    const { journal } = journalOf({ deadlineShape: 'burst', students: 200, burstSeconds: 1800, workers });
    const list = answered(journal);
    const points: [number, number][] = [];
    for (let minute = 0; minute <= 75; minute++) {
      const now = minute * 60 * TICKS;
      const waiting = list.filter((i) => (journal.arrival[i] as number) <= now && (journal.started[i] as number) > now);
      points.push([minute, waiting.length]);
    }
    series.push({ name: workers === 1 ? '1 worker' : `${workers} workers`, points });
  }
  return {
    kind: 'line',
    title: 'The queue of 200 essays in half an hour',
    note: 'One worker is still busy for more than half an hour after the last essay came; with two the load is 1.1 and the queue a quarter as long.',
    x: { label: 'time', unit: 'min' },
    y: { label: 'essays waiting' },
    series,
  };
}
