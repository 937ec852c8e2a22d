import type { WorkShape } from './workload.ts';

/** Bytes of an element by the names that PyTorch uses; 0 when unknown. */
export function elementBytes(type: string): number {
  const name = type
    .toLowerCase()
    .replace(/^c10::/, '')
    .replace(/^torch\./, '');
  return sizes[name] ?? 0;
}

const sizes: Readonly<Record<string, number>> = {
  double: 8,
  float64: 8,
  long: 8,
  'long int': 8,
  int64: 8,
  float: 4,
  float32: 4,
  int: 4,
  int32: 4,
  half: 2,
  float16: 2,
  bfloat16: 2,
  short: 2,
  'unsigned char': 1,
  'signed char': 1,
  byte: 1,
  char: 1,
  bool: 1,
  int8: 1,
  uint8: 1,
  float8_e4m3fn: 1,
  float8_e5m2: 1,
};

/** Dimensions of the tensors of an operator: `[[64, 64], [64, 64]]`, numbers or their digits; others are left out. */
export function tensorShapes(value: unknown): number[][] {
  if (!Array.isArray(value)) return [];
  return value.map((shape) => {
    const sizes = Array.isArray(shape) ? shape.map(Number) : [];
    return sizes.every((size) => Number.isSafeInteger(size) && size >= 0) ? sizes : [];
  });
}

/** What an operator's name and the shapes of its inputs say about its work; undefined when they say nothing that can be priced. */
export function operatorShape(
  operator: string,
  shapes: readonly (readonly number[])[],
  types: readonly string[],
): WorkShape | undefined {
  const name = operator.replace(/^aten::/, '');
  const tensors = shapes.filter((shape) => shape.length > 0);
  const product = productOf(name, tensors);
  if (product !== undefined && Object.values(product).every((size) => size >= 1)) return { gemm: product };
  if (!elementwiseNames.has(name)) return undefined;
  let total = 0;
  let largest = 0;
  shapes.forEach((shape, i) => {
    if (shape.length === 0) return;
    const size = shape.reduce((a, b) => a * b, 1) * elementBytes(types[i] ?? '');
    total += size;
    largest = Math.max(largest, size);
  });
  return total > 0 && total < 2 ** 50 ? { bytes: total + largest } : undefined;
}

function productOf(
  name: string,
  tensors: readonly (readonly number[])[],
): { m: number; n: number; k: number; batch: number } | undefined {
  const [a, b] = name === 'addmm' || name === 'baddbmm' ? [tensors[1], tensors[2]] : [tensors[0], tensors[1]];
  if (a === undefined || b === undefined) return undefined;
  const [m, k] = a.slice(-2);
  const n = b.at(-1);
  if (m === undefined || k === undefined || n === undefined) return undefined;
  if ((name === 'mm' || name === 'addmm') && a.length === 2 && b.length === 2 && b[0] === k)
    return { m, n, k, batch: 1 };
  if ((name === 'bmm' || name === 'baddbmm') && a.length === 3 && b.length === 3 && b[1] === k)
    return { m, n, k, batch: a[0] as number };
  if (name === 'linear' && b.length === 2 && b[1] === k)
    return { m: a.slice(0, -1).reduce((x, y) => x * y, 1), n: b[0] as number, k, batch: 1 };
  return undefined;
}

/** Operators whose time is that of reading their inputs and writing one output of the size of the largest. */
const elementwiseNames = new Set(
  (
    'add add_ sub sub_ mul mul_ div div_ copy_ clone neg relu relu_ gelu gelu_backward silu silu_ silu_backward sigmoid tanh exp ' +
    'sqrt rsqrt pow where masked_fill masked_fill_ threshold_backward native_layer_norm native_layer_norm_backward _softmax ' +
    '_softmax_backward_data native_dropout native_dropout_backward fill_ zero_ cat sum mean lerp_ addcmul_ addcdiv_'
  ).split(' '),
);
