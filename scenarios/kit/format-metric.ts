const scaled: ReadonlySet<string> = new Set(['s', 'B', 'B/s', 'FLOP', 'FLOP/s', 'J', 'W', 'Hz', '1/s', 'V', 'A', 'S']);
const prefixes: ReadonlyArray<readonly [number, string]> = [
  [1e18, 'E'],
  [1e15, 'P'],
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
  [1e-3, 'm'],
  [1e-6, 'u'],
  [1e-9, 'n'],
  [1e-12, 'p'],
];

/** Whether values of this unit are printed with an SI prefix. */
export function isScaled(unit: string): boolean {
  return scaled.has(unit);
}

/** A metric for people: four significant digits, SI prefix where the unit takes one, `yes` and `no` for booleans. */
export function formatMetric(value: number | boolean | string, unit: string): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  if (unit === 'tokens' && value !== 0 && value % 1024 === 0) return `${binary(value)} tokens`;
  if (!scaled.has(unit) || value === 0) return unit === '' ? digits(value) : `${digits(value)} ${unit}`;
  if (unit === 's' && Math.abs(value) >= 1000) return `${digits(value)} s`;
  const [scale, prefix] = prefixes.find(([candidate]) => Math.abs(value) >= candidate * 0.99995) ?? [1e-12, 'p'];
  return unit === '1/s' ? `${digits(value / scale)} ${prefix}/s` : `${digits(value / scale)} ${prefix}${unit}`;
}

/** Sequence lengths as their field writes them: K and M are powers of 1024. */
function binary(value: number): string {
  return value % 2 ** 20 === 0 ? `${value / 2 ** 20}M` : `${value / 2 ** 10}K`;
}

/** Four significant digits; whole numbers below 10^9 in full. */
function digits(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  return String(Number(value.toPrecision(4)));
}

/** A signed relative error, e.g. `+2.1 %`; empty when there is none. */
export function formatError(error: number | undefined): string {
  if (error === undefined) return '';
  const text = (error * 100).toFixed(1);
  return `${Number(text) > 0 ? '+' : ''}${Number(text) === 0 ? '0.0' : text} %`;
}
