import { defineScenario } from '../kit/index.ts';
import { checkParams } from './check.ts';
import { cells } from './figures.ts';
import { metrics } from './metrics.ts';
import { params } from './params.ts';
import { presets } from './presets.ts';
import { runSolar } from './run.ts';

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
  refine: checkParams,
  run: runSolar,
  figures: cells,
});
