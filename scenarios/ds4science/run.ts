import type { RunContext, RunOutcome } from '../kit/index.ts';
import { warningsOf } from './check.ts';
import { runEvoformer } from './evoformer/run.ts';
import { runGenslm } from './genslm/run.ts';
import type { MetricName } from './metrics.ts';
import { runNumerics } from './numerics/run-numerics.ts';
import type { Ds4Params } from './params.ts';

/** Runs one of the two studies. */
export function runDs4science(
  params: Ds4Params,
  context: Pick<RunContext, 'seed' | 'onWarning'>,
): RunOutcome<MetricName> {
  for (const warning of warningsOf(params)) context.onWarning(warning);
  if (params.study === 'evoformer' && params.scope === 'numerics') {
    const { output, gradients, biasGradient, fingerprint } = runNumerics(params.numericsTrials, context.seed);
    const metrics = {
      numericsMaxAbsError: output,
      numericsGradMaxAbsError: gradients,
      numericsBiasGradMaxAbsError: biasGradient,
    };
    return { metrics, events: 0, fingerprint };
  }
  const run = params.study === 'genslm' ? runGenslm : runEvoformer;
  const { metrics, outcome } = run(params, { seed: context.seed });
  return { metrics, events: outcome.events, fingerprint: outcome.fingerprint };
}
