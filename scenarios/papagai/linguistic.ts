/** What the linguistic component measures in a text; it makes no errors. */
export interface Features {
  readonly wordsPerSentence: number;
  readonly connectivesPerSentence: number;
}

const connectives: ReadonlySet<string> = new Set(
  'because although therefore since but however while if then first after before when as though so'.split(' '),
);

/** Counts words and connectives: whole words, whatever their case. All zero without sentences. */
export function featuresOf(sentences: readonly { readonly text: string }[]): Features {
  let words = 0;
  let linking = 0;
  for (const { text } of sentences)
    for (const word of text.toLowerCase().match(/[\p{L}\p{N}'-]+/gu) ?? []) {
      words++;
      if (connectives.has(word)) linking++;
    }
  const count = Math.max(1, sentences.length);
  return { wordsPerSentence: words / count, connectivesPerSentence: linking / count };
}
