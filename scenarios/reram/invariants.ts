import type { Draw, Invariant, ParamsInput, RunResult } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';

type Input = ParamsInput<typeof params>;
type Result = RunResult<MetricName>;

const pairs = ['two-column', 'differential', 'symmetric', 'rest'] as const;

/** A small random layer with any precision, mapping and fault law. */
function layer(draw: Draw, mappings: readonly ('offset' | (typeof pairs)[number])[] = [...pairs, 'offset']): Input {
  const bits = draw.integer(2, 10);
  const mapping = draw.pick(mappings);
  return {
    network: 'linear',
    linearRows: draw.integer(1, 64),
    linearCols: draw.integer(1, 64),
    pruneRatio: draw.pick([1, 2, 5, 20]),
    bits,
    cellBits: draw.pick([
      0,
      ...[1, 2, 4, 5].filter((cellBits) => bits % cellBits === 0 && 240 % (2 * (bits / cellBits)) === 0),
    ]),
    crossbarCols: 240,
    crossbarRows: draw.pick([16, 64, 128]),
    mapping,
    restLevel: mapping === 'rest' ? draw.real(0, 1) : 1,
    faultRate: draw.real(0, 0.5),
    stuckOnShare: draw.real(0, 1),
    trials: 2,
    seed: draw.integer(0, 1000),
  };
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));

/** All settled cells of a chip, mean over chips. */
function settled(result: Result): number {
  const states = [
    'pristineCells',
    'hrsCells',
    'lrsCells',
    'intermediateCells',
    'stuckOnCells',
    'stuckOffCells',
  ] as const;
  return states.reduce((sum, state) => sum + result.number(state), 0);
}

