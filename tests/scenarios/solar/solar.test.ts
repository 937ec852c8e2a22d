import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { epochOrder } from '../../../actors/index.ts';
import { checkTraces } from '../../../engine/index.ts';
import { resolveParams, runScenario } from '../../../scenarios/index.ts';
import { solar } from '../../../scenarios/solar/index.ts';
import { defaultParams } from '../../../scenarios/solar/parameters.ts';
import { resolve } from '../../../scenarios/solar/resolve.ts';
import { drawTrace } from '../../../scenarios/solar/training.ts';

const test = suite('solar');

const run = (given: Readonly<Record<string, number | string | boolean>>) =>
  runScenario(solar, resolveParams(solar, given as never));

const small = { surrogate: 'synthetic', samples: 600, gpus: 4, batch: 8, epochs: 4, bufferSamples: 300 };

test('every handler of a run tells what it waits for: work and waits tile each task', async () => {
  for (const given of [
    { ...small, loader: 'solar', prefetchDepth: 2 },
    { ...small, loader: 'nopfs' },
    { mode: 'mlperf-storage', accelerators: 3, storageBytesPerSecond: 8e9, computeJitter: 0.05 },
  ]) {
    const { reports } = await checkTraces(() => run(given));
    assert.ok(reports.length > 0);
    for (const { problems } of reports) assert.equal(problems, []);
  }
});

test('equal parameters give equal runs, another seed another one', async () => {
  const [one, two, other] = [await run(small), await run(small), await run({ ...small, seed: 2 })];
  assert.equal({ ...one, wallSeconds: 0 }, { ...two, wallSeconds: 0 });
  assert.is.not(one.fingerprint, other.fingerprint);
});

test('the quick preset is as it was', async () => {
  const { metrics } = await run({ preset: 'quick' });
  assert.is(metrics.pfsReads, 8192 + 5 * 4096);
  assert.is(metrics.reuseBound, 6 / (1 + 5 * 0.5));
  assert.is(metrics.sampleCoverage, 1);
  assert.is((metrics.totalSeconds as number).toFixed(6), '14.701740');
});

test('bad combinations are refused with a way out', () => {
  const refused = (given: Readonly<Record<string, number | string>>, text: RegExp): void => {
    assert.throws(
      () => resolveParams(solar, given as never),
      (error: Error) => text.test(error.message) || assert.unreachable(error.message),
    );
  };
  refused({ bufferSamples: 100_000 }, /bufferSamples.*47616/s);
  refused({ samples: 100 }, /batch.*100/s);
  refused({ order: 'exact' }, /14 epochs.*pso/s);
  refused({ chunking: 'breakeven' }, /chunking.*files of their own/s);
  refused({ loader: 'pytorch', balance: 'loads' }, /balance.*equal/s);
  refused({ mode: 'chunk-plan', wanted: 100_000 }, /wanted.*87632/s);
  refused({ mode: 'mlperf-storage', accelerators: 2, hosts: 3 }, /accelerators.*3 hosts/s);
  refused({ fsLatencySeconds: -0.5 }, /fsLatencySeconds.*negative/s);
  refused({ fileSystem: 'custom' }, /custom/);
  refused({ samples: 1e7, simulatedEpochs: 50 }, /simulatedEpochs.*GB/s);
  refused({ simulatedEpochs: 200 }, /simulatedEpochs.*100/s);
  refused({ epochs: 5, statsFromEpoch: 7 }, /statsFromEpoch/);
  refused({ epochs: 5, statsToEpoch: 9 }, /statsToEpoch/);
  refused({ epochs: 9, statsFromEpoch: 7, statsToEpoch: 3 }, /statsToEpoch/);
  refused({ mergeGapRecords: 0 }, /mergeGapRecords/);
  refused({ gpus: 2.5 }, /gpus/);
  refused({ gpus: 1024, samples: 1000, batch: 1 }, /gpus.*1000/s);
  refused({ surrogate: 'imagenet' }, /surrogate.*cosmoflow/s);
});

test('odd combinations are warned of', async () => {
  const warnings = async (given: Readonly<Record<string, number | string>>) =>
    (await run({ ...small, ...given })).warnings.join();
  assert.match(await warnings({ loader: 'solar-released', bufferSamples: 20 }), /FIFO/);
  assert.match(await warnings({ loader: 'solar-released', remapOwner: 'as-released', samples: 603 }), /off by/);
  assert.match(await warnings({ gpus: 1, peerFetch: 'true' }), /nobody/);
  assert.match(await warnings({ bufferSamples: 'none', bufferBytesPerGpu: 1000 }), /does not fit/);
  assert.is(await warnings({}), '');
});

test('gradients of a global batch are the same sum whoever computes them, if weighted by local batch', () => {
  const setup = resolve({ ...defaultParams, surrogate: 'synthetic', samples: 256, gpus: 4, batch: 8, epochs: 2 });
  const trace = drawTrace(setup, 1);
  const draws = drawTrace({ ...setup, samples: 256 * 9, simulated: 1 }, 2).accesses;
  const feature = (sample: number, f: number): number => (draws[sample * 9 + f] as number) / 1000 - 1;
  const weights = Float64Array.from({ length: 8 }, (_, f) => 0.1 * (f - 3));
  const gradient = (samples: readonly number[]): Float64Array => {
    const sum = new Float64Array(8);
    for (const sample of samples) {
      let error = -feature(sample, 8);
      for (let f = 0; f < 8; f++) error += (weights[f] as number) * feature(sample, f);
      for (let f = 0; f < 8; f++) sum[f] = (sum[f] as number) + 2 * error * feature(sample, f);
    }
    return sum;
  };
  const add = (parts: readonly Float64Array[], scales: readonly number[]): number[] =>
    Array.from({ length: 8 }, (_, f) =>
      parts.reduce((sum, part, r) => sum + (part[f] as number) * (scales[r] as number), 0),
    );
  const far = (a: readonly number[], b: readonly number[]): number =>
    Math.max(...a.map((value, f) => Math.abs(value - (b[f] as number)) / Math.max(1, Math.abs(value))));
  let apart = 0;
  const order = epochOrder(trace, 1);
  for (let place = 0; place < 256; place += 32) {
    const batch = [...order.subarray(place, place + 32)];
    const strided = [0, 1, 2, 3].map((rank) => batch.filter((_, i) => i % 4 === rank));
    // Owners as a remap has them after an epoch: by the place in the epoch before; local batches differ.
    const before = epochOrder(trace, 0);
    const remapped = [0, 1, 2, 3].map((rank) => batch.filter((sample) => before.indexOf(sample) % 4 === rank));
    const plain = add(strided.map(gradient), [1 / 32, 1 / 32, 1 / 32, 1 / 32]);
    assert.ok(far(add(remapped.map(gradient), [1 / 32, 1 / 32, 1 / 32, 1 / 32]), plain) < 1e-12);
    const ofMeans = remapped.map((local) => (local.length === 0 ? 0 : 1 / (4 * local.length)));
    apart = Math.max(apart, far(add(remapped.map(gradient), ofMeans), plain));
  }
  assert.ok(apart > 1e-6, `${apart}`);
});

test('the story draws its plots', async () => {
  const report = await run(small);
  const number = (name: string): number => report.metrics[name] as number;
  const one = { ...report, number, flag: () => true } as never;
  const plots = await solar.story?.(async () => one);
  assert.equal(
    plots?.map(({ kind }) => kind),
    ['line', 'bar', 'line', 'bar', 'bar', 'line'],
  );
});

test.run();
