declare const quantityBrand: unique symbol;

/** A number with a physical unit. Arithmetic gives a plain number; the helpers below put the unit back. */
export type Quantity<Unit extends string> = number & { readonly [quantityBrand]: Unit };

export type Bytes = Quantity<'byte'>;
export type BytesPerSecond = Quantity<'byte/s'>;
export type Flop = Quantity<'FLOP'>;
export type FlopPerSecond = Quantity<'FLOP/s'>;
export type Joules = Quantity<'J'>;
export type Watts = Quantity<'W'>;
export type Hertz = Quantity<'Hz'>;

const bytesOf =
  (scale: number) =>
  (value: number): Bytes =>
    (value * scale) as Bytes;

export const bytes: (value: number) => Bytes = bytesOf(1);
/** Decimal kilobytes: 1 kB = 1000 B. */
export const kB: (value: number) => Bytes = bytesOf(1e3);
export const MB: (value: number) => Bytes = bytesOf(1e6);
/** Decimal gigabytes: 1 GB = 1e9 B, 7 % less than a GiB. */
export const GB: (value: number) => Bytes = bytesOf(1e9);
/** Binary kibibytes: 1 KiB = 1024 B. */
export const KiB: (value: number) => Bytes = bytesOf(2 ** 10);
export const MiB: (value: number) => Bytes = bytesOf(2 ** 20);
export const GiB: (value: number) => Bytes = bytesOf(2 ** 30);

export function bytesPerSecond(value: number): BytesPerSecond {
  return value as BytesPerSecond;
}

export function flop(value: number): Flop {
  return value as Flop;
}

export function flopPerSecond(value: number): FlopPerSecond {
  return value as FlopPerSecond;
}

export function joules(value: number): Joules {
  return value as Joules;
}

export function watts(value: number): Watts {
  return value as Watts;
}

export function hertz(value: number): Hertz {
  return value as Hertz;
}
