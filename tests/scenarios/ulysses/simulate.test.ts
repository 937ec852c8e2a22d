import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cells } from '../../../scenarios/ulysses/figures.ts';
import { executedFlops } from '../../../scenarios/ulysses/flops.ts';
import { memoryPlan, peakMemory, permanentMemory } from '../../../scenarios/ulysses/memory.ts';
import { defaultParams, type UlyssesParams } from '../../../scenarios/ulysses/parameters.ts';
import { platformOf } from '../../../scenarios/ulysses/platform.ts';
import { resolve } from '../../../scenarios/ulysses/resolve.ts';
import { runUlysses, type UlyssesRun } from '../../../scenarios/ulysses/run.ts';
import { simulate } from '../../../scenarios/ulysses/simulate.ts';
import {
  a2aBytesPerGpuPerLayer,
  commBytesPerGpuPerLayer,
  zeroBytesPerGpu,
} from '../../../scenarios/ulysses/volumes.ts';
import { runs } from './generators.ts';
import { machines } from './machine.ts';
import { predict, predictAttention } from './oracle.ts';

const test = suite('simulation');
const cases = { seed: 20261123, numRuns: 120 };

function run(params: Partial<UlyssesParams>, options: Parameters<typeof runUlysses>[1] = {}): UlyssesRun {
  return runUlysses({ ...defaultParams, ...params }, options);
}

const number = (result: UlyssesRun, name: keyof UlyssesRun['metrics']): number => result.metrics[name] as number;
const close = (actual: number, expected: number, tolerance: number, text = ''): void =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(Math.abs(expected), Number.MIN_VALUE),
    `${text}: ${actual} is not ${expected}`,
  );

/** Runs that fit: every system on all three pairs of scope and overlap that it has. */
const everything = runs().map((params) => ({ ...params, gpu: 'a100-80gb' as const }));

test('the simulation equals the closed form on an idle network', () => {
  const iterations = cells.filter(({ metric }) => metric === 'tflopsPerGpu');
  for (const { id, params } of iterations) {
    const result = run(params);
    const given = { ...defaultParams, ...params };
    const machine = machines[given.gpu] as (typeof machines)[string];
    close(result.outcome.seconds, predict(result.setup, machine, given).seconds, 1e-3, id);
  }
  for (const { id, params } of cells.filter(({ metric }) => metric === 'attentionItersPerSecond')) {
    const result = run(params);
    close(result.outcome.seconds, predictAttention(result.setup, machines['a100-80gb'] as never), 1e-4, id);
  }
});

test('compressed equals full: one rank of each class stands for all', () => {
  const small = runs().filter(({ gpus, nodeSize, sp }) => gpus <= 16 && (sp % nodeSize === 0 || nodeSize % sp === 0));
  fc.assert(
    fc.property(small, fc.boolean(), fc.boolean(), (params, overlapComm, attention) => {
      const given: Partial<UlyssesParams> = {
        ...params,
        layers: Math.min(params.layers, 3),
        overlapComm,
        scope: attention ? 'attention' : 'iteration',
      };
      const [one, all] = [run(given), run(given, { full: true })];
      close(one.outcome.seconds, all.outcome.seconds, 1e-9, 'seconds');
      for (const name of ['a2aBytesPerGpuPerLayer', 'commBytesPerGpuPerLayer', 'offNodeFraction'] as const)
        close(number(one, name), number(all, name), 1e-9, name);
      for (const name of ['attentionSeconds', 'gemmSeconds', 'a2aSeconds', 'zeroSeconds'] as const)
        close(number(one, name), number(all, name), 1e-9, name);
    }),
    { ...cases, numRuns: 100 },
  );
});

test('bytes counted on the links are those of equations (3), (6), (7)', () => {
  fc.assert(
    fc.property(everything, (params) => {
      const result = run(params);
      close(number(result, 'a2aBytesPerGpuPerLayer'), a2aBytesPerGpuPerLayer(result.setup), 1e-9, 'a2a');
      close(number(result, 'commBytesPerGpuPerLayer'), commBytesPerGpuPerLayer(result.setup), 1e-9, 'all');
      const zero = result.outcome.sent.get('zero');
      if (zero !== undefined && zero.onNode + zero.offNode > 0)
        close(zero.onNode + zero.offNode, zeroBytesPerGpu(result.setup), 1e-9, 'zero');
      const { sp: P, nodeSize: g, system } = result.setup;
      if (system === 'ulysses' && P % g === 0 && P > g)
        close(number(result, 'offNodeFraction'), (P - g) / (P - 1), 1e-9, 'off node');
      if (P <= g) assert.is(number(result, 'offNodeFraction'), 0);
    }),
    cases,
  );
});

