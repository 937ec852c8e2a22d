import { firstToken, inSI, languageModels } from '../../actors/index.ts';
import { type ParamsOf, param } from '../kit/index.ts';

const auto = { auto: -1 } as const;
const seconds = (value: number, describe: string, above = false) =>
  param.quantity({ unit: 's', ...(above ? { above: 0 } : { min: 0 }), default: value, describe });
const score = (describe: string) =>
  param.number({ min: -1, max: 1, default: -1, words: auto, describe: `${describe}; auto = by system` });

export const systems = ['hybrid', 'fewshot', 'llm', 'lecturer', 'hybrid+lecturer'] as const;
const models = Object.keys(languageModels) as [keyof typeof languageModels, ...(keyof typeof languageModels)[]];

/** The parameters of the scenario with units, ranges and meaning. */
export const params = {
  system: param.choice(systems, {
    default: 'hybrid',
    describe: 'who answers; fewshot: the same pipeline, classifiers replaced by calls to a language model',
  }),
  students: param.integer({ min: 1, max: 1e6, default: 200, describe: 'one essay each' }),
  deadlineShape: param.choice(['poisson', 'uniform', 'deadline', 'burst', 'batch'], {
    default: 'deadline',
    describe: 'when essays are handed in',
  }),
  horizonHours: param.number({ above: 0, max: 1e5, default: 168, describe: 'h; essays come in this time' }),
  deadlineShare: param.fraction({ default: 0.5, describe: 'deadline: share of students in the last window' }),
  deadlineWindowHours: param.number({ above: 0, max: 1e5, default: 24, describe: 'h; deadline: the last window' }),
  burstSeconds: seconds(3600, 'burst: all essays come in this time', true),
  workers: param.integer({ min: 1, max: 10_000, default: 1, describe: 'pipeline servers' }),
  discipline: param.choice(['fifo', 'processor-sharing'], {
    default: 'fifo',
    describe: 'one essay at a time for each worker, or all at once',
  }),
  serviceModel: param.choice(['components', 'exponential', 'deterministic', 'lognormal'], {
    default: 'components',
    describe: 'time of one essay: from its components, or by a law with serviceSeconds and serviceCv',
  }),
  serviceSeconds: seconds(20, 'mean of the laws', true),
  serviceCv: param.number({ min: 0, max: 20, default: 1, describe: 'lognormal: deviation over mean' }),
  parallelism: param.choice(['serial', 'forkjoin'], {
    default: 'serial',
    describe: 'components of one essay one after the other, or all at once',
  }),
  sentences: param.integer({ min: 0, max: 2000, default: 0, describe: 'of every essay; 0 = drawn' }),
  wordsMean: param.number({ above: 0, max: 1e5, default: 251.38, describe: 'words of an essay, mean' }),
  wordsSd: param.number({ above: 0, max: 1e5, default: 143.08, describe: 'the same, standard deviation' }),
  wordsPerSentence: param.number({ above: 0, max: 1000, default: 17, describe: 'turns words into sentences' }),
  essayStyle: param.choice(['novice', 'balanced'], {
    default: 'novice',
    describe: 'novice: mostly description; balanced: every phase equally likely',
  }),
  translateShare: param.fraction({ default: 0, describe: 'essays not in the home language' }),
  translateSeconds: seconds(3, 'added twice, in and out, by the pipeline'),
  noise: param.choice(['none', 'calibrated'], { default: 'calibrated', describe: 'none = no component is ever wrong' }),
  gibbsTop1: score('share of true phases ranked first'),
  gibbsTop3: score('the same among the first three'),
  emotionRecall: score('emotion labels found, above 0'),
  emotionPrecision: score('emotion labels said that are there, above 0'),
  sentimentAccuracy: score('right sentiments'),
  topicAccuracy: score('right topics'),
  levelSigma: param.number({
    min: -1,
    max: 5,
    default: -1,
    words: auto,
    describe: 'deviation of the level before rounding; auto = by system',
  }),
  weakestCount: param.integer({ min: 1, max: 6, default: 3, describe: 'phases that feedback asks for' }),
  topicMinSentences: param.integer({
    min: 0,
    max: 2000,
    default: 3,
    describe: 'a topic is praised with strictly more sentences of analysis',
  }),
  llm: param.choice(models, { default: 'gpt-3.5', describe: 'generative model behind an API' }),
  tokensIn: param.integer({ min: 0, max: 1e6, default: 600, describe: 'llm: tokens of a request' }),
  tokensOut: param.integer({ min: 0, max: 1e6, default: 400, describe: 'llm: tokens of an answer' }),
  ttftSeconds: seconds(inSI(firstToken), 'time to the first token'),
  rateLimit: param.number({
    min: 0,
    max: 1e6,
    default: 0,
    describe: 'requests a minute: they start 60 s over this apart; 0 = none',
  }),
  serverDollarsPerHour: param.number({ min: 0, max: 1e6, default: 0.2, describe: '$/h of a worker, from 0 on' }),
  lecturers: param.integer({ min: 1, max: 10_000, default: 1, describe: 'people who mark' }),
  lecturerMinutes: param.number({ above: 0, max: 1e5, default: 20, describe: 'min; marking one essay, mean' }),
  lecturerCv: param.number({ min: 0, max: 20, default: 0.3, describe: 'deviation over mean, lognormal' }),
  officeHoursPerDay: param.number({ min: 1, max: 24, default: 8, describe: 'h; Monday to Friday' }),
  officeStartHour: param.number({
    min: 0,
    max: 23,
    default: 9,
    describe: 'h; time 0 is Monday at this hour, so it only names the clock',
  }),
  reviewShare: param.fraction({ default: 0.25, describe: 'hybrid+lecturer: essays that are also read by a lecturer' }),
  reviewMinutes: param.number({ above: 0, max: 1e5, default: 10, describe: 'min; reading one of them, mean' }),
  qualityEssays: param.integer({
    min: 0,
    max: 1e6,
    default: 5000,
    describe: 'essays for the quality metrics; 0 = none',
  }),
  warmupShare: param.fraction({ max: 0.5, default: 0, describe: 'first arrivals left out of time metrics' }),
} as const;

/** Parsed parameters. */
export type PapagaiParams = ParamsOf<typeof params>;
