import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SimError, us } from '../../../engine/index.ts';
import * as random from '../../../engine/random/index.ts';
import {
  chiSquareP,
  fitContinuous,
  fitDiscrete,
  gammaP,
  kolmogorovP,
  lnGamma,
  momentErrors,
  normalCdf,
} from './goodness.ts';
import { samples } from './samples.ts';

const test = suite('random distributions');
const DRAWS = 20_000;
/** A true law fails one of the about 80 checks below this level once in 125 choices of the seed. */
const LEVEL = 1e-4;

function draw(name: string, count = DRAWS): number[] {
  const distribution = samples[name]!;
  const stream = random.createRandomSource({ seed: 20261123 }).stream('goodness', name);
  return Array.from({ length: count }, () => distribution.sample(stream));
}

const exponentialCdf = (mean: number) => (x: number) => 1 - Math.exp(-x / mean);
const normalOf = (mean: number, deviation: number) => (x: number) => normalCdf((x - mean) / deviation);
const truncatedOf = (mean: number, deviation: number, low: number) => (x: number) => {
  const below = normalCdf((low - mean) / deviation);
  return (normalCdf((x - mean) / deviation) - below) / (1 - below);
};
const binomialOf = (n: number, p: number) => (k: number) =>
  Math.exp(lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log(1 - p));
const poissonOf = (mean: number) => (k: number) => Math.exp(k * Math.log(mean) - mean - lnGamma(k + 1));
const zipfOf = (count: number, exponent: number) => {
  let total = 0;
  for (let k = 1; k <= count; k++) total += k ** -exponent;
  return (k: number) => k ** -exponent / total;
};
const triangularCdf = (x: number) => (x < 2 ? (x - 1) ** 2 / 4 : 1 - (5 - x) ** 2 / 12);
const sigma = Math.sqrt(Math.log(1 + (1.5 / 4) ** 2));

const continuous: Record<string, (x: number) => number> = {
  uniform: (x) => (x + 1) / 4,
  'uniformInteger, more than 2^32': (x) => (x + 0.5) / 3e15,
  triangular: triangularCdf,
  exponential: exponentialCdf(3),
  weibull: (x) => 1 - Math.exp(-((x / 2) ** 1.7)),
  pareto: (x) => 1 - (2 / x) ** 5,
  normal: normalOf(10, 2),
  'lognormal of mean': (x) => normalCdf((Math.log(x / 4) + sigma ** 2 / 2) / sigma),
  'lognormal of median': (x) => normalCdf(Math.log(x / 4) / 0.4),
  'truncatedNormal low cut': truncatedOf(1, 2, 0),
  'truncatedNormal high cut': truncatedOf(0, 1, 4),
  'gamma, shape above 1': (x) => gammaP(2.5, x / 3),
  'gamma, shape below 1': (x) => gammaP(0.4, x / 3),
  'erlang, few phases': (x) => gammaP(3, x / 2),
  'erlang, many phases': (x) => gammaP(40, x / 0.15),
  hyperexponential: (x) => 0.9 * exponentialCdf(1)(x) + 0.1 * exponentialCdf(8)(x),
  'timed.exponential': exponentialCdf(3e6),
  'timed.normal': truncatedOf(10e6, 4e6, 0),
};

const discrete: Record<string, (k: number) => number> = {
  uniformInteger: () => 0.1,
  bernoulli: (k) => (k === 1 ? 0.3 : 0.7),
  'poisson, inversion': poissonOf(3.2),
  'poisson, rejection': poissonOf(47.3),
  'binomial, inversion': binomialOf(20, 0.2),
  'binomial, rejection': binomialOf(200, 0.3),
  'binomial, mirrored': binomialOf(200, 0.85),
  'binomial, mirrored inversion': binomialOf(20, 0.8),
  geometric: (k) => 0.2 * 0.8 ** k,
  'zipf, exponent 1': zipfOf(50, 1),
  'zipf, exponent 1.8': zipfOf(1000, 1.8),
  'zipf, exponent 0': () => 1 / 12,
  'empirical, equal': (k) => (k === 1 ? 0.25 : [2, 3, 4, 5, 6, 9].includes(k) ? 0.125 : 0),
  'empirical, weighted': (k) => (k === 2 ? 0.25 : k === 4 ? 0.75 : 0),
};