test('a group smaller than a node stays inside one', () => {
  const result = run({ model: 'custom', layers: 1, heads: 12, hidden: 768, gpus: 12, sp: 3, nodeSize: 8, seq: 3072 });
  assert.is(number(result, 'offNodeFraction'), 0);
  const uneven = run({ model: 'custom', layers: 1, heads: 12, hidden: 768, gpus: 24, sp: 12, nodeSize: 8, seq: 3072 });
  assert.ok(number(uneven, 'offNodeFraction') > (12 - 8) / (12 - 1));
});

test('bytes are conserved: what ranks send is what links carry, and cards are idle inside a node', () => {
  const small = runs().filter(({ gpus }) => gpus <= 16);
  fc.assert(
    fc.property(small, (params) => {
      const { outcome, setup } = run({ ...params, layers: 1 }, { full: true });
      let [onNode, offNode] = [0, 0];
      for (const sent of outcome.sent.values()) {
        onNode += sent.onNode * setup.gpus;
        offNode += sent.offNode * setup.gpus;
      }
      close(outcome.carried.onNode, onNode, 1e-9, 'switch');
      close(outcome.carried.offNode, offNode, 1e-9, 'cards');
      close(outcome.received.onNode, outcome.carried.onNode, 1e-12, 'received on node');
      close(outcome.received.offNode, outcome.carried.offNode, 1e-12, 'received off node');
      if (setup.gpus <= setup.nodeSize) assert.is(outcome.carried.offNode, 0);
    }),
    { ...cases, numRuns: 100 },
  );
});

test('hybrid with ringDegree 1 is ulysses, with ringDegree sp it is ring, alone all three are the same', () => {
  fc.assert(
    fc.property(runs(['hybrid']), (params) => {
      const seconds = (system: UlyssesParams['system'], ringDegree: number, sp = params.sp) =>
        run({ ...params, system, ringDegree, sp, gpus: sp, batch: params.microBatch }).outcome.seconds;
      close(seconds('hybrid', 1), seconds('ulysses', 1), 1e-9, 'ulysses');
      close(seconds('hybrid', params.sp), seconds('ring', 1), 1e-9, 'ring');
      assert.is(seconds('hybrid', 1, 1), seconds('ulysses', 1, 1));
      assert.is(seconds('ring', 1, 1), seconds('ulysses', 1, 1));
    }),
    { ...cases, numRuns: 100 },
  );
});

test('an iteration takes at least its FLOP, its card and its memory need', () => {
  fc.assert(
    fc.property(everything, fc.boolean(), (params, overlapComm) => {
      const result = run({ ...params, overlapComm });
      const { gpu, nic } = platformOf({ ...defaultParams, ...params });
      const { seconds, sent } = result.outcome;
      assert.ok(seconds >= executedFlops(result.setup) / (result.setup.gpus * gpu.tensorPeak));
      close(number(result, 'mfu'), (number(result, 'tflopsPerGpu') * 1e12 * (3 / 4)) / gpu.tensorPeak, 1e-9, 'mfu');
      const cards = [...sent.values()].reduce((sum, { offNode }) => sum + offNode, 0);
      assert.ok(seconds >= (cards / nic) * (1 - 1e-9), 'cards');
      const memoryBytes = number(result, 'elementwiseSeconds') * gpu.hbm * gpu.elementwise.hbmShare;
      assert.ok(seconds >= memoryBytes / gpu.hbm, 'memory');
      close(
        number(result, 'tflopsPerGpu') * seconds * result.setup.gpus * 1e12,
        number(result, 'paperFlopsPerIteration'),
        1e-9,
      );
    }),
    cases,
  );
});

test('inside one node nothing depends on the network cards', () => {
  fc.assert(
    fc.property(runs(), (params) => {
      fc.pre(params.gpus <= 64);
      const at = (nicBandwidth: number) => run({ ...params, nodeSize: 64, nicBandwidth });
      fc.pre(params.gpus <= 64);
      const [slow, fast] = [at(1e9), at(1e12)];
      assert.equal(slow.metrics, fast.metrics);
      assert.is(slow.outcome.fingerprint, fast.outcome.fingerprint);
    }),
    { ...cases, numRuns: 100 },
  );
});

