import type { Time } from '../../engine/index.ts';
import { createRandomSource, exponential } from '../../engine/random/index.ts';
import { BatchMeans, Histogram, QuantileSketch, Tally, TimeWeighted } from '../../engine/statistics/index.ts';
import { type BenchLine, timeOperations } from './bench-line.ts';

const ROUND = 1_000_000;

/** Nanoseconds an observation over a million exponential values. */
export function run(): BenchLine[] {
  const stream = createRandomSource({ seed: 42 }).stream('bench', 'values');
  const law = exponential(1e6);
  const values = Float64Array.from({ length: ROUND }, () => law.sample(stream));
  const line = (bench: string, round: () => number): BenchLine =>
    timeOperations(`statistics-${bench}`, ROUND, 'ns/observation', round);
  return [
    line('tally', () => {
      const tally = new Tally();
      for (let i = 0; i < ROUND; i++) tally.add(values[i]!);
      return tally.variance;
    }),
    line('time-weighted', () => {
      const level = new TimeWeighted();
      for (let i = 0; i < ROUND; i++) level.set(values[i]!, i as Time);
      return level.average(ROUND as Time);
    }),
    line('histogram', () => {
      const histogram = new Histogram({ low: 0, high: 1e7, bins: 100 });
      for (let i = 0; i < ROUND; i++) histogram.add(values[i]!);
      return histogram.total;
    }),
    line('quantile-sketch', () => {
      const sketch = new QuantileSketch();
      for (let i = 0; i < ROUND; i++) sketch.add(values[i]!);
      return sketch.quantile(0.99);
    }),
    line('batch-means', () => {
      const batches = new BatchMeans();
      for (let i = 0; i < ROUND; i++) batches.add(values[i]!);
      return batches.estimate().mean;
    }),
  ];
}
