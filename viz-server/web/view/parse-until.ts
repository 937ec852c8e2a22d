const units: Readonly<Record<string, number>> = { ps: 1, ns: 1e3, us: 1e6, µs: 1e6, ms: 1e9, s: 1e12 };

/** What "run until" may say. */
export type Until = { readonly time: number } | { readonly event: number } | { readonly predicate: string };

/** Reads `3.2ms` as a time, `#5000` as a number of events, anything else as a condition; undefined for nothing. */
export function parseUntil(text: string, tickPs: number): Until | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const time = /^(\d+(?:\.\d+)?(?:e\d+)?)\s*(ps|ns|us|µs|ms|s)$/.exec(trimmed);
  if (time !== null) return { time: Math.round((Number(time[1]) * units[time[2]!]!) / tickPs) };
  const event = /^#(\d{1,15})$/.exec(trimmed);
  if (event !== null && Number(event[1]) > 0) return { event: Number(event[1]) };
  return { predicate: trimmed };
}
