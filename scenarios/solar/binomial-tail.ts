/** Probability that a binomial count of `trials` with chance `p` exceeds `threshold`: the sum of its terms from threshold + 1 on. */
export function binomialTail(trials: number, p: number, threshold: number): number {
  if (threshold >= trials) return 0;
  if (p >= 1) return 1;
  let term = (1 - p) ** trials;
  let [below, above] = [0, 0];
  for (let k = 0; k <= trials; k++) {
    if (k <= threshold) below += term;
    else above += term;
    term *= ((trials - k) / (k + 1)) * (p / (1 - p));
  }
  return above / (below + above);
}
