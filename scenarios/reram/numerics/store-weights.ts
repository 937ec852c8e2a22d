import { mkdirSync, writeFileSync } from 'node:fs';
import { loadDataset, openBackend } from '../../../actors/numerics/index.ts';
import { createRandomSource } from '../../../engine/index.ts';
import type { TrainedName } from '../networks.ts';
import { trainPruned } from './train.ts';
import { packWeights, trainedRatios, weightsFile } from './weights.ts';

// Trains the stored weights anew: `npm run build && node dist/scenarios/reram/numerics/store-weights.js [mlp|lenet5 ...]`, then
// copy dist/scenarios/reram/weights over scenarios/reram/weights. Seed 1, backend wasm: equal bits each time.
const names = process.argv.slice(2);
const backend = await openBackend('wasm');
const data = loadDataset('mnist', { trainShare: 0.8 }, createRandomSource({ seed: 1 }));
for (const name of ['mlp', 'lenet5'] as const satisfies readonly TrainedName[]) {
  if (names.length > 0 && !names.includes(name)) continue;
  for (const ratio of trainedRatios) {
    const { layers, accuracy } = trainPruned(name, ratio, data, backend, 1, (text) =>
      process.stderr.write(`${name} ${ratio}: ${text}\n`),
    );
    const file = weightsFile(name, ratio);
    mkdirSync(new URL('.', file), { recursive: true });
    writeFileSync(file, packWeights(layers));
    process.stdout.write(`${name} ${ratio}: accuracy ${accuracy}\n`);
  }
}
