import { defineScenario } from '../kit/index.ts';
import { problemsOf } from './check.ts';
import { claims } from './claims.ts';
import { cells, targets } from './figures.ts';
import { invariants } from './invariants.ts';
import { metrics } from './metrics.ts';
import { params } from './params.ts';
import { presets } from './presets.ts';
import { runReram } from './run.ts';
import { story } from './story.ts';

/** The replay of fault-tolerant crossbars: stuck cells, pruned networks, and how weights are mapped to pairs of cells. */
export const reram = defineScenario({
  id: 'reram',
  title: 'Stuck cells in ReRAM crossbars: pruning and differential mapping',
  paper: {
    title:
      'Improving DNN Fault Tolerance using Weight Pruning and Differential Crossbar Mapping for ReRAM-based Edge AI',
    reference: 'arXiv:2106.09166',
  },
  params,
  metrics,
  presets,
  refine: problemsOf,
  run: runReram,
  figures: cells,
  targets,
  claims,
  invariants,
  story,
  examples: [
    'escapement run reram --preset headline',
    'escapement run reram --preset offHeavy',
    'escapement run reram --preset chipRatio --set mapping=rest --set restLevel=0.8378',
    'escapement run reram --set faultRate=0.01 --set columnFaultShare=1',
    'escapement run reram --set network=linear --set faultRate=0 --set onResistanceOhms=10000',
  ],
});
