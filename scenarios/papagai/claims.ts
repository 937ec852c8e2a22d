import { estimateMean } from '../../engine/index.ts';
import type { Claim, ParamsInput } from '../kit/index.ts';
import { feedbackPrompts } from './feedback.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';
import { erlangC, pollaczekKhinchine } from './queueing-theory.ts';

type PapagaiClaim = Claim<typeof params, MetricName>;
type Run = Parameters<PapagaiClaim['how']>[0];
type Input = ParamsInput<typeof params>;

const paper = 'arXiv 2307.07523, abstract: no number is given';
const derived = 'derived here: the boundary of the claim';
const theory = 'queueing theory';

const number = (metric: MetricName, given: Input) => async (run: Run) => (await run(given)).number(metric);
const times: Input = { qualityEssays: 0 };

/** A law of queueing and the load it is checked at. */
interface Limit {
  readonly given: Input;
  readonly metric: MetricName;
  readonly expected: number;
}

/** 20,000 essays, a tenth left out, service of 20 s. */
const steady = (perHour: number, set: Input): Input => ({
  deadlineShape: 'poisson',
  students: 20_000,
  horizonHours: 20_000 / perHour,
  warmupShare: 0.1,
  ...times,
  ...set,
});

const mm = (perHour: number, workers: number): readonly Limit[] => {
  const { waitShare, waitMean } = erlangC(perHour / 3600, 20, workers);
  const given = steady(perHour, { serviceModel: 'exponential', workers });
  return [
    { given, metric: 'waitShare', expected: waitShare },
    { given, metric: 'waitMeanSeconds', expected: waitMean },
  ];
};
const mg = (perHour: number, serviceCv: number): Limit => ({
  given: steady(perHour, { serviceModel: 'lognormal', serviceCv }),
  metric: 'waitMeanSeconds',
  expected: pollaczekKhinchine(perHour / 3600, 20, serviceCv),
});
const sharing = (serviceModel: 'exponential' | 'lognormal' | 'deterministic'): Limit => ({
  given: steady(100, { serviceModel, discipline: 'processor-sharing' }),
  metric: 'turnaroundMeanSeconds',
  expected: 20 / (1 - 100 / 180),
});

/** The limits in which the queue has a law. */
export const limits: readonly Limit[] = [
  ...mm(100, 1),
  ...mm(400, 3),
  ...mm(700, 5),
  mg(100, 0),
  mg(120, 0.5),
  mg(100, 2),
  sharing('exponential'),
  sharing('lognormal'),
  sharing('deterministic'),
];

/** Whether the mean of `count` independent runs has the law in its interval of the given confidence. */
export async function isCovered(run: Run, limit: Limit, count: number, confidence: number): Promise<boolean> {
  const values: number[] = [];
  for (let seed = 1; seed <= count; seed++) values.push((await run({ ...limit.given, seed })).number(limit.metric));
  const { low, high } = estimateMean(values, confidence);
  return low <= limit.expected && limit.expected <= high;
}

