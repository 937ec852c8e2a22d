import type { Distribution } from '../../../engine/random/index.ts';

/** Regularised lower incomplete gamma function P(a, x): series below a + 1, Lentz's continued fraction above. */
export function gammaP(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(-x + a * Math.log(x) - lnGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 10_000 && term > sum * 1e-16; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return sum * front;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 10_000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return 1 - front * h;
}

/** Lanczos approximation (g = 7, n = 9), about 1e-15. */
export function lnGamma(x: number): number {
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  let sum = 0.9999999999998099;
  coefficients.forEach((coefficient, i) => {
    sum += coefficient / (x + i);
  });
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

export function normalCdf(z: number): number {
  const half = gammaP(0.5, (z * z) / 2) / 2;
  return z < 0 ? 0.5 - half : 0.5 + half;
}

/** Probability of a chi-square statistic at least this large. */
export function chiSquareP(statistic: number, degrees: number): number {
  return 1 - gammaP(degrees / 2, statistic / 2);
}

/** Probability of a Kolmogorov distance at least this large (Stephens 1970). */
export function kolmogorovP(distance: number, n: number): number {
  const t = (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * distance;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * t * t);
  return t < 0.2 ? 1 : Math.min(1, sum);
}

/** p-value of sorted draws against a continuous law. */
export function fitContinuous(draws: readonly number[], cdf: (x: number) => number): number {
  const sorted = [...draws].sort((a, b) => a - b);
  let distance = 0;
  sorted.forEach((x, i) => {
    const p = cdf(x);
    distance = Math.max(distance, p - i / sorted.length, (i + 1) / sorted.length - p);
  });
  return kolmogorovP(distance, sorted.length);
}

/** p-value of draws against a law on the whole numbers, cells of fewer than ten expected draws put together. */
export function fitDiscrete(draws: readonly number[], pmf: (k: number) => number): number {
  const n = draws.length;
  const counts = new Map<number, number>();
  for (const draw of draws) counts.set(draw, (counts.get(draw) ?? 0) + 1);
  const low = draws.reduce((a, b) => Math.min(a, b));
  const high = draws.reduce((a, b) => Math.max(a, b));
  let statistic = 0;
  let cells = 0;
  let observed = 0;
  let expected = 0;
  let placed = 0;
  const close = (): void => {
    statistic += ((observed - expected) * (observed - expected)) / expected;
    cells++;
    placed += expected;
    observed = 0;
    expected = 0;
  };
  let left = n;
  for (let k = low; k <= high; k++) {
    observed += counts.get(k) ?? 0;
    expected += n * pmf(k);
    if (expected >= 10 && n - placed - expected >= 10) {
      left -= observed;
      close();
    }
  }
  observed = left;
  expected = n - placed;
  close();
  return cells < 2 ? 1 : chiSquareP(statistic, cells - 1);
}

/** Mean and variance of draws, and how many standard errors they are from those the distribution states. */
export function momentErrors(draws: readonly number[], stated: Distribution): { mean: number; variance: number } {
  const n = draws.length;
  const mean = draws.reduce((a, b) => a + b, 0) / n;
  let second = 0;
  let fourth = 0;
  for (const draw of draws) {
    const square = (draw - mean) * (draw - mean);
    second += square / n;
    fourth += (square * square) / n;
  }
  return {
    mean: Math.abs(mean - stated.mean) / Math.sqrt(stated.variance / n),
    variance: Math.abs(second - stated.variance) / Math.sqrt(Math.max(fourth - second * second, 1e-300) / n),
  };
}
