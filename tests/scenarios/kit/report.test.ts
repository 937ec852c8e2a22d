import { parseHTML } from 'linkedom';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareScenario, runScenario, shareRuns } from '../../../scenarios/index.ts';
import { drawPlot } from '../../../scenarios/kit/report/plot-svg.ts';
import { figure, renderReport } from '../../../scenarios/kit/report/render-report.ts';
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
  const first = document.querySelector('figure');
  const legend = [...(first?.querySelectorAll('.legend li') ?? [])].map((item) => item.textContent);
  assert.equal(legend.slice(2), ['○published, calibration', '◆published, check', '×published, report']);
  assert.ok((first?.querySelectorAll('g[aria-label=dot]').length ?? 0) >= 4);
});

test('drawings hold no number that is not one', () => {
  for (const svg of all('figure svg')) assert.not.match(svg.outerHTML, /NaN|undefined|Infinity/);
});

test('the word at a level stands over the lines, and below where a line runs above', () => {
  const drawn = (points: ReadonlyArray<readonly [number, number]>) => {
    const svg = parseHTML(
      drawPlot({
        kind: 'line',
        title: 't',
        x: { label: 'x' },
        y: { label: 'y' },
        series: [{ name: 's', points }],
        levels: [{ y: 50, label: 'usable' }],
      }),
    ).document;
    const marks = [...svg.querySelectorAll('g[aria-label]')];
    const word = marks.find((mark) => mark.textContent === 'usable');
    const line = marks.findIndex((mark) => mark.getAttribute('aria-label') === 'line');
    assert.ok(line >= 0 && marks.indexOf(word as (typeof marks)[0]) > line);
    return Number(/,(-?[\d.]+)\)/.exec(word?.getAttribute('transform') ?? '')?.[1]);
  };
  const away = drawn([
    [0, 100],
    [10, 10],
  ]);
  const through = drawn([
    [0, 100],
    [10, 52],
  ]);
  assert.ok(away < 0 && through > 0, `${away} ${through}`);
});

test('a part of stacked bars that is always zero is not in the legend', () => {
  const bars = (stacked: boolean): string =>
    figure({
      kind: 'bar',
      title: 't',
      x: { label: 'x' },
      y: { label: 'y' },
      stacked,
      series: [
        { name: 'work', points: [['a', 1]] },
        { name: 'none', points: [['a', 0]] },
        { name: 'wait', points: [['a', 2]] },
      ],
    });
  const legend = (text: string) =>
    [...parseHTML(text).document.querySelectorAll('.legend li')].map((li) => li.textContent);
  assert.equal(legend(bars(true)), ['work', 'wait']);
  assert.equal(legend(bars(false)), ['work', 'none', 'wait']);
  assert.match(bars(true), /--c2\)"><\/span>wait/);
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
