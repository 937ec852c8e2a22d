import { lognormal, type RandomStream } from '../../engine/index.ts';

/** How long essays are. */
export interface LengthLaw {
  /** Every essay has these; 0 draws them. */
  readonly sentences: number;
  readonly wordsMean: number;
  readonly wordsSd: number;
  readonly wordsPerSentence: number;
}

/** Shortest essay that gets feedback: the gate refuses shorter ones. */
export const LEAST_SENTENCES = 3;

/** Longest essay, in sentences. */
const MOST_SENTENCES = 2000;

/** Draws the sentences of essays: words are lognormal and make at least one sentence. */
export function sentenceCounts(law: LengthLaw): (stream: RandomStream) => number {
  if (law.sentences > 0) return () => law.sentences;
  const words = lognormal({ mean: law.wordsMean, deviation: law.wordsSd });
  return (stream) => Math.min(MOST_SENTENCES, Math.max(1, Math.round(words.sample(stream) / law.wordsPerSentence)));
}
