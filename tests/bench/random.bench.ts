import { us } from '../../engine/index.ts';
import {
  binomial,
  createRandomSource,
  type Distribution,
  empirical,
  exponential,
  gamma,
  normal,
  poisson,
  timed,
  uniform,
  zipf,
} from '../../engine/random/index.ts';
import { type BenchLine, timeOperations } from './bench-line.ts';

const DRAWS = 2_000_000;

/** Nanoseconds per draw, the fastest of five rounds of two million; every distribution is sampled through the same call site shape. */
export function run(): BenchLine[] {
  const stream = createRandomSource({ seed: 42 }).stream('bench', 'draws');
  const lines: BenchLine[] = [
    line('random-uint32', () => {
      let sum = 0;
      for (let i = 0; i < DRAWS; i++) sum += stream.uint32();
      return sum;
    }),
    line('random-uniform', () => {
      let sum = 0;
      for (let i = 0; i < DRAWS; i++) sum += stream.uniform();
      return sum;
    }),
  ];
  const distributions: Array<readonly [string, Distribution]> = [
    ['uniform-0-2', uniform(0, 2)],
    ['exponential', exponential(3)],
    ['timed-exponential', timed.exponential(us(3))],
    ['normal', normal(0, 1)],
    ['gamma-2.5', gamma({ shape: 2.5, scale: 1 })],
    ['poisson-3', poisson(3)],
    ['poisson-100', poisson(100)],
    ['binomial-1000-0.3', binomial(1000, 0.3)],
    ['zipf-1e6-1.1', zipf({ count: 1e6, exponent: 1.1 })],
    ['empirical-100', empirical(Array.from({ length: 100 }, (_, i) => i))],
  ];
  for (const [name, distribution] of distributions)
    lines.push(
      line(`random-${name}`, () => {
        let sum = 0;
        for (let i = 0; i < DRAWS; i++) sum += distribution.sample(stream);
        return sum;
      }),
    );
  return lines;
}

function line(bench: string, round: () => number): BenchLine {
  return timeOperations(bench, DRAWS, 'ns/draw', round);
}
