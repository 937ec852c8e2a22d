import { hashWords, pushText } from '../../engine/random/hash.ts';
import { checkReal } from './errors.ts';

/** A healthy cell, one frozen at conductance 1, one frozen at conductance 0. */
export const stuck = { no: 0, on: 1, off: 2 } as const;

/** How many cells a process leaves stuck, at which end, and in which pattern. */
export interface FaultLaw {
  /** Share of stuck cells, 0 to 1. */
  readonly rate: number;
  /** Share of them that are stuck on, 0 to 1. */
  readonly onShare: number;
  /** Share of them that come as whole dead columns of an array, 0 to 1. Default 0. */
  readonly columnShare?: number;
}

/** Names a stream of draws by number: the same words give the same draws, whatever else is drawn. */
export interface DrawKey {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** The key of one purpose (`'cells'`, `'columns'`, `'life'`) on one layer of one chip. */
export function drawKey(purpose: string, seed: number, chip: number, layer: number): DrawKey {
  const words = [seed | 0, chip | 0, layer | 0];
  pushText(words, purpose);
  const [a, b, c] = hashWords(words);
  return { a, b, c };
}

/** 32 random bits of cell `index`, as an unsigned integer: a function of key and index alone, two multiplications a cell. */
export function drawBits({ a, b, c }: DrawKey, index: number): number {
  let h = Math.imul(index ^ a, 0x9e3779b1);
  h = Math.imul((h ^ (h >>> 16)) + b, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13) ^ c, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A uniform number in (0, 1) of cell `index`. */
export function drawUniform(key: DrawKey, index: number): number {
  return (drawBits(key, index) + 0.5) / 4294967296;
}

const SPAN = 4294967296;

/** Which part of a layer each cell lies in, for faults that take whole columns. */
export interface ColumnOf {
  /** Array columns in all; a column is one bit line of one array. */
  readonly columns: number;
  /** The array column of a cell. */
  columnOf(cell: number): number;
}

/** Share of cells that fail one by one so that each cell fails with `rate` when columns die as well: rate (1 - c)/(1 - rate c). */
function singleRate({ rate, onShare, columnShare = 0 }: FaultLaw): number {
  checkReal('fault rate', rate, 0, 1);
  checkReal('stuck-on share', onShare, 0, 1);
  checkReal('column share', columnShare, 0, 1);
  const dead = rate * columnShare;
  return dead < 1 ? (rate - dead) / (1 - dead) : 0;
}

/**
 * Writes the fates of `into.length` cells that fail one by one: on where the cell's uniform r < rate x onShare, off where
 * r >= 1 - rate x (1 - onShare). Nested in the rate: a cell stuck at one rate is stuck the same way at every higher rate.
 * Throws RERAM_SPEC for shares outside 0 to 1.
 */
export function drawFaults(into: Uint8Array, law: FaultLaw, key: DrawKey): void {
  const single = singleRate(law);
  const on = single * law.onShare * SPAN;
  const off = SPAN - single * (1 - law.onShare) * SPAN;
  for (let i = 0; i < into.length; i++) {
    const r = drawBits(key, i);
    into[i] = r < on ? stuck.on : r >= off ? stuck.off : stuck.no;
  }
}

/** Adds the dead columns of `law` to fates drawn before: a column is dead with probability rate x columnShare, at one end as a whole. */
export function drawDeadColumns(into: Uint8Array, law: FaultLaw, key: DrawKey, layout: ColumnOf): void {
  const dead = law.rate * (law.columnShare ?? 0);
  if (dead === 0) return;
  const fate = new Uint8Array(layout.columns);
  const on = dead * law.onShare * SPAN;
  const off = SPAN - dead * (1 - law.onShare) * SPAN;
  for (let k = 0; k < fate.length; k++) {
    const r = drawBits(key, k);
    fate[k] = r < on ? stuck.on : r >= off ? stuck.off : stuck.no;
  }
  for (let i = 0; i < into.length; i++) {
    const whole = fate[layout.columnOf(i)]!;
    if (whole !== stuck.no) into[i] = whole;
  }
}
