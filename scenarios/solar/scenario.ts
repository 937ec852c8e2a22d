import { defineScenario } from '../kit/index.ts';
import { changes } from './changes.ts';
import { checkParams } from './check.ts';
import { claims } from './claims.ts';
import { cells } from './figures.ts';
import { invariants } from './invariants.ts';
import { metrics } from './metrics.ts';
import { params } from './params.ts';
import { presets } from './presets.ts';
import { runSolar } from './run.ts';
import { story } from './story.ts';

/** The replay of SOLAR and of the loaders that it was compared with. */
export const solar = defineScenario({
  id: 'solar',
  title: 'Loading training samples with the future known (SOLAR)',
  paper: {
    title:
      'SOLAR: A Highly Optimized Data Loading Framework for Distributed Training of CNN-based Scientific Surrogates',
    reference: 'arXiv:2211.00224',
  },
  params,
  metrics,
  presets,
  changes,
  refine: checkParams,
  run: runSolar,
  figures: cells,
  claims,
  invariants,
  story,
  examples: [
    'escapement run solar --set surrogate=ptychonn --set samples=6309540 --set chunking=breakeven --set fsLatencySeconds=5ms',
    'escapement run solar --set loader=nopfs --set bufferBytesPerGpu=40GB --set prefetchDepth=4',
    'escapement run solar --set mode=mlperf-storage --set mlperfModel=cosmoflow --set storageBytesPerSecond=20GB/s --set findMax=true',
  ],
});
