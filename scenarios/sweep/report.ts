import { formatMetric } from '../kit/format-metric.ts';
import type { Plot } from '../kit/plot.ts';
import { page } from '../kit/report/page.ts';
import { colorOf } from '../kit/report/plot-svg.ts';
import { escapeHtml, figure, table } from '../kit/report/render-report.ts';
import { formatAxis } from './axis.ts';
import { decisionPlots, frontPlots, sensitivityPlots } from './report-plots.ts';
import type { Study } from './study.ts';
import { behind, chosenAxes, type Decision, type Entry, type Summary } from './summary.ts';

const extraStyle = `
.map td, .map th { vertical-align: middle; } .map td { min-width: 6.5rem; border-left: 6px solid var(--line); padding: .4rem .6rem; }
.map td strong { display: block; } .map td small { color: var(--muted); display: block; } .map td.none { color: var(--muted); }
.map thead th { text-align: left; padding-left: .6rem; } .map { margin-bottom: 1.4rem; }
`;

/** A study as one page: what to choose at a glance, then rankings, plots and what was left out. Equal studies give equal bytes. */
export function renderStudy(study: Study, summary: Summary): string {
  const { scenario, goal } = study;
  const { counts } = summary;
  const title = `${scenario.id}: ${study.given.length > 0 ? `best ${chosenNames(study).join(', ')}` : 'ranking'} by ${goal.metric}`;
  const plots: readonly Plot[] = [
    ...decisionPlots(study, summary),
    ...frontPlots(study, summary),
    ...sensitivityPlots(study, summary),
  ];
  const counted = [`${counts.done} computed`, `${counts.refused} impossible by the scenario's own checks`];
  if (counts.failed > 0) counted.push(`<span class="miss">${counts.failed} failed</span>`);
  if (counts.open > 0) counted.push(`${counts.open} not computed yet`);
  if (summary.unranked > 0) counted.push(`${summary.unranked} not ranked`);
  return page(
    escapeHtml(title),
    `<header>
<h1>${escapeHtml(headline(study))}</h1>
<p class="lead">${escapeHtml(scenario.title)}. Settings: ${counted.join(', ')}. ${goal.direction === 'max' ? 'Highest' : 'Lowest'} <code>${escapeHtml(goal.metric)}</code>${study.among === undefined ? '' : ` among <code>${escapeHtml(study.among.text)}</code>`}.</p>
</header>
<main>
${study.given.length > 0 ? decisionMaps(study, summary.decisions) : ''}
${plots.map(figure).join('\n')}
${rankedTable(study, summary)}
${leftOut(study, summary)}
${aboutTable(study)}
</main>
<footer><p>Written by <code>escapement sweep</code>; study ${study.key}, seed ${study.base.reserved.seed}. ${
      study.replicating.most > 1 ? 'Values are means over replications with 95 % intervals. ' : ''
    }Shares of variance are correlation ratios over the ranked settings.</p></footer>`,
    extraStyle,
  );
}

function headline(study: Study): string {
  const chosen = chosenNames(study);
  if (study.given.length === 0) return `Best settings by ${study.goal.metric}`;
  return `Which ${chosen.slice(0, 2).join(', which ')}, for which ${study.given.join(' and ')}`;
}

function chosenNames(study: Study): readonly string[] {
  return chosenAxes(study).map((a) => study.axes[a]?.field.name ?? '');
}

/** The choices of an entry in words: the first chosen axis, then the others where they differ from their defaults. */
export function choiceOf(study: Study, entry: Entry): readonly [string, string] {
  const [first, ...others] = chosenAxes(study);
  const rest = others
    .filter((a) => entry.raw[a] !== study.axes[a]?.field.default)
    .map((a) => `${study.axes[a]?.field.name} ${entry.values[a]}`)
    .join(', ');
  return [first === undefined ? '' : (entry.values[first] as string), rest];
}

/** How far the best choice leads the next value of the first chosen axis, e.g. `+10 % over ring`. */
export function leadOf(study: Study, decision: Decision): string {
  const [best, next] = decision.rivals;
  if (best === undefined) return '';
  if (next === undefined) return 'no rival';
  const [name] = choiceOf(study, next);
  const ratio = study.goal.direction === 'max' ? best.goal / next.goal - 1 : next.goal / best.goal - 1;
  const lead = Number.isFinite(ratio) ? ratio : 0;
  return lead < 0.0005 ? `level with ${name}` : `+${(lead * 100).toFixed(lead < 0.0995 ? 1 : 0)} % over ${name}`;
}

