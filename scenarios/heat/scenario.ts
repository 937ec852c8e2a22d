import { defineScenario } from '../kit/index.ts';
import { problemsOf } from './check.ts';
import { claims } from './claims.ts';
import { figures, targets } from './figures.ts';
import { invariants } from './invariants.ts';
import { metrics } from './metrics.ts';
import { params } from './params.ts';
import { presets } from './presets.ts';
import { runHeat } from './run.ts';
import { story } from './story.ts';

/** The replay of HEAT: training of a recommender on many cores, cache line by cache line. */
export const heat = defineScenario({
  id: 'heat',
  title: 'Recommender training bound by caches and coherence (HEAT)',
  paper: {
    title:
      'HEAT: A Highly Efficient and Affordable Training System for Collaborative Filtering Based Recommendation on CPUs',
    reference: 'arXiv:2304.07334',
  },
  params,
  metrics,
  presets,
  refine: problemsOf,
  run: runHeat,
  figures,
  targets,
  claims,
  invariants,
  story,
  examples: [
    'escapement run heat --set sampler=tile --set tile=512 --set l2Bytes=1MiB --set l3Bytes=32MiB',
    'escapement run heat --set coresPerCluster=8 --set l3Bytes=32MiB',
    'escapement run heat --set system=heat-accl --set localAccumulation=1',
    'escapement run heat --set users=4570000 --set items=3120000 --set interactions=11400000 --set platform=c5a.16xlarge',
    'escapement run heat --set mode=numerics',
  ],
});
