import type { Draw, Invariant, ParamsInput } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { Ds4Params, params } from './params.ts';

type Ds4Invariant = Invariant<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;
type Drawn<Names extends keyof Ds4Params> = Input & Pick<Ds4Params, Names>;

const systems = ['old-megatron-deepspeed', 'megatron-lm', 'new-megatron-deepspeed'] as const;

/** A small valid language model on one or more nodes. */
function model(
  draw: Draw,
  among: readonly Ds4Params['system'][] = systems,
): Drawn<'system' | 'layers' | 'heads' | 'hidden' | 'gpus' | 'seq' | 'microBatch'> {
  const gpus = draw.pick([1, 2, 4, 8, 16]);
  const heads = gpus * draw.integer(1, 4);
  return {
    model: 'custom',
    system: draw.pick(among),
    layers: draw.integer(1, 8),
    heads,
    hidden: heads * 16 * draw.integer(1, 4),
    gpus,
    vocab: 50304,
    seq: 128 * gpus * draw.integer(1, 64),
    microBatch: draw.integer(1, 4),
    nodeSize: draw.pick([2, 4, 8]),
  };
}

/** A small attention; `low` bounds its positions from below. */
function attention(draw: Draw, low = 17): Drawn<'nSeq' | 'nRes' | 'heads' | 'headDim' | 'samples'> {
  return {
    study: 'evoformer',
    stack: 'custom',
    variant: 'msa-row',
    nSeq: draw.integer(1, 64),
    nRes: draw.integer(low, 512),
    heads: draw.integer(1, 8),
    headDim: draw.pick([8, 16, 32, 64]),
    samples: draw.integer(1, 3),
  };
}

/** True when the two agree to 1e-9 of the larger. */
const near = (actual: number, expected: number): boolean =>
  Math.abs(actual - expected) <= 1e-9 * Math.max(Math.abs(actual), Math.abs(expected));

const compared = (what: string, actual: number, expected: number): true | string =>
  near(actual, expected) || `${what} is ${actual}, not ${expected}`;

/** The first complaint, or true. */
const all = (...verdicts: readonly (true | string)[]): true | string =>
  verdicts.find((verdict) => verdict !== true) ?? true;

