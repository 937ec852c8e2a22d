import type { Draw, Invariant, ParamsInput } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { UlyssesParams } from './parameters.ts';
import type { params } from './params.ts';

type UlyssesInvariant = Invariant<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;

type Drawn<Names extends keyof UlyssesParams> = Input & Pick<UlyssesParams, Names>;

/** A small valid run on one or more nodes. */
function small(
  draw: Draw,
  systems: readonly ('ulysses' | 'megatron-sp')[],
): Drawn<'layers' | 'heads' | 'hidden' | 'gpus' | 'sp' | 'seq' | 'batch' | 'nodeSize'> {
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
  {
    id: 'wire',
    text: 'counted bytes of all passes are 24 N h (P-1)/P^2 with ulysses, 28 N h (P-1)/P with megatron-sp',
    draw: (draw) => small(draw, ['ulysses', 'megatron-sp']),
    holds: async (input, run) => {
      const { seq, hidden, sp } = input as ReturnType<typeof small>;
      const expected = ((input.system === 'ulysses' ? 24 / sp : 28) * seq * hidden * (sp - 1)) / sp;
      const found = (await run(input)).number('commBytesPerGpuPerLayer');
      return near(found, expected) || `${found} bytes, not ${expected}`;
    },
  },
  {
    id: 'off node',
    text: '(P-g)/(P-1) of the bytes of ulysses leave a node of g, none if the group fits',
    draw: (draw) => small(draw, ['ulysses']),
    holds: async (input, run) => {
      const { sp: P, nodeSize: g } = input as ReturnType<typeof small>;
      const found = (await run(input)).number('offNodeFraction');
      const expected = P > g ? (P - g) / (P - 1) : 0;
      return near(found, expected) || `${found}, not ${expected}`;
    },
  },
  {
    id: 'executed share',
    text: 'with recomputation 9/16 <= executed FLOP / FLOP of the paper <= 1, less for twice the sequence',
    draw: (draw) => small(draw, ['ulysses', 'megatron-sp']),
    holds: async (input, run) => {
      const share = async (seq: number) => {
        const result = await run({ ...input, seq });
        return result.number('executedFlopsPerIteration') / result.number('paperFlopsPerIteration');
      };
      const [short, long] = [await share(Number(input.seq)), await share(2 * Number(input.seq))];
      return (9 / 16 <= long && long < short && short <= 1) || `${short}, then ${long}`;
    },
  },
  {
    id: 'least time',
    text: 'no iteration is shorter than its executed FLOP at peak',
    draw: (draw) => ({ ...small(draw, ['ulysses', 'megatron-sp']), overlapComm: draw.pick([true, false]) }),
    holds: async (input, run) => {
      const result = await run(input);
      const least = result.number('executedFlopsPerIteration') / (Number(input.gpus) * 312e12);
      const time = result.number('iterationSeconds');
      return time >= least || `${time} s are less than ${least} s`;
    },
  },
  {
    id: 'hybrid ends',
    text: 'hybrid is ulysses with rings of 1 and a ring with rings of sp, in bytes and time',
    draw: (draw) => small(draw, ['ulysses']),
    holds: async (input, run) => {
      const ends = [
        ['ulysses', 1],
        ['ring', input.sp],
      ] as const;
      for (const [system, ringDegree] of ends) {
        const [mixed, pure] = [
          await run({ ...input, system: 'hybrid', ringDegree: Number(ringDegree) }),
          await run({ ...input, system }),
        ];
        for (const metric of ['commBytesPerGpuPerLayer', 'bytesPerLinkPerLayer', 'iterationSeconds'] as const)
          if (!near(mixed.number(metric), pure.number(metric))) return `${metric} differs from ${system}`;
      }
      return true;
    },
  },
  {
    id: 'never slower',
    text: 'overlap, a fused all-to-all and faster cards never cost time',
    draw: (draw) => small(draw, ['ulysses', 'megatron-sp']),
    holds: async (input, run) => {
      const seconds = async (set: Input) => (await run({ ...input, ...set })).number('iterationSeconds');
      const plain = await seconds({});
      for (const better of [{ overlapComm: true }, { a2aFused: true }, { nicBandwidth: 50e9 }])
        if ((await seconds(better)) > plain * (1 + 1e-12)) return `${JSON.stringify(better)} is slower`;
      return true;
    },
  },
  {
    id: 'longest sequence',
    text: 'the sequence that a search finds fits, twice as many tokens do not',
    draw: (draw) => ({ ...small(draw, ['ulysses', 'megatron-sp']), batch: 0, microBatch: 1, sp: 0, layers: 1 }),
    holds: async (input, run) => {
      const found = (await run({ ...input, search: 'maxSeq' })).number('maxSeq');
      if (found === 0) return 'nothing fits';
      const fits = async (seq: number) => {
        const { sp } = { sp: (await run({ ...input, seq })).number('spUsed') };
        return !(await run({ ...input, seq, batch: Number(input.gpus) / sp })).flag('outOfMemory');
      };
      if (!(await fits(found))) return `${found} tokens do not fit`;
      return !(await fits(2 * found)) || `${2 * found} tokens fit as well`;
    },
    runs: 40,
  },
];
