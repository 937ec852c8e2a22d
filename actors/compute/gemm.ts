import { type Duration, seconds } from '../../engine/kernel/time.ts';
import type { GpuSpec } from '../presets/gpu/load.ts';
import { computeErrors, requireCount } from './errors.ts';
import { type GemmMachine, gemmLaw } from './gemm-law.ts';

/** A dense product C[m,n] = A[m,k] B[k,n] of 2-byte elements. */
export interface GemmShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Number of equal products in one call; 1 by default. */
  readonly batch?: number;
  /** Rate relative to one timed kernel, in (0, 1]; 1 by default, `gpu.gemm.sustained` inside a training step. */
  readonly sustained?: number;
  /** Processors held by others, for instance by a collective, below `gpu.processors`; 0 by default. Waves are counted over the rest. */
  readonly takenProcessors?: number;
}

/** What binds a kernel. */
export type GemmBound = 'tensor' | 'l2' | 'hbm' | 'launch';

/** The time of a product and the reason for it. */
export interface GemmPrice {
  readonly duration: Duration;
  /** The largest of the terms; `launch` includes the extra pass of a split along K. */
  readonly bound: GemmBound;
  /** Tensor, L2 and memory time overlap; launch and reduce are added. */
  readonly terms: {
    readonly tensor: Duration;
    readonly l2: Duration;
    readonly hbm: Duration;
    readonly launch: Duration;
    readonly reduce: Duration;
  };
  /** Output tile chosen, m by n. */
  readonly tile: readonly [number, number];
  /** Parts into which K is split. */
  readonly splitK: number;
  /** Rounds of tiles over all processors. */
  readonly waves: number;
  readonly flop: number;
}

const MEMO_LIMIT = 65536;
const memo = new WeakMap<GpuSpec, Map<string, GemmPrice>>();

/** Time of a matrix product alone on `gpu`. Never decreasing in m, n, k and batch. Throws COMPUTE_COUNT, COMPUTE_SHARE, COMPUTE_TAKEN. */
export function gemm(gpu: GpuSpec, shape: GemmShape): Duration {
  return explainGemm(gpu, shape).duration;
}

/** Time of a matrix product with its terms, tile and bound; kept for each device and shape. Throws COMPUTE_COUNT, COMPUTE_SHARE, COMPUTE_TAKEN. */
export function explainGemm(gpu: GpuSpec, shape: GemmShape): GemmPrice {
  const { m, n, k, batch = 1, sustained = 1, takenProcessors = 0 } = shape;
  let known = memo.get(gpu);
  if (known === undefined) {
    known = new Map();
    memo.set(gpu, known);
  }
  const key = `${m},${n},${k},${batch},${sustained},${takenProcessors}`;
  const hit = known.get(key);
  if (hit !== undefined) return hit;
  for (const [name, value] of Object.entries({ m, n, k, batch })) requireCount('gemm', name, value);
  if (!(sustained > 0 && sustained <= 1))
    throw computeErrors.create('COMPUTE_SHARE', { kernel: 'gemm', name: 'sustained', value: sustained });
  if (!(takenProcessors >= 0 && takenProcessors < gpu.processors))
    throw computeErrors.create('COMPUTE_TAKEN', { taken: takenProcessors, processors: gpu.processors });
  const law = gemmLaw(left(gpu, takenProcessors), gpu.gemm, m, n, k, batch, sustained);
  const work = Math.max(law.tensor, law.l2, law.hbm);
  const bound: GemmBound =
    law.launch + law.reduce > work ? 'launch' : work === law.tensor ? 'tensor' : work === law.hbm ? 'hbm' : 'l2';
  const price: GemmPrice = Object.freeze({
    duration: seconds(law.total),
    bound,
    terms: Object.freeze({
      tensor: seconds(law.tensor),
      l2: seconds(law.l2),
      hbm: seconds(law.hbm),
      launch: seconds(law.launch),
      reduce: seconds(law.reduce),
    }),
    tile: Object.freeze([law.tileM, law.tileN] as const),
    splitK: law.split,
    waves: law.waves,
    flop: 2 * batch * m * n * k,
  });
  if (known.size >= MEMO_LIMIT) known.clear();
  known.set(key, price);
  return price;
}

const fp8Views = new WeakMap<GpuSpec, GpuSpec>();

/**
 * The GPU as products of 1-byte elements see it: its fp8 peak, and twice the elements from L2; memory traffic stays that of 2-byte
 * elements. No rows exist. Undefined on parts without fp8.
 */
export function fp8View(gpu: GpuSpec): GpuSpec | undefined {
  const { fp8Peak } = gpu;
  if (fp8Peak === undefined) return undefined;
  let view = fp8Views.get(gpu);
  if (view === undefined) {
    view = Object.freeze({
      ...gpu,
      tensorPeak: fp8Peak,
      gemm: Object.freeze({ ...gpu.gemm, l2Rate: 2 * gpu.gemm.l2Rate }),
    });
    fp8Views.set(gpu, view);
  }
  return view;
}

/** The part of a GPU that others leave: fewer processors at an unchanged rate each. */
function left(gpu: GpuSpec, taken: number): GemmMachine {
  if (taken === 0) return gpu;
  const processors = gpu.processors - taken;
  return { processors, tensorPeak: (gpu.tensorPeak * processors) / gpu.processors, hbm: gpu.hbm };
}
