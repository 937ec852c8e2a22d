import { memoryPlan, peakMemory } from './memory.ts';
import { type ModelName, modelShapes } from './models.ts';
import type { UlyssesParams } from './parameters.ts';
import type { Setup } from './setup.ts';

/** Tokens in one iteration that the automatic batch aims at. */
const batchTokens = 2 ** 20;

/** Makes every automatic choice; `capacity` is the device memory in bytes. Parameters must have passed `checkParams`. */
export function resolve(params: UlyssesParams, capacity: number): Setup {
  const usable = usableMemory(params, capacity);
  const shape = resolveShape(params);
  const fits = (candidate: Setup): boolean => peakMemory(memoryPlan(candidate)) <= usable;
  const draft = (sp: number): Setup => draftSetup(params, shape, sp);
  const sp = params.sp > 0 ? params.sp : chooseDegree(params, shape, (degree) => fits(draft(degree)));
  const setup = withBatch(draft(sp), params.batch);
  const microBatch = params.microBatch > 0 ? params.microBatch : chooseMicroBatch(setup, fits);
  return { ...setup, microBatch, microSteps: setup.batch / setup.dp / microBatch };
}

/** Bytes of device memory that a run may use. */
export function usableMemory(params: Pick<UlyssesParams, 'memoryFraction'>, capacity: number): number {
  return params.memoryFraction * capacity;
}

/** Layers, hidden width and heads: the model's, overridden by explicit values; one layer for a custom model outside scope iteration. */
export function resolveShape(params: UlyssesParams): Pick<Setup, 'layers' | 'hidden' | 'heads' | 'kvHeads'> {
  const known = params.model === 'custom' ? undefined : modelShapes[params.model satisfies ModelName];
  const layers = params.layers || (known?.layers ?? (params.scope === 'iteration' ? 0 : 1));
  const hidden = params.hidden || (known?.hidden ?? 0);
  const heads = params.heads || (known?.heads ?? 0);
  return { layers, hidden, heads, kvHeads: params.kvHeads || heads };
}

/**
 * Degrees the automatic rule considers, ascending: divisors P of `gpus` that divide the heads (hybrid: P/R does) and reach
 * min(nodeSize, gpus); when there is none, the largest divisor that divides the heads.
 */
export function candidateDegrees(params: UlyssesParams, heads: number): readonly number[] {
  const divisors = [];
  for (let P = 1; P <= params.gpus; P++) if (params.gpus % P === 0 && dividesHeads(params, heads, P)) divisors.push(P);
  const wide = divisors.filter((P) => P >= Math.min(params.nodeSize, params.gpus));
  return wide.length > 0 ? wide : divisors.slice(-1);
}

function dividesHeads(params: UlyssesParams, heads: number, P: number): boolean {
  if (params.system !== 'hybrid') return heads % P === 0;
  return P % params.ringDegree === 0 && heads % (P / params.ringDegree) === 0;
}

function chooseDegree(params: UlyssesParams, shape: { heads: number }, fits: (degree: number) => boolean): number {
  const candidates = candidateDegrees(params, shape.heads);
  return candidates.find(fits) ?? candidates.at(-1) ?? 1;
}

function draftSetup(params: UlyssesParams, shape: ReturnType<typeof resolveShape>, sp: number): Setup {
  return {
    ...shape,
    scope: params.scope,
    system: params.system,
    vocab: params.vocab,
    gpus: params.gpus,
    sp,
    ringDegree: params.system === 'ring' ? sp : params.ringDegree,
    ringLayout: params.ringLayout,
    seq: params.seq,
    batch: params.gpus / sp,
    microBatch: 1,
    microSteps: 1,
    dp: params.gpus / sp,
    nodeSize: params.nodeSize,
    zeroStage: params.zeroStage >= 0 ? params.zeroStage : params.system === 'megatron-sp' ? 0 : 3,
    attnKernel: params.attnKernel,
    attnDensity: params.attnDensity,
    activationCheckpointing: params.activationCheckpointing,
    a2aFused: params.a2aFused,
    overlapComm: params.overlapComm,
  };
}

function withBatch(setup: Setup, batch: number): Setup {
  const auto = setup.dp * Math.max(1, Math.round(batchTokens / (setup.seq * setup.dp)));
  return { ...setup, batch: batch > 0 ? batch : auto };
}

function chooseMicroBatch(setup: Setup, fits: (candidate: Setup) => boolean): number {
  const samples = setup.batch / setup.dp;
  if (setup.scope === 'attention') return samples;
  let best = 1;
  if (setup.system === 'megatron-sp') return best;
  for (let m = 2; samples % m === 0; m *= 2) if (fits({ ...setup, microBatch: m })) best = m;
  return best;
}

/** The largest 8192 * 2^i (i <= 11, at most `seqCap`) that fits with one sample per group, or 0; the degree follows its rule at every length. */
export function longestSequence(params: UlyssesParams, capacity: number): number {
  const usable = usableMemory(params, capacity);
  let best = 0;
  for (let i = 0; i <= 11; i++) {
    const seq = 8192 * 2 ** i;
    if (seq > params.seqCap) break;
    const setup = resolve({ ...params, seq, batch: 0, microBatch: 1 }, capacity);
    if (peakMemory(memoryPlan(setup)) <= usable) best = seq;
  }
  return best;
}
