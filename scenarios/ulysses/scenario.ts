import { portChanges } from '../../actors/training/index.ts';
import { defineScenario, type Target } from '../kit/index.ts';
import { claims } from './claims.ts';
import { cells } from './figures.ts';
import { invariants } from './invariants.ts';
import { metrics } from './metrics.ts';
import { runNumerics } from './numerics/run-numerics.ts';
import { params } from './params.ts';
import { platformOf } from './platform.ts';
import { presets } from './presets.ts';
import { problemsOf, runUlysses } from './run.ts';
import { story } from './story.ts';

const targets: readonly Target[] = [
  { id: 'ulysses, cells that constants were fitted on', groups: ['ulysses, fitted'], mean: 0.04, worst: 0.1 },
  { id: 'ulysses, cells nobody fitted', groups: ['ulysses, predicted'], mean: 0.05, worst: 0.12 },
  { id: 'megatron-sp, nothing fitted', groups: ['baseline'], mean: 0.15, worst: 0.3 },
  { id: 'attention against ring, cells nobody fitted', groups: ['attention, predicted'], mean: 0.06, worst: 0.15 },
];

/** The replay of DeepSpeed-Ulysses and of the sequence parallelism it was compared with. */
export const ulysses = defineScenario({
  id: 'ulysses',
  title: 'Sequence parallelism by all-to-all (DeepSpeed-Ulysses)',
  paper: {
    title: 'DeepSpeed Ulysses: System Optimizations for Enabling Training of Extreme Long Sequence Transformer Models',
    reference: 'arXiv:2309.14509',
  },
  params,
  metrics,
  presets,
  changes: portChanges(platformOf),
  refine: problemsOf,
  run(given, context) {
    if (given.scope === 'numerics') {
      const { events, fingerprint, ...result } = runNumerics(given, context.seed);
      const { roundTripExact, maxAbsError, gradMaxAbsError } = result;
      const found = {
        numericsRoundTripExact: roundTripExact,
        numericsMaxAbsError: maxAbsError,
        numericsGradMaxAbsError: gradMaxAbsError,
      };
      return { metrics: found, events, fingerprint };
    }
    const { metrics: found, outcome, warnings } = runUlysses(given, { seed: context.seed });
    for (const warning of warnings) context.onWarning(warning);
    return { metrics: found, events: outcome.events, fingerprint: outcome.fingerprint };
  },
  figures: cells,
  targets,
  claims,
  invariants,
  story,
  examples: [
    'escapement run ulysses --set model=7b --set gpus=32 --set seq=512K --set nicBandwidth=12.5e9',
    'escapement run ulysses --set model=30b --set gpus=64 --set seq=64K --set system=hybrid --set sp=64 --set ringDegree=8',
    'escapement run ulysses --set model=30b --set gpus=64 --set seq=64K --set system=megatron-sp --set nicBandwidth=100e9',
    'escapement run ulysses --set model=7b --set gpus=8 --set gpu=h100-80gb --set search=maxSeq',
    'escapement run ulysses --set model=30b --set gpus=256 --set seq=8K --set overlapComm=true --set a2aFused=true',
  ],
});
