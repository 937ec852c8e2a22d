/**
 * A named stream of random bits. The kernel asks for nothing more; distributions live in `engine/random`.
 * A stream is a function of (seed, actor path, stream name, substream) alone, so that adding an actor or a stream changes no other draw.
 */
export interface RandomStream {
  /** A uniform integer in [0, 2^32). */
  uint32(): number;
  /** A uniform double in [0, 1), multiple of 2^-53. */
  uniform(): number;
  /** The generator's state as plain numbers; equal states give equal futures. */
  state(): readonly number[];
  /** Puts a state returned by `state()` back. */
  restore(state: readonly number[]): void;
}

/** Makes the streams of one run. Equal arguments always give equal streams. */
export interface RandomSource {
  stream(actorPath: string, name: string): RandomStream;
}