/** What the paper claims or implies, and where it does not hold. */
export const claims: readonly PapagaiClaim[] = [
  {
    id: 'K2 feedback in seconds',
    text: 'default week: 95 % of the essays are answered within 31 s, 15 to 30 s each',
    published: 30,
    unit: 's',
    source: 'time of processing, recalled',
    pass: { max: 31 },
    how: number('turnaroundP95Seconds', { preset: 'week', replications: 50, ...times }),
  },
  {
    id: 'not in seconds: last half hour',
    text: 'does not hold when 200 essays come in half an hour to one worker: 95 % within',
    published: 30,
    unit: 's',
    source: derived,
    pass: { min: 1500 },
    how: number('turnaroundP95Seconds', { preset: 'tinyServer', replications: 20, ...times }),
  },
  {
    id: 'K16 lecturer load',
    text: 'marking 200 essays over a working week of 40 h: the backlog grows',
    published: 1.67,
    source: 'derived: 200 x 20 min',
    pass: { min: 1.6 },
    how: async (run) => (await run({ preset: 'lecturerWeek', ...times })).number('lecturerHours') / 40,
  },
  {
    id: 'less lecturer time',
    text: 'hours of a lecturer, reading a quarter of the essays after the pipeline over marking all',
    published: 0.125,
    source: `${paper}; derived: a quarter of the essays at half the time`,
    pass: { max: 0.2 },
    how: async (run) =>
      (await run({ preset: 'blended', lecturerCv: 0, ...times })).number('lecturerHours') /
      (await run({ preset: 'lecturerWeek', ...times })).number('lecturerHours'),
  },
  {
    id: 'rule conformity',
    text: 'without classification errors every feedback is the one the rules demand',
    published: 1,
    source: paper,
    pass: { equals: 1 },
    how: number('feedbackAgreement', { preset: 'noNoise' }),
  },
  {
    id: 'not conforming: recalled scores',
    text: 'does not hold with the recalled scores: essays whose feedback is that of true labels',
    published: 1,
    source: derived,
    pass: { max: 0.2 },
    how: number('feedbackAgreement', {}),
  },
  {
    id: 'top-1 counts',
    text: 'faithful feedback of the hybrid over that with three-shot labels: rules use the first rank, where the hybrid is weaker',
    published: 0.98 / 0.87,
    unit: 'x',
    source: `${derived}; the published comparison sets top-3 against top-1, as recalled`,
    pass: { max: 0.7 },
    how: async (run) =>
      (await run({})).number('feedbackAgreement') / (await run({ system: 'fewshot' })).number('feedbackAgreement'),
  },
  {
    id: 'length does not help',
    text: 'agreement of phases with 60 sentences less that with 15',
    published: 0.02,
    source: 'derived: reference simulation',
    pass: { max: 0.05 },
    how: async (run) =>
      (await run({ sentences: 60 })).number('agreementPhases') -
      (await run({ sentences: 15 })).number('agreementPhases'),
  },
  {
    id: 'K22 length, far out',
    text: 'does not hold for ever: the same with 2000 sentences, where noise averages out',
    published: 0.25,
    source: derived,
    pass: { min: 0.15 },
    how: async (run) =>
      (await run({ sentences: 2000, qualityEssays: 400 })).number('agreementPhases') -
      (await run({ sentences: 15 })).number('agreementPhases'),
    slow: true,
  },
  {
    id: 'level caps agreement',
    text: 'agreement with all but the level perfect: a kappa of 0.71 leaves barely half of the levels right',
    published: 0.54,
    source: 'derived: reference simulation',
    pass: { min: 0.51, max: 0.57 },
    how: number('feedbackAgreement', { gibbsTop1: 1, sentimentAccuracy: 1, topicAccuracy: 1 }),
  },
  {
    id: 'K25 sample',
    text: 'the sample feedback holds exactly three prompts for phases, one for the level and no unfilled slot',
    published: true,
    source: 'derived: the rules',
    pass: { equals: true },
    how: async (run) => {
      const text = String((await run(times)).metrics.sampleFeedback);
      const fired = (prefix: string): number =>
        Object.entries(feedbackPrompts).filter(
          ([rule, variants]) => rule.startsWith(prefix) && variants.some((variant) => text.includes(variant)),
        ).length;
      return fired('PHASE-') === 3 && fired('LEVEL-') === 1 && !/[{}]/.test(text);
    },
  },
  {
    id: 'K15 Friday',
    text: 'a lecturer answers the median essay of Monday on Friday at 10:20: hours of the week',
    published: 97 + 1 / 3,
    unit: 'h',
    source: 'derived: 24 essays a day',
    pass: { min: 97.33, max: 97.34 },
    how: async (run) => (await run({ preset: 'lecturerWeek', ...times })).number('turnaroundP50Seconds') / 3600,
  },
  {
    id: 'queueing laws',
    text: `laws of queueing inside the 95 % interval of ten runs, of ${limits.length}: M/M/c, M/G/1, M/D/1, M/G/1-PS`,
    published: limits.length,
    source: theory,
    // At 95 % each, fewer than all but two of them happens once in fifty times by chance.
    pass: { min: limits.length - 2 },
    how: async (run) => {
      let covered = 0;
      for (const limit of limits) if (await isCovered(run, limit, 10, 0.95)) covered++;
      return covered;
    },
    slow: true,
  },
];
