import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { comet } from '../../../scenarios/comet/index.ts';
import { resolveParams, runScenario, shareRuns } from '../../../scenarios/kit/index.ts';
import { matchGolden } from '../../golden.ts';
import { matchReadmePlot } from '../kit/readme-plot.ts';

const test = suite('comet story');

test('the story has its plots', async () => {
  const run = shareRuns(comet, (resolved) => runScenario(comet, resolved));
  // Small samples: the plots are asked for their parts, not for their values.
  const plots = (await comet.story?.((given) => run({ ...given, sampleElements: 4096 }))) ?? [];
  assert.is(plots.length, 10);
  const memory = plots.find(({ title }) => title.startsWith('Memory over'));
  assert.ok(memory?.kind === 'line' && memory.series.length === 2);
  const [plain, packed] = memory.series.map(({ points }) => Math.max(...points.map(([, y]) => y ?? 0)));
  assert.ok((packed as number) < (plain as number));
  matchReadmePlot('comet/plots/memory.svg', memory);
  const law = plots.at(-1);
  assert.ok(law?.kind === 'line');
  const [measured, normal] = law.series.map(({ points }) => points.map(([, y]) => y ?? 0));
  const apart = (measured ?? []).map((y, i) => Math.abs(y - ((normal ?? [])[i] as number)));
  assert.ok(Math.max(...apart) < 0.06, `${Math.max(...apart)}`);
  matchReadmePlot('comet/plots/law.svg', law);
});

test('the default run is the golden one', async () => {
  const { metrics, events } = await runScenario(comet, resolveParams(comet, {}));
  const lines = Object.entries(metrics).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? value.toPrecision(12) : value}`,
  );
  matchGolden('comet.txt', `${[...lines, `events ${events}`].join('\n')}\n`);
});

test.run();
