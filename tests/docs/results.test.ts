import { readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { registry } from '../../scenarios/index.ts';
import { resolveParams, runScenario } from '../../scenarios/kit/index.ts';
import { readResult, resultTable } from './results.ts';
import { root } from './snippets.ts';

const test = suite('stored results');

for (const { id, load } of registry) {
  const stored = readResult(id);
  if (stored === undefined) continue;
  test(`${id}: every published cell is stored, and one simulated again is the same (else npm run results ${id})`, async () => {
    const scenario = await load();
    const published = Object.fromEntries(scenario.figures.map((figure) => [figure.id, figure.value]));
    assert.equal(
      Object.fromEntries(Object.entries(stored.cells).map(([cell, { published: value }]) => [cell, value])),
      published,
    );
    const probe = scenario.figures.find((figure) => figure.id === stored.probe);
    assert.ok(probe !== undefined, stored.probe);
    const { metrics } = await runScenario(scenario, resolveParams(scenario, probe.params));
    assert.is(metrics[probe.metric], stored.cells[stored.probe]?.simulated);
  });
}

test('the README shows the stored results and names every scenario', () => {
  const file = new URL('README.md', root);
  const text = readFileSync(file, 'utf8');
  const [begin, end] = ['<!-- results -->\n', '\n<!-- end of results -->'];
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  assert.ok(from > begin.length && to >= from);
  if (process.env.ESCAPEMENT_GOLDEN === 'write')
    writeFileSync(file, `${text.slice(0, from)}\n${resultTable()}\n${text.slice(to)}`);
  else assert.is(text.slice(from, to).trim(), resultTable());
  for (const { id } of registry) assert.ok(text.includes(`scenarios/${id}/README.md`), id);
});

test.run();
