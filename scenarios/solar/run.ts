import type { RunContext, RunOutcome } from '../kit/index.ts';
import { warningsOf } from './check.ts';
import { runChunkPlan } from './chunk-plan.ts';
import type { MetricName } from './metrics.ts';
import { runMlperf } from './mlperf.ts';
import type { SolarParams } from './params.ts';
import { resolve } from './resolve.ts';
import { runTraining } from './training.ts';

/** Runs one of the three modes. */
export function runSolar(params: SolarParams, context: RunContext): RunOutcome<MetricName> {
  switch (params.mode) {
    case 'training': {
      const setup = resolve(params);
      for (const warning of warningsOf(params, setup)) context.onWarning(warning);
      return runTraining(setup, params.frequencyThreshold, context);
    }
    case 'chunk-plan':
      return runChunkPlan(params, context.seed);
    case 'mlperf-storage':
      return runMlperf(params, context.seed);
  }
}
