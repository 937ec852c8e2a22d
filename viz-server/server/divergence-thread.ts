import { parentPort, workerData } from 'node:worker_threads';
import { diffRuns, SimError } from '../../engine/index.ts';
import { loadScenario } from '../../scenarios/cli/load-scenario.ts';
import type { DivergenceAnswer, DivergenceTask } from './divergence-link.ts';
import { partingOf } from './divergence-link.ts';
import { setUp } from './set-up.ts';

const { scenario, sim, before, after } = workerData as DivergenceTask;

async function find(): Promise<DivergenceAnswer> {
  const loaded = await loadScenario(scenario);
  const a = await setUp(loaded, before.params, before.free, sim);
  const b = await setUp(loaded, after.params, after.free, sim);
  return {
    kind: 'found',
    value: partingOf(
      diffRuns(
        () => a,
        () => b,
      ),
    ),
  };
}

find().then(
  (answer) => parentPort?.postMessage(answer),
  (error: unknown) => {
    const message = error instanceof SimError || error instanceof Error ? error.message : String(error);
    parentPort?.postMessage({ kind: 'failed', message: message.slice(0, 500) } satisfies DivergenceAnswer);
  },
);
