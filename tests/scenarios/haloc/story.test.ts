import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConvolutionGpu, loadConvolutionDevice } from '../../../actors/presets/index.ts';
import { checkTraces } from '../../../engine/trace/index.ts';
import { parseRanks } from '../../../scenarios/haloc/choose-ranks.ts';
import { defaultParams, haloc, runNetwork } from '../../../scenarios/haloc/index.ts';
import { dense, type Ranks } from '../../../scenarios/haloc/low-rank.ts';
import { networkOf } from '../../../scenarios/haloc/network.ts';
import { LatencyTable } from '../../../scenarios/haloc/pricing.ts';
import { resolveParams, runScenario, shareRuns } from '../../../scenarios/kit/index.ts';
import { checkInvariants } from '../kit/check-invariants.ts';
import { matchReadmePlot } from '../kit/readme-plot.ts';

const test = suite('haloc story');
const run = shareRuns(haloc, (resolved) => runScenario(haloc, resolved));

test('the story has its plots: a staircase, a search, machines, launches, loss against time', async () => {
  const plots = (await haloc.story?.(run)) ?? [];
  assert.equal(
    plots.map(({ kind }) => kind),
    ['line', 'heat', 'line', 'timeline', 'line'],
  );
  const [stairs, , , timeline] = plots;
  assert.ok(stairs?.kind === 'line' && stairs.series.length === 2 && stairs.levels?.length === 1);
  assert.ok(timeline?.kind === 'timeline' && timeline.lanes.length === 2);
  assert.ok(timeline.lanes.every(({ spans }) => spans.some(({ kind }) => kind === 'launch')));
  matchReadmePlot('haloc/plots/stairs.svg', stairs);
  matchReadmePlot('haloc/plots/launches.svg', timeline);
});

test('the simulated pass takes the sum of the latency table', () => {
  for (const device of ['rtx2080ti', 'jetson-tx2', 'eyeriss'] as const) {
    const params = { ...defaultParams, device, batch: 4 };
    const { metrics } = runNetwork(params, 1);
    const network = networkOf('resnet18');
    const table = new LatencyTable(device, 'cudnn', 4);
    const launches = table.launches(network, parseRanks(String(metrics.rankList)));
    const sum = launches.reduce((total, { wait, work }) => total + wait + work, 0);
    assert.ok(Math.abs(Number(metrics.latencySeconds) / sum - 1) < 1e-6, device);
    assert.ok(table.size < launches.length);
  }
});

test('work and waits tile every task', async () => {
  for (const kernelLibrary of ['cudnn', 'tdc'] as const) {
    const { reports } = await checkTraces(() =>
      runScenario(haloc, resolveParams(haloc, { network: 'resnet20', flopsTarget: 0.7, kernelLibrary })),
    );
    assert.is(reports.length, 1);
    for (const { problems, tasks } of reports) {
      assert.equal(problems, []);
      assert.ok(tasks >= 2 + 20 + 20);
    }
  }
});

test('raising the launch time lowers what a cut is worth', () => {
  const network = networkOf('resnet18');
  const gpu = loadConvolutionDevice('v100') as ConvolutionGpu;
  const ranks = network.decomposable.map(() => ({ r1: 32, r2: 32 }));
  const speedup = (launch: number): number => {
    const table = new LatencyTable({ ...gpu, launch }, 'cudnn', 1);
    const total = (own: readonly Ranks[]): number =>
      table.launches(network, own).reduce((sum, { wait, work }) => sum + wait + work, 0);
    return total(ranks.map(() => dense)) / total(ranks);
  };
  const found = [0, 5e-6, 10e-6, 20e-6, 50e-6].map(speedup);
  for (let i = 1; i < found.length; i++) assert.ok((found[i] as number) < (found[i - 1] as number), found.join(' '));
});

test('every preset that trains nothing runs', async () => {
  for (const [preset, { set }] of Object.entries(haloc.presets)) {
    if ((set as { network?: string } | undefined)?.network === 'tiny-cnn') continue;
    const { metrics } = await runScenario(haloc, resolveParams(haloc, { preset }));
    assert.ok(Number(metrics.latencySeconds) > 0, preset);
  }
});

const refused: ReadonlyArray<readonly [Record<string, unknown>, RegExp]> = [
  [{ network: 'resnet19' }, /Did you mean 'resnet18'/],
  [{ device: 'v100', kernelLibrary: 'tdc' }, /no calibrated kernel constants for device v100/],
  [{ device: 'jetson-tx2', kernelLibrary: 'tvm' }, /no calibrated kernel constants for device jetson-tx2/],
  [{ mode: 'kernel', device: 'v100' }, /no calibrated kernel constants/],
  [{ method: 'tdc', network: 'mobilenetv2' }, /tdc-sc is not defined for mobilenetv2, only for resnet18, resnet50/],
  [{ ranks: Array.from({ length: 15 }, () => '8:8').join(',') }, /resnet18 has 16 decomposable layers, got 15/],
  [{ network: 'alexnet', ranks: '257:8' }, /entry 1 is 257:8, the layer takes 1:1 to 256:384/],
  [{ network: 'alexnet', ranks: '0:8' }, /entry 1 is 0:8/],
  [{ network: 'alexnet', ranks: '-1:8' }, /whole numbers/],
  [{ network: 'alexnet', ranks: '1.5:8' }, /whole numbers/],
  [{ step: -1 }, /step/],
  [{ network: 'resnet20', step: 65 }, /no candidate rank: the widest layer has 64/],
  [{ flopsTarget: 0.99 }, /flopsTarget/],
  [{ latencyTarget: 0.01 }, /latencyTarget/],
  [{ temperatureEnd: 0, relaxation: 'gumbel' }, /temperatureEnd/],
  [{ mode: 'kernel', coreSize: 0 }, /coreSize/],
  [{ mode: 'kernel', coreSize: 4, tileH: 5 }, /the output has 4 rows/],
  [{ mode: 'kernel', tileH: 13, tileW: 12 }, /at most 144/],
  [{ equalRank: false, step: 4 }, /more than 4096/],
  [{ batch: 0 }, /batch/],
  [{ searchSteps: 5001 }, /searchSteps/],
  [{ network: 'tiny-cnn', trainPerClass: 800 }, /smallest class of mnist has 863/],
  [{ mode: 'train' }, /only tiny-cnn can be trained/],
  [{ mode: 'layer', rank: 65 }, /the layer has 64 channels/],
];

for (const [params, message] of refused)
  test(`refused: ${JSON.stringify(params).slice(0, 60)}`, () => {
    assert.throws(
      () => resolveParams(haloc, params as never),
      (error: Error) => message.test(error.message) && error.message.length < 250 && !error.message.includes('\n'),
    );
  });

test('a target that cannot be reached is no error', async () => {
  const { metrics, warnings } = await runScenario(haloc, resolveParams(haloc, { flopsTarget: 0.98 }));
  assert.is(metrics.targetMet, false);
  assert.match(warnings.join(), /flopsTarget 0.98 cannot be reached with these candidates: 0\.\d+ is the nearest/);
});

test('explicit ranks give what the search gave', async () => {
  const found = await run({ flopsTarget: 0.6 });
  const again = await run({ ranks: String(found.metrics.rankList) });
  for (const metric of ['macs', 'params', 'latencySeconds', 'truncationLoss'] as const)
    assert.is(again.number(metric), found.number(metric));
});

test('invariants hold on random parameters', async () => {
  assert.ok(haloc.invariants.length >= 9);
  await checkInvariants(haloc);
});

test.run();
