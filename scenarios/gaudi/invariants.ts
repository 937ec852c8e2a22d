import type { Draw, Invariant, ParamsInput } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';
import { presets } from './presets.ts';

type GaudiInvariant = Invariant<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;
type Run = Parameters<GaudiInvariant['holds']>[1];

const attentions = ['softmax-attention', 'linear-attention', 'performer'] as const;
const ideal = presets.ideal.set;
const noSetup = { mmeSetupSeconds: 0, tpcSetupSeconds: 0, sliceSetupSeconds: 0, hostIssueSeconds: 0 } as const;
/** Rounding up to whole picoseconds, for each of the nodes of a run. */
const rounding = 60e-12;

/** Changes that can only help. */
const betterParts: readonly Input[] = [
  { mmePeakFlops: 20e12 },
  { hbmBandwidth: 1.2e12 },
  { tpcClockHz: 2.5e9 },
  { tpcCores: 11 },
  { expCycles: 20 },
  { mmeSetupSeconds: 10e-6, tpcSetupSeconds: 0 },
  { sliceSetupSeconds: 1e-6 },
  { hostIssueSeconds: 50e-6 },
];

interface Drawn extends Input {
  readonly workload: (typeof attentions)[number];
  readonly batch: number;
  readonly seq: number;
  readonly heads: number;
  readonly headDim: number;
}

/** A small attention run that never fails for memory. */
function small(draw: Draw, workloads: readonly (typeof attentions)[number][] = attentions): Drawn {
  return {
    workload: draw.pick(workloads),
    batch: draw.integer(1, 64),
    seq: draw.pick([64, 128, 256, 512, 1024, 2048, 4096]),
    heads: draw.integer(1, 16),
    headDim: draw.pick([32, 64, 128]),
    onOom: 'report',
    scheduler: 'dataflow',
  };
}

/** The same, cut into slices, large nodes or all. */
function sliced(draw: Draw): Drawn {
  const drawn = small(draw);
  return {
    ...drawn,
    scheduler: 'sliced',
    slices: draw.integer(1, Math.min(16, drawn.batch * drawn.heads)),
    sliceThresholdBytes: draw.pick([0, 2 ** 20, 2 ** 30]),
  };
}

const near = (actual: number, expected: number, slack = 0): boolean =>
  Math.abs(actual - expected) <= 1e-9 * Math.abs(expected) + slack;

const secondsOf = async (run: Run, input: Input): Promise<number> => (await run(input)).number('seconds');

