import { log } from '../../engine/kernel/elementary.ts';

/** Ticks in one model unit of PHOLD, hold and timeout. */
export const UNIT = 1e9;

/** Ticks in one model unit of M/M/1, so that a sum over a million customers stays an exact integer. */
export const MM1_UNIT = 1e6;

/** splitmix32, one 32-bit word of state: the generator of every engine in the benchmarks (twins in peers/). */
export class SplitMix32 {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A uniform double in [0, 1), multiple of 2^-32. */
  uniform(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 4294967296;
  }

  /** An exponential delay of the given mean, rounded down to whole ticks. */
  exponential(mean: number): number {
    return Math.floor(-log(1 - this.uniform()) * mean);
  }

  /** The word after the draws so far, as an unsigned integer: equal words mean equally many draws. */
  state(): number {
    return this.#state >>> 0;
  }
}

/** Bytes from each of `hosts` to each other, 1 to 11 MB. */
export function transferSizes(hosts: number): Float64Array {
  const random = new SplitMix32(1);
  return Float64Array.from({ length: hosts * (hosts - 1) }, () => 1e6 + Math.floor(random.uniform() * 1e7));
}

/** One step of the order-sensitive checksum. */
export function fold(checksum: number, value: number): number {
  return (Math.imul(checksum, 31) + value) | 0;
}

/** The distributions of the hold benchmark; `hw` is the mix of a hardware model, `ties` always one tick. */
export type HoldDistribution = 'exp' | 'uniform' | 'narrow' | 'bimodal' | 'triangular' | 'pareto' | 'hw' | 'ties';

function holdDelay(distribution: HoldDistribution, random: SplitMix32): number {
  const u = random.uniform();
  switch (distribution) {
    case 'exp':
      return -log(1 - u) * UNIT;
    case 'uniform':
      return 2 * u * UNIT;
    case 'narrow':
      return (0.9 + 0.2 * u) * UNIT;
    case 'bimodal': {
      const v = random.uniform();
      return u < 0.9 ? 0.1 * v * UNIT : (9 + 2 * v) * UNIT;
    }
    case 'triangular':
      return (u + random.uniform()) * UNIT;
    case 'pareto':
      return (1 - u) ** (-1 / 1.2) * UNIT;
    case 'hw': {
      const v = random.uniform();
      if (u < 0.4) return 0;
      if (u < 0.7) return 1;
      return u < 0.95 ? 2 + Math.floor(v * 98) : 10000;
    }
    case 'ties':
      return 1;
  }
}

/** Delays in whole ticks, made before the clock starts and used in a cycle; their number is a power of two. */
export function holdDelays(distribution: HoldDistribution): Float64Array {
  const random = new SplitMix32(1);
  return Float64Array.from({ length: 65536 }, () => Math.floor(holdDelay(distribution, random)));
}
