import type { Draw, Invariant, ParamsInput, RunFunction } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import { type PapagaiParams, type params, systems } from './params.ts';

type PapagaiInvariant = Invariant<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;
type Run = RunFunction<typeof params, MetricName>;

const near = (a: number, b: number, tolerance = 1e-6): boolean =>
  Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));

const shapes = ['poisson', 'uniform', 'deadline', 'burst', 'batch'] as const;
const laws = ['components', 'exponential', 'deterministic', 'lognormal'] as const;

/** A few students, any law. */
function small(draw: Draw, among: readonly PapagaiParams['system'][] = systems): Input {
  return {
    system: draw.pick(among),
    students: draw.integer(1, 120),
    deadlineShape: draw.pick(shapes),
    horizonHours: draw.integer(1, 40),
    deadlineWindowHours: 1,
    deadlineShare: draw.real(0, 1),
    burstSeconds: draw.integer(1, 4000),
    workers: draw.integer(1, 8),
    serviceModel: draw.pick(laws),
    serviceCv: draw.pick([0, 0.5, 2]),
    parallelism: draw.pick(['serial', 'forkjoin']),
    sentences: draw.integer(0, 60),
    translateShare: draw.real(0, 1),
    rateLimit: draw.pick([0, 7, 600]),
    lecturers: draw.integer(1, 4),
    reviewShare: draw.real(0, 1),
    seed: draw.integer(1, 1e6),
    qualityEssays: 0,
  };
}

const piped = (draw: Draw): Input => small(draw, ['hybrid', 'hybrid+lecturer']);

const timeMetrics = [
  'turnaroundMeanSeconds',
  'turnaroundP50Seconds',
  'turnaroundP95Seconds',
  'turnaroundMaxSeconds',
  'waitMeanSeconds',
  'serviceMeanSeconds',
] as const;

const percentiles = ['turnaroundP50Seconds', 'turnaroundP95Seconds', 'turnaroundMaxSeconds'] as const;

const number = async (run: Run, input: Input, metric: MetricName): Promise<number> => (await run(input)).number(metric);

