import { type RandomStream, uniformInteger } from '../../../engine/index.ts';
import { type Sample, SimplexTrainer, type TrainerSpec } from './simplex-trainer.ts';

function randomSample({ users, items, negatives }: TrainerSpec, stream: RandomStream): Sample {
  const item = uniformInteger(0, items - 1);
  return {
    user: uniformInteger(0, users - 1).sample(stream),
    positive: item.sample(stream),
    negatives: Int32Array.from({ length: negatives }, () => item.sample(stream)),
  };
}

/** Whether gradients with stored dot products equal those with recomputed ones, bit by bit, on random samples of a fresh model. */
export function reuseIsExact(spec: TrainerSpec, streams: (name: string) => RandomStream, samples = 1000): boolean {
  const [kept, again] = [true, false].map((reuse) => new SimplexTrainer({ ...spec, reuse }, streams('embeddings'))) as [
    SimplexTrainer,
    SimplexTrainer,
  ];
  const stream = streams('reuse samples');
  for (let i = 0; i < samples; i++) {
    const sample = randomSample(spec, stream);
    const [one, two] = [kept.gradientsOf(sample), again.gradientsOf(sample)];
    if (!Object.is(one.loss, two.loss) || !one.rows.every((value, k) => Object.is(value, two.rows[k]))) return false;
  }
  return true;
}

const STEP = 1e-6;
const HINGE = 1e-3;

/**
 * Largest error of gradients against central differences in float64, over the largest entry of the sample's gradient. Samples with a
 * similarity within 1e-3 of the hinge are left out; two entries of each row are compared.
 */
export function gradientError(spec: TrainerSpec, streams: (name: string) => RandomStream, samples = 200): number {
  const trainer = new SimplexTrainer(spec, streams('embeddings'));
  const stream = streams('gradient samples');
  const { dim, users, theta } = spec;
  const values = Float64Array.from(trainer.embeddings);
  const entry = uniformInteger(0, dim - 1);
  let worst = 0;
  let done = 0;
  while (done < samples) {
    const sample = randomSample(spec, stream);
    const items = [...new Set([sample.positive, ...Array.from(sample.negatives)])];
    if (items.some((item) => Math.abs(trainer.cosine(sample.user, item) - theta) <= HINGE)) continue;
    done++;
    const { rows } = trainer.gradientsOf(sample);
    const scale = rows.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const compare = (row: number, gradient: (k: number) => number): void => {
      for (let i = 0; i < 2; i++) {
        const k = entry.sample(stream);
        const at = row * dim + k;
        const kept = values[at]!;
        const lossAt = (value: number): number => {
          values[at] = value;
          return lossOf(values, spec, sample);
        };
        const slope = (lossAt(kept + STEP) - lossAt(kept - STEP)) / (2 * STEP);
        values[at] = kept;
        worst = Math.max(worst, Math.abs(slope - gradient(k)) / scale);
      }
    };
    compare(sample.user, (k) => rows[k]!);
    for (const item of items)
      compare(users + item, (k) => {
        // An item drawn twice gets the sum of both gradients.
        let sum = item === sample.positive ? rows[dim + k]! : 0;
        for (let j = 0; j < sample.negatives.length; j++)
          if (sample.negatives[j] === item && item !== sample.positive) sum += rows[(j + 2) * dim + k]!;
        return sum;
      });
  }
  return worst;
}

/** The loss in float64, written apart from the trainer. */
function lossOf(values: Float64Array, { users, dim, mu, theta }: TrainerSpec, sample: Sample): number {
  const row = (index: number): Float64Array => values.subarray(index * dim, (index + 1) * dim);
  const dot = (s: Float64Array, t: Float64Array): number => s.reduce((sum, value, k) => sum + value * t[k]!, 0);
  const cosine = (item: number): number => {
    const [s, t] = [row(sample.user), row(users + item)];
    return dot(s, t) / Math.sqrt(dot(s, s) * dot(t, t));
  };
  let hinges = 0;
  for (let j = 0; j < sample.negatives.length; j++) {
    const item = sample.negatives[j]!;
    if (item !== sample.positive) hinges += Math.max(0, cosine(item) - theta);
  }
  return 1 - cosine(sample.positive) + (mu / sample.negatives.length) * hinges;
}