/** Properties of the scenario over random parameters. */
export const invariants: readonly Invariant<typeof params, MetricName>[] = [
  {
    id: 'exact without faults',
    text: 'without faults and noise every weight reads as it was quantised, for offset within a level',
    draw: (draw) => ({ ...layer(draw), faultRate: 0 }),
    holds: async (input, run) => {
      const found = (await run(input)).number('weightErrorMse');
      const limit = input.mapping === 'offset' ? 1 / (2 ** Number(input.bits) - 1) ** 2 : 0;
      return found <= limit * (1 + 1e-6) || `an error of ${found}`;
    },
  },
  {
    id: 'conservation',
    text: 'settled states sum to all cells, also after noisy writes and wear',
    draw: (draw) => ({
      ...layer(draw),
      writeVariance: draw.pick([0, 0.05]),
      writeTolerance: draw.pick([0, 0.03]),
      writeCycles: draw.pick([0, 1e6]),
    }),
    holds: async (input, run) => {
      const result = await run(input);
      return near(settled(result), result.number('cellCount')) || `${settled(result)} of ${result.number('cellCount')}`;
    },
  },
  {
    id: 'equal hardware',
    text: 'all pairs cost the same cells, arrays, time and converters, whatever the faults; offset half the cells',
    draw: (draw) => layer(draw, pairs),
    holds: async (input, run) => {
      const own = await run(input);
      const other = await run({ ...input, mapping: 'two-column', restLevel: 1, faultRate: 0.1 });
      const half = await run({ ...input, mapping: 'offset', restLevel: 1 });
      for (const metric of ['cellCount', 'arrayCount', 'readSeconds', 'adcJoules', 'dacJoules'] as const)
        if (own.number(metric) !== other.number(metric)) return `${metric} differs`;
      return own.number('cellCount') === 2 * half.number('cellCount') || 'offset has not half the cells';
    },
  },
  {
    id: 'gain and bias of faults',
    text: 'a pair keeps 1 - p of a weight and has no bias: within 4 standard errors over chips',
    draw: (draw) => ({
      ...{ network: 'linear', linearRows: 48, linearCols: 48, pruneRatio: draw.pick([1, 4]), trials: 24 },
      ...{ mapping: draw.pick(['two-column', 'differential', 'symmetric'] as const), seed: draw.integer(0, 1000) },
      ...{ faultRate: draw.real(0.01, 0.5), stuckOnShare: draw.real(0, 1) },
    }),
    holds: async (input, run) => {
      const result = await run({ ...input });
      const p = Number(input.faultRate);
      const expected = { weightGain: 1 - p, weightBias: 0 } as const;
      const n = 48 * 48 * 24;
      const density = 1 / Number(input.pruneRatio);
      // Beside the draw of faults: a weight keeps 1 - p of itself, so the one matrix, whose mean is not quite 0, loses p of it.
      const biasError = Math.sqrt(result.number('weightErrorMse') / n + (p * p * density) / 3 / 48 ** 2);
      if (Math.abs(result.number('weightBias')) > 4 * biasError) return `a bias of ${result.number('weightBias')}`;
      const gainError = Math.sqrt(result.number('weightErrorMse') / ((n * density) / 3) / 0.5);
      const off = result.number('weightGain') - expected.weightGain;
      return Math.abs(off) < 4 * gainError || `a gain off by ${off}`;
    },
  },
  {
    id: 'energy',
    text: 'energy in cells grows with activity and the square of the voltage; zeros at the low resistance cost more',
    draw: (draw) => ({ ...layer(draw, pairs), pruneRatio: draw.pick([2, 5, 20]), faultRate: 0, linearRows: 60 }),
    holds: async (input, run) => {
      const joules = async (set: Input) => (await run({ ...input, ...set })).number('arrayJoules');
      const plain = await joules({});
      if (!near(await joules({ inputActivity: 0.25 }), plain / 2)) return 'not linear in activity';
      if (!near(await joules({ readVoltage: 0.4 }), plain * 4)) return 'not quadratic in voltage';
      const [a, t] = [
        await joules({ mapping: 'differential', restLevel: 1 }),
        await joules({ mapping: 'two-column', restLevel: 1 }),
      ];
      return a > t || `${a} J for differential, ${t} J for two-column`;
    },
  },
  {
    id: 'time',
    text: 'overlapping drive and conversion and more converters never cost time',
    draw: (draw) => ({ ...layer(draw), adcRate: draw.pick([1e7, 1e8, 1.28e9]), adcsPerArray: draw.pick([1, 2, 4]) }),
    holds: async (input, run) => {
      const time = async (set: Input) => (await run({ ...input, ...set })).number('readSeconds');
      const plain = await time({});
      if ((await time({ pipelined: false })) < plain) return 'the pipeline costs time';
      return (await time({ adcsPerArray: 2 * Number(input.adcsPerArray) })) <= plain || 'converters cost time';
    },
  },
  {
    id: 'same repair',
    text: 'with compensated partners every pair mapping has the same error, never above that of the plain one',
    draw: (draw) => ({ ...layer(draw, pairs), cellBits: 0 }),
    holds: async (input, run) => {
      const error = async (set: Input) => (await run({ ...input, ...set })).number('weightErrorMse');
      const repaired = await error({ mitigation: 'pair-compensate' });
      const other = await error({ mapping: 'two-column', restLevel: 1, mitigation: 'pair-compensate' });
      if (repaired !== other) return `${repaired}, and ${other} for two-column`;
      const plain = await error({});
      return repaired <= plain * (1 + 1e-6) || `${repaired} repaired, ${plain} plain`;
    },
  },
  {
    id: 'nested faults',
    text: 'twice the rate never leaves fewer cells stuck',
    draw: (draw) => ({ ...layer(draw), faultRate: draw.real(0.01, 0.25) }),
    holds: async (input, run) => {
      const stuck = async (set: Input) => (await run({ ...input, ...set })).number('stuckCells');
      const few = await stuck({});
      return (await stuck({ faultRate: 2 * Number(input.faultRate) })) >= few || 'fewer cells at twice the rate';
    },
  },
];
