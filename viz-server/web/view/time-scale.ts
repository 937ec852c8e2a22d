/** Picoseconds of a second: `tickPs` below is the length of a tick in picoseconds. */
const second = 1e12;

const units: ReadonlyArray<readonly [number, string]> = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'us'],
  [1e-9, 'ns'],
  [1e-12, 'ps'],
];

/** A span of ticks as a person writes it, to `digits` significant digits: `412 us`. */
export function formatSpan(ticks: number, tickPs: number, digits = 4): string {
  if (ticks === 0) return '0 s';
  const seconds = (ticks * tickPs) / second;
  const [size, unit] = units.find(([size]) => Math.abs(seconds) >= size) ?? units[units.length - 1]!;
  return `${trim((seconds / size).toPrecision(digits))} ${unit}`;
}

/** A point in time with as many decimals as steps of `step` ticks need: neighbours on an axis differ in their text. */
export function formatTick(at: number, step: number, tickPs: number): string {
  const perSecond = second / tickPs;
  const reference = Math.max(Math.abs(at), step) / perSecond;
  const [size, unit] = units.find(([size]) => reference >= size) ?? units[units.length - 1]!;
  const decimals = Math.max(0, Math.min(12, Math.ceil(-Math.log10(step / perSecond / size) - 1e-9)));
  return `${(at / perSecond / size).toFixed(decimals)} ${unit}`;
}

function trim(text: string): string {
  if (text.includes('e')) return String(Number(text));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** The step of an axis in ticks: 1, 2 or 5 times a power of ten, at least `pixels` apart and at least one tick. */
export function axisStep(ticksPerPixel: number, pixels = 110): number {
  const least = Math.max(1, ticksPerPixel * pixels);
  const power = 10 ** Math.floor(Math.log10(least));
  for (const factor of [1, 2, 5]) if (factor * power >= least) return factor * power;
  return 10 * power;
}

/** A large number in short: 1.2k, 34M. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return '?';
  for (const [size, unit] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const)
    if (Math.abs(value) >= size) return `${trim((value / size).toPrecision(3))}${unit}`;
  return trim(value.toPrecision(4));
}

/** A value of a counter with its unit; bytes in powers of ten. */
export function formatValue(value: number, unit: string): string {
  if (unit === 'B' || unit === 'B/s') {
    for (const [size, prefix] of [
      [1e12, 'T'],
      [1e9, 'G'],
      [1e6, 'M'],
      [1e3, 'k'],
    ] as const)
      if (Math.abs(value) >= size) return `${trim((value / size).toPrecision(4))} ${prefix}${unit}`;
  }
  return unit === '' ? formatCount(value) : `${formatCount(value)} ${unit}`;
}
