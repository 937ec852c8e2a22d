import type { RandomSource } from '../../../engine/kernel/random.ts';
import { createRandomSource } from '../../../engine/random/source.ts';
import {
  eluFeatures,
  explicitLinearAttention,
  type Head,
  linearAttention,
  onlineSoftmax,
  orthogonalFeatures,
  performerAttention,
  softmaxAttention,
  softmaxRows,
} from './attention-math.ts';
import { gaussian, maxRelativeError, relativeError, zeros } from './tensor.ts';

/** What really computed small attentions showed, over all trials. */
export interface NumericsResult {
  /** Linear attention against its explicit form, largest relative difference. */
  readonly linearMaxError: number;
  /** The same against softmax attention, mean relative Frobenius error: another function, not an approximation of it. */
  readonly linearSoftmaxError: number;
  readonly slicedSoftmaxExact: boolean;
  readonly onlineSoftmaxMaxError: number;
  /** Mean relative Frobenius error of Performer against softmax attention, by number of features. */
  readonly performerErrors: ReadonlyMap<number, number>;
  /** The same with entries twice as wide and 1024 features. */
  readonly performerWideError: number;
}

const trials = 20;
const counts = [16, 64, 256, 1024] as const;

/** Computes every check with data drawn from `seed`. */
export function runNumerics(seed: number, repeats = trials): NumericsResult {
  const random = createRandomSource({ seed });
  const all = Array.from({ length: repeats }, (_, trial) => trial);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const linear = all.map((trial) => linearErrors(random, trial));
  return {
    linearMaxError: Math.max(...linear.map(({ explicit }) => explicit)),
    linearSoftmaxError: mean(linear.map(({ softmax }) => softmax)),
    slicedSoftmaxExact: all.every((trial) => isSlicedExact(random, trial)),
    onlineSoftmaxMaxError: onlineError(random),
    performerErrors: new Map(counts.map((m) => [m, mean(all.map((trial) => performerError(random, trial, m, 0.5)))])),
    performerWideError: mean(all.map((trial) => performerError(random, trial, 1024, 1))),
  };
}

/** One head of normal entries times `scale`. */
export function randomHead(random: RandomSource, name: string, tokens: number, width: number, scale = 1): Head {
  const stream = random.stream('numerics', name);
  const draw = () => gaussian(stream, tokens, width, scale);
  return { q: draw(), k: draw(), v: draw() };
}

function linearErrors(random: RandomSource, trial: number): { readonly explicit: number; readonly softmax: number } {
  const head = randomHead(random, `linear ${trial}`, 64, 16);
  const [phiQ, phiK] = [eluFeatures(head.q), eluFeatures(head.k)];
  const found = linearAttention(phiQ, phiK, head.v);
  return {
    explicit: maxRelativeError(found, explicitLinearAttention(phiQ, phiK, head.v)),
    softmax: relativeError(found, softmaxAttention(head)),
  };
}

/** Eight heads at once and in 2, 4 or 8 slices of heads: every bit the same. */
function isSlicedExact(random: RandomSource, trial: number): boolean {
  const heads = Array.from({ length: 8 }, (_, head) => randomHead(random, `sliced ${trial} ${head}`, 64, 16));
  const whole = heads.map(softmaxAttention);
  return [1, 2, 4, 8].every((slices) => {
    const size = heads.length / slices;
    const cut = Array.from({ length: slices }, (_, j) => heads.slice(j * size, (j + 1) * size).map(softmaxAttention));
    return cut.flat().every(({ data }, head) => data.every((value, i) => Object.is(value, whole[head]?.data[i])));
  });
}

/** 100 rows of 1 to 5000 entries in [-50, 50], in blocks of random size: the largest difference. */
function onlineError(random: RandomSource): number {
  const stream = random.stream('numerics', 'online');
  let largest = 0;
  for (let repeat = 0; repeat < 100; repeat++) {
    const row = zeros(1, 1 + Math.floor(stream.uniform() * 5000));
    for (let i = 0; i < row.columns; i++) row.data[i] = 100 * stream.uniform() - 50;
    const online = onlineSoftmax(row.data, 1 + Math.floor(stream.uniform() * 700));
    softmaxRows(row).data.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value - (online[i] as number)));
    });
  }
  return largest;
}

/** Relative Frobenius error of one head of 128 tokens and width 64 with entries of deviation `scale`. */
export function performerError(random: RandomSource, trial: number, features: number, scale: number): number {
  const head = randomHead(random, `performer ${trial}`, 128, 64, scale);
  const directions = orthogonalFeatures(random.stream('numerics', `directions ${trial} ${features}`), features, 64);
  return relativeError(performerAttention(head, directions), softmaxAttention(head));
}
