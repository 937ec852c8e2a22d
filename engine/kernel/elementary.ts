// Elementary functions with the same bits on every JavaScript engine: only + - * /, Math.sqrt, Math.floor and Math.abs, which IEEE 754 and
// ECMAScript define exactly, and access to the bits of a double. ECMAScript leaves the last bits of Math.log and Math.exp to the engine.
//
// `exp` is a port of e_exp.c of fdlibm 5.3:
// Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a Sun Microsystems, Inc. business.
// Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.

import { ln2Head, ln2Tail, logTable, ROW_MASK, ROW_SHIFT, TABLE_FROM } from './log-table.ts';

const float: Float64Array = new Float64Array([1]);
const words: Int32Array = new Int32Array(float.buffer);
/** Index of the high word of a double in `words`; 1 on little-endian machines. */
const HIGH: number = words[0] === 0 ? 1 : 0;

/** 2 to the -k at index k + 1074: scaling by it is exact and, unlike writing half a double and reading the whole, does not stall the CPU. */
const inversePowers: Float64Array = new Float64Array(2099);
for (let k = 0, down = 1, up = 1; k <= 1024; k++, down /= 2, up *= 2) {
  inversePowers[1074 + k] = down;
  inversePowers[1074 - k] = up;
}

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const TWO_54 = 18014398509481984;

/**
 * Natural logarithm within 0.8 ulp, the same bits on every engine. -Infinity at 0, NaN below. x = 2^k z with z in a step of the table around c
 * (Tang, ACM TOMS 16, 1990): ln x = k ln 2 + ln c + ln(1 + r), r = (z - c) / c, whose difference is exact and whose size is at most 2^-7.
 */
export function log(x: number): number {
  float[0] = x;
  const high = words[HIGH]!;
  if (high < 0x00100000) return logOfSmall(x);
  if (high >= 0x7ff00000) return x + x;
  const fromTable = high - TABLE_FROM;
  const k = fromTable >> 20;
  const row = (fromTable >> ROW_SHIFT) & ROW_MASK;
  const r = (x * inversePowers[k + 1074]! - logTable[row]!) * logTable[row + 1]!;
  const head = k * ln2Head + logTable[row + 2]!;
  const sum = head + r;
  const tail = head - sum + r + (k * ln2Tail + logTable[row + 3]!);
  const q = r * r;
  return sum + (tail + q * (r * (1 / 3) - 0.5 + q * (r * 0.2 - 0.25 + q * (r * (1 / 7) - 1 / 6 - q * 0.125))));
}

function logOfSmall(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  return x > 0 ? log(x * TWO_54) - 54 * ln2Head - 54 * ln2Tail : Number.NaN;
}

/** e to the `x` within 1 ulp, the same bits on every engine. Infinity above 709.78, 0 below -745.13. */
export function exp(x: number): number {
  if (!(x <= 709.782712893384)) return x > 0 ? Number.POSITIVE_INFINITY : x;
  if (x < -745.1332191019411) return 0;
  const size = x < 0 ? -x : x;
  let k = 0;
  let high = x;
  let low = 0;
  if (size > 0.34657359027997264) {
    if (size < 1.0397207708399179) k = x < 0 ? -1 : 1;
    else k = (Math.LOG2E * x + (x < 0 ? -0.5 : 0.5)) | 0;
    high = x - k * LN2_HIGH;
    low = k * LN2_LOW;
  } else if (size < 3.725290298461914e-9) return 1 + x;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8))));
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  const y = 1 - (low - (r * c) / (2 - c) - high);
  float[0] = y;
  if (k === 1024) return y * 2 * 8.98846567431158e307;
  if (k >= -1021) {
    words[HIGH] = words[HIGH]! + (k << 20);
    return float[0]!;
  }
  words[HIGH] = words[HIGH]! + ((k + 1000) << 20);
  return float[0]! * 9.332636185032189e-302;
}

/** log(1 + x) without loss near 0, within a few ulp: log(u) x / (u - 1) with u = 1 + x (Kahan; Goldberg 1991, theorem 4). */
export function log1p(x: number): number {
  const u = 1 + x;
  return u === 1 ? x : (log(u) * x) / (u - 1);
}

/** exp(x) - 1 without loss near 0, within a few ulp: (u - 1) x / log(u) with u = exp(x) (Kahan; Higham 2002, section 1.14.1). */
export function expm1(x: number): number {
  const u = exp(x);
  if (u === 1) return x;
  if (u - 1 === -1) return -1;
  return u === Number.POSITIVE_INFINITY ? u : ((u - 1) * x) / log(u);
}

/** `x` to the `y` for x >= 0, as exp(y log x): relative error about |y log x| ulp, the same bits on every engine. */
export function power(x: number, y: number): number {
  if (y === 0) return 1;
  if (y === 1) return x;
  return exp(y * log(x));
}

const HALF_LOG_TWO_PI = 0.9189385332046728;

/** What Stirling's series leaves out: log Gamma(x) = (x - 1/2) log x - x + log(2 pi) / 2 + tail(x). For x >= 10, error below 1e-16. */
export function stirlingTail(x: number): number {
  const w = 1 / (x * x);
  return (
    (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - w * (691 / 360360 - w * (1 / 156))))))) / x
  );
}

/** Logarithm of the Gamma function for x > 0: Stirling's series, shifted to x >= 10 by Gamma(x + 1) = x Gamma(x). */
export function logGamma(x: number): number {
  let product = 1;
  let y = x;
  while (y < 10) product *= y++;
  const series = (y - 0.5) * log(y) - y + HALF_LOG_TWO_PI + stirlingTail(y);
  return product === 1 ? series : series - log(product);
}