/** Properties of every run, checked on random parameters. */
export const invariants: readonly PapagaiInvariant[] = [
  {
    id: 'everybody is answered',
    text: 'completed and rejected essays are all students, in any system; a turnaround is wait and service, longer only over night',
    draw: small,
    holds: async (input, run) => {
      const result = await run(input);
      const done = result.number('completed');
      if (done + result.number('rejected') !== Number(input.students)) return 'essays were lost';
      if (done === 0) return true;
      const parts = result.number('waitMeanSeconds') + result.number('serviceMeanSeconds');
      const whole = result.number('turnaroundMeanSeconds');
      const isSplit = input.system === 'lecturer' ? whole >= parts - 1e-6 : near(whole, parts);
      return isSplit || `${whole} s of ${parts} s`;
    },
  },
  {
    id: 'gate',
    text: 'essays of fewer than three sentences are rejected, all others accepted, whatever else',
    draw: (draw) => ({ ...small(draw), sentences: draw.integer(1, 5) }),
    holds: async (input, run) => {
      const rejected = await number(run, input, 'rejected');
      return rejected === (Number(input.sentences) < 3 ? input.students : 0) || `${rejected} rejected`;
    },
  },
  {
    id: 'units of time',
    text: 'without components, all times multiplied by k multiply every time by k',
    draw: (draw) => ({
      ...piped(draw),
      system: 'hybrid',
      serviceModel: draw.pick(['exponential', 'lognormal']),
      sentences: 15,
      translateShare: 0,
    }),
    holds: async (input, run) => {
      const k = 3;
      const scaled = await run({
        ...input,
        horizonHours: k * Number(input.horizonHours),
        deadlineWindowHours: k,
        burstSeconds: k * Number(input.burstSeconds),
        serviceSeconds: k * 20,
      });
      const plain = await run(input);
      for (const metric of timeMetrics)
        if (!near(scaled.number(metric), k * plain.number(metric), 1e-5)) return `${metric} does not scale`;
      return true;
    },
  },
  {
    id: 'sharing does not create or lose work',
    text: 'one worker under processor sharing ends with fifo, is used alike and costs the same; in an equal batch all leave at the end',
    draw: (draw) => ({ ...piped(draw), system: 'hybrid', workers: 1, parallelism: 'serial' }),
    holds: async (input, run) => {
      const [fifo, shared] = [await run(input), await run({ ...input, discipline: 'processor-sharing' })];
      if (fifo.number('completed') === 0) return true;
      for (const metric of ['utilisation', 'costDollars', 'serviceMeanSeconds'] as const)
        if (!near(fifo.number(metric), shared.number(metric), 1e-5)) return metric;
      const batch = {
        ...input,
        deadlineShape: 'batch',
        serviceModel: 'deterministic',
        sentences: 15,
        translateShare: 0,
      } as const;
      const end = 20 * Number(input.students);
      const together = await run({ ...batch, discipline: 'processor-sharing' });
      if (!near(together.number('turnaroundP50Seconds'), end)) return `half leave before ${end} s`;
      return near(await number(run, batch, 'turnaroundMaxSeconds'), end) || `fifo does not end at ${end} s`;
    },
  },
  {
    id: 'fork-join',
    text: 'components at once are never slower than one after the other, and both grow with the text',
    draw: (draw) => ({
      students: 1,
      deadlineShape: 'batch',
      sentences: draw.integer(3, 400),
      qualityEssays: 0,
      system: draw.pick(['hybrid', 'fewshot']),
    }),
    holds: async (input, run) => {
      const time = (set: Input): Promise<number> => number(run, { ...input, ...set }, 'serviceMeanSeconds');
      const longer = Number(input.sentences) + 7;
      const [serial, forked] = [await time({}), await time({ parallelism: 'forkjoin' })];
      if (forked > serial) return `${forked} s against ${serial} s`;
      if ((await time({ sentences: longer })) <= serial) return 'serial does not grow';
      return (await time({ sentences: longer, parallelism: 'forkjoin' })) >= forked || 'fork-join shrinks';
    },
  },
  {
    id: 'more hands',
    text: 'a worker or lecturer more never lengthens any percentile of a batch',
    draw: (draw) => ({ ...small(draw, ['hybrid', 'lecturer']), deadlineShape: 'batch' }),
    holds: async (input, run) => {
      const [one, more] = [
        await run(input),
        await run({ ...input, workers: Number(input.workers) + 1, lecturers: Number(input.lecturers) + 1 }),
      ];
      if (one.number('completed') === 0) return true;
      for (const metric of percentiles) if (more.number(metric) > one.number(metric) + 1e-6) return metric;
      return true;
    },
  },
  {
    id: 'rate limit',
    text: 'a batch ends no earlier than the limit allows, and costs the same without it',
    draw: (draw) => ({
      ...small(draw, ['llm']),
      deadlineShape: 'batch',
      sentences: 15,
      rateLimit: draw.pick([1, 7, 60, 1000]),
    }),
    holds: async (input, run) => {
      const limited = await run(input);
      const expected = ((Number(input.students) - 1) * 60) / Number(input.rateLimit) + 0.46 + 400 * 0.035;
      if (!near(limited.number('turnaroundMaxSeconds'), expected, 1e-5)) return `not ${expected} s`;
      const free = await number(run, { ...input, rateLimit: 0 }, 'costDollars');
      return near(limited.number('costDollars'), free) || 'the limit changes the cost';
    },
  },
  {
    id: 'hours of marking',
    text: 'marking takes the same hours whatever the calendar and the number of lecturers',
    draw: (draw) => small(draw, ['lecturer', 'hybrid+lecturer']),
    holds: async (input, run) => {
      const hours = await number(run, input, 'lecturerHours');
      const other = await number(run, { ...input, officeHoursPerDay: 3, lecturers: 2 }, 'lecturerHours');
      return near(hours, other, 1e-9) || `${hours} h and ${other} h`;
    },
  },
  {
    id: 'cost is linear',
    text: 'twice the tokens cost twice as much',
    draw: (draw) => ({ ...small(draw, ['llm']), tokensIn: draw.integer(0, 2000), tokensOut: draw.integer(0, 2000) }),
    holds: async (input, run) => {
      const cost = (factor: number): Promise<number> =>
        number(
          run,
          { ...input, tokensIn: factor * Number(input.tokensIn), tokensOut: factor * Number(input.tokensOut) },
          'costDollars',
        );
      return near(2 * (await cost(1)), await cost(2), 1e-9) || 'not twice';
    },
    runs: 50,
  },
  {
    id: 'own streams',
    text: 'judging other essays leaves every time as it is, and the same input gives the same metrics',
    draw: (draw) => ({ ...small(draw), sentences: draw.integer(3, 20) }),
    holds: async (input, run) => {
      const [none, some] = [await run(input), await run({ ...input, qualityEssays: 3 })];
      for (const [name, value] of Object.entries(none.metrics))
        if (some.metrics[name as MetricName] !== value) return `${name} changed`;
      return true;
    },
  },
  {
    id: 'no noise',
    text: 'components without errors agree with the truth on every essay, in every style and length',
    draw: (draw) => ({
      students: 1,
      noise: 'none',
      qualityEssays: 20,
      sentences: draw.integer(3, 60),
      essayStyle: draw.pick(['novice', 'balanced']),
      weakestCount: draw.integer(1, 6),
      topicMinSentences: draw.integer(0, 5),
      seed: draw.integer(1, 1e6),
    }),
    holds: async (input, run) => (await number(run, input, 'feedbackAgreement')) === 1 || 'disagrees',
  },
  {
    id: 'no better than its slots',
    text: 'feedback agrees no more often than any of its slots; better phases agree more often',
    draw: (draw) => ({
      students: 1,
      qualityEssays: 300,
      sentences: draw.integer(3, 60),
      gibbsTop1: draw.real(0.3, 0.8),
      gibbsTop3: 1,
      system: draw.pick(systems),
      seed: draw.integer(1, 1e6),
    }),
    holds: async (input, run) => {
      const result = await run(input);
      const agreement = result.number('feedbackAgreement');
      for (const slot of ['agreementPhases', 'agreementLevel', 'agreementEmotion', 'agreementTopic'] as const)
        if (agreement > result.number(slot)) return slot;
      const better = await run({ ...input, gibbsTop1: 1 });
      return better.number('agreementPhases') >= result.number('agreementPhases') || 'better phases agree less';
    },
    runs: 40,
  },
];
