import type { Draw, Invariant, ParamsInput, RunResult } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { Accelerator } from './parameters.ts';
import type { params } from './params.ts';

type HgcnInvariant = Invariant<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;
type Run = Parameters<HgcnInvariant['holds']>[1];
type Result = RunResult<MetricName>;

const accelerators = ['hgcn', 'awb-gcn', 'i-gcn', 'boostgcn'] as const;
/** Rounding up to whole picoseconds, for each operation of the longest chain of a run. */
const rounding = 4e-9;

/** A small synthetic graph on one of some accelerators. */
function drawn(
  draw: Draw,
  among: readonly Accelerator[] = accelerators,
): Input & { readonly accelerator: Accelerator } {
  const nodes = draw.integer(64, 500);
  const accelerator = draw.pick(among);
  return {
    dataset: 'synthetic',
    accelerator,
    ...(accelerator === 'hgcn' ? { aieUsed: draw.integer(1, 32) } : {}),
    ...(accelerator === 'awb-gcn' || accelerator === 'i-gcn' ? { baselineMacs: draw.integer(16, 512) } : {}),
    nodes,
    edges: draw.integer(0, 10 * nodes),
    hidden: draw.pick([1, 7, 16, 100, 128]),
    featureLength: draw.integer(1, 300),
    featureDensity: draw.pick([0.001, 0.01, 0.1, 0.3, 0.6, 1]),
    classes: draw.integer(1, 60),
    seed: draw.integer(0, 1e6),
  };
}

/** The same on H-GCN with any tile and thresholds. */
function tiled(draw: Draw): Input {
  const loose = draw.pick([0.005, 0.02, 0.05, 0.2]);
  return {
    ...drawn(draw, ['hgcn']),
    tile: draw.pick([8, 16, 32, 64, 128]),
    looseThreshold: loose,
    tightThreshold: draw.pick([loose, Math.min(1, 2 * loose), 1]),
  };
}

const near = (found: number, expected: number, slack: number): boolean =>
  Math.abs(found - expected) <= 1e-9 * Math.abs(expected) + slack;

const secondsOf = async (run: Run, input: Input): Promise<number> => (await run(input)).number('latencySeconds');

/** Multiply-adds a second of everything that an accelerator has, its share of working cycles left out. */
function peakOf({ accelerator, aieUsed, baselineMacs }: Input): number {
  const known = accelerator as Accelerator;
  switch (known) {
    case 'hgcn':
      return Number(aieUsed) * 8 * 1.25e9 + 1536 * 300e6;
    case 'awb-gcn':
    case 'i-gcn':
      return Number(baselineMacs) * 330e6;
    case 'boostgcn':
      return (2048 + 512) * 250e6;
    default:
      return known satisfies never;
  }
}

/** Changes that can only help each accelerator. */
const better: Readonly<Record<Accelerator, readonly Input[]>> = {
  hgcn: [
    { aieClockHz: 2e9 },
    { aieEfficiency: 0.9 },
    { plLanes: 3000 },
    { plClockHz: 500e6 },
    { plEfficiency: 0.8 },
    { ddrBandwidth: 100e9 },
    { layerOverheadSeconds: 0 },
  ],
  'awb-gcn': [{ baselineClockHz: 500e6 }, { networkEfficiency: 0.9 }, { ddrBandwidth: 100e9 }],
  'i-gcn': [{ baselineClockHz: 500e6 }, { islandEfficiency: 1 }, { islandStartSeconds: 0 }, { baselineMacs: 8192 }],
  boostgcn: [{ baselineClockHz: 500e6 }, { ddrBandwidth: 100e9 }, { boostStartSeconds: 0 }],
};

/** Twice all rates and half of all fixed times. */
const twice: Readonly<Record<Accelerator, Input>> = {
  hgcn: { aieClockHz: 2.5e9, plClockHz: 600e6, ddrBandwidth: 114e9, layerOverheadSeconds: 75e-9 },
  'awb-gcn': { baselineClockHz: 660e6, ddrBandwidth: 153.6e9 },
  'i-gcn': { baselineClockHz: 660e6, ddrBandwidth: 153.6e9, islandStartSeconds: 0.18e-6 },
  boostgcn: { baselineClockHz: 500e6, ddrBandwidth: 154e9, boostStartSeconds: 3e-6 },
};

const accelerator = (input: Input): Accelerator => input.accelerator as Accelerator;