/** Properties of every run, checked on random parameters. */
export const invariants: readonly GaudiInvariant[] = [
  {
    id: 'flop',
    text: 'FLOP are 8 T d^2 + 4 B H S^2 D, 8 T d^2 + 4 B H S D^2 and 8 T d^2 + 8 B H S D m',
    draw: (draw) => ({ ...small(draw), features: 0 }),
    holds: async (input, run) => {
      const { workload, batch: B, seq: S, heads: H, headDim: D } = input as Drawn;
      const projections = 8 * B * S * (H * D) ** 2;
      const m = Math.floor(D * Math.log(D));
      const kinds = { 'softmax-attention': 4 * S * D, 'linear-attention': 4 * D * D, performer: 8 * D * m };
      const expected = projections + B * H * S * kinds[workload];
      const found = (await run(input)).number('flops');
      return found === expected || `${found}, not ${expected}`;
    },
    runs: 200,
  },
  {
    id: 'busy',
    text: 'shares lie in 0 to 1, overlap is at most each, the run is at least as long as each engine is busy',
    draw: sliced,
    holds: async (input, run) => {
      const result = await run(input);
      const [mme, tpc, both] = (['mmeBusyFraction', 'tpcBusyFraction', 'overlapFraction'] as const).map((name) =>
        result.number(name),
      ) as [number, number, number];
      const fine = both >= 0 && both <= Math.min(mme, tpc) + 1e-12 && Math.max(mme, tpc) <= 1 + 1e-12;
      return fine || `busy ${mme} and ${tpc}, both ${both}`;
    },
    runs: 200,
  },
  {
    id: 'order',
    text: 'engines side by side are never slower than one node after another; slices without setup never slower than none',
    draw: (draw) => ({ ...sliced(draw), hbmContention: false }),
    holds: async (input, run) => {
      const side = await secondsOf(run, { ...input, scheduler: 'dataflow' });
      const serial = await secondsOf(run, { ...input, scheduler: 'serial' });
      if (side > serial + rounding) return `dataflow ${side} s, serial ${serial} s`;
      const free = await secondsOf(run, { ...input, ...noSetup, scheduler: 'dataflow' });
      const cut = await secondsOf(run, { ...input, ...noSetup });
      return cut <= free + rounding || `sliced ${cut} s, dataflow ${free} s`;
    },
    runs: 200,
  },
  {
    id: 'one slice',
    text: 'one slice is the same as dataflow, bit for bit',
    draw: (draw) => ({ ...sliced(draw), slices: 1 }),
    holds: async (input, run) => {
      const [cut, whole] = [await run(input), await run({ ...input, scheduler: 'dataflow' })];
      return JSON.stringify(cut.metrics) === JSON.stringify(whole.metrics) || 'metrics differ';
    },
    runs: 200,
  },
  {
    id: 'peak',
    text: 'the MME never exceeds its rate, products on the TPCs never their lanes',
    draw: (draw) => ({
      workload: 'matmul',
      engine: draw.pick(['mme', 'tpc']),
      n: draw.integer(1, 3000),
      batch: draw.integer(1, 64),
      calls: draw.integer(1, 20),
      tpcCores: draw.integer(1, 16),
      hostIssueSeconds: draw.pick([0, 1e-6]),
    }),
    holds: async (input, run) => {
      const rate = (await run(input)).number('flopsPerSecond');
      const peak = input.engine === 'mme' ? 14.65e12 : Number(input.tpcCores) * 64 * 2 * 2.1e9;
      return rate <= peak * (1 + 1e-12) || `${rate} of ${peak} FLOP/s`;
    },
    runs: 200,
  },
  {
    id: 'faster parts',
    text: 'more rate, bandwidth, clock or cores never cost time; more cycles, setup, issue or gap never save any',
    draw: (draw) => ({ ...sliced(draw), hbmContention: false, seed: draw.integer(0, betterParts.length - 1) }),
    holds: async ({ seed, ...input }, run) => {
      const plain = await secondsOf(run, input);
      const better = betterParts[Number(seed)] as Input;
      const found = await secondsOf(run, { ...input, ...better });
      return found <= plain + rounding || `${JSON.stringify(better)} takes ${found} s, not ${plain} s`;
    },
    runs: 200,
  },
  {
    id: 'scaling',
    text: 'k times all rates and 1/k of all fixed times divide the time by k',
    draw: sliced,
    holds: async (input, run) => {
      const plain = await secondsOf(run, input);
      const twice = await secondsOf(run, {
        ...input,
        mmePeakFlops: 29.3e12,
        tpcClockHz: 4.2e9,
        hbmBandwidth: 1.8e12,
        mmeSetupSeconds: 15e-6,
        tpcSetupSeconds: 5e-6,
        sliceSetupSeconds: 1e-6,
        hostIssueSeconds: 57e-6,
      });
      return near(2 * twice, plain, 20 * rounding) || `${plain} s, then ${twice} s`;
    },
    runs: 200,
  },
  {
    id: 'longer rows',
    text: 'twice the tokens in half the batch: the share of the softmax does not fall, without setup and overlap',
    draw: (draw) => ({
      ...small(draw, ['softmax-attention']),
      ...ideal,
      batch: 2 * draw.integer(1, 32),
      seq: draw.pick([64, 128, 256, 512, 1024, 2048]),
    }),
    holds: async (input, run) => {
      const share = async (set: Input) => (await run({ ...input, ...set })).number('softmaxShare');
      const [short, long] = [
        await share({}),
        await share({ seq: 2 * Number(input.seq), batch: Number(input.batch) / 2 }),
      ];
      return long >= short - 1e-6 || `share ${short}, then ${long}`;
    },
    runs: 200,
  },
  {
    id: 'proportional',
    text: 'without setup and memory limit time is proportional to the batch, and to tokens unless there is a softmax',
    draw: (draw) => ({ ...small(draw), ...ideal, hbmBandwidth: 1e15, seq: draw.pick([64, 128, 256, 512, 1024, 2048]) }),
    holds: async (input, run) => {
      const one = await secondsOf(run, input);
      const batch = await secondsOf(run, { ...input, batch: 2 * Number(input.batch) });
      if (!near(batch, 2 * one, 2 * rounding)) return `twice the batch: ${one} s, then ${batch} s`;
      if (input.workload === 'softmax-attention') return true;
      const tokens = await secondsOf(run, { ...input, seq: 2 * Number(input.seq) });
      return near(tokens, 2 * one, 2 * rounding) || `twice the tokens: ${one} s, then ${tokens} s`;
    },
    runs: 200,
  },
  {
    id: 'traffic',
    text: 'without SRAM traffic does not depend on slices; with it there is never more',
    draw: sliced,
    holds: async (input, run) => {
      const moved = async (set: Input) => (await run({ ...input, ...set })).number('hbmBytesMoved');
      const [none, whole, kept] = [
        await moved({ sramBytes: 0 }),
        await moved({ slices: 1, sramBytes: 0 }),
        await moved({}),
      ];
      return (none === whole && kept <= none) || `${none} B without SRAM, ${whole} in one slice, ${kept} with SRAM`;
    },
    runs: 200,
  },
  {
    id: 'memory',
    text: 'the peak holds the largest tensor and what it was made from, and never falls with the batch',
    draw: sliced,
    holds: async (input, run) => {
      const { batch: B, seq: S, heads: H, headDim: D, workload } = input as Drawn;
      const m = Math.floor(D * Math.log(D));
      const X = 4 * B * S * H * D;
      const made = {
        'softmax-attention': 8 * B * H * S * S,
        'linear-attention': 3 * X,
        performer: 4 * B * H * S * m + X,
      };
      const peak = async (batch: number) => (await run({ ...input, batch })).number('peakHbmBytes');
      const [one, more] = [await peak(B), await peak(B + 1)];
      return (one >= made[workload] && more >= one) || `${one} B, then ${more} B`;
    },
    runs: 200,
  },
  {
    id: 'stream of products',
    text: 'calls take at least their pace and their arithmetic; the rate of the MME never falls with n',
    draw: (draw) => ({
      workload: 'matmul',
      n: draw.integer(1, 2000),
      batch: draw.integer(1, 64),
      calls: draw.integer(1, 20),
    }),
    holds: async (input, run) => {
      const { n, batch, calls } = { n: Number(input.n), batch: Number(input.batch), calls: Number(input.calls) };
      const result = await run(input);
      const least = Math.max((calls - 1) * 114e-6, (calls * 2 * batch * n ** 3) / 14.65e12);
      if (result.number('seconds') < least * (1 - 1e-12)) return `${result.number('seconds')} s, at least ${least} s`;
      const larger = (await run({ ...input, n: n + 1 })).number('tflops');
      return larger >= result.number('tflops') * (1 - 1e-9) || `${result.number('tflops')}, then ${larger} TFLOP/s`;
    },
    runs: 200,
  },
  {
    id: 'seed',
    text: 'the seed changes nothing without verify',
    draw: sliced,
    holds: async (input, run) => {
      const [one, two] = [await run({ ...input, seed: 1 }), await run({ ...input, seed: 2 })];
      return JSON.stringify(one.metrics) === JSON.stringify(two.metrics) || 'metrics differ';
    },
    runs: 200,
  },
  {
    id: 'work conserved',
    text: 'without setup and contention the busy time of an engine does not depend on the scheduler',
    draw: (draw) => ({ ...sliced(draw), ...noSetup, hbmContention: false, sramBytes: 0 }),
    holds: async (input, run) => {
      const busy = async (scheduler: 'serial' | 'dataflow' | 'sliced') => {
        const result = await run({ ...input, scheduler });
        const seconds = result.number('seconds');
        return [seconds * result.number('mmeBusyFraction'), seconds * result.number('tpcBusyFraction')];
      };
      const [serial, side, cut] = [await busy('serial'), await busy('dataflow'), await busy('sliced')];
      const same = serial.every(
        (time, i) => near(time, side[i] as number, rounding) && near(time, cut[i] as number, rounding),
      );
      return same || `${serial}, ${side}, ${cut} s`;
    },
    runs: 200,
  },
  {
    id: 'heads for batch',
    text: 'as many heads x samples, other heads: the softmax node takes the same time; bf16 is never slower',
    draw: (draw) => ({ ...small(draw, ['softmax-attention']), hbmContention: false }),
    holds: async (input, run) => {
      const { batch, heads } = input as Drawn;
      const softmax = async (set: Input) => (await run({ ...input, ...set })).number('softmaxSeconds');
      const [one, other] = [await softmax({}), await softmax({ batch: heads, heads: batch })];
      if (one !== other) return `softmax ${one} s, with heads and batch exchanged ${other} s`;
      const [wide, narrow] = [await secondsOf(run, input), await secondsOf(run, { ...input, dtype: 'bf16' })];
      return narrow <= wide + rounding || `bf16 ${narrow} s, fp32 ${wide} s`;
    },
    runs: 200,
  },
];
