/** Settings that show one point each; the first of several values is run, `compare` and `sweep` run all. */
export const presets = {
  quick: {
    describe: 'a week of 200 students, by everyone who could answer them',
    set: { qualityEssays: 1000 },
    vary: { system: ['hybrid', 'fewshot', 'llm', 'lecturer', 'hybrid+lecturer'] },
  },
  week: { describe: 'a week of 200 students, half of them on the last day', set: {} },
  deadlineNight: {
    describe: '600 of 1000 students in the last six hours',
    set: { students: 1000, deadlineWindowHours: 6, deadlineShare: 0.6 },
  },
  tinyServer: {
    describe: '200 essays in half an hour on one worker',
    set: { deadlineShape: 'burst', students: 200, burstSeconds: 1800, workers: 1 },
  },
  gpt4: { describe: 'a language model behind a rate limit', set: { system: 'llm', llm: 'gpt-4', rateLimit: 60 } },
  threeShot: {
    describe: 'the pipeline with classifiers replaced by three-shot calls',
    set: { system: 'fewshot', llm: 'davinci' },
  },
  lecturerWeek: {
    describe: 'one lecturer marks 200 essays that lie there on Monday',
    set: { system: 'lecturer', deadlineShape: 'batch', lecturerCv: 0 },
  },
  blended: { describe: 'the pipeline at once, a lecturer reads a quarter later', set: { system: 'hybrid+lecturer' } },
  noNoise: { describe: 'components that are never wrong', set: { noise: 'none' } },
} as const;
