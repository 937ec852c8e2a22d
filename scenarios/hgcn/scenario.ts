import { defineScenario, type RunContext, type RunOutcome } from '../kit/index.ts';
import { checkParams } from './check.ts';
import { claims } from './claims.ts';
import { cells, targets } from './figures.ts';
import { sizesOf, sourceOf } from './inputs.ts';
import { invariants } from './invariants.ts';
import { type MetricName, metrics } from './metrics.ts';
import { verify } from './numerics/verify.ts';
import type { HgcnParams } from './parameters.ts';
import { params } from './params.ts';
import { presets } from './presets.ts';
import { runHgcn } from './run.ts';
import { story } from './story.ts';
import { runSuite, suiteMetrics } from './suite.ts';

/** The replay of H-GCN and of the accelerators that it was compared with. */
export const hgcn = defineScenario({
  id: 'hgcn',
  title: 'Graph convolutions on AI Engines and programmable logic (H-GCN)',
  paper: {
    title: 'H-GCN: A Graph Convolutional Network Accelerator on Versal ACAP Architecture',
    reference: 'arXiv:2206.13734',
  },
  params,
  metrics,
  presets,
  refine: checkParams,
  run,
  figures: cells,
  targets,
  claims,
  invariants,
  story,
  examples: [
    'escapement run hgcn --set dataset=pubmed --set tile=16 --json',
    'escapement run hgcn --set dataset=cora --set partitions=1 --set singleEngine=aie --json',
    'escapement run hgcn --set dataset=amazon --set residency=ddr --set ddrBandwidth=460GB/s --json',
    'escapement run hgcn --set accelerator=awb-gcn --set dataset=file --set graphFile=my.mtx --set rebalance=none --json',
    'escapement run hgcn --set suite=i-gcn --set aieClockHz=1e9 --json',
  ],
});

function run(given: HgcnParams, context: RunContext): RunOutcome<MetricName> {
  const { seed } = context;
  if (given.suite !== 'none') {
    const cells = runSuite(given, seed, (done, of) => context.progress(done / of, `${done} of ${of} cells`));
    const found = suiteMetrics(cells);
    return { metrics: found, events: Number(found.events) };
  }
  const { metrics: found, fingerprint } = runHgcn(given, seed);
  const events = Number(found.events);
  if (!given.verify) return { metrics: found, events, fingerprint };
  const source = sourceOf(given, seed);
  const options = {
    ...sizesOf(given, source),
    tile: given.tile,
    loose: given.looseThreshold,
    tight: given.tightThreshold,
  };
  return { metrics: { ...found, numericMaxRelError: verify(source.graph(), options, seed).maxRelError }, events };
}