/** One table for each combination of the third and further given axes: columns the first, rows the second. */
function decisionMaps(study: Study, decisions: readonly Decision[]): string {
  const maps = new Map<string, Decision[]>();
  for (const decision of decisions) {
    const rest = decision.given.slice(2).map((value, i) => `${study.given[i + 2]} ${value}`);
    const key = rest.join(', ');
    maps.set(key, [...(maps.get(key) ?? []), decision]);
  }
  const [first] = chosenAxes(study);
  const axis = first === undefined ? undefined : study.axes[first];
  const names = axis?.kind === 'list' ? axis.values.map(String) : [];
  const parts = [...maps].map(([key, list]) => decisionMap(study, key, list, names));
  return `<section><h2>At a glance</h2>
<p>Each cell is the best choice for that ${escapeHtml(study.given.slice(0, 2).join(' and '))}, its ${escapeHtml(study.goal.metric)}, and its lead over the next ${escapeHtml(chosenNames(study)[0] ?? 'choice')}.</p>
${parts.join('\n')}</section>`;
}

function decisionMap(study: Study, key: string, decisions: readonly Decision[], names: readonly string[]): string {
  const columns = [...new Set(decisions.map((decision) => decision.given[0] as string))];
  const rows = [...new Set(decisions.map((decision) => decision.given[1] ?? ''))];
  const [across = '', down = ''] = study.given;
  const cell = (row: string, column: string): string => {
    const decision = decisions.find(({ given }) => given[0] === column && (given[1] ?? '') === row);
    if (decision?.best === undefined) return '<td class="none">nothing works</td>';
    const [choice, rest] = choiceOf(study, decision.best);
    const color = colorOf(Math.max(0, names.indexOf(choice)));
    const value = formatMetric(decision.best.goal, study.goal.unit);
    return `<td style="border-left-color:${color}"><strong>${escapeHtml(choice)}</strong>${escapeHtml(value)}<small>${escapeHtml(rest)}</small><small>${escapeHtml(leadOf(study, decision))}</small></td>`;
  };
  const head = columns.map((column) => `<th scope="col">${escapeHtml(`${across} ${column}`)}</th>`).join('');
  const body = rows
    .map((row) => {
      const name = row === '' ? '' : `${down} ${row}`;
      return `<tr><th scope="row">${escapeHtml(name)}</th>${columns.map((column) => cell(row, column)).join('')}</tr>`;
    })
    .join('\n');
  return `<div class="scroll"><table class="map"><caption>${escapeHtml(key)}</caption><thead><tr><th></th>${head}</tr></thead>
<tbody>${body}</tbody></table></div>`;
}

function rankedTable(study: Study, summary: Summary): string {
  const { goal } = study;
  const first = summary.best[0];
  if (first === undefined) return '<p>Nothing could be ranked.</p>';
  const rows = summary.best.map((entry, i) => [
    String(i + 1),
    ...entry.values.map(escapeHtml),
    escapeHtml(formatMetric(entry.goal, goal.unit)),
    ...(study.replicating.most > 1
      ? [
          escapeHtml(
            entry.interval === undefined ? '' : entry.interval.map((x) => formatMetric(x, goal.unit)).join(' .. '),
          ),
        ]
      : []),
    i === 0 ? '' : `${(behind(entry, first, goal) * 100).toFixed(1)} %`,
  ]);
  const heads = [
    'Rank',
    ...study.axes.map((axis) => axis.field.name),
    `>${goal.metric}`,
    ...(study.replicating.most > 1 ? ['>95 % interval'] : []),
    '>Behind',
  ];
  return table(`The best ${rows.length} of all settings`, heads, rows);
}

function leftOut(study: Study, summary: Summary): string {
  const failures = table(
    'Runs set aside',
    [...study.axes.map((axis) => axis.field.name), 'Error'],
    summary.failures.map(({ values, reason }) => [...values.map(escapeHtml), escapeHtml(reason)]),
  );
  const refusals = table(
    'Impossible settings',
    ['Why', '>Settings'],
    summary.refusals.slice(0, 50).map(({ reason, count }) => [escapeHtml(reason), String(count)]),
  );
  return `${failures}${refusals === '' ? '' : `<details><summary>${summary.counts.refused} impossible settings</summary>${refusals}</details>`}`;
}

function aboutTable(study: Study): string {
  const { spec, replicating } = study;
  const rows = [
    ...study.axes.map((axis) => [escapeHtml(axis.field.name), escapeHtml(formatAxis(axis))]),
    ...Object.entries(spec.set).map(([name, value]) => [escapeHtml(name), escapeHtml(String(value))]),
    ...spec.where.map((text) => ['where', escapeHtml(text)]),
    ['points', escapeHtml(`${spec.sample}, ${study.points}`)],
    [
      'replications',
      replicating.least === replicating.most
        ? `${replicating.least}`
        : `${replicating.least} to ${replicating.most}, until the interval is within ${replicating.precision}`,
    ],
    ['random numbers', spec.independent ? 'of their own in every setting' : 'common to all settings'],
  ];
  return table('The study', ['What', 'Values'], rows);
}
