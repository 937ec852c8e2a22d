import { formatLimits, formatValidation } from './format.ts';
import { type ValidationDetail, type ValidationPoint, validationRows } from './validate.ts';

const WIDTH = 320;
const HEIGHT = 180;
const LEFT = 34;
const TOP = 8;
/** Largest ratio shown; points beyond lie on the edge. */
const RATIO = 2;
const RATIOS = [0.5, 0.7, 0.9, 1, 1.1, 1.4, 2];
const units: ReadonlyArray<readonly [number, string]> = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'us'],
];

/** A self-contained HTML page: the figures, and one plot of predicted over measured value against the measured one for each model, device and table. */
export function validationPage(details: readonly ValidationDetail[]): string {
  const rows = validationRows(details);
  const plots = group(details).map((parts) => plot(parts));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Cost models against measurements</title>
<style>${STYLE}</style>
<h1>Cost models against measurements</h1>
<p>Each point is one measured row: predicted over measured value against the measured one. At 1 the prediction is exact, above it
is too high (a time too long); the band is 10 % to either side, and points beyond a factor of two lie on the edge.
<span class="calibration">Calibration</span> rows took part in a fit, <span class="check">check</span> rows did not,
<span class="external">external</span> rows are yours.</p>
<main>
${plots.join('\n')}
</main>
<pre>${escapeHtml(formatValidation(rows))}</pre>
<pre>${escapeHtml(formatLimits(details))}</pre>
</html>
`;
}

/** Details of one model, device and table side by side, whatever their role, in order of appearance. */
function group(details: readonly ValidationDetail[]): ValidationDetail[][] {
  const groups = new Map<string, ValidationDetail[]>();
  for (const detail of details) {
    const key = [detail.table, detail.model, detail.device].join('|');
    groups.set(key, [...(groups.get(key) ?? []), detail]);
  }
  return [...groups.values()];
}

function plot(parts: readonly ValidationDetail[]): string {
  const { model, title, device, table, unit } = parts[0] as ValidationDetail;
  const known = parts.map(({ role, points }) => ({ role, points: points.filter(isPredicted) }));
  const rows = known.flatMap(({ points }) => points);
  const caption = `${escapeHtml(title)}${model.endsWith('+surface') ? ', corrected' : ''}<br>${escapeHtml(device)}, ${escapeHtml(table)}`;
  if (rows.length === 0) return `<figure><figcaption>${caption}</figcaption><p>No row has a prediction.</p></figure>`;
  const [least, most] = bounds(rows.map(({ measured }) => measured));
  const across = scale(least / 1.2, most * 1.2, WIDTH);
  const upward = scale(1 / RATIO, RATIO, HEIGHT);
  const x = (measured: number) => (LEFT + across(measured)).toFixed(1);
  const y = (ratio: number) => (TOP + HEIGHT - upward(Math.min(RATIO, Math.max(1 / RATIO, ratio)))).toFixed(1);
  const columns = decades(least / 1.2, most * 1.2).map(
    (value) =>
      `<path class="grid" d="M${x(value)} ${TOP}v${HEIGHT}"/>` +
      `<text x="${x(value)}" y="${TOP + HEIGHT + 14}" text-anchor="middle">${unit === 'seconds' ? label(value) : value}</text>`,
  );
  const lines = RATIOS.map(
    (value) =>
      `<path class="${value === 1 ? 'exact' : 'grid'}" d="M${LEFT} ${y(value)}h${WIDTH}"/>` +
      `<text x="${LEFT - 4}" y="${y(value)}" text-anchor="end" dominant-baseline="middle">${value}</text>`,
  );
  const band = `M${LEFT} ${y(1.1)}h${WIDTH}V${y(0.9)}h-${WIDTH}Z`;
  const size = rows.length < 50 ? 6 : 3;
  const clouds = known.map(
    ({ role, points }) =>
      `<path class="${role}" stroke-width="${size}" d="${points.map((p) => `M${x(p.measured)} ${y(p.predicted / p.measured)}h0`).join('')}"/>`,
  );
  return `<figure><figcaption>${caption}</figcaption>
<svg viewBox="0 0 ${LEFT + WIDTH + 22} ${TOP + HEIGHT + 20}" role="img" aria-label="${escapeHtml(title)}, ${escapeHtml(device)}">
<path class="band" d="${band}"/>${columns.join('')}${lines.join('')}${clouds.join('')}
</svg></figure>`;
}

/** Position of a value on a logarithmic axis of `length` from `low` to `high`. */
function scale(low: number, high: number, length: number): (value: number) => number {
  return (value) => (Math.log(value / low) / Math.log(high / low)) * length;
}

function isPredicted(point: ValidationPoint): point is ValidationPoint & { readonly predicted: number } {
  return point.predicted !== undefined;
}

/** Smallest and largest value; spreading thousands of arguments into Math.min would overflow the stack. */
function bounds(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([a, b], v) => [Math.min(a, v), Math.max(b, v)],
    [values[0] ?? 1, values[0] ?? 1],
  );
}

function decades(low: number, high: number): number[] {
  const all: number[] = [];
  for (let power = Math.ceil(Math.log10(low)); power <= Math.log10(high); power++) all.push(10 ** power);
  return all;
}

function label(seconds: number): string {
  const [scale, unit] = units.find(([size]) => seconds >= size * 0.999) ?? [1e-6, 'us'];
  return `${Number((seconds / scale).toPrecision(3))} ${unit}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --cal: #5b8db8; --check: #d1495b; --ext: #3a9b5c; }
body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem; max-width: 90rem; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1rem; }
figure { margin: 0; } figcaption { font-size: 13px; } pre { overflow-x: auto; }
svg text { font-size: 10px; fill: currentColor; }
path { fill: none; stroke-linecap: round; } .grid { stroke: currentColor; stroke-opacity: .12; }
.band { fill: currentColor; fill-opacity: .08; } .exact { stroke: currentColor; stroke-opacity: .5; }
path.calibration, path.check, path.external { stroke-opacity: .6; }
path.calibration { stroke: var(--cal); } path.check { stroke: var(--check); } path.external { stroke: var(--ext); }
span.calibration { color: var(--cal); } span.check { color: var(--check); } span.external { color: var(--ext); }
`;
