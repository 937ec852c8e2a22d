import { visitRows } from './lorenzo-rows.ts';
import { type CheckedOptions, type FieldShape, gridLimit, gridStep } from './options.ts';
import { EscapeList, escapeInteger, escapeRaw, type SymbolField } from './symbols.ts';

/**
 * Quantises to the grid of step 2 eb in float64, checks every value against the bound, and predicts on whole numbers (dual
 * quantisation of cuSZ, PACT 2020): only the grid loses information. What fails the check or leaves the grid becomes a raw escape.
 */
export function encodeDualQuant(values: Float32Array, shape: FieldShape, options: CheckedOptions): SymbolField {
  const { bins, errorBound, dims } = options;
  const grid = new Int32Array(values.length);
  const raw = quantise(values, grid, errorBound);
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const symbols = new Uint16Array(values.length);
  const counts = new Uint32Array(bins);
  const escapes = new EscapeList();
  const middle = bins / 2;
  const last = middle - 1;
  const rawCount = raw.length;
  let nextRaw = 0;
  let rawIndex = rawCount > 0 ? raw[0]! : -1;
  visitRows(grid, shape, dims, (at, length, base, baseAt, chunk) => {
    const shift = baseAt - at;
    const end = at + length;
    for (let from = at; from < end; from += chunk) {
      const to = Math.min(end, from + chunk);
      let before = 0;
      for (let i = from; i < to; i++) {
        const value = grid[i]! - base[i + shift]!;
        const d = value - before;
        before = value;
        if (d > last || d < -last || i === rawIndex) {
          counts[0]!++;
          if (i === rawIndex) {
            escapes.push(i, escapeRaw, bits[i]!);
            rawIndex = ++nextRaw < rawCount ? raw[nextRaw]! : -1;
          } else escapes.push(i, escapeInteger, grid[i]!);
        } else {
          const symbol = d + middle;
          symbols[i] = symbol;
          counts[symbol]!++;
        }
      }
    }
  });
  return { symbols, counts, escapes };
}

/** Fills the grid; returns the indices of values that must be kept raw, whose grid value is 0. */
function quantise(values: Float32Array, grid: Int32Array, errorBound: number): number[] {
  const step = gridStep(errorBound);
  const raw: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (x === 0) continue;
    const steps = Math.abs(x) / step + 0.5;
    // Also false for NaN and infinities.
    if (steps < gridLimit + 1) {
      const magnitude = steps | 0;
      const q = x < 0 ? -magnitude : magnitude;
      if (Math.abs(x - Math.fround(q * step)) <= errorBound) {
        grid[i] = q;
        continue;
      }
    }
    raw.push(i);
  }
  return raw;
}

/** Undoes `encodeDualQuant`. Returns undefined when a value lies off the grid, which `encodeDualQuant` never writes. */
export function decodeDualQuant(
  symbols: Uint16Array,
  escapes: EscapeList,
  shape: FieldShape,
  options: CheckedOptions,
): Float32Array<ArrayBuffer> | undefined {
  const { bins, errorBound, dims } = options;
  const step = gridStep(errorBound);
  const grid = new Int32Array(symbols.length);
  const values = new Float32Array(symbols.length);
  const bits = new Int32Array(values.buffer);
  const middle = bins / 2;
  let next = 0;
  let excess = 0;
  visitRows(grid, shape, dims, (at, length, base, baseAt, chunk) => {
    const shift = baseAt - at;
    const end = at + length;
    for (let from = at; from < end; from += chunk) {
      const to = Math.min(end, from + chunk);
      let sum = 0;
      for (let i = from; i < to; i++) {
        const symbol = symbols[i]!;
        if (symbol !== 0) {
          sum = (sum + symbol - middle) | 0;
          const q = (sum + base[i + shift]!) | 0;
          grid[i] = q;
          excess |= (q < 0 ? -q : q) + (0x7fffffff - gridLimit);
          values[i] = q * step;
          continue;
        }
        const value = escapes.values[next]!;
        if (escapes.kinds[next++] === escapeRaw) {
          bits[i] = value;
          sum = -base[i + shift]! | 0;
        } else {
          grid[i] = value;
          excess |= (value < 0 ? -value : value) + (0x7fffffff - gridLimit);
          sum = (value - base[i + shift]!) | 0;
          values[i] = value * step;
        }
      }
    }
  });
  return excess < 0 ? undefined : values;
}
