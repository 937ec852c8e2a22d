import { chunkSides, type RowVisitor, visitRows } from './lorenzo-rows.ts';
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

/**
 * Undoes `encodeDualQuant`. Returns undefined when escapes and symbols disagree or a value lies off the grid, which `encodeDualQuant`
 * never writes.
 */
export function decodeDualQuant(
  symbols: Uint16Array,
  escapes: EscapeList,
  shape: FieldShape,
  options: CheckedOptions,
): Float32Array<ArrayBuffer> | undefined {
  const { bins, dims } = options;
  const middle = bins / 2;
  const grid = new Int32Array(symbols.length);
  const { indexes, count } = escapes;
  let next = 0;
  let sound = true;
  const visit: RowVisitor = (at, length, base, baseAt, chunk) => {
    const shift = baseAt - at;
    let from = at;
    const end = at + length;
    // Chunks without escapes are most of them and take the shorter loop.
    while (from < end) {
      const due = next < count ? indexes[next]! : end;
      const plain = Math.min(end, due - ((due - at) % chunk));
      if (plain > from && !restorePlain(symbols, grid, from, plain, base, shift, chunk, middle)) sound = false;
      if (plain >= end) return;
      const to = Math.min(end, plain + chunk);
      next = restoreChunk(symbols, grid, plain, to, base, shift, middle, escapes, next);
      if (next < 0) {
        sound = false;
        next = count;
      }
      from = to;
    }
  };
  const area = shape.height * shape.width;
  if (dims === 2)
    for (let plane = 0; plane < shape.planes; plane++) {
      const clean = next >= count || indexes[next]! >= (plane + 1) * area;
      if (!clean) visitRows(grid, shape, dims, visit, plane, plane + 1);
      else if (!restorePlane(symbols, grid, plane * area, shape, middle)) sound = false;
    }
  else visitRows(grid, shape, dims, visit);
  return sound && next === count ? toValues(grid, escapes, options.errorBound) : undefined;
}

/** Sums the differences of a plane without escapes in two dimensions; whether there were none. One loop nest, without a call a row. */
function restorePlane(
  symbols: Uint16Array,
  grid: Int32Array,
  start: number,
  { height, width }: FieldShape,
  middle: number,
): boolean {
  const chunk = chunkSides[2]!;
  let escaped = 0;
  for (let row = 0; row < height; row++) {
    const at = start + row * width;
    const end = at + width;
    const top = row % chunk === 0;
    for (let from = at; from < end; from += chunk) {
      const to = Math.min(end, from + chunk);
      let sum = 0;
      if (top)
        for (let i = from; i < to; i++) {
          const symbol = symbols[i]!;
          escaped |= symbol - 1;
          sum = (sum + symbol - middle) | 0;
          grid[i] = sum;
        }
      else
        for (let i = from, above = from - width; i < to; i++, above++) {
          const symbol = symbols[i]!;
          escaped |= symbol - 1;
          sum = (sum + symbol - middle) | 0;
          grid[i] = sum + grid[above]!;
        }
    }
  }
  return escaped >= 0;
}

/** Sums differences of whole chunks without escapes; whether there were none. */
function restorePlain(
  symbols: Uint16Array,
  grid: Int32Array,
  start: number,
  end: number,
  base: Int32Array,
  shift: number,
  chunk: number,
  middle: number,
): boolean {
  let escaped = 0;
  if (chunk === 1) {
    for (let i = start; i < end; i++) {
      const symbol = symbols[i]!;
      escaped |= symbol - 1;
      grid[i] = symbol - middle;
    }
    return escaped >= 0;
  }
  for (let from = start; from < end; from += chunk) {
    const to = Math.min(end, from + chunk);
    let sum = 0;
    for (let i = from; i < to; i++) {
      const symbol = symbols[i]!;
      escaped |= symbol - 1;
      sum = (sum + symbol - middle) | 0;
      grid[i] = sum + base[i + shift]!;
    }
  }
  return escaped >= 0;
}

/** The same for one chunk with escapes; returns the index of the next escape, negative when one is missing. */
function restoreChunk(
  symbols: Uint16Array,
  grid: Int32Array,
  from: number,
  to: number,
  base: Int32Array,
  shift: number,
  middle: number,
  escapes: EscapeList,
  first: number,
): number {
  let next = first;
  let sum = 0;
  for (let i = from; i < to; i++) {
    const symbol = symbols[i]!;
    if (symbol !== 0) {
      sum = (sum + symbol - middle) | 0;
      grid[i] = sum + base[i + shift]!;
      continue;
    }
    if (next >= escapes.count || escapes.indexes[next] !== i) return -1;
    const q = escapes.kinds[next] === escapeRaw ? 0 : escapes.values[next]!;
    grid[i] = q;
    sum = (q - base[i + shift]!) | 0;
    next++;
  }
  return next;
}

/** Turns grid values into values in the same memory; undefined when one lies off the grid. */
function toValues(
  grid: Int32Array<ArrayBuffer>,
  escapes: EscapeList,
  errorBound: number,
): Float32Array<ArrayBuffer> | undefined {
  const step = gridStep(errorBound);
  const values = new Float32Array(grid.buffer);
  let beyond = 0;
  for (let i = 0; i < grid.length; i++) {
    const q = grid[i]!;
    beyond |= (q + gridLimit) | (gridLimit - q);
    values[i] = q * step;
  }
  for (let i = 0; i < escapes.count; i++)
    if (escapes.kinds[i] === escapeRaw) grid[escapes.indexes[i]!] = escapes.values[i]!;
  return beyond < 0 ? undefined : values;
}
