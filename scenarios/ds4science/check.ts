import { divisors, multiplesNear, nearest } from '../kit/neighbours.ts';
import { blockVariants } from './evoformer/block.ts';
import { setupOf as attentionSetup, shapeOf as attentionShape } from './evoformer/setup.ts';
import { seqStepOf } from './genslm/resolve.ts';
import { setupOf, shapeOf } from './genslm/setup.ts';
import { type Ds4Params, params as declared, studyOf } from './params.ts';

/** A combination of parameters that cannot run, and values of `parameter` that can, nearest first. */
export interface Problem {
  readonly parameter: Extract<keyof Ds4Params, string>;
  readonly constraint: string;
  readonly use: readonly (number | string | boolean)[];
}

type Refuse = (parameter: Problem['parameter'], constraint: string, use?: Problem['use']) => void;

/** Everything that is wrong with a combination of parameters, before any event. A parameter counts as given when it is not its default. */
export function problemsOf(params: Ds4Params): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse: Refuse = (parameter, constraint, use = []) => {
    problems.push({ parameter, constraint, use });
  };
  checkStudy(params, refuse);
  if (problems.length > 0) return problems;
  if (params.study === 'genslm') checkGenslm(params, refuse);
  else checkEvoformer(params, refuse);
  return problems;
}

/** What is odd about a run without being an error. */
export function warningsOf(params: Ds4Params): readonly string[] {
  const warnings: string[] = [];
  if (params.study === 'evoformer' && params.variant === 'msa-column' && params.pairBias === 'true')
    warnings.push('msa-column has no pair bias in the networks; it is added as asked');
  if (params.study === 'genslm') {
    const { tp, nodeSize } = setupOf(params);
    if (tp > nodeSize && tp % nodeSize !== 0)
      warnings.push(`tp ${tp} is not a multiple of the ${nodeSize} GPUs of a node: the last node is shared unevenly`);
  }
  return warnings;
}

function checkStudy(params: Ds4Params, refuse: Refuse): void {
  for (const name of Object.keys(declared) as Problem['parameter'][]) {
    const study = studyOf[name];
    const otherwise = declared[name].parse(undefined) as number | string | boolean;
    if (study !== undefined && study !== params.study && params[name] !== otherwise)
      refuse(name, `belongs to study ${study}, this is study ${params.study}`, [otherwise]);
  }
}

function checkGenslm(params: Ds4Params, refuse: Refuse): void {
  const { layers, hidden, heads, vocab } = shapeOf(params);
  if (layers === 0) refuse('layers', 'a custom model needs its number of layers', [24]);
  if (hidden === 0) refuse('hidden', 'a custom model needs its hidden width', [128 * (heads || 32)]);
  if (heads === 0)
    refuse('heads', 'a custom model needs its number of heads', [nearest(divisors(hidden || 4096), 32)[0] ?? 1]);
  if (layers * hidden * heads === 0) return;
  if (hidden % heads !== 0) {
    if (params.hidden > 0) refuse('hidden', `must be a multiple of ${heads} heads`, multiplesNear(hidden, heads));
    else refuse('heads', `must divide the hidden width ${hidden}`, nearest(divisors(hidden), heads));
    return;
  }
  const tp = params.tp || params.gpus;
  const fits = (degree: number): boolean => heads % degree === 0 && vocab % degree === 0 && (4 * hidden) % degree === 0;
  const shared: readonly [number, string][] = [
    [heads, `${heads} heads`],
    [vocab, `vocab ${vocab}`],
    [4 * hidden, `width ${4 * hidden}`],
  ];
  const broken = shared.filter(([size]) => size % tp !== 0).map(([, what]) => what);
  if (params.tp > 0 && params.gpus % tp !== 0) broken.unshift(`${params.gpus} gpus`);
  if (broken.length > 0) {
    const good = divisors(heads).filter((degree) => fits(degree));
    if (params.tp > 0)
      refuse(
        'tp',
        `${broken.join(' and ')} cannot be shared by tp ${tp}`,
        nearest(
          good.filter((d) => params.gpus % d === 0),
          tp,
        ),
      );
    else refuse('gpus', `${broken.join(' and ')} cannot be shared by tp ${tp}`, nearest(good, tp));
    return;
  }
  const setup = setupOf(params);
  if (!setup.sequenceParallel && setup.positions === 'replicated' && setup.checkpoints === 'replicated') return;
  if (params.search === 'maxSeq') {
    const step = seqStepOf(params);
    if (step % tp !== 0) refuse('seqStep', `must be a multiple of tp ${tp}`, multiplesNear(step, tp));
  } else if (params.seq % tp !== 0)
    refuse('seq', `must be a multiple of tp ${tp} to be split`, multiplesNear(params.seq, tp));
}

function checkEvoformer(params: Ds4Params, refuse: Refuse): void {
  const { scope, kernel, stack } = params;
  if (scope === 'numerics') {
    for (const name of ['nSeq', 'nRes', 'heads', 'headDim'] as const)
      if (params[name] > 0) refuse(name, 'scope numerics draws its own shapes', [0]);
    return;
  }
  const missing = (['nSeq', 'nRes', 'heads', 'headDim'] as const).filter(
    (name) => stack === 'custom' && params[name] === 0,
  );
  for (const name of missing) {
    const works = { nSeq: 128, nRes: 256, heads: 8, headDim: 32 }[name];
    refuse(name, 'a custom stack needs it', [works]);
  }
  if (missing.length > 0) return;
  if (scope === 'block') checkBlock(params, refuse);
  if (params.chunk > 0 && (params.backward || kernel === 'ds4sci'))
    if (kernel === 'ds4sci') refuse('chunk', 'the fused kernel stores no scores: it needs no chunks', [0]);
    else refuse('backward', 'chunks are computed forward without gradient', [false]);
  if (kernel !== 'ds4sci') return;
  if (params.dtype === 'fp32') refuse('dtype', 'kernel supports fp16 and bf16', ['fp16', 'bf16']);
  const variants = scope === 'block' ? blockVariants : [params.variant];
  for (const variant of variants) {
    const { n2, headDim } = attentionShape({ ...params, variant });
    if (headDim > 64 && attentionSetup(params).backward) {
      refuse('headDim', 'kernel supports head sizes up to 64 in the backward pass', [64]);
      return;
    }
    if (n2 > 16) continue;
    const axis = variant === 'msa-column' ? 'nSeq' : 'nRes';
    refuse(axis, 'kernel needs more than 16 positions to attend over', [17]);
    return;
  }
}

/** The time of a block outside attention was measured for one stack on one GPU; other blocks have none. */
function checkBlock(params: Ds4Params, refuse: Refuse): void {
  const measured = 'scope block was measured for';
  if (params.stack !== 'main-msa-initial') refuse('stack', `${measured} main-msa-initial alone`, ['main-msa-initial']);
  if (params.gpu !== 'a100-40gb') refuse('gpu', `${measured} a100-40gb alone`, ['a100-40gb']);
  for (const name of ['nSeq', 'nRes', 'heads', 'headDim'] as const)
    if (params[name] > 0) refuse(name, `${measured} the shape of its stack`, [0]);
  if (params.samples > 1) refuse('samples', `${measured} one sample`, [1]);
  if (!params.backward) refuse('backward', 'scope block has both passes', [true]);
  if (params.chunk > 0) refuse('chunk', 'scope block has no chunks', [0]);
}
