import {
  cancel,
  type Duration,
  delay,
  fork,
  Interrupted,
  interrupt,
  minutes,
  type Process,
  process,
  type Steps,
  timed,
  timeToSeconds,
} from '../../engine/index.ts';
import { defineScenario, param } from '../kit/index.ts';

/** A job that saves its state now and then, fails at random and begins again from the last state saved. */
export const scenario = defineScenario({
  id: 'checkpointing',
  title: 'How often to save a training job',
  paper: { title: 'A first order approximation to the optimum checkpoint interval', reference: 'Young 1974' },
  params: {
    work: param.integer({ min: 1, max: 1000000, default: 6000, describe: 'minutes of the job without failures' }),
    interval: param.duration({ min: '1s', default: '5min', describe: 'work between two saves' }),
    save: param.duration({ min: '1s', default: '20s', describe: 'time of a save' }),
    restart: param.duration({ min: '1s', default: '1min', describe: 'time to load the last state' }),
    failures: param.duration({ min: '1min', default: '30min', describe: 'mean time between failures' }),
  },
  metrics: {
    stretch: { unit: '', describe: 'time of the job over the time without failures and saves' },
    failed: { unit: '', describe: 'failures' },
    saves: { unit: '', describe: 'states saved' },
  },
  presets: { quick: { describe: 'a short job', set: { work: 600 } } },
  simulation: () => ({ resolution: 'us' }),
  build(sim, { work, interval, save, restart, failures }) {
    const total = work * minutes(1);
    const count = { failed: 0, saves: 0, ended: 0 };
    const between = timed.exponential(failures);

    const job = process(function* (ctx) {
      let done = 0;
      function* run(): Steps {
        while (done < total) {
          const span = Math.min(interval, total - done) as Duration;
          yield* delay(span);
          yield* delay(save);
          done += span;
          count.saves++;
        }
      }
      let breaker: Process | undefined;
      const worker = yield* fork(
        (function* (): Steps {
          for (let isFresh = true; ; isFresh = false)
            try {
              if (!isFresh) yield* delay(restart);
              yield* run();
              count.ended = timeToSeconds(sim.now, 'us');
              if (breaker !== undefined) cancel(breaker);
              return;
            } catch (error) {
              if (!(error instanceof Interrupted)) throw error;
            }
        })(),
      );
      breaker = yield* fork(
        (function* (): Steps {
          for (;;) {
            yield* delay(between.sample(ctx.random('failures')));
            if (interrupt(worker, 'failure')) count.failed++;
          }
        })(),
      );
    });
    sim.spawn('job', job, undefined);
    return count;
  },
  measure: ({ failed, saves, ended }, { work }) => ({ stretch: ended / (60 * work), failed, saves }),
  claims: [
    {
      id: 'young',
      text: "Young's interval, the root of 2 x save x time between failures, is within 2 % of the best of five",
      published: true,
      source: 'Young 1974, equation 2',
      pass: { equals: true },
      async how(run) {
        const young = Math.sqrt(2 * 20 * 30 * 60);
        const stretches: number[] = [];
        for (const factor of [0.25, 0.5, 1, 2, 4]) {
          const runs = [1, 2, 3].map((seed) => run({ work: 60000, interval: `${Math.round(young * factor)}s`, seed }));
          const each = await Promise.all(runs);
          stretches.push(each.reduce((sum, result) => sum + result.number('stretch'), 0) / each.length);
        }
        return (stretches[2] as number) <= 1.02 * Math.min(...stretches);
      },
    },
  ],
  examples: ['escapement run dist/scenarios/examples/checkpointing.js --set interval=20min'],
});
