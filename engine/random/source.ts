import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomSource, RandomStream } from '../kernel/random.ts';
import { saveClass } from '../kernel/saved-class.ts';
import { randomErrors } from './errors.ts';
import { hashWords, pushText } from './hash.ts';

export interface RandomSourceOptions {
  /** Any safe integer, negative ones too. */
  readonly seed: number;
  /** Number of the replication, a whole number in [0, 2^32): each has streams of its own. Default 0. */
  readonly replication?: number;
  /** Whether each stream returns the mirror image of what it would return otherwise. Default false. */
  readonly antithetic?: boolean;
}

/**
 * Makes the streams of one run, each a function of (seed, replication, actor path, stream name) alone. Throws RANDOM_BAD_SEED.
 *
 * `stream` returns a new stream at its beginning each time; whoever draws from it keeps it.
 * With `antithetic`, `uint32()` returns the complement 2^32 - 1 - x of the plain draw and `uniform()` returns 1 - 2^-53 - u, exactly.
 */
export function createRandomSource(options: RandomSourceOptions): RandomSource {
  const { seed, replication = 0, antithetic = false } = options;
  checkWhole('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  checkWhole('replication', replication, 0, 2 ** 32 - 1);
  const prefix = [seed | 0, Math.floor(seed / 2 ** 32), replication | 0];
  const mask = antithetic ? -1 : 0;
  return {
    stream(actorPath, name) {
      const words = prefix.slice();
      pushText(words, actorPath);
      pushText(words, name);
      const state = hashWords(words);
      // The one state that a xor-rotate generator never leaves; reached with probability 2^-128.
      if ((state[0] | state[1] | state[2] | state[3]) === 0) state[0] = 1;
      return new XoroshiroStream(state, mask);
    },
  };
}

class XoroshiroStream implements RandomStream {
  #generator: ReturnType<typeof xoroshiro128plusFromState>;
  readonly #mask: number;

  constructor(state: readonly number[], mask: number) {
    this.#generator = xoroshiro128plusFromState(state);
    this.#mask = mask;
  }

  uint32(): number {
    return (this.#generator.next() ^ this.#mask) >>> 0;
  }

  uniform(): number {
    const generator = this.#generator;
    const mask = this.#mask;
    // The lowest bits of xoroshiro128+ are its weakest: both halves drop them.
    return (((generator.next() ^ mask) >>> 5) * 67108864 + ((generator.next() ^ mask) >>> 6)) * 1.1102230246251565e-16;
  }

  state(): readonly number[] {
    return this.#generator.getState();
  }

  restore(state: readonly number[]): void {
    const valid = state.length === 4 && state.every((word) => word === (word | 0)) && state.some((word) => word !== 0);
    if (!valid) throw randomErrors.create('RANDOM_BAD_STATE', { value: state.join(', ') });
    this.#generator = xoroshiro128plusFromState(state);
  }

  static {
    saveClass(
      XoroshiroStream,
      'random.Stream',
      (stream) => ({ state: stream.state(), mask: stream.#mask }),
      ({ state, mask }) => new XoroshiroStream(state, mask),
      (stream, { state }) => stream.restore(state),
    );
  }
}

function checkWhole(parameter: string, value: number, low: number, high: number): void {
  if (!(Number.isSafeInteger(value) && value >= low && value <= high))
    throw randomErrors.create('RANDOM_BAD_SEED', { parameter, value, low, high });
}
