// Stores what `compare` says of the scenarios named on the command line, or of all; docs/results.test.ts holds the README against it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { registry } from '../../scenarios/index.ts';
import { type Comparison, resolveParams, runScenario } from '../../scenarios/kit/index.ts';
import { main } from '../scenarios/cli/run-command.ts';
import { resultFile, type StoredResult } from './results.ts';

mkdirSync(new URL('.', resultFile('any')), { recursive: true });
const wanted = process.argv.slice(2).map((word) => word.split('='));
for (const entry of registry) {
  const given = wanted.find(([id]) => id === entry.id);
  if (wanted.length > 0 && given === undefined) continue;
  const text =
    given?.[1] === undefined
      ? spawnSync(process.execPath, [main, 'compare', entry.id, '--json'], { encoding: 'utf8', maxBuffer: 1e9 }).stdout
      : readFileSync(given[1], 'utf8');
  const { scenario, title, reference, roles, claims, misses, cells } = JSON.parse(text) as Comparison;
  const loaded = await entry.load();
  let probe = { id: '', ms: Number.POSITIVE_INFINITY };
  for (const { id } of cells.filter(({ role }) => role === 'check').slice(0, 5)) {
    const begun = performance.now();
    const figure = loaded.figures.find((each) => each.id === id);
    await runScenario(loaded, resolveParams(loaded, figure?.params ?? {}));
    const ms = performance.now() - begun;
    if (ms < probe.ms) probe = { id, ms };
  }
  const stored: StoredResult = {
    scenario,
    title,
    reference,
    roles,
    claims: { passed: claims.filter(({ verdict }) => verdict !== 'miss').length, of: claims.length },
    misses,
    cells: Object.fromEntries(cells.map(({ id, published, simulated }) => [id, { published, simulated }])),
    probe: probe.id,
  };
  writeFileSync(resultFile(entry.id), `${JSON.stringify(stored, undefined, 2)}\n`);
  console.log(`${entry.id}: ${cells.length} cells, probe ${probe.id} in ${probe.ms.toFixed(0)} ms`);
}
