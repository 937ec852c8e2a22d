/** How predictions compare with measurements; percentages of the measured value, NaN (`null` in JSON) when no row could be predicted. */
export interface ErrorSummary {
  /** Rows that could be predicted. */
  readonly rows: number;
  readonly meanPct: number;
  readonly medianPct: number;
  readonly p90Pct: number;
  readonly worstPct: number;
  /** Mean signed error: positive when predictions are too slow. */
  readonly biasPct: number;
  /** Rank correlation, -1 to 1; 0 when there are fewer than two rows. */
  readonly spearman: number;
  /** Share of all rows that could be predicted, 0 to 1. */
  readonly coverage: number;
}

/** A measured and a predicted value; `predicted` is undefined where the model has no answer. */
export interface Comparison {
  readonly measured: number;
  readonly predicted: number | undefined;
}

/** Summarises comparisons. */
export function summariseErrors(comparisons: readonly Comparison[]): ErrorSummary {
  const pairs = comparisons.filter((c): c is { measured: number; predicted: number } => c.predicted !== undefined);
  const signed = pairs.map(({ measured, predicted }) => 100 * (predicted / measured - 1));
  const sizes = signed.map(Math.abs).sort((a, b) => a - b);
  return {
    rows: pairs.length,
    meanPct: mean(sizes),
    medianPct: quantile(sizes, 0.5),
    p90Pct: quantile(sizes, 0.9),
    worstPct: sizes[sizes.length - 1] ?? Number.NaN,
    biasPct: mean(signed),
    spearman: spearman(
      pairs.map((p) => p.measured),
      pairs.map((p) => p.predicted),
    ),
    coverage: comparisons.length === 0 ? 0 : pairs.length / comparisons.length,
  };
}

/** Spearman's rank correlation, ties sharing their mean rank; 0 when undefined. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const x = ranks(a);
  const y = ranks(b);
  const mx = mean(x);
  const my = mean(y);
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = x[i]! - mx;
    const dy = y[i]! - my;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return !(xx > 0 && yy > 0) ? 0 : xy / Math.sqrt(xx * yy);
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]! || i - j);
  const result = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to++;
    for (let i = from; i <= to; i++) result[order[i]!] = (from + to) / 2;
    from = to + 1;
  }
  return result;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const left = sorted[low] as number;
  const right = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  return left + (at - low) * (right - left);
}
