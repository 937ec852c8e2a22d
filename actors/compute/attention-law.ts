import type { DecodeConstants, PrefillConstants } from '../presets/gpu/load.ts';
import type { GemmMachine } from './gemm-law.ts';

/** Rows of one query block of the fused kernel. */
const BLOCK = 64;
/** Head size on which the decode constants stand. */
const DECODE_HEAD = 128;

/** The head size a fused kernel computes with: the next power of two, at least 16. */
export function paddedHead(headSize: number): number {
  return 2 ** Math.max(4, Math.ceil(Math.log2(headSize)));
}

/** Terms of a prefill in seconds; `tensor` and `hbm` overlap, the others are added. */
export interface PrefillLawResult {
  readonly total: number;
  readonly launch: number;
  readonly framework: number;
  readonly tensor: number;
  readonly longest: number;
  readonly hbm: number;
}

/**
 * Seconds of fused attention of `sequence` tokens against themselves. Query blocks are spread over the processors; the bound is that of
 * list scheduling: average load plus the longest block.
 * @internal
 */
export function prefillLaw(
  machine: GemmMachine,
  c: PrefillConstants,
  heads: number,
  kvHeads: number,
  batch: number,
  sequence: number,
  headSize: number,
  causal: boolean,
): PrefillLawResult {
  const blocks = Math.ceil(sequence / BLOCK);
  const columns = (causal ? (BLOCK * blocks * (blocks + 1)) / 2 : sequence * blocks) + c.fillColumns * blocks;
  const perColumn = (4 * BLOCK * paddedHead(headSize) * machine.processors) / (machine.tensorPeak * c.steadyShare);
  const average = (heads * batch * columns * perColumn) / machine.processors;
  const longest = ((causal ? BLOCK * blocks : sequence) + c.fillColumns) * perColumn;
  const tensorBytes = 2 * heads * batch * sequence * headSize;
  const moved = (2 + (2 * kvHeads) / heads) * tensorBytes;
  const hbm = moved / (machine.hbm * c.hbmShare);
  const framework = (c.framework * tensorBytes) / machine.hbm;
  const total = c.launch + framework + Math.max(average + longest, hbm);
  return { total, launch: c.launch, framework, tensor: average, longest, hbm };
}

/** Terms of a decode step in seconds; floor and throughput are blended into the total. */
export interface DecodeLawResult {
  readonly total: number;
  readonly floor: number;
  readonly heads: number;
  readonly hbm: number;
}

/** Longest cache that one block reads; longer ones are split among blocks. */
const SPLIT = 256;

/**
 * Extra floor of a second round of blocks. Up to 4/3 heads for each processor a block fills a processor; up to 4 it fills half of one;
 * beyond, blocks are small enough for the cost to vanish in the throughput.
 */
function secondWave(processors: number, c: DecodeConstants, groups: number, cached: number): number {
  const splits = Math.max(1, cached / SPLIT);
  if (groups * splits > processors && groups < (4 / 3) * processors) return splits > 1 ? c.splitWave : c.wholeWave;
  return splits === 1 && groups > 2 * processors && groups < 4 * processors ? c.halfWave : 0;
}

/**
 * Seconds of attention of one new token for each of `batch` sequences against `cached` tokens.
 * @internal
 */
export function decodeLaw(
  machine: GemmMachine,
  c: DecodeConstants,
  heads: number,
  kvHeads: number,
  batch: number,
  cached: number,
  headSize: number,
): DecodeLawResult {
  const groups = heads * batch;
  const bytes = 4 * kvHeads * batch * cached * headSize;
  const oneWave = c.launch + c.floorPerToken * Math.min(cached, c.floorLength);
  const floor = oneWave * (1 + secondWave(machine.processors, c, groups, cached));
  let perHead = c.perHead * groups;
  let hbm = 0;
  if (cached <= SPLIT)
    perHead +=
      groups *
      ((cached >= 16 ? c.perHeadLong : 0) + (c.perHeadToken * Math.max(0, cached - 64) * headSize) / DECODE_HEAD);
  else
    hbm =
      Math.min(bytes, c.cachedBytes) / (machine.hbm * c.nearShare) +
      Math.max(0, bytes - c.cachedBytes) / (machine.hbm * c.hbmShare);
  const busy = c.launch + perHead + hbm;
  const total = (floor ** c.blend + busy ** c.blend) ** (1 / c.blend);
  return { total, floor, heads: perHead, hbm };
}
