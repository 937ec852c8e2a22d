/** Where a search ended. */
export interface Minimum {
  readonly at: readonly number[];
  readonly value: number;
  readonly evaluations: number;
}

/** When and how far a search goes. */
export interface NelderMeadOptions {
  /** Size of the first simplex along each axis; 0.2 by default. */
  readonly step?: number;
  /** Spread of values at which a simplex has converged; 1e-7 by default. */
  readonly tolerance?: number;
  /** 4000 by default. */
  readonly maxEvaluations?: number;
  /** Fresh simplexes built around the best point; 3 by default. */
  readonly restarts?: number;
}

/** Finds a local minimum of `f` without derivatives by the simplex method of Nelder and Mead (1965), restarted from its own result. */
export function nelderMead(
  f: (at: readonly number[]) => number,
  start: readonly number[],
  options: NelderMeadOptions = {},
): Minimum {
  const { step = 0.2, tolerance = 1e-7, maxEvaluations = 4000, restarts = 3 } = options;
  let evaluations = 0;
  const probe = (at: readonly number[]): Minimum => {
    evaluations++;
    return { at, value: f(at), evaluations };
  };
  let best = probe(start);
  for (let round = 0; round <= restarts; round++) {
    const size = step / 2 ** round;
    const corners = [best, ...start.map((_, i) => probe(best.at.map((x, j) => (i === j ? x + size : x))))];
    const budget = evaluations + maxEvaluations / (restarts + 1);
    while (evaluations < budget) {
      corners.sort((a, b) => a.value - b.value);
      const worst = corners[corners.length - 1] as Minimum;
      const first = corners[0] as Minimum;
      if (worst.value - first.value < tolerance) break;
      const centre = start.map(
        (_, j) => corners.slice(0, -1).reduce((sum, c) => sum + (c.at[j] as number), 0) / start.length,
      );
      const along = (t: number) => probe(centre.map((x, j) => x + t * ((worst.at[j] as number) - x)));
      const reflected = along(-1);
      if (reflected.value < first.value) {
        const expanded = along(-2);
        corners[corners.length - 1] = expanded.value < reflected.value ? expanded : reflected;
      } else if (reflected.value < (corners[corners.length - 2] as Minimum).value) {
        corners[corners.length - 1] = reflected;
      } else {
        const contracted = along(reflected.value < worst.value ? -0.5 : 0.5);
        if (contracted.value < Math.min(worst.value, reflected.value)) corners[corners.length - 1] = contracted;
        else
          for (let i = 1; i < corners.length; i++)
            corners[i] = probe((corners[i] as Minimum).at.map((x, j) => ((first.at[j] as number) + x) / 2));
      }
    }
    best = corners.reduce((a, b) => (b.value < a.value ? b : a));
  }
  return { ...best, evaluations };
}
