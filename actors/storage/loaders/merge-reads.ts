/** Contiguous reads that bring a set of records. */
export interface MergedReads {
  readonly requests: number;
  /** Records read, wanted or not. */
  readonly records: number;
}

/** Merges reads of one file: wanted records i < j, neighbours in `sorted` (ascending, distinct), share a request when j - i <= `gap`. Gap 1 merges only neighbours in the file. */
export function mergeReads(sorted: ArrayLike<number>, gap: number): MergedReads {
  if (sorted.length === 0) return { requests: 0, records: 0 };
  let requests = 1;
  let records = 1;
  for (let i = 1; i < sorted.length; i++) {
    const distance = sorted[i]! - sorted[i - 1]!;
    if (distance > gap) {
      requests++;
      records++;
    } else records += distance;
  }
  return { requests, records };
}

/** The distance up to which reading the records in between costs less than another request: 1 + floor(latency x rate / record). */
export function breakEvenGap(latencySeconds: number, bytesPerSecond: number, recordBytes: number): number {
  return 1 + Math.floor((latencySeconds * bytesPerSecond) / recordBytes);
}
