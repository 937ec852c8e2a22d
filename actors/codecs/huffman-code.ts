/** A canonical prefix code: symbols with their code lengths, shortest codes first, ties by symbol. */
export interface HuffmanCode {
  /** Used symbols in ascending order. */
  readonly symbols: Uint16Array;
  /** Length of the code of each used symbol, in bits; 1..32. */
  readonly lengths: Uint8Array;
}

/** No code is longer, so that one fits an unsigned 32-bit number. */
export const longestCode = 32;

/**
 * An optimal prefix code for the counts (Huffman 1952, two queues); a single symbol costs 1 bit. Counts whose optimal code were
 * longer than 32 bits, which takes more than 5.7 million values, are halved until it is not.
 */
export function huffmanCode(counts: Uint32Array): HuffmanCode {
  const used = new Uint16Array(counts.length);
  const weighed = new Float64Array(counts.length);
  let k = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    if (counts[symbol]! === 0) continue;
    used[k] = symbol;
    weighed[k++] = counts[symbol]!;
  }
  const symbols = used.slice(0, k);
  let weights = weighed.slice(0, k);
  for (;;) {
    const lengths = optimalLengths(weights);
    if (lengths.every((length) => length <= longestCode)) return { symbols, lengths };
    weights = weights.map((weight) => Math.ceil(weight / 2));
  }
}

function optimalLengths(weights: Float64Array): Uint8Array {
  const leaves = weights.length;
  if (leaves === 1) return Uint8Array.of(1);
  // Weight, then place, in one number below 2^53: sorting numbers takes no calls. Weights are below 2^31, places below 2^16.
  const keys = new Float64Array(leaves);
  for (let i = 0; i < leaves; i++) keys[i] = weights[i]! * 65536 + i;
  keys.sort();
  const order = new Uint16Array(leaves);
  for (let i = 0; i < leaves; i++) order[i] = keys[i]! % 65536;
  const weight = new Float64Array(2 * leaves - 1);
  const parent = new Uint32Array(2 * leaves - 1);
  for (let i = 0; i < leaves; i++) weight[i] = weights[order[i]!]!;
  let leaf = 0;
  let inner = leaves;
  for (let node = leaves; node < weight.length; node++)
    for (let child = 0; child < 2; child++) {
      const fromLeaf = leaf < leaves && (inner >= node || weight[leaf]! <= weight[inner]!);
      const taken = fromLeaf ? leaf++ : inner++;
      weight[node]! += weight[taken]!;
      parent[taken] = node;
    }
  const depth = new Uint8Array(weight.length);
  for (let node = weight.length - 2; node >= 0; node--) depth[node] = depth[parent[node]!]! + 1;
  const lengths = new Uint8Array(leaves);
  for (let i = 0; i < leaves; i++) lengths[order[i]!] = depth[i]!;
  return lengths;
}

/** Whether the lengths are those of a complete code: 1 bit for a single symbol, else a Kraft sum of exactly 1. */
export function isComplete(lengths: Uint8Array): boolean {
  if (lengths.length === 1) return lengths[0] === 1;
  const numbers = new Uint32Array(256);
  for (let i = 0; i < lengths.length; i++) numbers[lengths[i]!]!++;
  let sum = 0;
  let within = 0;
  for (let length = 1; length <= longestCode; length++) {
    sum += numbers[length]! * 2 ** (longestCode - length);
    within += numbers[length]!;
  }
  return within === lengths.length && sum === 2 ** longestCode;
}

/** Positions of the used symbols in canonical order: by length, then by symbol. */
export function canonicalOrder({ lengths }: HuffmanCode): Uint32Array {
  const starts = new Uint32Array(longestCode + 2);
  for (let i = 0; i < lengths.length; i++) starts[lengths[i]! + 1]!++;
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
  const order = new Uint32Array(lengths.length);
  for (let i = 0; i < lengths.length; i++) order[starts[lengths[i]!]!++] = i;
  return order;
}

/** The code word of each used symbol, in its low bits. */
export function codeWords(code: HuffmanCode): Uint32Array {
  const words = new Uint32Array(code.lengths.length);
  let next = 0;
  let length = 0;
  for (const i of canonicalOrder(code)) {
    if (code.lengths[i]! !== length) next *= 2 ** (code.lengths[i]! - length);
    length = code.lengths[i]!;
    words[i] = next++;
  }
  return words;
}
