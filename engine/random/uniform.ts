import {
  check,
  checkFinite,
  checkProbability,
  checkWhole,
  type Distribution,
  makeDistribution,
} from './distribution.ts';

/** Always `value`; takes nothing from the stream. Throws RANDOM_BAD_PARAMETER when it is not finite, as do all constructors. */
export function constant<T extends number>(value: T): Distribution<T> {
  checkFinite('constant', 'value', value);
  return makeDistribution('constant', { value }, { mean: value, variance: 0, low: value }, () => value);
}

/** Uniform in [low, high); low < high. Rounding can return `high` itself when the width is below 2^-52 of its size. One uniform a draw. */
export function uniform(low: number, high: number): Distribution {
  checkFinite('uniform', 'low', low);
  const width = high - low;
  check(width > 0 && Number.isFinite(width), 'uniform', 'high', high, `finite and greater than low = ${low}`);
  return makeDistribution(
    'uniform',
    { low, high },
    { mean: low + width / 2, variance: (width * width) / 12, low },
    (stream) => low + width * stream.uniform(),
  );
}

/**
 * A whole number from `low` to `high`, both included, without bias: the range of the generator is cut into equal parts and what is left over
 * is drawn again. Both are safe integers and high - low < 2^53. One draw of 32 bits for up to 2^32 values, else one uniform; rarely more.
 */
export function uniformInteger(low: number, high: number): Distribution {
  checkWhole('uniformInteger', 'low', low, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const count = high - low + 1;
  check(
    Number.isSafeInteger(high) && count >= 1 && count <= 2 ** 53,
    'uniformInteger',
    'high',
    high,
    `a safe integer of at least low = ${low}, at most 2^53 values from it`,
  );
  const moments = { mean: low + (count - 1) / 2, variance: ((count - 1) * (count + 1)) / 12, low };
  const range = count <= 2 ** 32 ? 2 ** 32 : 2 ** 53;
  const part = Math.floor(range / count);
  const end = part * count;
  if (range === 2 ** 32)
    return makeDistribution('uniformInteger', { low, high }, moments, (stream) => {
      let bits = stream.uint32();
      while (bits >= end) bits = stream.uint32();
      return low + Math.floor(bits / part);
    });
  return makeDistribution('uniformInteger', { low, high }, moments, (stream) => {
    let bits = stream.uniform() * range;
    while (bits >= end) bits = stream.uniform() * range;
    return low + Math.floor(bits / part);
  });
}

/** 1 with `probability`, else 0. One uniform a draw. */
export function bernoulli(probability: number): Distribution {
  checkProbability('bernoulli', 'probability', probability);
  return makeDistribution(
    'bernoulli',
    { probability },
    { mean: probability, variance: probability * (1 - probability), low: probability === 1 ? 1 : 0 },
    (stream) => (stream.uniform() < probability ? 1 : 0),
  );
}

/** Triangular on [low, high] with its peak at `mode`, by inversion; low <= mode <= high, low < high. One uniform a draw. */
export function triangular(low: number, mode: number, high: number): Distribution {
  checkFinite('triangular', 'low', low);
  const width = high - low;
  check(width > 0 && Number.isFinite(width), 'triangular', 'high', high, `finite and greater than low = ${low}`);
  check(mode >= low && mode <= high, 'triangular', 'mode', mode, `from low = ${low} to high = ${high}`);
  const below = (mode - low) / width;
  const rise = width * (mode - low);
  const fall = width * (high - mode);
  const variance = (width * width - (mode - low) * (high - mode)) / 18;
  return makeDistribution(
    'triangular',
    { low, mode, high },
    { mean: (low + mode + high) / 3, variance, low },
    (stream) => {
      const u = stream.uniform();
      return u < below ? low + Math.sqrt(u * rise) : high - Math.sqrt((1 - u) * fall);
    },
  );
}
