import { type CheckedOptions, gridStep } from './options.ts';
import { EscapeList, escapeRaw, type SymbolField } from './symbols.ts';

const chunk = 32;

/** Predicts each value from the restored one before it, in chunks of 32 (the order of work of SZ 1.4): zeros behind a value come back as its remainder. */
export function encodeClassicSz(values: Float32Array, { bins, errorBound }: CheckedOptions): SymbolField {
  const step = gridStep(errorBound);
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const symbols = new Uint16Array(values.length);
  const counts = new Uint32Array(bins);
  const escapes = new EscapeList();
  const middle = bins / 2;
  let before = 0;
  for (let i = 0; i < values.length; i++) {
    if (i % chunk === 0) before = 0;
    const x = values[i]!;
    const steps = (x - before) / step;
    const magnitude = Math.floor(Math.abs(steps) + 0.5);
    const d = steps < 0 ? -magnitude : magnitude;
    const restored = Math.fround(before + step * d);
    if (magnitude < middle && Math.abs(x - restored) <= errorBound) {
      symbols[i] = d + middle;
      counts[d + middle]!++;
      before = restored;
    } else {
      escapes.push(i, escapeRaw, bits[i]!);
      counts[0]!++;
      before = Number.isFinite(x) ? x : 0;
    }
  }
  return { symbols, counts, escapes };
}

/** Undoes `encodeClassicSz`. Returns undefined when escapes and symbols disagree. */
export function decodeClassicSz(
  symbols: Uint16Array,
  escapes: EscapeList,
  { bins, errorBound }: CheckedOptions,
): Float32Array<ArrayBuffer> | undefined {
  const step = gridStep(errorBound);
  const values = new Float32Array(symbols.length);
  const bits = new Int32Array(values.buffer);
  const middle = bins / 2;
  let next = 0;
  let before = 0;
  for (let i = 0; i < symbols.length; i++) {
    if (i % chunk === 0) before = 0;
    const symbol = symbols[i]!;
    if (symbol === 0) {
      if (next >= escapes.count || escapes.indexes[next] !== i) return undefined;
      bits[i] = escapes.values[next++]!;
      before = Number.isFinite(values[i]!) ? values[i]! : 0;
    } else {
      before = Math.fround(before + step * (symbol - middle));
      values[i] = before;
    }
  }
  return next === escapes.count ? values : undefined;
}

/** Sets restored values nearer to zero than the bound to +0, in place: repairs drifted zeros, and moves values between eb and 2 eb by up to 2 eb. */
export function filterZeros(values: Float32Array, errorBound: number): void {
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]!) < errorBound) values[i] = 0;
}