test('out of memory exactly when the peak exceeds the limit; the timeline reaches the planned peak and returns to the states', () => {
  fc.assert(
    fc.property(everything, fc.double({ min: 0.05, max: 0.3, noNaN: true }), (params, memoryFraction) => {
      const result = run({ ...params, memoryFraction });
      const { memory, outOfMemory } = result.outcome;
      const plan = memoryPlan(result.setup);
      const over = number(result, 'peakMemoryBytes') > number(result, 'usableMemoryBytes');
      assert.is(result.metrics.outOfMemory, over);
      assert.is(outOfMemory, memory.failure !== undefined);
      if (outOfMemory) {
        assert.ok(memory.failure !== undefined && memory.failure.wanted > memory.limit);
        assert.equal([number(result, 'tflopsPerGpu'), number(result, 'iterationSeconds')], [0, 0]);
        return;
      }
      assert.is(memory.peak, peakMemory(plan));
      assert.is(memory.used, permanentMemory(plan));
      assert.is(memory.allocated - memory.freed, permanentMemory(plan));
    }),
    cases,
  );
});

test('overlap, a fused all-to-all, more bandwidth: never slower; exposed communication is at most all of it', () => {
  fc.assert(
    fc.property(everything, (params) => {
      const plain = run(params);
      const limit = plain.outcome.seconds * (1 + 1e-12);
      for (const better of [
        { overlapComm: true },
        { a2aFused: true },
        { overlapComm: true, a2aFused: true },
        { nicBandwidth: 2 * params.nicBandwidth },
        { nvlinkBandwidth: 500e9 },
      ])
        assert.ok(run({ ...params, ...better }).outcome.seconds <= limit, JSON.stringify(better));
      const overlapped = run({ ...params, overlapComm: true });
      for (const result of [plain, overlapped]) {
        const exposed = number(result, 'exposedCommSeconds');
        const all = ['a2aSeconds', 'zeroSeconds', 'collectiveSeconds', 'lossSeconds'] as const;
        const total = all.reduce((sum, name) => sum + number(result, name), 0);
        assert.ok(exposed >= 0 && exposed <= total * (1 + 1e-9), `${exposed} of ${total}`);
      }
    }),
    { ...cases, numRuns: 100 },
  );
});

test('sharded states gathered one layer ahead hide behind computation', () => {
  const at = (overlapComm: boolean) => run({ model: '30b', gpus: 256, seq: 8192, overlapComm });
  const [plain, overlapped] = [at(false), at(true)];
  assert.ok(number(plain, 'exposedCommSeconds') >= number(plain, 'zeroSeconds'));
  assert.ok(number(overlapped, 'exposedCommSeconds') < number(plain, 'exposedCommSeconds') / 10);
});

test('doubling micro-steps doubles the iteration but for the update', () => {
  fc.assert(
    fc.property(everything, (params) => {
      const [one, two] = [run(params), run({ ...params, batch: 2 * params.batch })];
      const update = one.outcome.updateSeconds;
      close(two.outcome.updateSeconds, update, 1e-9);
      close(two.outcome.seconds - update, 2 * (one.outcome.seconds - update), 1e-6);
    }),
    { ...cases, numRuns: 100 },
  );
});

test('work and waits tile every stream and every wait has a cause', () => {
  fc.assert(
    fc.property(
      runs().filter(({ gpus }) => gpus <= 8),
      fc.boolean(),
      (params, overlapComm) => {
        for (const full of [false, true]) {
          const result = run({ ...params, layers: 2, overlapComm }, { full });
          const { outcome } = result;
          fc.pre(!outcome.outOfMemory);
          const work = Object.values(outcome.streams[0]?.busy ?? {}).reduce((a, b) => a + b, 0);
          close(number(result, 'exposedCommSeconds') + work / 1e12, outcome.seconds, 1e-9, 'work and exposed');
          for (const streams of outcome.allStreams) {
            for (const { busy, waits } of streams) {
              const sum = [...Object.values(busy), ...Object.values(waits)].reduce((a, b) => a + b, 0);
              close(sum / 1e12, outcome.seconds, 1e-12, 'tiles');
            }
            const [compute] = streams;
            const causes = Object.keys(compute?.waits ?? {});
            const known = ['a2a', 'collective', 'zero', 'lossGather', 'partners'];
            assert.ok(
              causes.every((cause) => known.includes(cause)),
              causes.join(),
            );
          }
        }
      },
    ),
    { ...cases, numRuns: 60 },
  );
});

