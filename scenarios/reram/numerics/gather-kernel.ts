/** Images that one call computes side by side: four vectors of four. */
export const LANES = 16;

/** Bytes of one feature of all images of a tile. */
export const FEATURE_BYTES = LANES * 4;

/**
 * out[r, c] = max(floor, bias + sum over the list of weight x in[offset + r x rowStep + c x 64 bytes]), each for 16 images: a
 * row of a matrix for `rows` = `columns` = 1, an output channel of a convolution otherwise. The list is `count` pairs of
 * (i32 byte offset, f32 weight). Sums run in the order of the list, in single precision. Addresses are bytes.
 */
export type Gather = (
  out: number,
  source: number,
  list: number,
  count: number,
  bias: number,
  floor: number,
  rows: number,
  columns: number,
  rowStep: number,
) => void;

/** The kernel and the memory it works in. */
export interface GatherKernel {
  readonly gather: Gather;
  readonly buffer: ArrayBuffer;
}

// WebAssembly is not in the type library of Node; these are the parts used here.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

const i32 = 0x7f;
const f32 = 0x7d;
const v128 = 0x7b;
const PAGE = 65536;

/** Names of parameters and locals by their index in the function. */
const [out, source, list, count, bias, floor, rows, columns, rowStep] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
const [at, end, pair, column, base, weight] = [9, 10, 11, 12, 13, 14] as const;
const sums = [15, 16, 17, 18] as const;

/** An unsigned number in base 128, lowest digits first. */
function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

function section(id: number, ...content: number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const constant = (value: number): number[] => [0x41, ...signed(value)];
const add = [0x6a];
const vector = (op: number, ...rest: number[]): number[] => [0xfd, ...leb(op), ...rest];
const load = (offset: number): number[] => vector(0x00, 4, ...leb(offset));
const splat = vector(0x13);
const [plus, times, larger] = [vector(0xe4), vector(0xe6), vector(0xe9)];

function signed(value: number): number[] {
  const low = value & 127;
  const rest = value >> 7;
  const isLast = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
  return isLast ? [low] : [low | 128, ...signed(rest)];
}

/** Repeats `body`, which must leave a condition; at least once. */
function loop(...body: number[]): number[] {
  return [0x03, 0x40, ...body, 0x0d, 0, 0x0b];
}

const step = (local: number, by: number[]): number[] => [...get(local), ...by, ...add, ...set(local)];
const less = (a: number, b: number): number[] => [...get(a), ...get(b), 0x49];

/** The loop over the list: one weight for four vectors. */
const gatherList = loop(
  ...get(pair),
  ...vector(0x09, 2, ...leb(4)),
  ...set(weight),
  ...get(at),
  ...get(pair),
  ...[0x28, 2, 0],
  ...add,
  ...set(base),
  ...sums.flatMap((sum, i) => [
    ...get(sum),
    ...get(weight),
    ...get(base),
    ...load(16 * i),
    ...times,
    ...plus,
    ...set(sum),
  ]),
  ...step(pair, constant(8)),
  ...less(pair, end),
);

const eachColumn = loop(
  ...sums.flatMap((sum) => [...get(bias), ...splat, ...set(sum)]),
  ...get(list),
  ...set(pair),
  ...less(pair, end),
  ...[0x04, 0x40, ...gatherList, 0x0b],
  ...sums.flatMap((sum, i) => [
    ...get(out),
    ...get(sum),
    ...get(floor),
    ...splat,
    ...larger,
    ...vector(0x0b, 4, ...leb(16 * i)),
  ]),
  ...step(out, constant(FEATURE_BYTES)),
  ...step(at, constant(FEATURE_BYTES)),
  ...step(column, constant(-1)),
  ...get(column),
);

const eachRow = loop(
  ...get(source),
  ...set(at),
  ...get(columns),
  ...set(column),
  ...eachColumn,
  ...step(source, get(rowStep)),
  ...step(rows, constant(-1)),
  ...get(rows),
);

const body = [
  ...[3, 5, i32, 1, v128, 4, v128],
  ...get(list),
  ...get(count),
  ...constant(3),
  0x74,
  ...add,
  ...set(end),
  ...eachRow,
  0x0b,
];

const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];

/**
 * Compiles the kernel with `bytes` of memory. WebAssembly because JavaScript has no vectors: about eight times faster than the
 * loop in TypeScript, and the same bits on every engine, since its vector arithmetic is IEEE single precision throughout.
 */
export function gatherKernel(bytes: number): GatherKernel {
  const parameters = [i32, i32, i32, i32, f32, f32, i32, i32, i32];
  const module = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, parameters.length, ...parameters, 0),
    ...section(3, 1, 0),
    ...section(5, 1, 0, ...leb(Math.ceil(bytes / PAGE))),
    ...section(7, 2, ...name('gather'), 0, 0, ...name('memory'), 2, 0),
    ...section(10, 1, ...leb(body.length), ...body),
  ];
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(module)));
  const { gather, memory } = exports as { readonly gather: Gather; readonly memory: { readonly buffer: ArrayBuffer } };
  return { gather, buffer: memory.buffer };
}
