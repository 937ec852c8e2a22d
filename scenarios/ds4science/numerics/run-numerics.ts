import { createHash } from 'node:crypto';
import { normal } from '../../../engine/random/normal.ts';
import { createRandomSource } from '../../../engine/random/source.ts';
import { Arena } from './arena.ts';
import type { CaseInputs, CaseShape } from './case.ts';
import { referenceAttention } from './reference.ts';
import { tiledAttention } from './tiled.ts';

/** Largest differences between tiled attention in single precision and plain attention in double precision, over all trials. */
export interface NumericsResult {
  readonly output: number;
  readonly gradients: number;
  readonly biasGradient: number;
  readonly fingerprint: string;
}

/** Sizes of random cases, and the tiles they are computed with. */
const range = { n1: 5, n2: [17, 96], heads: 4, headDims: [8, 16, 32], tiles: [16, 64] } as const;
const maskedValue = -1e9;
const maskedShare = 0.1;

type Random = ReturnType<typeof createRandomSource>;

/** Runs `trials` cases of random shape and data. */
export function runNumerics(trials: number, seed: number): NumericsResult {
  const random = createRandomSource({ seed });
  const hash = createHash('sha256');
  let [output, gradients, biasGradient] = [0, 0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const stream = random.stream('numerics', `shape ${trial}`);
    const pick = (low: number, high: number): number => low + Math.floor(stream.uniform() * (high - low + 1));
    const shape: CaseShape = {
      n1: pick(1, range.n1),
      n2: pick(...range.n2),
      heads: pick(1, range.heads),
      headDim: range.headDims[pick(0, range.headDims.length - 1)] as number,
    };
    const tile = range.tiles[trial % range.tiles.length] as number;
    const inputs = drawInputs(shape, random, trial);
    const found = tiledAttention(inputs, shape, tile, new Arena());
    const expected = referenceAttention(inputs, shape);
    output = Math.max(output, worst(found.output, expected.output));
    for (const name of ['gradQ', 'gradK', 'gradV'] as const)
      gradients = Math.max(gradients, worst(found[name], expected[name]));
    biasGradient = Math.max(biasGradient, worst(found.gradPair, expected.gradPair));
    for (const array of [found.output, found.gradQ, found.gradK, found.gradV, found.gradPair])
      hash.update(new Uint8Array(array.buffer));
  }
  return { output, gradients, biasGradient, fingerprint: hash.digest('hex').slice(0, 16) };
}

/** Standard normal tensors and pair bias; the mask hides each key but the first with probability 0.1. */
export function drawInputs(shape: CaseShape, random: Random, trial: number): CaseInputs {
  const { n1, n2, heads, headDim } = shape;
  const standard = normal(0, 1);
  const draw = (name: string, length: number): Float32Array => {
    const stream = random.stream(`numerics/${trial}`, name);
    return Float32Array.from({ length }, () => standard.sample(stream));
  };
  const size = n1 * n2 * heads * headDim;
  const masks = random.stream(`numerics/${trial}`, 'mask');
  return {
    q: draw('q', size),
    k: draw('k', size),
    v: draw('v', size),
    gradOutput: draw('gradOutput', size),
    mask: Float32Array.from({ length: n1 * n2 }, (_, i) =>
      masks.uniform() < maskedShare && i % n2 > 0 ? maskedValue : 0,
    ),
    pair: draw('pair', heads * n2 * n2),
  };
}

function worst(found: Float32Array, expected: Float64Array): number {
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
}