test('every continuous sampler follows its law (Kolmogorov-Smirnov, p > 1e-4)', () => {
  for (const [name, cdf] of Object.entries(continuous)) {
    const p = fitContinuous(draw(name), cdf);
    assert.ok(p > LEVEL, `${name}: p = ${p}`);
  }
});

test('every discrete sampler follows its law (chi-square, p > 1e-4)', () => {
  for (const [name, pmf] of Object.entries(discrete)) {
    const p = fitDiscrete(draw(name), pmf);
    assert.ok(p > LEVEL, `${name}: p = ${p}`);
  }
});

test('every sampler has the mean and variance it states (5 standard errors)', () => {
  for (const [name, distribution] of Object.entries(samples)) {
    const draws = draw(name);
    if (distribution.variance === 0) {
      assert.ok(draws.every((value) => value === distribution.mean));
      continue;
    }
    const errors = momentErrors(draws, distribution);
    assert.ok(errors.mean < 5, `${name}: mean off by ${errors.mean} standard errors`);
    assert.ok(errors.variance < 5, `${name}: variance off by ${errors.variance} standard errors`);
    assert.ok(
      draws.every((value) => value >= distribution.low),
      `${name}: below ${distribution.low}`,
    );
  }
});

test('samplers keep to their law at the far end of their parameters', () => {
  const take = (distribution: random.Distribution) => {
    const stream = random.createRandomSource({ seed: 20261123 }).stream('far', distribution.kind);
    return Array.from({ length: DRAWS }, () => distribution.sample(stream));
  };
  for (const distribution of [
    random.poisson(1e9),
    random.binomial(1e9, 0.4),
    random.binomial(1e9, 1e-4),
    random.gamma({ shape: 1e8, scale: 1 }),
    random.erlang(1e8, 1),
  ]) {
    const { mean, variance } = distribution;
    const p = fitContinuous(take(distribution), normalOf(mean, Math.sqrt(variance)));
    assert.ok(p > LEVEL, `${distribution.kind} of mean ${mean}: p = ${p}`);
  }
  let total = 5 * (1e5 ** -0.2 - 1e9 ** -0.2) - 0.5 * 1e5 ** -1.2;
  for (let k = 1; k <= 1e5; k++) total += k ** -1.2;
  const ranks = take(random.zipf({ count: 1e9, exponent: 1.2 }));
  const p = fitDiscrete(
    ranks.map((k) => Math.min(k, 200)),
    (k) => (k < 200 ? k ** -1.2 / total : 0),
  );
  assert.ok(p > LEVEL, `zipf: p = ${p}`);
});

test('the checks can fail: a neighbouring law is refused', () => {
  assert.ok(fitContinuous(draw('normal'), normalOf(10.1, 2)) < LEVEL);
  assert.ok(fitContinuous(draw('gamma, shape above 1'), (x) => gammaP(2.6, x / 3)) < LEVEL);
  assert.ok(fitDiscrete(draw('poisson, rejection'), poissonOf(47.9)) < LEVEL);
  assert.ok(fitDiscrete(draw('zipf, exponent 1'), zipfOf(50, 1.05)) < LEVEL);
  assert.ok(momentErrors(draw('exponential'), random.exponential(3.2)).mean > 5);
  assert.ok(chiSquareP(30, 10) < 1e-3 && chiSquareP(10, 10) > 0.4 && kolmogorovP(0.01, DRAWS) < 0.04);
});

