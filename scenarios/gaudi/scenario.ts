import { defineScenario, type Target } from '../kit/index.ts';
import { changes } from './changes.ts';
import { claims } from './claims.ts';
import { cells } from './figures.ts';
import { invariants } from './invariants.ts';
import { metrics } from './metrics.ts';
import { type NumericsResult, runNumerics } from './numerics/run-numerics.ts';
import { params } from './params.ts';
import { presets } from './presets.ts';
import { problemsOf, runGaudi } from './run.ts';
import { story } from './story.ts';

const targets: readonly Target[] = [
  { id: 'cells that constants were fitted on', groups: ['fitted'], mean: 0.05, worst: 0.1 },
  {
    id: 'cells nobody fitted (structure chosen in view of the attention totals)',
    groups: ['products, predicted', 'attention, predicted'],
    mean: 0.1,
    worst: 0.2,
  },
  { id: 'values derived from the equations', groups: ['equations'], worst: 0.02 },
];

/** The replay of transformers on the first-generation Gaudi. */
export const gaudi = defineScenario({
  id: 'gaudi',
  title: 'Transformers on a matrix engine and vector cores (Habana Gaudi)',
  paper: {
    title: 'Benchmarking and In-depth Performance Study of Large Language Models on Habana Gaudi Processors',
    reference: 'arXiv:2309.16976',
  },
  params,
  metrics,
  presets,
  changes,
  refine: problemsOf,
  run(given, context) {
    const { metrics: found, fingerprint, warnings } = runGaudi(given);
    for (const warning of warnings) context.onWarning(warning);
    const verified = given.verify ? named(runNumerics(context.seed)) : {};
    return {
      metrics: { ...found, ...verified },
      events: Number(found.events),
      ...(given.verify ? {} : { fingerprint }),
    };
  },
  figures: cells,
  targets,
  claims,
  invariants,
  story,
  examples: [
    'escapement run gaudi --set tpcCores=16 --json',
    'escapement run gaudi --set expCycles=21 --json',
    'escapement run gaudi --set workload=linear-attention --set seq=512 --json',
    'escapement run gaudi --set slices=512 --set sliceThresholdBytes=0 --json',
    'escapement run gaudi --set batch=160 --set onOom=report --json',
  ],
});

function named(result: NumericsResult) {
  const performer = (features: number): number => result.performerErrors.get(features) as number;
  return {
    linearMaxError: result.linearMaxError,
    linearSoftmaxError: result.linearSoftmaxError,
    slicedSoftmaxExact: result.slicedSoftmaxExact,
    onlineSoftmaxMaxError: result.onlineSoftmaxMaxError,
    performerError16: performer(16),
    performerError64: performer(64),
    performerError256: performer(256),
    performerError1024: performer(1024),
    performerWideError1024: result.performerWideError,
  };
}
