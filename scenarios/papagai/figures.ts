import type { Figure, ParamsInput } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';

export type Cell = Figure<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;

/** Rounding to whole microseconds. */
const EXACT = 1e-9;

const RECALLED = 'arXiv 2307.07523, component scores as recalled, not verified';
const QUEUE = 'derived: queueing theory (Erlang, Pollaczek and Khinchine)';
const REPLAY = 'derived: reference simulation of the same laws';
const SUM = 'derived: arithmetic of the stated steps, prices and hours';

type Row = readonly [metric: MetricName, value: number | boolean, tolerance: number];

function cells(
  group: string,
  id: string,
  source: string,
  given: Input,
  rows: readonly Row[],
  kind: Pick<Cell, 'role' | 'tag'> = { role: 'check', tag: 'derived' },
): readonly Cell[] {
  return rows.map(([metric, value, tolerance]) => ({
    group,
    id: `${id} ${metric}`,
    params: given,
    metric,
    value,
    source,
    ...kind,
    tolerance,
    // A hundred thousand essays or fifty weeks: for `compare`.
    ...(given.replications !== undefined || given.students === 100_000 ? { slow: true } : {}),
  }));
}

/** An absolute mark as a relative one. */
const within = (value: number, mark: number): number => mark / value;
const share = (metric: MetricName, value: number, mark = 0.02): Row => [metric, value, within(value, mark)];

/** So many essays an hour for ever, the beginning left out. */
const rate = (perHour: number, students = 100_000): Input => ({
  deadlineShape: 'poisson',
  students,
  horizonHours: students / perHour,
  warmupShare: 0.05,
  qualityEssays: 0,
});
const many: Input = { replications: 50, qualityEssays: 0 };

const calibration = { role: 'calibration', tag: 'recalled' } as const;
const mm1: Input = { ...rate(100), serviceModel: 'exponential', serviceSeconds: 20 };

