import { defineScenario, param } from '../../../scenarios/index.ts';

/** Runs for ever when told to: for tests of Ctrl-C. */
export default defineScenario({
  id: 'endless',
  title: 'A run that does not end',
  paper: { title: '', reference: 'none' },
  params: { endless: param.boolean({ default: false, describe: 'never finish' }) },
  metrics: { answer: { unit: '', describe: 'always 42' } },
  presets: { quick: { describe: 'finishes at once' } },
  run: ({ endless }, { seed }) => {
    if (endless || seed > 3) {
      process.stderr.write('started\n');
      for (;;) Math.hypot(1, 2);
    }
    return { metrics: { answer: 42 }, events: 1 };
  },
  figures: [
    {
      id: 'first',
      group: 'A',
      params: {},
      metric: 'answer',
      value: 42,
      source: 'here',
      tag: 'assumed',
      role: 'check',
      tolerance: 0,
    },
    {
      id: 'second',
      group: 'A',
      params: { endless: true },
      metric: 'answer',
      value: 42,
      source: 'here',
      tag: 'assumed',
      role: 'check',
    },
  ],
});
