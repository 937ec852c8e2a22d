import { parseHTML } from 'linkedom';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareScenario, runScenario, shareRuns } from '../../../scenarios/index.ts';
import { renderReport } from '../../../scenarios/kit/report/render-report.ts';
import { scenario as mm1 } from './mm1.ts';
import { samplePlots } from './sample-plots.ts';

const test = suite('report');

const comparison = await compareScenario(
  mm1,
  shareRuns(mm1, (resolved) => runScenario(mm1, resolved)),
);
const html = renderReport([{ comparison, plots: samplePlots }]);
const { document } = parseHTML(html);
const all = (selector: string) => [...document.querySelectorAll(selector)];

test('every kind of plot is drawn, with a name, and its numbers stand in a table', () => {
  assert.is(all('figure svg[role=img]').length, samplePlots.length);
  assert.is(all('figure table').length, samplePlots.length);
  for (const svg of all('figure svg')) assert.ok((svg.getAttribute('aria-label') ?? '').length > 0);
});

test('published values are marks of their own: circles, diamonds, crosses', () => {
  const figure = document.querySelector('figure');
  const legend = [...(figure?.querySelectorAll('.legend li') ?? [])].map((item) => item.textContent);
  assert.equal(legend.slice(2), ['○published, calibration', '◆published, check', '×published, report']);
  assert.ok((figure?.querySelectorAll('g[aria-label=dot]').length ?? 0) >= 4);
});

test('drawings hold no number that is not one', () => {
  for (const svg of all('figure svg')) assert.not.match(svg.outerHTML, /NaN|undefined|Infinity/);
});

test('text from scenarios is escaped', () => {
  const odd = { ...comparison, title: '<script>alert(1)</script> & "more"', claims: [] };
  const page = renderReport([{ comparison: odd, plots: [] }]);
  assert.not.match(page, /<script/);
  const heading = parseHTML(page).document.querySelector('h2')?.textContent ?? '';
  assert.ok(heading.startsWith('<script>alert(1)</script> & "more" '), heading);
});

test('equal input gives equal bytes', () => {
  assert.is(renderReport([{ comparison, plots: samplePlots }]), html);
});

test.run();