/** Properties of every run, checked on random parameters. */
export const invariants: readonly HgcnInvariant[] = [
  {
    id: 'graph',
    text: 'the graph has exactly the edges asked for, and multiply-adds are those of its sizes',
    draw: drawn,
    holds: async (input, run) => {
      const result = await run(input);
      const [N, edges, f] = [Number(input.nodes), Number(input.edges), Number(input.featureLength)];
      const [h, c, d] = [Number(input.hidden), Number(input.classes), Number(input.featureDensity)];
      const E = 2 * edges + N;
      const macs = Math.round(N * f * d) * h + E * h + Math.round(N * h * 0.75) * c + E * c;
      if (result.number('edges') !== edges) return `${result.number('edges')} edges, not ${edges}`;
      return result.number('macs') === macs || `${result.number('macs')} multiply-adds, not ${macs}`;
    },
  },
  {
    id: 'partition',
    text: 'shares of tight, loose and scattered nonzeros sum to 1',
    draw: tiled,
    holds: async (input, run) => {
      const result = await run(input);
      const sum = shares(result).reduce((total, share) => total + share, 0);
      return Math.abs(sum - 1) < 1e-12 || `they sum to ${sum}`;
    },
  },
  {
    id: 'peak',
    text: 'slots are at least the multiply-adds, and the latency at least their time at the peak rate, pruned ones left out',
    draw: drawn,
    holds: async (input, run) => {
      const result = await run(input);
      const pruned = accelerator(input) === 'i-gcn' ? result.number('pruneRateOverall') : 0;
      const macs = result.number('macs') * (1 - pruned) * (1 - 1e-9);
      if (result.number('macsIssued') < macs) return `${result.number('macsIssued')} slots for ${macs} multiply-adds`;
      const least = macs / peakOf(input);
      return result.number('latencySeconds') >= least || `${result.number('latencySeconds')} s, at least ${least} s`;
    },
  },
  {
    id: 'busy',
    text: 'busy shares lie in 0 to 1, and DRAM traffic never exceeds its bandwidth',
    draw: (draw) => ({ ...drawn(draw, ['hgcn', 'awb-gcn', 'i-gcn']), residency: draw.pick(['auto', 'ddr']) }),
    holds: async (input, run) => {
      const result = await run(input);
      for (const name of ['aieBusyFraction', 'plBusyFraction', 'peBusyFraction', 'ddrBusyFraction'] as const) {
        const share = Number(result.metrics[name] ?? 0);
        if (!(share >= 0 && share <= 1 + 1e-9)) return `${name} ${share}`;
      }
      const rate = accelerator(input) === 'hgcn' ? 57e9 : 76.8e9;
      const least = result.number('ddrBytes') / rate;
      const seconds = result.number('latencySeconds');
      return seconds >= least * (1 - 1e-9) || `${seconds} s for ${least} s of DRAM`;
    },
  },
  {
    id: 'thresholds at the ends',
    text: 'thresholds of 0 leave nothing scattered and the logic idle; of 1 leave only full tiles clustered',
    draw: tiled,
    holds: async (input, run) => {
      const none = await run({ ...input, looseThreshold: 0, tightThreshold: 0 });
      if (none.number('nnzShareScattered') !== 0 || none.number('plBusyFraction') !== 0)
        return 'something is scattered';
      const all = await run({ ...input, looseThreshold: 1, tightThreshold: 1 });
      const full = Number(input.tile) ** 2;
      const nonzeros = 2 * Number(input.edges) + Number(input.nodes);
      const clustered = Math.round(all.number('nnzShareClustered') * nonzeros);
      return clustered % full === 0 || `${clustered} nonzeros are clustered`;
    },
  },
  {
    id: 'higher thresholds',
    text: 'the scattered share does not fall with looseThreshold, the tight one does not rise with tightThreshold',
    draw: tiled,
    holds: async (input, run) => {
      const [plain, looser, tighter] = [
        await run(input),
        await run({ ...input, looseThreshold: input.tightThreshold as number }),
        await run({ ...input, tightThreshold: 1 }),
      ];
      if (looser.number('nnzShareScattered') < plain.number('nnzShareScattered')) return 'fewer are scattered';
      return tighter.number('nnzShareTight') <= plain.number('nnzShareTight') || 'more are tight';
    },
  },
  {
    id: 'faster parts',
    text: 'a higher rate or efficiency or a shorter fixed time never costs time',
    draw: (draw) => ({ ...drawn(draw), residency: 'auto', replications: draw.integer(1, 7) }),
    holds: async ({ replications, ...input }, run) => {
      const changes = better[accelerator(input)];
      const change = changes[Number(replications) % changes.length] as Input;
      const [plain, found] = [await secondsOf(run, input), await secondsOf(run, { ...input, ...change })];
      return found <= plain + rounding || `${JSON.stringify(change)} takes ${found} s, not ${plain} s`;
    },
  },
  {
    id: 'more AI Engines',
    text: 'twice the AI Engines never cost more than a job of each layer',
    draw: tiled,
    holds: async (input, run) => {
      const plain = await run(input);
      const found = await secondsOf(run, { ...input, aieUsed: 2 * Number(input.aieUsed) });
      const seconds = plain.number('latencySeconds');
      const job = (plain.number('aieBusyFraction') * seconds) / 64 + (2 * 128) / (0.7 * 1.25e9);
      return found <= seconds + job + rounding || `${found} s, not ${seconds} s`;
    },
  },
  {
    id: 'more work',
    text: 'more hidden width, classes or density never take multiply-adds away',
    draw: (draw) => drawn(draw, ['i-gcn']),
    holds: async (input, run) => {
      const plain = (await run(input)).number('macs');
      for (const set of [
        { hidden: Number(input.hidden) + 5 },
        { classes: Number(input.classes) + 5 },
        { featureDensity: 1 },
      ])
        if ((await run({ ...input, ...set })).number('macs') < plain) return JSON.stringify(set);
      return true;
    },
  },
  {
    id: 'scaling',
    text: 'twice all rates and half of all fixed times halve the latency',
    draw: drawn,
    holds: async (input, run) => {
      const plain = await secondsOf(run, input);
      const halved = await secondsOf(run, { ...input, ...twice[accelerator(input)] });
      return near(2 * halved, plain, 2 * rounding) || `${plain} s, then ${halved} s`;
    },
  },
  {
    id: 'rebalancing',
    text: 'AWB-GCN: full is never slower than smoothing, smoothing never than none; all do the same work',
    draw: (draw) => drawn(draw, ['awb-gcn']),
    holds: async (input, run) => {
      const of = (rebalance: 'none' | 'smoothing' | 'full') => run({ ...input, rebalance });
      const [none, smoothing, full] = [await of('none'), await of('smoothing'), await of('full')];
      const seconds = [none, smoothing, full].map((result) => result.number('latencySeconds')) as [
        number,
        number,
        number,
      ];
      if (seconds[2] > seconds[1] * (1 + 1e-9) + rounding || seconds[1] > seconds[0] * (1 + 1e-9) + rounding)
        return `latencies ${seconds}`;
      if (full.number('imbalance') > none.number('imbalance') * (1 + 1e-9)) return 'it is less even';
      const work = [none, smoothing, full].map((result, i) => result.number('peBusyFraction') * (seconds[i] as number));
      return work.every((one) => near(one, work[0] as number, 1e-15)) || `work ${work}`;
    },
  },
  {
    id: 'pruning',
    text: 'I-GCN prunes between none and half of the aggregation',
    draw: (draw) => drawn(draw, ['i-gcn']),
    holds: async (input, run) => {
      const share = (await run(input)).number('measuredPruneRate');
      return (share >= 0 && share <= 0.5) || `${share}`;
    },
  },
  {
    id: 'dense kernel',
    text: 'three partitions never ask more AI Engine time than two, and the same when no tile is tight',
    draw: tiled,
    holds: async (input, run) => {
      const busy = async (set: Input): Promise<number> => {
        const result = await run({ ...input, ...set });
        return result.number('aieBusyFraction') * result.number('latencySeconds');
      };
      const [three, two] = [await busy({}), await busy({ partitions: 2 })];
      if (three > two * (1 + 1e-6) + rounding) return `${three} s, with two ${two} s`;
      const loose = { tightThreshold: 1 };
      return near(await busy(loose), await busy({ ...loose, partitions: 2 }), 1e-6 * two) || 'they differ';
    },
  },
  {
    id: 'residency',
    text: 'inputs on chip are never slower than by rule, and that never slower than read from DRAM',
    draw: (draw) => ({ ...drawn(draw, ['hgcn', 'awb-gcn', 'i-gcn']), onChipBytes: draw.pick([1e4, 1e5, 1e6]) }),
    holds: async (input, run) => {
      const of = (residency: 'onchip' | 'auto' | 'ddr') => secondsOf(run, { ...input, residency });
      const [onchip, auto, ddr] = [await of('onchip'), await of('auto'), await of('ddr')];
      return (onchip <= auto + rounding && auto <= ddr + rounding) || `${onchip}, ${auto}, ${ddr} s`;
    },
  },
];

function shares(result: Result): readonly number[] {
  return [result.number('nnzShareTight'), result.number('nnzShareLoose'), result.number('nnzShareScattered')];
}
