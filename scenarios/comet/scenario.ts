import { defineScenario, type Target } from '../kit/index.ts';
import { checkParams, modeOf } from './check.ts';
import { claims } from './claims.ts';
import { cells } from './figures.ts';
import { invariants } from './invariants.ts';
import { metrics } from './metrics.ts';
import { type CometParams, params } from './params.ts';
import { presets } from './presets.ts';
import { runCodec } from './run-codec.ts';
import { runIteration } from './run-iteration.ts';
import { story } from './story.ts';
import { runTraining } from './train/run-training.ts';

const targets: readonly Target[] = [
  { id: 'codec speed, totals that were known', groups: ['codec speed, known'], mean: 0.01, worst: 0.03 },
  { id: 'codec speed, totals predicted from stages', groups: ['codec speed, predicted'], mean: 0.01, worst: 0.03 },
  { id: 'layer arithmetic', groups: ['layer arithmetic'], worst: 0 },
  { id: 'overhead from published speeds', groups: ['time'], worst: 0.01 },
  { id: 'ratios of generated activations', groups: ['ratio'], worst: 0.05 },
  { id: 'the other framework', groups: ['jpeg-act'], worst: 0.08 },
  { id: 'zero bitmap', groups: ['lossless'], worst: 0.005 },
  { id: 'memory', groups: ['memory'], worst: 0.01 },
  { id: 'container format', groups: ['container'], worst: 0 },
];

/** The replay of COMET: training with error-bounded lossy compression of activations. */
export const comet = defineScenario({
  id: 'comet',
  title: 'Training with error-bounded compression of activations (COMET)',
  paper: {
    title: 'COMET: A Novel Memory-Efficient Deep Learning Training Framework by Using Error-Bounded Lossy Compression',
    reference: 'VLDB 2022',
  },
  params,
  metrics,
  presets,
  refine: (given: CometParams) => checkParams(given),
  async run(given: CometParams, context) {
    switch (modeOf(given)) {
      case 'codec':
        return { metrics: runCodec(given, context.seed), events: 0 };
      case 'train': {
        const { metrics: found, steps } = await runTraining(given, context);
        return { metrics: found, events: 2 * steps };
      }
      case 'iteration': {
        const { metrics: found, outcome, warnings } = runIteration(given, context.seed);
        for (const warning of warnings) context.onWarning(warning);
        return { metrics: found, events: outcome.events, fingerprint: outcome.fingerprint };
      }
    }
  },
  figures: cells,
  targets,
  claims,
  invariants,
  story,
  examples: [
    'escapement run comet --set network=resnet50 --set batch=128 --set codecStages=cuszplus-a100-cesm',
    'escapement run comet --set network=efficientnet-b0 --set lorenzoDims=0',
    'escapement run comet --set network=vgg16 --set codec=migrate --set linkBytesPerSecond=50e9 --set batch=256',
    'escapement run comet --set network=tiny-cnn --set sigmaFraction=0.2 --seed 3',
    'escapement run comet --set network=alexnet --set codebookSeconds=4.81e-3 --set batch=16',
  ],
});
