import { type Duration, seconds } from '../../engine/kernel/time.ts';
import type { GpuSpec } from '../presets/gpu/load.ts';
import { decodeLaw, prefillLaw } from './attention-law.ts';
import { computeErrors, requireCount } from './errors.ts';

/** Attention of a whole prompt against itself. */
export interface PrefillShape {
  readonly heads: number;
  /** Heads of keys and values, a divisor of `heads`; equal to `heads` by default. */
  readonly kvHeads?: number;
  /** Sequences in one call; 1 by default. */
  readonly batch?: number;
  readonly sequence: number;
  readonly headSize: number;
  /** Whether a token sees only earlier ones; true by default. */
  readonly causal?: boolean;
  /** Whether a serving framework's work around the kernel (bias, rotary embedding, cache write) is included; false by default. */
  readonly framework?: boolean;
}

/** Attention of one new token of each sequence against its cache. */
export interface DecodeShape {
  readonly heads: number;
  /** Heads of keys and values, a divisor of `heads`; equal to `heads` by default. */
  readonly kvHeads?: number;
  readonly batch?: number;
  /** Tokens in the cache of each sequence. */
  readonly cached: number;
  readonly headSize: number;
}

/** The time of a prefill and the reason for it; `framework` and `launch` are added to the larger of `tensor` and `hbm`. */
export interface PrefillPrice {
  readonly duration: Duration;
  readonly bound: 'tensor' | 'hbm' | 'framework' | 'launch';
  readonly terms: {
    readonly tensor: Duration;
    /** The part of `tensor` that is the last, longest block. */
    readonly longest: Duration;
    readonly hbm: Duration;
    readonly framework: Duration;
    readonly launch: Duration;
  };
}

/** The time of a decode step and the reason for it; `floor` and the sum of the others are blended. */
export interface DecodePrice {
  readonly duration: Duration;
  readonly bound: 'heads' | 'hbm' | 'launch';
  readonly terms: { readonly heads: Duration; readonly hbm: Duration; readonly launch: Duration };
}

/** Time of fused attention over a whole prompt. Throws COMPUTE_COUNT, COMPUTE_HEADS. */
export function attentionPrefill(gpu: GpuSpec, shape: PrefillShape): Duration {
  return explainPrefill(gpu, shape).duration;
}

/** Time of a prefill with its terms. Throws COMPUTE_COUNT, COMPUTE_HEADS. */
export function explainPrefill(gpu: GpuSpec, shape: PrefillShape): PrefillPrice {
  const { heads, kvHeads = heads, batch = 1, sequence, headSize, causal = true, framework = false } = shape;
  checkHeads('attentionPrefill', heads, kvHeads);
  for (const [name, value] of Object.entries({ batch, sequence, headSize }))
    requireCount('attentionPrefill', name, value);
  const constants = framework ? gpu.prefill : { ...gpu.prefill, framework: 0, launch: gpu.gemm.launch };
  const law = prefillLaw(gpu, constants, heads, kvHeads, batch, sequence, headSize, causal);
  const tensor = law.tensor + law.longest;
  const largest = Math.max(tensor, law.hbm, law.framework, law.launch);
  return {
    duration: seconds(law.total),
    bound:
      largest === tensor ? 'tensor' : largest === law.hbm ? 'hbm' : largest === law.framework ? 'framework' : 'launch',
    terms: {
      tensor: seconds(tensor),
      longest: seconds(law.longest),
      hbm: seconds(law.hbm),
      framework: seconds(law.framework),
      launch: seconds(law.launch),
    },
  };
}

/** Time of one decode step. Throws COMPUTE_COUNT, COMPUTE_HEADS. */
export function attentionDecode(gpu: GpuSpec, shape: DecodeShape): Duration {
  return explainDecode(gpu, shape).duration;
}

/** Time of one decode step with its terms. Throws COMPUTE_COUNT, COMPUTE_HEADS. */
export function explainDecode(gpu: GpuSpec, shape: DecodeShape): DecodePrice {
  const { heads, kvHeads = heads, batch = 1, cached, headSize } = shape;
  checkHeads('attentionDecode', heads, kvHeads);
  for (const [name, value] of Object.entries({ batch, cached, headSize })) requireCount('attentionDecode', name, value);
  const law = decodeLaw(gpu, gpu.decode, heads, kvHeads, batch, cached, headSize);
  const largest = Math.max(law.floor, law.heads, law.hbm);
  return {
    duration: seconds(law.total),
    bound: largest === law.hbm ? 'hbm' : largest === law.heads ? 'heads' : 'launch',
    terms: { heads: seconds(law.heads), hbm: seconds(law.hbm), launch: seconds(law.floor) },
  };
}

function checkHeads(kernel: string, heads: number, kvHeads: number): void {
  requireCount(kernel, 'heads', heads);
  requireCount(kernel, 'kvHeads', kvHeads);
  if (heads % kvHeads !== 0) throw computeErrors.create('COMPUTE_HEADS', { kernel, heads, kvHeads });
}
