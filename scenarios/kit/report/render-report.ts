import type { ClaimOutcome, Comparison, Verdict } from '../compare.ts';
import { percent } from '../compare.ts';
import { formatError, formatMetric } from '../format-metric.ts';
import type { Plot } from '../plot.ts';
import { replayRows } from '../replay-rows.ts';
import { page } from './page.ts';
import { colorOf, drawPlot, legendOf } from './plot-svg.ts';

/** One scenario of a report. */
export interface ReportSection {
  readonly comparison: Comparison;
  readonly plots: readonly Plot[];
}

/** A self-contained HTML page: no script, no network, light and dark by the reader's preference. Equal input gives equal bytes. */
export function renderReport(sections: readonly ReportSection[]): string {
  const rows = sections.flatMap(({ comparison }) => replayRows(comparison));
  const missed = sections.reduce((sum, { comparison }) => sum + comparison.misses.length, 0);
  const cells = sections.reduce((sum, { comparison }) => sum + comparison.cells.length, 0);
  return page(
    'published against simulated',
    `<header>
<h1>Published against simulated</h1>
<p class="lead">${count(sections.length, 'paper')} replayed, ${count(cells, 'published cell')} simulated, ${count(rows.length, 'headline')} judged: ${missed === 0 ? '<strong class="pass">all hold</strong>' : `<strong class="miss">${missed} missed</strong>`}.</p>
</header>
<main>
${sections.length > 1 ? contents(sections) : ''}
${sections.map(section).join('\n')}
</main>
<footer><p>Written by <code>escapement replay</code>. Calibration cells fitted a constant of the model; check cells fitted nothing; report cells are shown and not judged. Errors are relative to the published value.</p></footer>`,
  );
}

function contents(sections: readonly ReportSection[]): string {
  const items = sections.map(({ comparison }) => {
    const mark = comparison.misses.length === 0 ? '' : ` <span class="miss">${comparison.misses.length} missed</span>`;
    return `<li><a href="#${escapeHtml(comparison.scenario)}">${escapeHtml(comparison.title)}</a>${mark}</li>`;
  });
  return `<nav aria-label="Papers"><ol>${items.join('')}</ol></nav>`;
}

function section({ comparison, plots }: ReportSection): string {
  return `<section id="${escapeHtml(comparison.scenario)}">
<h2>${escapeHtml(comparison.title)} <small>${escapeHtml(comparison.reference)}</small></h2>
${claimTable(comparison)}
${plots.map(figure).join('\n')}
${roleTable(comparison)}
${cellTable(comparison)}
</section>`;
}

function claimTable(comparison: Comparison): string {
  const claims = comparison.claims.map((claim: ClaimOutcome) => [
    escapeHtml(claim.text),
    escapeHtml(formatMetric(claim.published, claim.unit)),
    escapeHtml(formatMetric(claim.simulated, claim.unit)),
    formatError(claim.error),
    escapeHtml(claim.band),
    verdict(claim.verdict),
    escapeHtml(claim.source),
  ]);
  return table(
    'Headline claims',
    ['Claim', '>Published', '>Simulated', '>Error', 'Passes at', 'Verdict', 'Source'],
    claims,
  );
}

function roleTable(comparison: Comparison): string {
  const roles = comparison.roles.map((role) => [
    role.role,
    String(role.cells),
    percent(role.mean),
    percent(role.worst),
    escapeHtml(role.worstCell),
    '',
    '',
  ]);
  const targets = comparison.targets.map((target) => [
    escapeHtml(target.id),
    String(target.cells),
    percent(target.mean),
    percent(target.worst),
    '',
    escapeHtml(target.limit),
    verdict(target.verdict),
  ]);
  return table(
    'Errors by role and target',
    ['Cells of', '>Number', '>Mean error', '>Worst error', 'Worst cell', 'Limit', 'Verdict'],
    [...roles, ...targets],
  );
}

function cellTable(comparison: Comparison): string {
  const rows = comparison.cells.map((cell) => [
    `${escapeHtml(cell.id)}<small>${escapeHtml(cell.params || 'all defaults')}</small><small>${escapeHtml(cell.source)} (${cell.tag})</small>`,
    escapeHtml(cell.metric),
    escapeHtml(formatMetric(cell.published, cell.unit)),
    escapeHtml(formatMetric(cell.simulated, cell.unit)),
    formatError(cell.error),
    cell.role,
    verdict(cell.verdict),
  ]);
  if (rows.length === 0) return '';
  return `<details><summary>All ${rows.length} published cells</summary>
${table(
  'Published cells',
  ['Cell', 'Metric', '>Published', '>Simulated', '>Error', 'Role', 'Verdict'],
  rows,
)}</details>`;
}

