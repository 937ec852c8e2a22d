import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTraces } from '../../../engine/index.ts';
import { resolveParams, runScenario } from '../../../scenarios/kit/index.ts';
import {
  AccuracyBench,
  matrixLayers,
  type ReramParams,
  reram,
  runHardware,
  testSamples,
} from '../../../scenarios/reram/index.ts';
import { mappingOf } from '../../../scenarios/reram/matrix-layers.ts';
import { curveOf } from '../../../scenarios/reram/tolerance-study.ts';
import { run as campaign } from '../../bench/reram.bench.ts';

const test = suite('reram studies');

type Given = Readonly<Record<string, number | string | boolean>>;
const paramsOf = (given: Given): ReramParams => resolveParams(reram, given as never).own as unknown as ReramParams;
const run = (given: Given) => runScenario(reram, resolveParams(reram, given as never));

/** Metrics of a small run on digits: few chips, few pictures. */
const small: Given = { trials: 4, images: 100 };

test('states counted over weights are those of the population that was formed and written by events', async () => {
  for (const given of [
    { network: 'mlp', mapping: 'differential', faultRate: 0.1 },
    { network: 'mlp', mapping: 'symmetric', cellBits: 4, faultRate: 0.05, columnFaultShare: 0.5 },
    { network: 'linear', mapping: 'two-column', mitigation: 'pair-compensate', faultRate: 0.2 },
    { network: 'linear', mapping: 'offset', faultRate: 0.2, writeCycles: 7e5 },
  ]) {
    const params = paramsOf({ ...given, trials: 1, images: 10 });
    const { metrics } = await run({ ...given, trials: 1, images: 10 });
    const { census } = runHardware(params, matrixLayers(params, 1), 1);
    assert.is(metrics.hrsCells, census.hrs);
    assert.is(metrics.lrsCells, census.lrs);
    assert.is(metrics.intermediateCells, census.intermediate);
    assert.is(metrics.stuckOnCells, census.stuckOn);
    assert.is(metrics.stuckOffCells, census.stuckOff);
    assert.is(census.pristine, 0);
  }
});

test('work and waits tile every task, of chips and of devices', async () => {
  for (const given of [
    { network: 'mlp', trials: 1, images: 10, adcRate: 1e8, writeVariance: 0.05, writeTolerance: 0.03 },
    { network: 'linear', trials: 1, pipelined: false, mitigation: 'pair-compensate' },
    { study: 'device', cells: 50_000, writeCycles: 1e6 },
  ]) {
    const { reports } = await checkTraces(() => run(given));
    assert.ok(reports.length > 0);
    for (const { problems, tasks } of reports) {
      assert.equal(problems, []);
      assert.ok(tasks > 0);
    }
  }
});

test('a chip does not depend on how many there are, nor on their order', () => {
  const params = paramsOf({ ...small, faultRate: 0.01 });
  const layers = matrixLayers(params, 1);
  const samples = testSamples(params, 1);
  const bench = new AccuracyBench('mlp', layers, samples, 1);
  const mapping = mappingOf(params);
  const at = (chip: number) => bench.accuracy({ chip, rate: 0.01, mapping, params });
  const forwards = [0, 1, 2, 3].map(at);
  const backwards = [3, 2, 1, 0].map(at).reverse();
  assert.equal(forwards, backwards);
  const batch = curveOf({ ...params, trials: 8 }, mapping, bench).chipsAt(12);
  const few = curveOf({ ...params, trials: 3 }, mapping, bench).chipsAt(12);
  assert.equal(batch.slice(0, 3), few);
});

test('equal seeds give equal reports, another seed other chips', async () => {
  const report = async (seed: number) => {
    const { wallSeconds, ...rest } = await run({ ...small, seed });
    assert.ok(wallSeconds >= 0);
    return rest;
  };
  const first = await report(1);
  assert.equal(await report(1), first);
  assert.is.not((await report(2)).metrics.accuracyMean, first.metrics.accuracyMean);
});

