import { kernelBytes } from './kernel-bytes.ts';

/** The functions of `kernel.wat`, which says what they do; addresses are bytes in `buffer`. */
export interface CodecKernel {
  readonly buffer: ArrayBuffer;
  quantise(from: number, count: number, step: number, bound: number, limit: number, list: number): number;
  subtract(from: number, to: number, count: number): void;
  predict(
    grid: number,
    rows: number,
    columns: number,
    chunk: number,
    above: number,
    along: number,
    to: number,
    bins: number,
    list: number,
  ): number;
  count(from: number, count: number, tables: number, apart: number): void;
  write(from: number, count: number, top: number, p: bigint): bigint;
  reverse(from: number, length: number): void;
  decode(next: number, out: number, end: number, top: number, shift: bigint): number;
  checksum(from: number, count: number, crc: number): number;
  escapes(from: number, count: number): number;
  unpredicted(from: number, count: number, grid: number, middle: number, list: number): void;
  predicted(
    from: number,
    rows: number,
    columns: number,
    chunk: number,
    grid: number,
    above: number,
    middle: number,
    list: number,
  ): number;
  add(from: number, to: number, count: number): void;
  scale(grid: number, count: number, step: number, limit: number): number;
}

/** Blocks of code words read in one go. */
export const kernelBlocks = 64;

/** Values of a field restored in one go. */
export const kernelValues = 16384;

/**
 * Addresses in the memory of the kernel; `kernel.wat` knows those before `further`, `words`, `checksums`, and a look-up table of
 * 8-byte entries at 0. There is room for 64 bytes past each array, where vectors may reach. No call writes `zeros`, 4096 values.
 */
export const kernelAt = {
  lengths: 0x40000,
  first: 0x48000,
  number: 0x48100,
  place: 0x48200,
  order: 0x48400,
  further: 0x68400,
  offsets: 0xe8400,
  payload: 0xe8600,
  symbols: 0x1e8640,
  list: 0x268680,
  zeros: 0x2886c0,
  codes: 0x28c700,
  grid: 0x294740,
  counts: 0x2a5000,
  words: 0x2e5000,
  checksums: 0x365000,
} as const;

// WebAssembly is not in the type library of Node; these are the parts used here.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

let instance: CodecKernel | undefined;

/** The kernel, compiled when it is first asked for. Its memory, 3.2 MiB, is shared by all calls and never grows. */
export function codecKernel(): CodecKernel {
  if (instance === undefined) {
    const bytes = Uint8Array.from(atob(kernelBytes), (letter) => letter.charCodeAt(0));
    const { memory, ...functions } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Omit<
      CodecKernel,
      'buffer'
    > & { readonly memory: { readonly buffer: ArrayBuffer } };
    instance = { ...functions, buffer: memory.buffer };
  }
  return instance;
}
