import { divisors, multiplesNear, nearest } from '../kit/neighbours.ts';
import { numericsRange, trialOf } from './numerics/shape.ts';
import type { UlyssesParams } from './parameters.ts';
import { candidateDegrees, resolve, resolveShape } from './resolve.ts';

/** A combination of parameters that cannot run, and values of `parameter` that can, nearest first. */
export interface Problem {
  readonly parameter: Extract<keyof UlyssesParams, string>;
  readonly constraint: string;
  readonly use: readonly (number | string)[];
}

/** Everything that is wrong with a combination of parameters, before any event; `capacity` is the device memory in bytes. */
export function checkParams(params: UlyssesParams, capacity: number): readonly Problem[] {
  if (params.scope === 'numerics' && (params.system === 'megatron-sp' || params.model !== 'custom'))
    return checkRandomNumerics(params);
  const shape = checkShape(params);
  if (shape.length > 0) return shape;
  const degree = checkDegree(params);
  if (degree.length > 0) return degree;
  if (params.scope === 'numerics') return checkGivenNumerics(params, capacity);
  return checkSharing(params, capacity);
}

/** Scope numerics with random shapes: only the system matters. */
function checkRandomNumerics(params: UlyssesParams): readonly Problem[] {
  if (params.system !== 'megatron-sp') return [];
  const constraint = 'the baseline has no distributed attention to compute';
  return [{ parameter: 'system', constraint, use: ['ulysses', 'ring', 'hybrid'] }];
}

/** Scope numerics with the shape of a custom model: small enough to be computed. */
function checkGivenNumerics(params: UlyssesParams, capacity: number): readonly Problem[] {
  const { heads, hidden } = resolveShape(params);
  const given = trialOf(params);
  const headDim = hidden / heads;
  const problems: Problem[] = [];
  const refuse = (parameter: Problem['parameter'], constraint: string, use: Problem['use']): void => {
    problems.push({ parameter, constraint, use });
  };
  if (params.seq > numericsRange.seq)
    refuse('seq', `scope numerics computes at most ${numericsRange.seq} tokens`, [numericsRange.seq]);
  if (heads > numericsRange.heads)
    refuse('heads', `scope numerics computes at most ${numericsRange.heads} heads`, [numericsRange.heads]);
  if (headDim < numericsRange.minHead || headDim > numericsRange.maxHead)
    refuse('hidden', `scope numerics computes heads of ${numericsRange.minHead} to ${numericsRange.maxHead}`, [
      64 * heads,
    ]);
  if (params.kvHeads > 0 && params.kvHeads !== heads)
    refuse('kvHeads', 'scope numerics has one key head for each head', [0]);
  if (!numericsRange.degrees.some((degree) => degree === given.sp))
    refuse('sp', 'scope numerics runs on 1, 2, 3, 4, 6 or 8 ranks', nearest(numericsRange.degrees, given.sp));
  if (problems.length > 0) return problems;
  return [...checkDegree(given), ...checkSharing(given, capacity)];
}

/** Layers, widths and heads: what does not depend on the degree of parallelism. */
function checkShape(params: UlyssesParams): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (parameter: Problem['parameter'], constraint: string, use: Problem['use'] = []): void => {
    problems.push({ parameter, constraint, use });
  };
  const { layers, hidden, heads, kvHeads } = resolveShape(params);
  if (hidden === 0) refuse('hidden', 'a custom model needs its hidden width', [4096]);
  if (heads === 0) refuse('heads', 'a custom model needs its number of heads', [32]);
  if (layers === 0) refuse('layers', 'a custom model needs its number of layers', [32]);
  if (problems.length > 0) return problems;
  if (hidden % heads !== 0)
    if (params.hidden > 0) refuse('hidden', `must be a multiple of ${heads} heads`, multiplesNear(hidden, heads));
    else refuse('heads', `must divide the hidden width ${hidden}`, nearest(divisors(hidden), heads));
  if (kvHeads > heads || heads % kvHeads !== 0)
    refuse('kvHeads', `must divide ${heads} heads`, nearest(divisors(heads), kvHeads));
  if (params.seq > params.seqCap && params.search === 'none')
    refuse('seq', `exceeds seqCap ${params.seqCap}`, [params.seqCap]);
  if (params.zeroStage > 0 && params.system === 'megatron-sp')
    refuse('zeroStage', 'not in the baseline: megatron-sp shards its tensors, not its states', [0]);
  return problems;
}

