/**
 * MurmurHash3 (x86, 128 bits; Appleby 2011) over 32-bit words instead of bytes, padded with zeros to whole blocks of four.
 * Each input bit reaches each of the 128 output bits; sums and products are of 32-bit integers, so the bits are those of every engine.
 */
export function hashWords(words: readonly number[]): [number, number, number, number] {
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  for (let i = 0; i < words.length; i += 4) {
    h1 ^= Math.imul(rotate(Math.imul(words[i]!, 0x239b961b), 15), 0xab0e9789);
    h1 = (Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotate(Math.imul(words[i + 1] ?? 0, 0xab0e9789), 16), 0x38b34ae5);
    h2 = (Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotate(Math.imul(words[i + 2] ?? 0, 0x38b34ae5), 17), 0xa1e38b93);
    h3 = (Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotate(Math.imul(words[i + 3] ?? 0, 0xa1e38b93), 18), 0x239b961b);
    h4 = (Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  const length = words.length * 4;
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = finalise((h2 + h1) | 0);
  h3 = finalise((h3 + h1) | 0);
  h4 = finalise((h4 + h1) | 0);
  h1 = (finalise(h1) + h2 + h3 + h4) | 0;
  return [h1, (h2 + h1) | 0, (h3 + h1) | 0, (h4 + h1) | 0];
}

/** Appends `text` as its length, then its UTF-16 code units two a word: no two pairs of texts give the same words. */
export function pushText(words: number[], text: string): void {
  words.push(text.length);
  for (let i = 0; i < text.length; i += 2)
    words.push(text.charCodeAt(i) | (i + 1 < text.length ? text.charCodeAt(i + 1) << 16 : 0));
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

function finalise(x: number): number {
  let h = x;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
