/** Restores a dual-quantisation container value by value, straight from the format: the oracle of the fast decoder. */
export function referenceDecode(bytes: Uint8Array): { values: Float32Array; symbols: number[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const u32 = (at: number): number => view.getUint32(at, true);
  const [planes, height, width, bins] = [u32(8), u32(12), u32(16), u32(20)];
  const dims = bytes[6] as number;
  const errorBound = view.getFloat64(24, true);
  const [used, escaped] = [u32(32), u32(36)];
  const count = planes * height * width;
  const table = Array.from({ length: used }, (_, i) => ({
    symbol: view.getUint16(64 + 3 * i, true),
    length: bytes[64 + 3 * i + 2] as number,
  }));
  const codes = new Map<string, number>();
  let next = 0n;
  let length = 0;
  for (const entry of table.toSorted((a, b) => a.length - b.length || a.symbol - b.symbol)) {
    next <<= BigInt(entry.length - length);
    length = entry.length;
    codes.set((next++).toString(2).padStart(length, '0'), entry.symbol);
  }
  const payload = 64 + 3 * used + 4 * Math.ceil(count / 4096);
  const symbols: number[] = [];
  let bit = 0;
  while (symbols.length < count) {
    let word = '';
    do {
      word += ((bytes[payload + (bit >> 3)] as number) >> (7 - (bit & 7))) & 1;
      bit++;
    } while (!codes.has(word));
    symbols.push(codes.get(word) as number);
  }
  const escapes = new Map<number, { kind: number; value: number; bits: number }>();
  const tail = payload + Math.ceil(u32(40) / 8);
  for (let i = 0; i < escaped; i++) {
    const at = tail + 9 * i;
    escapes.set(u32(at), { kind: bytes[at + 4] as number, value: view.getInt32(at + 5, true), bits: u32(at + 5) });
  }
  const q: number[] = [];
  const values = new Float32Array(count);
  const patterns = new Uint32Array(values.buffer);
  const sides = [1, 32, 16, 8][dims] as number;
  for (let i = 0; i < count; i++) {
    const column = dims < 2 ? i : i % width;
    const row = dims < 2 ? 0 : Math.floor(i / width) % height;
    const plane = dims < 2 ? 0 : Math.floor(i / (width * height));
    const at = (p: number, r: number, c: number): number => {
      const inside = p >= 0 && r >= 0 && c >= 0;
      const chunk = (n: number): number => Math.floor(n / sides);
      const same = chunk(r) === chunk(row) && chunk(c) === chunk(column) && (dims < 3 || chunk(p) === chunk(plane));
      if (!inside || !same) return 0;
      return q[(dims < 2 ? 0 : (p * height + r) * width) + c] ?? 0;
    };
    let prediction = 0;
    for (let mask = 1; mask < 8; mask++) {
      const [dp, dr, dc] = [(mask >> 2) & 1, (mask >> 1) & 1, mask & 1];
      if (dims === 0 || (dp === 1 && dims < 3) || (dr === 1 && dims < 2)) continue;
      prediction += ((dp + dr + dc) % 2 === 1 ? 1 : -1) * at(plane - dp, row - dr, column - dc);
    }
    const kept = escapes.get(i);
    if (kept === undefined) q.push(prediction + (symbols[i] as number) - bins / 2);
    else q.push(kept.kind === 1 ? 0 : kept.value);
    values[i] = (q[i] as number) * 2 * errorBound;
    if (kept?.kind === 1) patterns[i] = kept.bits;
  }
  return { values, symbols };
}