test('accuracy falls with the fault rate, and scaling the last layer changes none', async () => {
  const given = { ...small, mapping: 'two-column' };
  const found = [];
  for (const faultRate of [0, 0.003, 0.03, 0.3]) found.push((await run({ ...given, faultRate })).metrics);
  assert.is(found[0]?.accuracyMean, found[0]?.accuracyIdeal);
  for (let i = 1; i < found.length; i++)
    assert.ok(
      Number(found[i]?.accuracyMean) <=
        Number(found[i - 1]?.accuracyMean) + 2 * Number(found[i - 1]?.accuracyCi95) + 1e-9,
    );
  const params = paramsOf({ ...given, faultRate: 0.01 });
  const layers = matrixLayers(params, 1);
  const samples = testSamples(params, 1);
  const scaled = layers.map((layer, l) =>
    l === layers.length - 1
      ? { ...layer, range: 4 * layer.range, biases: layer.biases.map((bias) => 4 * bias) }
      : layer,
  );
  const accuracy = (of: typeof layers) =>
    new AccuracyBench('mlp', of, samples, 1).accuracy({ chip: 0, rate: 0.01, mapping: mappingOf(params), params });
  assert.is(accuracy(scaled), accuracy(layers));
});

test('quick shows the gain', async () => {
  const { metrics, intervals } = await run({ preset: 'quick' });
  assert.ok(Number(metrics.toleranceGain) > 5 && Number(metrics.toleranceGain) < 11);
  const [low, high] = intervals.toleranceGain ?? [0, 0];
  assert.ok(low < Number(metrics.toleranceGain) && high > Number(metrics.toleranceGain));
});

test('a campaign forms, writes and wears millions of cells', () => {
  const { cells, worn } = campaign(1_000_000);
  assert.ok(worn > 0.48 * cells && worn < 0.5 * cells, `${worn}`);
});

test('every bad input is refused in one line that says what is wrong', () => {
  for (const [given, words] of [
    [{ faultRate: 0.7 }, /faultRate.*0\.7.*0\.5/],
    [{ stuckOnShare: 2 }, /stuckOnShare.*2/],
    [{ bits: 8, cellBits: 3 }, /3 bits of a cell must divide 8/],
    [{ crossbarCols: 17 }, /multiple of the 2 cells of a weight: 17 columns/],
    [{ offResistanceOhms: 1e4 }, /10000 is not more than 100000/],
    [{ network: 'vgg16', study: 'tolerance' }, /vgg16 has no trained weights, so no accuracy/],
    [{ pruneRatio: 7 }, /trained ratios of mlp are 1, 10, 20/],
    [{ mapping: 'offset', mitigation: 'pair-compensate' }, /offset has one/],
    [{ cellBits: 4, mitigation: 'pair-compensate' }, /whole weights in a cell/],
    [{ mapping: 'two-column', restLevel: 0.5 }, /mapping=rest only/],
    [{ images: 3000 }, /images.*3000.*2004/],
    [{ study: 'device', cells: 3e8 }, /cells.*3.*2/],
    [{ network: 'vgg16', trials: 10000 }, /limit is 1e11/],
    [{ sa1Share: 0.5 }, /sa1Share/],
    [{ dacBits: 8, inputBits: 4 }, /dacBits.*4 bits/],
    [{ adcsPerArray: 256 }, /128 columns/],
  ] as const)
    try {
      resolveParams(reram, given as never);
      assert.unreachable(JSON.stringify(given));
    } catch (error) {
      const text = (error as Error).message;
      assert.match(text, words);
      assert.is(text.includes('\n'), false);
    }
});

test('the story has its plots', async () => {
  const number = (metric: string) => (metric === 'toleranceGain' ? 5 : 0.5);
  const plots = (await reram.story?.(async () => ({ metrics: {}, params: {}, number, flag: () => true }))) ?? [];
  assert.equal(
    plots.map(({ kind }) => kind),
    ['line', 'line', 'line', 'bar', 'heat', 'line'],
  );
});

test.run();
