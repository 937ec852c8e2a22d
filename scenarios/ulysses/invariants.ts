import type { Draw, Invariant, ParamsInput } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';

type UlyssesInvariant = Invariant<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;

/** A small valid run on one or more nodes. */
function small(draw: Draw, systems: readonly ('ulysses' | 'megatron-sp')[]): Input & { sp: number; gpus: number } {
  const heads = draw.pick([8, 16, 32]);
  const sp = draw.pick([2, 4, 8].filter((degree) => heads % degree === 0));
  const dp = draw.integer(1, 2);
  const microBatch = draw.integer(1, 2);
  return {
    model: 'custom',
    system: draw.pick(systems),
    layers: draw.integer(1, 2),
    heads,
    hidden: heads * draw.pick([32, 64, 128]),
    gpus: sp * dp,
    sp,
    seq: sp * 64 * draw.integer(1, 16),
    batch: dp * microBatch,
    microBatch,
    nodeSize: draw.pick([2, 4, 8]),
  };
}

const near = (actual: number, expected: number, tolerance = 1e-9): boolean =>
  Math.abs(actual - expected) <= tolerance * Math.max(Math.abs(expected), Number.MIN_VALUE);

/** Properties of every run, checked on random parameters. */
export const invariants: readonly UlyssesInvariant[] = [
  {
    id: 'constant volume',
    text: 'twice the tokens on twice the ranks: a link carries the same with ulysses, twice as much with megatron-sp',
    draw: (draw) => small(draw, ['ulysses', 'megatron-sp']),
    holds: async (input, run) => {
      const seq = Number(input.seq);
      const doubled = { ...input, seq: 2 * seq, sp: 2 * Number(input.sp), gpus: 2 * Number(input.gpus) };
      if (Number(input.heads) % doubled.sp !== 0) return true;
      const [one, two] = [await run(input), await run(doubled)];
      const ratio = two.number('bytesPerLinkPerLayer') / one.number('bytesPerLinkPerLayer');
      const expected = input.system === 'ulysses' ? 1 : 2;
      return ratio === expected || `volume per link grew by ${ratio}, not ${expected}`;
    },
  },
  {
    id: 'rate',
    text: 'rate x time x GPUs is the FLOP count of the paper',
    draw: (draw) => small(draw, ['ulysses', 'megatron-sp']),
    holds: async (input, run) => {
      const result = await run(input);
      const product = result.number('tflopsPerGpu') * result.number('iterationSeconds') * Number(input.gpus) * 1e12;
      return near(product, result.number('paperFlopsPerIteration')) || `product ${product}`;
    },
  },
  {
    id: 'memory',
    text: 'out of memory exactly when the peak exceeds what may be used',
    draw: (draw) => ({ ...small(draw, ['ulysses', 'megatron-sp']), memoryFraction: draw.real(0.1, 0.5) }),
    holds: async (input, run) => {
      const result = await run(input);
      const over = result.number('peakMemoryBytes') > result.number('usableMemoryBytes');
      return over === result.flag('outOfMemory') || 'flag and peak disagree';
    },
  },
  {
    id: 'exposed',
    text: 'exposed communication is at most all communication',
    draw: (draw) => ({ ...small(draw, ['ulysses', 'megatron-sp']), overlapComm: draw.pick([true, false]) }),
    holds: async (input, run) => {
      const result = await run(input);
      const all = ['a2aSeconds', 'zeroSeconds', 'collectiveSeconds', 'lossSeconds'] as const;
      const total = all.reduce((sum, name) => sum + result.number(name), 0);
      const exposed = result.number('exposedCommSeconds');
      return (exposed >= 0 && exposed <= total * (1 + 1e-9)) || `exposed ${exposed} of ${total}`;
    },
  },
  {
    id: 'one node',
    text: 'inside one node nothing depends on the network cards',
    draw: (draw) => ({ ...small(draw, ['ulysses', 'megatron-sp']), nodeSize: 16 }),
    holds: async (input, run) => {
      const [slow, fast] = [await run({ ...input, nicBandwidth: 1e9 }), await run({ ...input, nicBandwidth: 1e12 })];
      const same = slow.number('iterationSeconds') === fast.number('iterationSeconds');
      return same || 'times differ';
    },
  },
];
