import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTraces } from '../../../engine/trace/index.ts';
import { gaudi } from '../../../scenarios/gaudi/index.ts';
import { compareScenario, resolveParams, runScenario, shareRuns } from '../../../scenarios/kit/index.ts';
import { matchGolden } from '../../golden.ts';
import { checkInvariants } from '../kit/check-invariants.ts';

const test = suite('gaudi story');
const run = shareRuns(gaudi, (resolved) => runScenario(gaudi, resolved));

test('every cell and claim is within its tolerance', async () => {
  const { cells, claims, targets } = await compareScenario(gaudi, run);
  for (const { id, verdict } of cells) assert.is(verdict, 'pass', id);
  for (const { id, verdict } of claims) assert.is(verdict, 'pass', id);
  for (const { id, verdict } of targets) assert.is(verdict, 'pass', id);
});

test('the story has its plots, and the MME waits for the softmax in its timeline', async () => {
  const plots = (await gaudi.story?.(run)) ?? [];
  assert.is(plots.length, 9);
  const [first] = plots;
  assert.ok(first?.kind === 'timeline');
  assert.is(first.lanes.filter(({ name }) => name.startsWith('TPC')).length, 8);
  const waits = first.lanes.find(({ name }) => name === 'MME waits')?.spans ?? [];
  const lengthOf = (kind: string): number =>
    waits.filter((span) => span.kind === kind).reduce((sum, { start, end }) => sum + end - start, 0);
  assert.ok(lengthOf('waits for softmax') > 80, `${lengthOf('waits for softmax')} ms`);
});

test('quick takes less than a second and equal runs give equal reports', async () => {
  const report = async () => {
    const { wallSeconds, ...rest } = await runScenario(gaudi, resolveParams(gaudi, { preset: 'quick' }));
    assert.ok(wallSeconds < 1, `${wallSeconds} s`);
    return rest;
  };
  assert.equal(await report(), await report());
});

test('the quick run is the golden one', async () => {
  const { metrics } = await runScenario(gaudi, resolveParams(gaudi, { preset: 'quick' }));
  matchGolden('gaudi-quick.json', `${JSON.stringify(metrics, null, 2)}\n`);
});

test('work and waits tile every task of every preset', async () => {
  for (const preset of Object.keys(gaudi.presets)) {
    const { reports } = await checkTraces(() => runScenario(gaudi, resolveParams(gaudi, { preset })));
    assert.ok(reports.length > 0 && reports.every(({ tasks }) => tasks > 10), preset);
    for (const { problems, open } of reports) assert.equal([problems, open], [[], 0], preset);
  }
});

test('what cannot run is refused in one line that names the parameter', () => {
  const bad = [
    [{ workload: 'attention' }, 'workload'],
    [{ sequence: 5 }, 'sequence'],
    [{ seq: 0 }, 'seq'],
    [{ seq: 1.5 }, 'seq'],
    [{ expCycles: Number.NaN }, 'expCycles'],
    [{ tpcMatmulEfficiency: 0 }, 'tpcMatmulEfficiency'],
    [{ engine: 'tpc' }, 'engine'],
    [{ n: 5 }, 'n'],
    [{ features: 8 }, 'features'],
    [{ activation: 'relu' }, 'activation'],
    [{ layers: 3 }, 'layers'],
    [{ vocab: 3 }, 'vocab'],
    [{ workload: 'bert', residualNorm: false }, 'residualNorm'],
    [{ batch: 160 }, 'batch'],
    [{ batch: 1, heads: 6 }, 'slices'],
    [{ heads: 32, seq: 64, slices: 4096, sliceThresholdBytes: 0, tpcCores: 64 }, 'slices'],
  ] as const;
  for (const [params, name] of bad)
    assert.throws(
      () => resolveParams(gaudi, params as never),
      (error: Error) =>
        error.message.length < 400 && !error.message.includes('\n') && new RegExp(`\\b${name}\\b`).test(error.message),
      JSON.stringify(params),
    );
  assert.is(resolveParams(gaudi, { batch: 160, onOom: 'report' }).own.batch, 160);
});

test('what does not fit is told with the bytes, the largest tensor and a batch that fits', async () => {
  let message = '';
  try {
    resolveParams(gaudi, { batch: 160 });
  } catch (error) {
    message = (error as Error).message;
  }
  assert.match(message, /32000000000/);
  assert.match(message, /QK/);
  const fits = Number(/\b(1[0-9][0-9])\b(?!\d)/.exec(message.slice(message.indexOf('all the same')))?.[1]);
  assert.is(resolveParams(gaudi, { batch: fits }).own.batch, fits);
  const { metrics, warnings } = await runScenario(gaudi, resolveParams(gaudi, { batch: 160, onOom: 'report' }));
  assert.is(metrics.fitsInMemory, false);
  assert.is(warnings.length, 1);
});

test('many calls stay quick', async () => {
  const params = { workload: 'matmul', engine: 'both', calls: 10000 } as const;
  const { wallSeconds } = await runScenario(gaudi, resolveParams(gaudi, params));
  assert.ok(wallSeconds < 5, `${wallSeconds} s`);
});

test('invariants hold on random parameters', async () => {
  assert.ok(gaudi.invariants.length >= 15);
  await checkInvariants(gaudi);
});

test.run();
