import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTraces } from '../../../engine/trace/index.ts';
import { hgcn } from '../../../scenarios/hgcn/index.ts';
import { compareScenario, resolveParams, runScenario, shareRuns } from '../../../scenarios/kit/index.ts';
import { matchGolden } from '../../golden.ts';

const test = suite('hgcn story');
const run = shareRuns(hgcn, (resolved) => runScenario(hgcn, resolved));
const folder = mkdtempSync(join(tmpdir(), 'hgcn-'));
test.after(() => rmSync(folder, { recursive: true }));

test('every cell and quick claim is within its tolerance', async () => {
  const { cells, claims, targets } = await compareScenario(hgcn, run, { quick: true });
  for (const { id, verdict, role } of cells) assert.is(verdict, role === 'report' ? 'shown' : 'pass', id);
  for (const { id, verdict } of claims) assert.is(verdict, 'pass', id);
  for (const { id, verdict } of targets) assert.is(verdict, 'pass', id);
});

test('the headlines are within their bands, and where they are said not to hold they do not', async () => {
  for (const { id, slow, how, pass } of hgcn.claims.filter((claim) => claim.slow)) {
    const value = await how(run);
    assert.ok(slow);
    if (pass.equals !== undefined) assert.is(value, pass.equals, id);
    if (pass.min !== undefined) assert.ok(Number(value) >= pass.min, `${id}: ${value}`);
    if (pass.max !== undefined) assert.ok(Number(value) <= pass.max, `${id}: ${value}`);
  }
});

test('slow cells are within their tolerance', async () => {
  for (const { id, slow, params, metric, value, tolerance = 0 } of hgcn.figures) {
    if (slow !== true) continue;
    const error = (await run(params)).number(metric) / Number(value) - 1;
    assert.ok(Math.abs(error) <= tolerance, `${id}: ${error}`);
  }
});

test('the story has its plots; on Flickr the AI Engines wait for DRAM', async () => {
  const plots = (await hgcn.story?.(run)) ?? [];
  assert.is(plots.length, 10);
  const flickr = plots.find(({ title }) => title.startsWith('Flickr'));
  assert.ok(flickr?.kind === 'timeline');
  const idle = flickr.lanes.find(({ name }) => name === 'AIE idle')?.spans ?? [];
  const lengthOf = (kind: RegExp): number =>
    idle.filter((span) => kind.test(span.kind)).reduce((sum, { start, end }) => sum + end - start, 0);
  assert.ok(
    lengthOf(/load/) > 0.9 * lengthOf(/./) && lengthOf(/./) > 1000,
    `${lengthOf(/load/)} of ${lengthOf(/./)} us`,
  );
});

test('quick takes less than ten seconds and equal runs give equal reports', async () => {
  const report = async () => {
    const { wallSeconds, ...rest } = await runScenario(hgcn, resolveParams(hgcn, { preset: 'quick' }));
    assert.ok(wallSeconds < 10, `${wallSeconds} s`);
    return rest;
  };
  assert.equal(await report(), await report());
});

test('the quick run is the golden one', async () => {
  const { metrics } = await runScenario(hgcn, resolveParams(hgcn, { preset: 'quick' }));
  matchGolden('hgcn-quick.json', `${JSON.stringify(metrics, null, 2)}\n`);
});

test('work and waits tile every task of every accelerator', async () => {
  const sets = [
    { preset: 'quick' },
    { accelerator: 'awb-gcn', rebalance: 'none' },
    { accelerator: 'i-gcn', residency: 'ddr' },
    { accelerator: 'boostgcn' },
    { accelerator: 'boostgcn', dataset: 'flickr', order: 'aggregation-first' },
    { residency: 'ddr', aieUsed: 20 },
    { partitions: 1, singleEngine: 'pl' },
  ];
  for (const set of sets) {
    const { reports } = await checkTraces(() => runScenario(hgcn, resolveParams(hgcn, set)));
    assert.ok(reports.length > 0 && reports.every(({ tasks }) => tasks > 5), JSON.stringify(set));
    for (const { problems, open } of reports) assert.equal([problems, open], [[], 0], JSON.stringify(set));
  }
});

