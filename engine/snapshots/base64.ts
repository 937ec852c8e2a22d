const alphabet = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const values = new Uint8Array(256);
for (const [value, letter] of alphabet.entries()) values[letter] = value;
const PAD = '='.charCodeAt(0);

/** Bytes as base64 (RFC 4648). As fast as arrays are: `btoa` looks at every letter first. */
export function toBase64(bytes: Uint8Array): string {
  const { length } = bytes;
  const letters = new Uint8Array(4 * Math.ceil(length / 3)).fill(PAD);
  let to = 0;
  for (let from = 0; from < length; from += 3) {
    const word = (bytes[from]! << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    letters[to++] = alphabet[word >>> 18]!;
    letters[to++] = alphabet[(word >>> 12) & 63]!;
    if (from + 1 < length) letters[to++] = alphabet[(word >>> 6) & 63]!;
    if (from + 2 < length) letters[to++] = alphabet[word & 63]!;
  }
  return new TextDecoder('latin1').decode(letters);
}

/** What `toBase64` was given. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const letters = new TextEncoder().encode(text);
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((letters.length / 4) * 3 - padding);
  let to = 0;
  for (let from = 0; from < letters.length; from += 4) {
    const word =
      (values[letters[from]!]! << 18) |
      (values[letters[from + 1]!]! << 12) |
      (values[letters[from + 2]!]! << 6) |
      values[letters[from + 3]!]!;
    bytes[to++] = word >>> 16;
    bytes[to++] = (word >>> 8) & 255;
    bytes[to++] = word & 255;
  }
  return bytes;
}
