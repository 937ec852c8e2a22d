import { formatValidation } from './format.ts';
import { type ValidationDetail, type ValidationPoint, validationRows } from './validate.ts';

const SIZE = 300;
const MARGIN = 42;
const units: ReadonlyArray<readonly [number, string]> = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'us'],
];

/** A self-contained HTML page: the figures, and one plot of predicted over measured time for each model, device and table, both axes logarithmic. */
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
<p>Each point is one measured row. On the line the prediction is exact; the band is 10 % to either side.
<span class="calibration">Calibration</span> rows took part in a fit, <span class="check">check</span> rows did not,
<span class="external">external</span> rows are yours.</p>
<main>
${plots.join('\n')}
</main>
<pre>${escapeHtml(formatValidation(rows))}</pre>
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
  const { model, title, device, table } = parts[0] as ValidationDetail;
  const known = parts.map(({ role, points }) => ({ role, points: points.filter(isPredicted) }));
  const values = known.flatMap(({ points }) => points.flatMap((p) => [p.measured, p.predicted]));
  const caption = `${escapeHtml(title)}${model.endsWith('+surface') ? ', corrected' : ''}<br>${escapeHtml(device)}, ${escapeHtml(table)}`;
  if (values.length === 0) return `<figure><figcaption>${caption}</figcaption><p>No row has a prediction.</p></figure>`;
  const low = Math.log10(Math.min(...bounds(values)) / 1.3);
  const high = Math.log10(Math.max(...bounds(values)) * 1.3);
  const at = (value: number) => ((Math.log10(value) - low) / (high - low)) * SIZE;
  const x = (value: number) => (MARGIN + at(value)).toFixed(1);
  const y = (value: number) => (SIZE + 8 - at(value)).toFixed(1);
  const [from, to] = [10 ** low, 10 ** high];
  const ticks = decades(low, high).map(
    (value) =>
      `<path class="grid" d="M${x(value)} 8V${SIZE + 8}M${MARGIN} ${y(value)}H${SIZE + MARGIN}"/>` +
      `<text x="${x(value)}" y="${SIZE + 22}" text-anchor="middle">${label(value)}</text>` +
      `<text x="${MARGIN - 4}" y="${y(value)}" text-anchor="end" dominant-baseline="middle">${label(value)}</text>`,
  );
  const band = `M${x(from)} ${y(from * 1.1)}L${x(to)} ${y(to * 1.1)}L${x(to)} ${y(to * 0.9)}L${x(from)} ${y(from * 0.9)}Z`;
  const clouds = known.map(
    ({ role, points }) =>
      `<path class="${role}" d="${points.map((p) => `M${x(p.measured)} ${y(p.predicted)}h0`).join('')}"/>`,
  );
  return `<figure><figcaption>${caption}</figcaption>
<svg viewBox="0 0 ${SIZE + MARGIN + 8} ${SIZE + 44}" role="img" aria-label="${escapeHtml(title)}, ${escapeHtml(device)}">
${ticks.join('')}
<g><path class="band" d="${band}"/><path class="exact" d="M${x(from)} ${y(from)}L${x(to)} ${y(to)}"/>${clouds.join('')}</g>
<text x="${MARGIN + SIZE / 2}" y="${SIZE + 40}" text-anchor="middle">measured</text>
<text transform="translate(10 ${SIZE / 2}) rotate(-90)" text-anchor="middle">predicted</text>
</svg></figure>`;
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
  for (let power = Math.ceil(low); power <= high; power++) all.push(10 ** power);
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
path.calibration, path.check, path.external { stroke-width: 3; stroke-opacity: .55; }
path.calibration { stroke: var(--cal); } path.check { stroke: var(--check); } path.external { stroke: var(--ext); }
span.calibration { color: var(--cal); } span.check { color: var(--check); } span.external { color: var(--ext); }
`;
