import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { registry } from '../../scenarios/index.ts';

const test = suite('registry');

test('ids are unique', () => {
  assert.is(new Set(registry.map((entry) => entry.id)).size, registry.length);
});

for (const entry of registry)
  test(`the entry of ${entry.id} repeats the scenario's own words`, async () => {
    const scenario = await entry.load();
    assert.equal([scenario.id, scenario.title, scenario.paper.reference], [entry.id, entry.title, entry.paper]);
  });

test.run();
