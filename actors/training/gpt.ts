/** Shape of a GPT without its heads. */
interface Shape {
  readonly layers: number;
  readonly hidden: number;
}

/** Parameters of a GPT without its position table: l (12 h^2 + 13 h) + V h (Narayanan et al., arXiv 2104.04473). */
export function parameterCount({ layers: l, hidden: h }: Shape, vocab: number): number {
  return l * (12 * h * h + 13 * h) + vocab * h;
}

/**
 * FLOP of one iteration on `samples` sequences as Megatron-LM counts them (arXiv 2104.04473): 24 c B s l h^2 (1 + s/(6h) + V/(16 l h)),
 * c = 4 passes with recomputation, 3 without. Recomputation counts as work and attention as if it were not causal.
 */
export function megatronFlops(
  shape: Shape,
  work: { readonly vocab: number; readonly tokens: number; readonly samples: number; readonly passes: number },
): number {
  const { layers: l, hidden: h } = shape;
  const { vocab, tokens, samples, passes } = work;
  return 24 * passes * samples * tokens * l * h * h * (1 + tokens / (6 * h) + vocab / (16 * l * h));
}