/** Degrees sp and ringDegree against gpus and heads. */
function checkDegree(params: UlyssesParams): readonly Problem[] {
  const { heads, hidden, kvHeads } = resolveShape(params);
  const { sp, ringDegree: R, system, gpus } = params;
  const problems: Problem[] = [];
  const refuse = (parameter: Problem['parameter'], constraint: string, use: Problem['use']): void => {
    problems.push({ parameter, constraint, use });
  };
  if (R > 1 && (system === 'ulysses' || system === 'megatron-sp'))
    refuse('ringDegree', `${system} has no ring; system=hybrid has`, [1]);
  if (R > 1 && system === 'ring' && sp > 0 && R !== sp) refuse('ringDegree', `a ring spans all ${sp} of sp`, [1, sp]);
  if (problems.length > 0) return problems;
  if (sp === 0) {
    if (candidateDegrees(params, heads).length === 0)
      refuse('ringDegree', `no divisor of ${gpus} gpus is a multiple of it and shares ${heads} heads`, [1]);
    return problems;
  }
  const reasons: [boolean, string][] = [[gpus % sp !== 0, `${gpus} gpus`]];
  if (system === 'hybrid') {
    if (sp % R !== 0) refuse('ringDegree', `must divide sp ${sp}`, nearest(divisors(sp), R));
    else if (heads % (sp / R) !== 0)
      refuse('sp', `${heads} heads cannot be shared by sp/ringDegree ${sp / R}`, nearest(degrees(params, heads), sp));
  } else if (system !== 'ring') reasons.push([heads % sp !== 0, `${heads} heads`]);
  if (system === 'megatron-sp')
    reasons.push([params.vocab % sp !== 0, `vocab ${params.vocab}`], [(4 * hidden) % sp !== 0, `width ${4 * hidden}`]);
  const broken = reasons.filter(([is]) => is).map(([, what]) => what);
  if (broken.length > 0)
    refuse('sp', `${broken.join(' and ')} cannot be shared by sp ${sp}`, nearest(degrees(params, heads), sp));
  const U = system === 'hybrid' ? sp / R : system === 'ring' ? 1 : sp;
  if (problems.length === 0 && kvHeads % U !== 0 && U % kvHeads !== 0)
    refuse(
      'kvHeads',
      `must divide or be a multiple of the ${U} ranks that share heads`,
      nearest(
        divisors(heads).filter((k) => k % U === 0 || U % k === 0),
        kvHeads,
      ),
    );
  return problems;
}

/** Sequence and batch against the degrees, automatic or given. */
function checkSharing(params: UlyssesParams, capacity: number): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (parameter: Problem['parameter'], constraint: string, use: Problem['use']): void => {
    problems.push({ parameter, constraint, use });
  };
  const setup = resolve(params, capacity);
  const { dp, ringDegree: R, batch, seq } = setup;
  const zigzag = R > 1 && params.ringLayout === 'zigzag';
  const stepOf = (sp: number): number => (zigzag ? lcm(sp, 2 * R) : sp);
  const allowed = params.sp > 0 ? [params.sp] : candidateDegrees(params, setup.heads);
  const step = stepOf(allowed[0] ?? 1);
  if (params.search === 'none' && allowed.every((sp) => seq % stepOf(sp) !== 0))
    refuse(
      'seq',
      `must be a multiple of ${step} to be shared by sp ${allowed[0]}${zigzag ? ` in a zigzag ring of ${R}` : ''}`,
      multiplesNear(seq, step),
    );
  if (params.system === 'megatron-sp' && allowed.every((sp) => params.vocab % sp !== 0))
    refuse('vocab', `must be a multiple of sp ${allowed[0]}`, multiplesNear(params.vocab, allowed[0] ?? 1));
  if (batch % dp !== 0) {
    refuse('batch', `batch ${batch} cannot be shared by dp ${dp}`, multiplesNear(batch, dp));
    return problems;
  }
  const samples = batch / dp;
  if (params.microBatch > 0 && samples % params.microBatch !== 0)
    refuse(
      'microBatch',
      `${samples} samples per group cannot be shared by it`,
      nearest(divisors(samples), params.microBatch),
    );
  return problems;
}

/** Degrees that the system could run with, ascending; without the automatic rule's lower bound. */
function degrees(params: UlyssesParams, heads: number): readonly number[] {
  return candidateDegrees({ ...params, nodeSize: 1 }, heads).filter(
    (P) => params.system !== 'megatron-sp' || params.vocab % P === 0,
  );
}

function lcm(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