/** Properties of every run, checked on random parameters. */
export const invariants: readonly Ds4Invariant[] = [
  {
    id: 'out of memory',
    text: 'out of memory exactly when the peak exceeds what may be used',
    draw: (draw) => ({ ...model(draw), memoryFraction: draw.real(0.05, 0.4) }),
    holds: async (input, run) => {
      const result = await run(input);
      const over = result.number('peakMemoryBytes') > result.number('usableMemoryBytes');
      return over === result.flag('outOfMemory') || 'flag and peak disagree';
    },
  },
  {
    id: 'checkpoints',
    text: 'checkpoints are 2 l s b h bytes, in the old system whatever t, in the others divided by t',
    draw: (draw) => model(draw),
    holds: async (input, run) => {
      const { layers, seq, microBatch, hidden, gpus, system } = input as ReturnType<typeof model>;
      const whole = 2 * layers * seq * microBatch * hidden;
      const expected = system === 'old-megatron-deepspeed' ? whole : whole / gpus;
      return compared('checkpointBytes', (await run(input)).number('checkpointBytes'), expected);
    },
  },
  {
    id: 'mask',
    text: 'the mask is 9 s^2 bytes whatever the model and t, nothing in the new system',
    draw: (draw) => model(draw),
    holds: async (input, run) => {
      const expected = input.system === 'new-megatron-deepspeed' ? 0 : 9 * Number(input.seq) ** 2;
      return compared('maskBytes', (await run(input)).number('maskBytes'), expected);
    },
  },
  {
    id: 'volume',
    text: 'counted bytes per layer and sample are 28 s h (t-1)/t, in the old system 24 s h (t-1)/t',
    draw: (draw) => model(draw),
    holds: async (input, run) => {
      const t = Number(input.gpus);
      const factor = input.system === 'old-megatron-deepspeed' ? 24 : 28;
      const expected = (factor * Number(input.seq) * Number(input.hidden) * (t - 1)) / t;
      const found = (await run({ ...input, memoryFraction: 1 })).number('commBytesPerGpuPerLayer');
      return compared('commBytesPerGpuPerLayer', found, expected);
    },
  },
  {
    id: 'one node',
    text: 'inside one node nothing leaves it and nothing depends on the network cards',
    draw: (draw) => ({ ...model(draw), nodeSize: 16 }),
    holds: async (input, run) => {
      const [slow, fast] = [await run({ ...input, nicBandwidth: 1e9 }), await run({ ...input, nicBandwidth: 1e12 })];
      if (slow.number('offNodeBytesPerGpuPerLayer') !== 0) return 'bytes left the node';
      return slow.number('iterationSeconds') === fast.number('iterationSeconds') || 'times differ';
    },
  },
  {
    id: 'rate',
    text: 'rate x time x GPUs is the FLOP count of the paper; no faster than peak arithmetic or the cards allow',
    draw: (draw) => model(draw),
    holds: async (input, run) => {
      const result = await run({ ...input, memoryFraction: 1 });
      if (result.flag('outOfMemory')) return true;
      const time = result.number('iterationSeconds');
      const gpus = Number(input.gpus);
      const product = result.number('tflopsPerGpu') * time * gpus * 1e12;
      const sent = result.number('offNodeBytesPerGpuPerLayer') * Number(input.layers) * Number(input.microBatch);
      const least = Math.max(result.number('executedFlopsPerIteration') / (gpus * 312e12), sent / 25e9);
      return all(
        compared('product', product, result.number('paperFlopsPerIteration')),
        time >= least || `${time} s are less than ${least} s`,
      );
    },
  },
  {
    id: 'one rank',
    text: 'on one rank the old and the new system hold equal checkpoints',
    draw: (draw) => ({ ...model(draw), gpus: 1 }),
    holds: async (input, run) => {
      const of = async (system: Ds4Params['system']) => (await run({ ...input, system })).number('checkpointBytes');
      return compared('checkpointBytes', await of('old-megatron-deepspeed'), await of('new-megatron-deepspeed'));
    },
  },
  {
    id: 'twice the sequence',
    text: 'twice the sequence: checkpoints, loss and buffers double, the mask grows fourfold',
    draw: (draw) => model(draw),
    holds: async (input, run) => {
      const [one, two] = [await run(input), await run({ ...input, seq: 2 * Number(input.seq) })];
      const grows = (metric: MetricName, factor: number): true | string =>
        compared(metric, two.number(metric), factor * one.number(metric));
      const doubles = (['checkpointBytes', 'lossBytes', 'gatherBufferBytes'] as const).map((name) => grows(name, 2));
      return all(...doubles, grows('maskBytes', 4));
    },
  },
  {
    id: 'twice the GPUs',
    text: 'new system on twice the GPUs: states, checkpoints and loss halve (to a byte), buffers stay',
    draw: (draw) => model(draw, ['new-megatron-deepspeed']),
    holds: async (input, run) => {
      const gpus = Number(input.gpus);
      const shape = {
        ...input,
        heads: 2 * Number(input.heads),
        hidden: 2 * Number(input.hidden),
        seq: 2 * Number(input.seq),
      };
      const [one, two] = [await run(shape), await run({ ...shape, gpus: 2 * gpus })];
      const halves = (['stateBytes', 'checkpointBytes', 'lossBytes'] as const).map(
        (name) =>
          Math.abs(2 * two.number(name) - one.number(name)) <= 2 * 8 ||
          `${name} went from ${one.number(name)} to ${two.number(name)}`,
      );
      return all(...halves, compared('buffers', two.number('gatherBufferBytes'), one.number('gatherBufferBytes')));
    },
  },
  {
    id: 'samples or tokens',
    text: 'm samples of s tokens hold the checkpoints of one of m s, but the mask of s',
    draw: (draw) => model(draw, ['old-megatron-deepspeed', 'megatron-lm']),
    holds: async (input, run) => {
      const { microBatch, seq } = input as ReturnType<typeof model>;
      const [many, long] = [await run(input), await run({ ...input, microBatch: 1, seq: microBatch * seq })];
      return all(
        compared('checkpointBytes', many.number('checkpointBytes'), long.number('checkpointBytes')),
        compared('maskBytes', many.number('maskBytes') * microBatch ** 2, long.number('maskBytes')),
      );
    },
  },
  {
    id: 'fused memory is linear',
    text: 'the fused kernel without pair bias: peak linear in rows and samples, beyond 64 positions in multiples of 64 linear in them',
    draw: (draw) => ({ ...attention(draw), nRes: 64 * draw.integer(2, 8), pairBias: 'false' }),
    holds: async (input, run) => {
      const of = async (set: Input) => (await run({ ...input, ...set })).number('peakMemoryBytes');
      const one = await of({});
      return all(
        compared('peak of twice the rows', await of({ nSeq: 2 * Number(input.nSeq) }), 2 * one),
        compared('peak of twice the samples', await of({ samples: 2 * Number(input.samples) }), 2 * one),
        compared('peak of twice the positions', await of({ nRes: 2 * Number(input.nRes) }), 2 * one),
      );
    },
  },
  {
    id: 'order of the kernels',
    text: 'eager takes at most what eager-keep takes; the fused kernel less than eager from 256 positions, 8 rows, heads up to 32',
    draw: (draw) => ({ ...attention(draw, 256), nSeq: draw.integer(8, 64), headDim: draw.pick([8, 16, 32]) }),
    holds: async (input, run) => {
      const of = async (kernel: Ds4Params['kernel']) => (await run({ ...input, kernel })).number('peakMemoryBytes');
      const [eager, keep, fused] = [await of('eager'), await of('eager-keep'), await of('ds4sci')];
      return (fused < eager && eager <= keep) || `${fused}, ${eager}, ${keep}`;
    },
  },
  {
    id: 'equal axes',
    text: 'both triangles are equal; a row over (x, y) equals a column over (y, x) with the same biases',
    draw: (draw) => ({
      ...attention(draw),
      nSeq: draw.integer(17, 64),
      kernel: draw.pick(['eager', 'ds4sci']),
      pairBias: 'true',
    }),
    holds: async (input, run) => {
      const same = async (a: Input, b: Input): Promise<true | string> => {
        const [one, two] = [await run({ ...input, ...a }), await run({ ...input, ...b })];
        const metrics = ['peakMemoryBytes', 'forwardFlops', 'forwardSeconds', 'backwardSeconds'] as const;
        return all(...metrics.map((name) => one.number(name) === two.number(name) || `${name} differs`));
      };
      const turned: Input = { variant: 'msa-column', nSeq: Number(input.nRes), nRes: Number(input.nSeq) };
      return all(
        await same({ variant: 'triangle-start' }, { variant: 'triangle-end' }),
        await same({ variant: 'msa-row' }, turned),
      );
    },
  },
  {
    id: 'score tensor',
    text: 'a score tensor is samples n1 H n2^2 elements; fp32 doubles the peak of plain attention exactly',
    draw: (draw) => ({ ...attention(draw), kernel: draw.pick(['eager', 'eager-keep']), dtype: 'fp16' }),
    holds: async (input, run) => {
      const { samples, nSeq, nRes, heads } = input as ReturnType<typeof attention>;
      const [half, single] = [await run(input), await run({ ...input, dtype: 'fp32' })];
      const expected = samples * nSeq * heads * nRes ** 2 * 2;
      return all(
        half.number('logitsBytes') === expected || `logitsBytes is ${half.number('logitsBytes')}, not ${expected}`,
        single.number('peakMemoryBytes') === 2 * half.number('peakMemoryBytes') || 'fp32 does not double the peak',
      );
    },
  },
  {
    id: 'heads or width',
    text: 'twice the heads of half the size: tensors stay, scores double',
    draw: (draw) => ({
      ...attention(draw),
      headDim: draw.pick([16, 32, 64]),
      kernel: 'eager',
      maskBias: 'false',
      pairBias: 'false',
    }),
    holds: async (input, run) => {
      const turned = { ...input, heads: 2 * Number(input.heads), headDim: Number(input.headDim) / 2 };
      const [one, two] = [await run(input), await run(turned)];
      const extra = two.number('peakMemoryBytes') - one.number('peakMemoryBytes');
      return all(
        compared('logitsBytes', two.number('logitsBytes'), 2 * one.number('logitsBytes')),
        compared('growth of the peak', extra, 3 * one.number('logitsBytes')),
      );
    },
  },
  {
    id: 'no square in traffic',
    text: 'without pair bias the forward traffic of the fused kernel doubles with the positions',
    draw: (draw) => ({ ...attention(draw), pairBias: 'false' }),
    holds: async (input, run) => {
      const [one, two] = [await run(input), await run({ ...input, nRes: 2 * Number(input.nRes) })];
      return compared('hbmBytesForward', two.number('hbmBytesForward'), 2 * one.number('hbmBytesForward'));
    },
  },
  {
    id: 'forward alone',
    text: 'forward without gradient takes at most what forward and backward take',
    draw: (draw) => ({ ...attention(draw), kernel: draw.pick(['eager', 'eager-keep', 'ds4sci']) }),
    holds: async (input, run) => {
      const of = async (backward: boolean) => (await run({ ...input, backward })).number('peakMemoryBytes');
      return (await of(false)) <= (await of(true)) || 'forward alone takes more';
    },
  },
  {
    id: 'chunks',
    text: 'fewer rows at a time: never more memory, never less time',
    draw: (draw) => ({ ...attention(draw), nSeq: 2 * draw.integer(1, 32), kernel: 'eager', backward: false }),
    holds: async (input, run) => {
      const half = Number(input.nSeq) / 2;
      const [whole, parts] = [await run(input), await run({ ...input, chunk: half })];
      return all(
        parts.number('peakMemoryBytes') <= whole.number('peakMemoryBytes') || 'chunks take more memory',
        parts.number('forwardSeconds') >= whole.number('forwardSeconds') * (1 - 1e-6) || 'chunks take less time',
      );
    },
  },
];