/** Published and derived cells; the published scores stand here and, as parameters of the components, nowhere else. */
export const figures: readonly Cell[] = [
  ...cells(
    'C1 service time',
    'C1',
    RECALLED,
    { sentences: 5, qualityEssays: 0 },
    [['serviceMeanSeconds', 15, EXACT]],
    calibration,
  ),
  ...cells(
    'C1 service time',
    'C1 long',
    RECALLED,
    { sentences: 35, qualityEssays: 0 },
    [['serviceMeanSeconds', 30, EXACT]],
    calibration,
  ),
  ...cells(
    'C2 phases',
    'C2',
    RECALLED,
    { qualityEssays: 20_000 },
    [share('gibbsTop1Measured', 0.65, 0.01), share('gibbsTop3Measured', 0.98, 0.01)],
    calibration,
  ),
  ...cells(
    'C3 emotions',
    'C3',
    RECALLED,
    { qualityEssays: 20_000 },
    [share('emotionMicroF1Measured', 0.7)],
    calibration,
  ),
  ...cells('C4 level', 'C4', RECALLED, { qualityEssays: 20_000 }, [share('levelQwkMeasured', 0.71, 0.03)], calibration),
  ...cells(
    'C5 M/M/1',
    'C5',
    QUEUE,
    mm1,
    [
      ['waitMeanSeconds', 25, 0.06],
      ['turnaroundP50Seconds', 31.2, 0.06],
      ['turnaroundP95Seconds', 134.8, 0.06],
    ],
    { role: 'calibration', tag: 'derived' },
  ),
  ...cells('K1 week', 'K1', REPLAY, { preset: 'week', ...many }, [
    ['turnaroundP50Seconds', 19, 0.04],
    ['turnaroundP95Seconds', 28.2, 0.04],
  ]),
  ...cells('K3 deadline night', 'K3', REPLAY, { preset: 'deadlineNight', ...many }, [
    ['turnaroundP50Seconds', 21.2, 0.06],
    ['turnaroundP95Seconds', 61.8, 0.12],
  ]),
  ...cells('K4 burst', 'K4', REPLAY, { deadlineShape: 'burst', students: 100, burstSeconds: 3600, ...many }, [
    ['turnaroundP50Seconds', 25.8, 0.06],
    ['turnaroundP95Seconds', 68.4, 0.12],
  ]),
  ...cells(
    'K4 burst',
    'K5',
    REPLAY,
    { deadlineShape: 'burst', students: 200, burstSeconds: 1800, workers: 4, ...many },
    [
      ['turnaroundP50Seconds', 19.8, 0.05],
      ['turnaroundP95Seconds', 31.9, 0.05],
    ],
  ),
  ...cells('steady state', 'K6 M/M/3', QUEUE, { ...rate(400), serviceModel: 'exponential', workers: 3 }, [
    ['waitMeanSeconds', 14.23, 0.07],
    ['waitShare', 0.5535, 0.04],
  ]),
  ...cells('steady state', 'K7 M/G/1', QUEUE, { ...rate(120), serviceModel: 'lognormal', serviceCv: 0.5 }, [
    ['waitMeanSeconds', 25, 0.07],
  ]),
  ...cells('steady state', 'K8 M/D/1', QUEUE, { ...rate(100), serviceModel: 'deterministic' }, [
    ['waitMeanSeconds', 12.5, 0.05],
  ]),
  ...cells('steady state', 'K9 components', QUEUE, rate(100), [
    ['waitMeanSeconds', 12.82, 0.06],
    ['serviceMeanSeconds', 19.9, 0.01],
  ]),
  ...cells(
    'steady state',
    'K10 M/G/1-PS',
    QUEUE,
    { ...rate(100), serviceModel: 'lognormal', discipline: 'processor-sharing' },
    [['turnaroundMeanSeconds', 45, 0.05]],
  ),
  ...cells(
    'exact',
    'K11 batch',
    SUM,
    { deadlineShape: 'batch', serviceModel: 'deterministic', workers: 4, qualityEssays: 0 },
    [
      ['turnaroundP50Seconds', 500, EXACT],
      ['turnaroundP95Seconds', 960, EXACT],
      ['turnaroundMaxSeconds', 1000, EXACT],
    ],
  ),
  ...cells('exact', 'K12 fork-join', SUM, { parallelism: 'forkjoin', sentences: 15, qualityEssays: 0 }, [
    ['serviceMeanSeconds', 8.5, EXACT],
  ]),
  ...cells('exact', 'K13 rate limit', SUM, { preset: 'gpt4', deadlineShape: 'batch', qualityEssays: 0 }, [
    ['turnaroundP50Seconds', 137.06, 1e-3],
    ['turnaroundP95Seconds', 227.06, 1e-3],
    ['costDollars', 8.4, 1e-3],
  ]),
  ...cells(
    'exact',
    'K14 three-shot',
    SUM,
    { preset: 'threeShot', sentences: 15, serverDollarsPerHour: 0, qualityEssays: 0 },
    [['costPerEssayDollars', 2.103, 1e-3]],
  ),
  ...cells('exact', 'K15 lecturer', SUM, { preset: 'lecturerWeek', qualityEssays: 0 }, [
    ['lecturerHours', 200 / 3, EXACT],
    ['turnaroundP50Seconds', 350_400, EXACT],
    ['turnaroundP95Seconds', 804_000, EXACT],
  ]),
  ...cells('exact', 'K17 blended', SUM, { preset: 'blended', lecturerCv: 0, qualityEssays: 0 }, [
    ['lecturerHours', 25 / 3, EXACT],
  ]),
  ...cells('agreement', 'K18', REPLAY, {}, [share('feedbackAgreement', 0.164)]),
  ...cells('agreement', 'K19', REPLAY, {}, [
    share('agreementPhases', 0.383),
    share('agreementLevel', 0.539),
    share('agreementEmotion', 0.876),
    share('agreementTopic', 0.91),
    share('weakestPhaseJaccard', 0.669),
  ]),
  ...cells('agreement', 'K20 no noise', REPLAY, { noise: 'none' }, [['feedbackAgreement', 1, EXACT]]),
  ...cells('agreement', 'K21 perfect phases', REPLAY, { gibbsTop1: 1 }, [share('feedbackAgreement', 0.475)]),
  ...cells('agreement', 'K22 15 sentences', REPLAY, { sentences: 15 }, [share('agreementPhases', 0.382)]),
  ...cells('agreement', 'K22 30 sentences', REPLAY, { sentences: 30 }, [share('agreementPhases', 0.398)]),
  ...cells('agreement', 'K23 few-shot', REPLAY, { system: 'fewshot' }, [
    share('feedbackAgreement', 0.302),
    share('agreementPhases', 0.676),
  ]),
  ...cells('agreement', 'K24', REPLAY, {}, [share('emotionAnyCorrect', 0.78, 0.03)]),
  ...cells('paper, context only', 'any emotion', RECALLED, {}, [['emotionAnyCorrect', 0.81, 1]], {
    role: 'report',
    tag: 'recalled',
  }),
  ...cells(
    'paper, context only',
    'three-shot phases',
    RECALLED,
    { system: 'fewshot' },
    [['gibbsTop1Measured', 0.87, 1]],
    { role: 'report', tag: 'recalled' },
  ),
  ...cells('paper, context only', 'phases', RECALLED, {}, [['gibbsTop3Measured', 0.98, 1]], {
    role: 'report',
    tag: 'recalled',
  }),
];