/** A plot with its title, legend and numbers. */
export function figure(plot: Plot): string {
  const published = plot.kind === 'line' || plot.kind === 'bar' ? (plot.published ?? []) : [];
  const names = legendOf(plot).flatMap((name, i) =>
    isSeen(plot, name)
      ? [`<li><span class="swatch" style="background:${colorOf(i)}"></span>${escapeHtml(name)}</li>`]
      : [],
  );
  const shapes = { calibration: '○', check: '◆', report: '×' } as const;
  const roles = (['calibration', 'check', 'report'] as const)
    .filter((role) => published.some((mark) => mark.role === role))
    .map((role) => `<li><span class="shape" aria-hidden="true">${shapes[role]}</span>published, ${role}</li>`);
  const shades = plot.kind === 'heat' ? [`<li>shade and figure: ${escapeHtml(label(plot.value))}</li>`] : [];
  const legend = [...shades, ...(names.length > 1 || roles.length > 0 ? names : []), ...roles];
  return `<figure>
<figcaption><h3>${escapeHtml(plot.title)}</h3>${plot.note === undefined ? '' : `<p>${escapeHtml(plot.note)}</p>`}</figcaption>
${legend.length > 0 ? `<ul class="legend">${legend.join('')}</ul>` : ''}
<div class="plot">${drawPlot(plot)}</div>
<details><summary>The numbers</summary>${plotTable(plot)}</details>
</figure>`;
}

/** Whether a name of the legend has anything to show: a part of stacked bars that is always zero has not. */
function isSeen(plot: Plot, name: string): boolean {
  if (plot.kind !== 'bar' || plot.stacked !== true) return true;
  return plot.series.some((series) => series.name === name && series.points.some(([, y]) => y !== null && y !== 0));
}

/** The same numbers for those who cannot see the drawing. */
function plotTable(plot: Plot): string {
  switch (plot.kind) {
    case 'line':
    case 'bar': {
      const xs = [
        ...new Set<number | string>([
          ...plot.series.flatMap((series) => series.points.map(([x]) => x)),
          ...(plot.published ?? []).map((mark) => mark.x),
        ]),
      ];
      if (plot.kind === 'line') xs.sort((a, b) => Number(a) - Number(b));
      const marked = plot.series.filter((series) => (plot.published ?? []).some((mark) => mark.series === series.name));
      const value = (y: number | null | undefined): string =>
        y === null || y === undefined ? '' : formatMetric(y, '');
      return table(
        plot.title,
        [
          label(plot.x),
          ...plot.series.map((series) => `>${series.name}`),
          ...marked.map((series) => `>${series.name}, published`),
        ],
        xs.map((x) => [
          escapeHtml(formatMetric(x, '')),
          ...plot.series.map((series) =>
            value(
              (series.points as ReadonlyArray<readonly [number | string, number | null]>).find(([at]) => at === x)?.[1],
            ),
          ),
          ...marked.map((series) =>
            value((plot.published ?? []).find((mark) => mark.x === x && mark.series === series.name)?.y),
          ),
        ]),
      );
    }
    case 'timeline': {
      const rows = plot.lanes.flatMap((lane) =>
        lane.spans.map((span) => [
          escapeHtml(lane.name),
          escapeHtml(span.kind),
          formatMetric(span.start, ''),
          formatMetric(span.end, ''),
        ]),
      );
      return table(plot.title, ['Lane', 'Kind', '>Start', '>End'], rows.slice(0, 200));
    }
    case 'heat':
      return table(
        plot.title,
        [label(plot.x), label(plot.y), `>${label(plot.value)}`],
        plot.cells.map(([x, y, value]) => [
          escapeHtml(x),
          escapeHtml(y),
          value === null ? '' : formatMetric(value, ''),
        ]),
      );
    default:
      return plot satisfies never;
  }
}

function label(axis: { readonly label: string; readonly unit?: string }): string {
  return axis.unit === undefined || axis.unit === '' ? axis.label : `${axis.label} (${axis.unit})`;
}

/** A table with caption; heads beginning with `>` are right-aligned numbers. Cells are HTML. */
export function table(caption: string, heads: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  if (rows.length === 0) return '';
  const numeric = heads.map((head) => head.startsWith('>'));
  const head = heads.map(
    (text, i) => `<th scope="col"${numeric[i] ? ' class="n"' : ''}>${escapeHtml(text.replace(/^>/, ''))}</th>`,
  );
  const body = rows.map(
    (row) =>
      `<tr>${row
        .map((cell, i) =>
          i === 0 ? `<th scope="row">${cell}</th>` : `<td${numeric[i] ? ' class="n"' : ''}>${cell}</td>`,
        )
        .join('')}</tr>`,
  );
  return `<div class="scroll"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head.join('')}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div>`;
}

function verdict(value: Verdict): string {
  return `<span class="${value}">${value}</span>`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** `text` without meaning to HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