test('equal parameters give equal fingerprints', () => {
  fc.assert(
    fc.property(everything, (params) => {
      assert.is(run(params).outcome.fingerprint, run(params).outcome.fingerprint);
    }),
    { ...cases, numRuns: 30 },
  );
});

test('heads of 96 and 128 cost the same attention, heads of 64 less', () => {
  const seconds = (headDim: number) =>
    number(run({ model: 'custom', layers: 1, heads: 16, hidden: 16 * headDim, gpus: 8, sp: 8 }), 'attentionSeconds');
  close(seconds(96), seconds(128), 1e-9);
  assert.ok(seconds(64) < seconds(96));
});

test('zigzag is never slower than contiguous, and the ratio tends to (2R-1)/R', () => {
  const seconds = (ringLayout: UlyssesParams['ringLayout'], ringDegree: number) =>
    number(
      run({
        scope: 'attention',
        model: 'custom',
        system: 'hybrid',
        heads: 8,
        hidden: 1024,
        gpus: 8,
        sp: 8,
        batch: 1,
        seq: 4194304,
        memoryFraction: 1,
        ringDegree,
        ringLayout,
      }),
      'attentionSeconds',
    );
  for (const R of [2, 4, 8]) close(seconds('contiguous', R) / seconds('zigzag', R), (2 * R - 1) / R, 1e-4);
});

test('sequence and degree x 2: attention x 2, matrix products x 1', () => {
  const at = (seq: number, sp: number) =>
    run({ model: '30b', layers: 2, gpus: 64, sp, seq, batch: 64 / sp, microBatch: 1 });
  const [one, two] = [at(65536, 16), at(131072, 32)];
  close(number(two, 'attentionSeconds'), 2 * number(one, 'attentionSeconds'), 0.02);
  close(number(two, 'gemmSeconds'), number(one, 'gemmSeconds'), 0.02);
});

test('long sequences hardly know the number of GPUs; the longest grows with it', () => {
  const rate = (gpus: number, seq: number) => number(run({ model: '7b', gpus, seq }), 'tflopsPerGpu');
  for (const gpus of [16, 64]) close(rate(gpus, 262144), rate(32, 262144), 0.02);
  assert.ok(rate(256, 8192) < 0.9 * rate(32, 8192), 'short ones do');
  const longest = (gpus: number) => number(run({ model: '1.2b', gpus, search: 'maxSeq' }), 'maxSeq');
  assert.equal([8, 16, 32, 64].map(longest), [131072, 262144, 524288, 1048576]);
});

test('GPUs x 2 at fixed batch and degree, long sequence: half the time', () => {
  const at = (gpus: number) => run({ model: '7b', gpus, sp: 16, seq: 262144, batch: 8, microBatch: 1 }).outcome.seconds;
  close(at(64), at(32) / 2, 0.05);
});

test('twice the card: all-to-alls that leave the node take between half and all of the time', () => {
  const at = (nicBandwidth: number) =>
    number(run({ model: '7b', layers: 2, gpus: 32, sp: 32, nicBandwidth }), 'a2aSeconds');
  const ratio = at(25e9) / at(50e9);
  assert.ok(ratio > 1 && ratio < 2, `${ratio}`);
});

test('a GPU k times as fast in everything takes 1/k of the time', () => {
  const params = { ...defaultParams, model: '1.3b', layers: 2, gpus: 1, seq: 65536, gpu: 'a100-80gb' } as const;
  const platform = platformOf(params);
  const { gpu } = platform;
  const setup = resolve(params, gpu.capacity);
  const k = 4;
  const faster = {
    ...gpu,
    tensorPeak: (gpu.tensorPeak * k) as typeof gpu.tensorPeak,
    hbm: (gpu.hbm * k) as typeof gpu.hbm,
    clock: (gpu.clock * k) as typeof gpu.clock,
    gemm: { ...gpu.gemm, l2Rate: gpu.gemm.l2Rate * k, launch: gpu.gemm.launch / k, reduce: gpu.gemm.reduce / k },
  };
  const usable = gpu.capacity;
  const [slow, fast] = [gpu, faster].map((device) => simulate(setup, { ...platform, gpu: device }, { usable }));
  close((slow?.seconds ?? 0) / (fast?.seconds ?? 1), k, 1e-6);
});

test('any paper cell takes less than 5 s', () => {
  const started = process.hrtime.bigint();
  run({ model: '30b', gpus: 64, seq: 8192, system: 'megatron-sp' });
  assert.ok(Number(process.hrtime.bigint() - started) / 1e9 < 5);
});

test.run();
