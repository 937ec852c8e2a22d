import type { RingLayout } from '../parameters.ts';
import { a2aDegree, type Setup } from '../setup.ts';

/** Where tokens and heads of one sample live on the ranks of a sequence-parallel group. Rank = ring * exchange degree + place. */
export interface Sharding {
  readonly ranks: number;
  readonly heads: number;
  readonly headSize: number;
  readonly tokens: number;
  /** Ranks that exchange heads, and rings of them. */
  readonly exchange: number;
  readonly ring: number;
  readonly layout: RingLayout;
}

export function shardingOf(setup: Setup): Sharding {
  return {
    ranks: setup.sp,
    heads: setup.heads,
    headSize: setup.hidden / setup.heads,
    tokens: setup.seq,
    exchange: a2aDegree(setup),
    ring: setup.ringDegree,
    layout: setup.ringLayout,
  };
}

/** Tokens of one ring position in the order in which its ranks hold them: a run, or one run from each half, mirrored. */
export function ringTokens({ tokens, ring, layout }: Sharding, position: number): Int32Array {
  const count = tokens / ring;
  if (layout === 'contiguous' || ring === 1) return Int32Array.from({ length: count }, (_, i) => position * count + i);
  const half = count / 2;
  const mirrored = 2 * ring - 1 - position;
  return Int32Array.from({ length: count }, (_, i) => (i < half ? position * half + i : mirrored * half + i - half));
}

/** Rows of `whole` (all heads, all tokens) that one rank holds at first: all heads of its tokens. */
export function localRows<Rows extends Float32Array | Float64Array>(
  sharding: Sharding,
  rank: number,
  whole: Rows,
): Rows {
  const { heads, headSize, tokens, exchange } = sharding;
  const held = ringTokens(sharding, Math.floor(rank / exchange));
  const count = held.length / exchange;
  const mine = held.subarray((rank % exchange) * count, (rank % exchange) * count + count);
  const rows = whole.slice(0, heads * count * headSize) as Rows;
  let to = 0;
  for (let head = 0; head < heads; head++)
    for (const token of mine) {
      const from = (head * tokens + token) * headSize;
      for (let d = 0; d < headSize; d++) rows[to++] = whole[from + d]!;
    }
  return rows;
}

/** Rows by tokens cut for the partners of an all-to-all: one piece of heads for each. */
export function cutByHeads({ exchange }: Sharding, rows: Float32Array): Float32Array[] {
  const size = rows.length / exchange;
  return Array.from({ length: exchange }, (_, to) => rows.slice(to * size, (to + 1) * size));
}

/** Puts the pieces of all partners, each with its tokens of my heads, into one tensor of all tokens of my heads. */
export function joinTokens(sharding: Sharding, pieces: readonly Float32Array[]): Float32Array {
  const { heads, headSize, exchange, tokens, ring } = sharding;
  const mine = heads / exchange;
  const run = (tokens / ring / exchange) * headSize;
  const rows = new Float32Array(mine * run * exchange);
  pieces.forEach((piece, from) => {
    for (let head = 0; head < mine; head++)
      rows.set(piece.subarray(head * run, (head + 1) * run), (head * exchange + from) * run);
  });
  return rows;
}

/** Rows by heads cut for the partners of the inverse all-to-all: one piece of tokens for each. */
export function cutByTokens(sharding: Sharding, rows: Float32Array): Float32Array[] {
  const { heads, headSize, exchange, tokens, ring } = sharding;
  const mine = heads / exchange;
  const run = (tokens / ring / exchange) * headSize;
  return Array.from({ length: exchange }, (_, to) => {
    const piece = new Float32Array(mine * run);
    for (let head = 0; head < mine; head++) {
      const start = (head * exchange + to) * run;
      piece.set(rows.subarray(start, start + run), head * run);
    }
    return piece;
  });
}

/** Puts the pieces of all partners, each with its heads of my tokens, into one tensor of all heads of my tokens. */
export function joinHeads(pieces: readonly Float32Array[]): Float32Array {
  const rows = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    rows.set(piece, at);
    at += piece.length;
  }
  return rows;
}