test('draws are finite and not below the stated bound, moments no NaN, whatever the parameters', () => {
  const positive = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
  const shape = fc.double({ min: 0.1, max: 100, noNaN: true });
  const chance = fc.double({ min: 1e-6, max: 1, noNaN: true });
  const any: fc.Arbitrary<random.Distribution> = fc.oneof(
    fc.tuple(positive, positive).map(([low, width]) => random.uniform(low, low + width)),
    fc.tuple(fc.integer(), fc.nat()).map(([low, count]) => random.uniformInteger(low, low + count)),
    fc
      .tuple(positive, chance, positive)
      .map(([low, part, width]) => random.triangular(low, low + part * width, low + width)),
    positive.map((mean) => random.exponential(mean)),
    fc.tuple(shape, positive).map(([s, scale]) => random.weibull({ shape: s, scale })),
    fc.tuple(shape, positive).map(([s, low]) => random.pareto({ shape: s, low })),
    fc.tuple(positive, positive).map(([mean, deviation]) => random.normal(mean, deviation)),
    fc.tuple(positive, positive).map(([mean, deviation]) => random.lognormal({ mean, deviation })),
    fc
      .tuple(positive, fc.double({ min: 0, max: 5, noNaN: true }))
      .map(([deviation, cut]) => random.truncatedNormal(1, deviation, 1 + cut * deviation * 0.999)),
    fc.tuple(shape, positive).map(([s, scale]) => random.gamma({ shape: s, scale })),
    fc.tuple(fc.integer({ min: 1, max: 60 }), positive).map(([phases, mean]) => random.erlang(phases, mean)),
    positive.map((mean) => random.poisson(mean)),
    fc.tuple(fc.nat({ max: 1e9 }), fc.double({ min: 0, max: 1, noNaN: true })).map(([n, p]) => random.binomial(n, p)),
    chance.map((p) => random.geometric(p)),
    fc
      .tuple(fc.integer({ min: 1, max: 1e9 }), fc.double({ min: 0, max: 10, noNaN: true }))
      .map(([count, exponent]) => random.zipf({ count, exponent })),
    fc
      .array(fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), chance), {
        minLength: 1,
        maxLength: 20,
      })
      .map((pairs) =>
        random.empirical(
          pairs.map(([value]) => value),
          pairs.map(([, weight]) => weight),
        ),
      ),
  );
  fc.assert(
    fc.property(any, fc.nat(), (distribution, seed) => {
      const stream = random.createRandomSource({ seed }).stream('any', 'parameters');
      assert.not(Number.isNaN(distribution.mean) || Number.isNaN(distribution.variance) || distribution.variance < 0);
      for (let i = 0; i < 20; i++) {
        const value = distribution.sample(stream);
        assert.ok(Number.isFinite(value) && value >= distribution.low, `${value}`);
      }
    }),
    { seed: 20261123, numRuns: 1000 },
  );
});

test('moments of heavy tails are Infinity where the integrals diverge', () => {
  assert.is(random.pareto({ shape: 1, low: 2 }).mean, Number.POSITIVE_INFINITY);
  assert.is(random.pareto({ shape: 1.5, low: 2 }).mean, 6);
  assert.is(random.pareto({ shape: 1.5, low: 2 }).variance, Number.POSITIVE_INFINITY);
});

test('moments of Zipf over many ranks match the sum', () => {
  const { mean, variance } = random.zipf({ count: 300_000, exponent: 1.1 });
  let total = 0;
  let first = 0;
  let second = 0;
  for (let k = 300_000; k >= 1; k--) {
    total += k ** -1.1;
    first += k ** -0.1;
    second += k ** 0.9;
  }
  assert.ok(Math.abs(mean / (first / total) - 1) < 1e-10);
  assert.ok(Math.abs(variance / (second / total - (first / total) ** 2) - 1) < 1e-10);
});

test('a coxian of equal phases is an erlang, one of one phase an exponential', () => {
  const three = random.coxian([{ mean: 2, next: 1 }, { mean: 2, next: 1 }, { mean: 2 }]);
  assert.ok(Math.abs(three.mean - 6) < 1e-12 && Math.abs(three.variance - 12) < 1e-12);
  const one = random.coxian([{ mean: 4 }]);
  assert.is(one.mean, 4);
  assert.is(one.variance, 16);
});

test('where one uniform makes a draw, a greater uniform makes no smaller draw', () => {
  const fixed = (u: number) => ({ ...random.createRandomSource({ seed: 1 }).stream('a', 'b'), uniform: () => u });
  const monotone = [
    'uniform',
    'triangular',
    'exponential',
    'weibull',
    'pareto',
    'normal',
    'lognormal of mean',
    'truncatedNormal low cut',
    'truncatedNormal high cut',
    'poisson, inversion',
    'binomial, inversion',
    'binomial, mirrored inversion',
    'geometric',
    'empirical, weighted',
  ];
  for (const name of monotone) {
    let before = Number.NEGATIVE_INFINITY;
    for (const u of [0, ...Array.from({ length: 999 }, (_, i) => (i + 1) / 1000), 1 - 2 ** -53]) {
      const value = samples[name]!.sample(fixed(u));
      assert.ok(value >= before && Number.isFinite(value), `${name} at ${u}: ${value} after ${before}`);
      before = value;
    }
  }
});

