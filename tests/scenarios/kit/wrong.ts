import { defineScenario, param } from '../../../scenarios/index.ts';

/** A scenario whose published value is not met: for tests of verdicts. */
export default defineScenario({
  id: 'wrong',
  title: 'Off by a third',
  paper: { title: '', reference: 'none' },
  params: { x: param.number({ default: 1, describe: 'x' }) },
  metrics: { y: { unit: '', describe: '2 x' } },
  presets: { quick: { describe: 'the default' } },
  run: ({ x }) => ({ metrics: { y: 2 * x }, events: 0 }),
  figures: [
    {
      id: 'y',
      group: 'A',
      params: {},
      metric: 'y',
      value: 3,
      source: 'here',
      tag: 'assumed',
      role: 'check',
      tolerance: 0.1,
    },
  ],
});
