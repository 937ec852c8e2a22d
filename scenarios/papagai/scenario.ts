import { defineScenario } from '../kit/index.ts';
import { changes } from './changes.ts';
import { checkParams } from './check.ts';
import { claims } from './claims.ts';
import { figures } from './figures.ts';
import { invariants } from './invariants.ts';
import { metrics } from './metrics.ts';
import { params } from './params.ts';
import { presets } from './presets.ts';
import { runPapagai } from './run.ts';
import { story } from './story.ts';

/** The replay of PapagAI and of those it was compared with. */
export const papagai = defineScenario({
  id: 'papagai',
  title: 'Feedback on reflective essays: a pipeline with rules, a language model, a lecturer (PapagAI)',
  paper: { title: 'PapagAI: Automated Feedback for Reflective Essays', reference: 'arXiv:2307.07523' },
  params,
  metrics,
  presets,
  changes,
  refine: checkParams,
  run: runPapagai,
  figures,
  claims,
  invariants,
  story,
  examples: [
    'escapement run papagai --preset deadlineNight --set deadlineWindowHours=3',
    'escapement run papagai --preset blended --set reviewShare=0.5 --replications 20',
    'escapement run papagai --set system=llm --set llm=gpt-4 --set rateLimit=20 --set deadlineShape=burst',
  ],
});
