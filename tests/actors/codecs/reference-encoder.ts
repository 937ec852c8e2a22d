import type { CodecOptions, FieldShape } from '../../../actors/index.ts';

/** Symbols and escapes of dual quantisation, value by value, straight from the definition: the oracle of the fast encoder. */
export function referenceEncode(
  values: Float32Array,
  shape: FieldShape,
  { errorBound, dims = 2, bins = 1024 }: CodecOptions,
): { symbols: number[]; escapes: [index: number, kind: number, value: number][] } {
  const { height, width } = shape;
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const step = Math.min(2 * errorBound, Number.MAX_VALUE);
  const isRaw: boolean[] = [];
  const q = Array.from(values, (x, i) => {
    const magnitude = Math.floor(Math.abs(x) / step + 0.5);
    const near = Math.abs(Math.abs(x) - Math.fround(magnitude * step)) <= errorBound;
    isRaw[i] = !(near && magnitude <= 2 ** 22);
    return isRaw[i] ? 0 : x < 0 ? -magnitude : magnitude;
  });
  const side = [1, 32, 16, 8][dims] as number;
  const symbols: number[] = [];
  const escapes: [number, number, number][] = [];
  for (let i = 0; i < values.length; i++) {
    const column = dims < 2 ? i : i % width;
    const row = dims < 2 ? 0 : Math.floor(i / width) % height;
    const plane = dims < 2 ? 0 : Math.floor(i / (width * height));
    let d = q[i] as number;
    for (let mask = 1; mask < 8; mask++) {
      const [dp, dr, dc] = [(mask >> 2) & 1, (mask >> 1) & 1, mask & 1];
      if (dims === 0 || (dp === 1 && dims < 3) || (dr === 1 && dims < 2)) continue;
      if (column % side < dc || row % side < dr || (dims === 3 && plane % side < dp)) continue;
      const at = i - dc - dr * width - dp * width * height;
      d += ((dp + dr + dc) % 2 === 1 ? -1 : 1) * (q[at] as number);
    }
    const isEscape = isRaw[i] === true || Math.abs(d) > bins / 2 - 1;
    symbols.push(isEscape ? 0 : d + bins / 2);
    if (isEscape) escapes.push(isRaw[i] === true ? [i, 1, bits[i] as number] : [i, 0, q[i] as number]);
  }
  return { symbols, escapes };
}