test('timed draws are whole picoseconds and never negative', () => {
  for (const name of ['timed.exponential', 'timed.normal', 'timed.lognormal', 'timedBy zipf'])
    assert.ok(
      draw(name, 2000).every((value) => Number.isInteger(value) && value >= 0),
      name,
    );
  const service: random.Distribution<ReturnType<typeof us>> = random.timed.exponential(us(3));
  assert.is(service.mean, 3e6);
  // @ts-expect-error a bare number is not a duration
  random.timed.exponential(3);
  // @ts-expect-error a plain distribution is not one of durations
  const plain: random.TimeDistribution = random.exponential(3);
  assert.ok(plain);
});

test('a distribution is data: kind and parameters survive JSON', () => {
  assert.is(
    JSON.stringify(random.exponential(3)),
    '{"kind":"exponential","parameters":{"mean":3},"mean":3,"variance":9,"low":0}',
  );
});

test('RANDOM_BAD_PARAMETER: every constructor refuses what is not a law, naming value and remedy', () => {
  const nan = Number.NaN;
  const refused: Array<readonly [() => unknown, string]> = [
    [() => random.constant(nan), 'constant: value cannot be NaN. It must be finite.'],
    [() => random.uniform(2, 2), 'uniform: high cannot be 2. It must be finite and greater than low = 2.'],
    [() => random.uniformInteger(0, 1.5), 'high cannot be 1.5'],
    [() => random.uniformInteger(3, 2), 'high cannot be 2'],
    [() => random.bernoulli(1.1), 'probability cannot be 1.1. It must be from 0 to 1.'],
    [() => random.triangular(0, 3, 2), 'mode cannot be 3'],
    [() => random.exponential(0), 'mean cannot be 0. It must be finite and greater than 0.'],
    [() => random.exponential(nan), 'mean cannot be NaN'],
    [() => random.weibull({ shape: -1, scale: 1 }), 'shape cannot be -1'],
    [() => random.pareto({ shape: 1, low: 0 }), 'low cannot be 0'],
    [() => random.normal(0, -1), 'deviation cannot be -1'],
    [() => random.lognormal({ mean: 0, deviation: 1 }), 'mean cannot be 0'],
    [() => random.lognormal({ median: 1, sigma: nan }), 'sigma cannot be NaN'],
    [() => random.truncatedNormal(0, 1, 6), 'low cannot be 6. It must be at most mean + 5 deviations = 5.'],
    [() => random.gamma({ shape: 0, scale: 1 }), 'shape cannot be 0'],
    [() => random.erlang(2.5, 1), 'phases cannot be 2.5'],
    [() => random.poisson(-1), 'mean cannot be -1'],
    [() => random.binomial(-1, 0.5), 'trials cannot be -1'],
    [() => random.geometric(0), 'probability cannot be 0'],
    [() => random.zipf({ count: 0, exponent: 1 }), 'count cannot be 0'],
    [() => random.empirical([]), 'values cannot be []'],
    [() => random.empirical([1, 2], [1]), 'weights cannot be [1]. It must be 2 finite numbers'],
    [() => random.empirical([1, 2], [0, 0]), 'weights cannot be [0, 0]'],
    [() => random.hyperexponential([{ probability: 0.5, mean: 1 }]), 'probability cannot be [0.5]'],
    [() => random.coxian([]), 'phases cannot be []'],
    [() => random.coxian([{ mean: 1, next: 0.5 }]), 'next cannot be 0.5. It must be 0 after the last phase.'],
    [() => random.phaseType({ start: [1], means: [1], next: [[1]] }), 'every phase can lead to the end'],
    [() => random.timedBy(random.normal(0, 1), us(1)), 'low cannot be -Infinity'],
  ];
  for (const [make, text] of refused) {
    let thrown: unknown;
    try {
      make();
    } catch (error) {
      thrown = error;
    }
    assert.instance(thrown, SimError, `accepted: ${make}`);
    assert.is((thrown as SimError).code, 'RANDOM_BAD_PARAMETER');
    assert.ok((thrown as SimError).message.includes(text), (thrown as SimError).message);
  }
});

test.run();
