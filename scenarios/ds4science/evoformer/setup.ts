import type { Ds4Params } from '../params.ts';

/** Attention of one grid axis: n1 rows attend independently over n2 positions. */
export interface Shape {
  readonly n1: number;
  readonly n2: number;
  readonly heads: number;
  readonly headDim: number;
  readonly samples: number;
}

/** One attention with every choice made. */
export interface Setup extends Shape {
  readonly kernel: Ds4Params['kernel'];
  /** Bytes of one element. */
  readonly width: 2 | 4;
  readonly backward: boolean;
  readonly maskBias: boolean;
  readonly pairBias: boolean;
  /** Rows computed at a time, n1 without chunking. */
  readonly chunk: number;
}

interface Stack {
  readonly nSeq: number;
  readonly nRes: number;
  readonly msa: { readonly heads: number; readonly headDim: number };
  readonly triangle: { readonly heads: number; readonly headDim: number };
}

const triangle = { heads: 4, headDim: 32 } as const;
const extra = { msa: { heads: 8, headDim: 8 }, triangle } as const;
const main = { msa: { heads: 8, headDim: 32 }, triangle } as const;

/** Shapes of OpenFold's training (aqlaboratory/openfold, openfold/config.py). */
export const stacks: Readonly<Record<Exclude<Ds4Params['stack'], 'custom'>, Stack>> = {
  'extra-msa-finetune': { nSeq: 5120, nRes: 384, ...extra },
  'main-msa-finetune': { nSeq: 512, nRes: 384, ...main },
  'extra-msa-initial': { nSeq: 1024, nRes: 256, ...extra },
  'main-msa-initial': { nSeq: 128, nRes: 256, ...main },
};

/** The shape of the attention that the parameters name; sizes that a custom stack leaves open are 0. */
export function shapeOf(params: Ds4Params): Shape {
  const stack = params.stack === 'custom' ? undefined : stacks[params.stack];
  const own = params.variant.startsWith('msa') ? stack?.msa : stack?.triangle;
  const nSeq = params.nSeq || (stack?.nSeq ?? 0);
  const nRes = params.nRes || (stack?.nRes ?? 0);
  const [n1, n2] =
    params.variant === 'msa-row' ? [nSeq, nRes] : params.variant === 'msa-column' ? [nRes, nSeq] : [nRes, nRes];
  return {
    n1,
    n2,
    heads: params.heads || (own?.heads ?? 0),
    headDim: params.headDim || (own?.headDim ?? 0),
    samples: params.samples,
  };
}

/** Every choice: shape, biases by variant, element size, rows of a chunk. */
export function setupOf(params: Ds4Params): Setup {
  const shape = shapeOf(params);
  return {
    ...shape,
    kernel: params.kernel,
    width: params.dtype === 'fp32' ? 4 : 2,
    backward: params.backward,
    maskBias: params.maskBias !== 'false',
    pairBias: params.pairBias === 'auto' ? params.variant !== 'msa-column' : params.pairBias === 'true',
    chunk: params.chunk > 0 ? Math.min(params.chunk, shape.n1) : shape.n1,
  };
}
