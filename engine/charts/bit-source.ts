import type { RandomStream } from '../kernel/index.ts';

/**
 * Random words in bulk, seeded by four words of a stream: sfc32 (Chris Doty-Humphrey, PractRand). Inlined here because a call
 * per word through the stream's interface costs more than the transition it decides; it starts anew for each bulk operation, so
 * that all state of the run stays in the stream.
 */
export class BitSource {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(stream: RandomStream) {
    this.#a = stream.uint32() | 0;
    this.#b = stream.uint32() | 0;
    this.#c = stream.uint32() | 0;
    this.#counter = stream.uint32() | 0;
    for (let i = 0; i < 12; i++) this.int32();
  }

  /** 32 random bits, as a signed integer. */
  int32(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result;
  }

  /** Fills `words` from the start with `count` times 32 random bits. */
  fill(words: Int32Array, count: number): void {
    let a = this.#a;
    let b = this.#b;
    let c = this.#c;
    let counter = this.#counter;
    for (let i = 0; i < count; i++) {
      const result = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + result) | 0;
      words[i] = result;
    }
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#counter = counter;
  }

  /** A uniform double in [0, 1), multiple of 2^-53. */
  uniform(): number {
    return ((this.int32() >>> 5) * 67108864 + (this.int32() >>> 6)) / 9007199254740992;
  }
}