test('a run with verify multiplies real numbers', async () => {
  const { metrics } = await runScenario(hgcn, resolveParams(hgcn, { verify: true }));
  const error = Number(metrics.numericMaxRelError);
  assert.ok(error > 0 && error < 1e-4, `${error}`);
});

test('what cannot run is refused in one line that names the parameter', () => {
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const market = '%%MatrixMarket matrix coordinate pattern general\n';
  const bad = [
    [{ dataset: 'ppi' }, 'dataset'],
    [{ tiles: 16 }, 'tiles'],
    [{ tile: 24 }, 'tile'],
    [{ looseThreshold: 1.5 }, 'looseThreshold'],
    [{ looseThreshold: 0.2 }, 'tightThreshold'],
    [{ aieUsed: 401 }, 'aieUsed'],
    [{ aieClockHz: Number.NaN }, 'aieClockHz'],
    [{ singleEngine: 'pl' }, 'singleEngine'],
    [{ partitions: 2, sparseKernel: false }, 'sparseKernel'],
    [{ rebalance: 'none' }, 'rebalance'],
    [{ order: 'aggregation-first' }, 'order'],
    [{ accelerator: 'awb-gcn', tile: 16 }, 'tile'],
    [{ accelerator: 'i-gcn', order: 'aggregation-first' }, 'order'],
    [{ accelerator: 'boostgcn', residency: 'onchip' }, 'residency'],
    [{ accelerator: 'boostgcn', onChipBytes: 1e6 }, 'onChipBytes'],
    [{ nodes: 100 }, 'nodes'],
    [{ graphFile: 'a.csv' }, 'graphFile'],
    [{ dataset: 'synthetic', nodes: 10, edges: 46 }, 'edges'],
    [{ suite: 'all', dataset: 'pubmed' }, 'dataset'],
    [{ suite: 'i-gcn', accelerator: 'i-gcn' }, 'accelerator'],
    [{ suite: 'i-gcn', compareTo: 'i-gcn' }, 'compareTo'],
    [{ accelerator: 'i-gcn', compareTo: 'i-gcn' }, 'compareTo'],
    [{ dataset: 'reddit', verify: true }, 'verify'],
    [{ dataset: 'synthetic', edges: 2e6, nodes: 100000, featureDensity: 1, verify: true }, 'verify'],
    [{ dataset: 'file' }, 'graphFile'],
    [{ dataset: 'file', graphFile: 'missing.mtx' }, 'missing.mtx'],
    [{ dataset: 'file', graphFile: 'graph.txt' }, 'graph.txt'],
    [{ dataset: 'file', graphFile: file('a.csv', '1,2\n3\n') }, 'line 2'],
    [{ dataset: 'file', graphFile: file('b.mtx', `${market}3 3 1\n1 4\n`) }, 'line 3'],
    [{ dataset: 'file', graphFile: file('c.mtx', `${market}3 4 1\n1 2\n`) }, '3 x 4'],
    [{ dataset: 'file', graphFile: file('d.mtx', market.replace('coordinate', 'array')) }, 'array'],
  ] as const;
  for (const [params, name] of bad)
    assert.throws(
      () => resolveParams(hgcn, params as never),
      (error: Error) => error.message.length < 500 && !error.message.includes('\n') && error.message.includes(name),
      JSON.stringify(params),
    );
});

test('a graph of one’s own runs on every accelerator', async () => {
  const graphFile = join(folder, 'own.csv');
  writeFileSync(graphFile, 'source,target\na,b\nb,c\nc,a\nc,d\n');
  for (const accelerator of ['hgcn', 'awb-gcn', 'i-gcn', 'boostgcn']) {
    const { metrics } = await runScenario(hgcn, resolveParams(hgcn, { dataset: 'file', graphFile, accelerator }));
    assert.equal([metrics.nodes, metrics.edges, metrics.maxDegree], [4, 4, 3]);
  }
});

test.run();
