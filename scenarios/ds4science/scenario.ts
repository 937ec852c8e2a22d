import { portChanges } from '../../actors/training/index.ts';
import { defineScenario } from '../kit/index.ts';
import { problemsOf } from './check.ts';
import { claims } from './claims.ts';
import { figures, targets } from './figures.ts';
import { platformOf } from './genslm/setup.ts';
import { invariants } from './invariants.ts';
import { metrics } from './metrics.ts';
import { params } from './params.ts';
import { presets } from './presets.ts';
import { runDs4science } from './run.ts';
import { story } from './story.ts';

/** The replay of DeepSpeed4Science: memory walls of attention in protein models and of long sequences in genome models. */
export const ds4science = defineScenario({
  id: 'ds4science',
  title: 'Memory walls in two science workloads (DeepSpeed4Science)',
  paper: {
    title:
      'DeepSpeed4Science Initiative: Enabling Large-Scale Scientific Discovery through Sophisticated AI System Technologies',
    reference: 'arXiv:2310.04610',
  },
  params,
  metrics,
  presets,
  changes: portChanges(platformOf),
  refine: problemsOf,
  run: runDs4science,
  figures,
  targets,
  claims,
  invariants,
  story,
  examples: [
    'escapement run ds4science --set system=megatron-lm --set model=33b --set search=maxSeq --set gpus=32',
    'escapement run ds4science --set system=megatron-lm --set offloadOptimizer=on --set model=33b --set gpus=16 --set search=maxSeq',
    'escapement run ds4science --set model=25b --set gpus=64 --set gpu=h100-80gb --set search=maxSeq',
    'escapement run ds4science --set model=30b --set gpus=32 --set seq=16K --set microBatch=1 --set nicBandwidth=50e9',
    'escapement run ds4science --set study=evoformer --set variant=msa-column --set stack=main-msa-finetune --set kernel=eager',
  ],
});
