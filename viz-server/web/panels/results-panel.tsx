import { useEffect, useState } from 'preact/hooks';
import type { Published } from '../../protocol/published.ts';
import type { Table } from '../../protocol/server-messages.ts';
import { fetchJson } from '../app/api.ts';
import type { Viewer } from '../app/viewer.ts';
import { ResultTable } from './result-table.tsx';

type Figure = Published['figures'][number];
type Scalar = string | number | boolean;

interface Report {
  readonly params: Readonly<Record<string, Scalar>>;
  readonly metrics: Readonly<Record<string, Scalar>>;
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  readonly warnings: readonly string[];
}

function usePublished(viewer: Viewer): readonly [Published | undefined, string] {
  const [answer, setAnswer] = useState<Published | undefined>(undefined);
  const [problem, setProblem] = useState('');
  const { scenario } = viewer.run.value;
  useEffect(() => {
    setAnswer(undefined);
    setProblem('');
    if (scenario === '') return;
    let isGone = false;
    fetchJson(viewer, `published/${encodeURIComponent(scenario)}`).then(
      (value) => {
        if (!isGone) setAnswer(value as Published);
      },
      (error: unknown) => {
        if (!isGone) setProblem(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      isGone = true;
    };
  }, [scenario]);
  return [answer, problem];
}

/** The run's metrics, when it has finished, with their intervals where it was random. */
export function ResultsPanel({ viewer }: { readonly viewer: Viewer }) {
  const finished = viewer.finished.value;
  const [published] = usePublished(viewer);
  if (finished === undefined) return <p class="soft">Metrics are measured when the run has finished.</p>;
  const { metrics, intervals, warnings } = finished.summary as Report;
  const table: Table = {
    columns: ['metric', 'value', 'unit', 'interval', 'meaning'].map((name) => ({ name, unit: '' })),
    rows: Object.entries(metrics).map(([name, value]) => {
      const info = published?.metrics[name];
      const interval = intervals[name];
      const text = typeof value === 'number' ? Number(value.toPrecision(6)).toLocaleString('en') : value;
      return [
        name,
        text,
        info?.unit ?? '',
        interval === undefined ? '' : `${interval[0]} to ${interval[1]}`,
        info?.describe ?? '',
      ];
    }),
  };
  return (
    <>
      <p>
        Fingerprint <code>{finished.fingerprint}</code>: the same parameters and seed give the same.
      </p>
      {warnings.map((text) => (
        <p key={text} class="problem">
          {text}
        </p>
      ))}
      <ResultTable viewer={viewer} table={table} caption="Metrics of this run" />
    </>
  );
}

/** What runs of this page gave for published cells, by scenario and cell. */
const simulated = new Map<string, Scalar>();

/** Published figures, beside them what was simulated for the same parameters: of this run and of those started from here before. */
export function PublishedPanel({ viewer }: { readonly viewer: Viewer }) {
  const [published, problem] = usePublished(viewer);
  const { scenario } = viewer.run.value;
  const finished = viewer.finished.value;
  if (scenario === '') return <p class="soft">Start a scenario first.</p>;
  if (problem !== '') return <p class="problem">{problem}</p>;
  if (published === undefined) return <p class="soft">Asking …</p>;
  const report = finished?.summary as Report | undefined;
  if (report !== undefined)
    for (const { id, params, metric } of published.figures) {
      const value = report.metrics[metric];
      if (value !== undefined && isSame(params, report.params)) simulated.set(`${scenario} ${id}`, value);
    }
  return (
    <>
      <p class="soft">
        A cell is simulated when a run has its parameters: press Run. All of them at once:{' '}
        <code>escapement compare {scenario}</code>.
      </p>
      <table>
        <caption>{scenario}: published against simulated</caption>
        <thead>
          <tr>
            {['Cell', 'Metric', 'Published', 'Simulated', 'Error', 'Role', 'Source', ''].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {published.figures.slice(0, 400).map((figure) => {
            const value = simulated.get(`${scenario} ${figure.id}`);
            const error =
              typeof value === 'number' && typeof figure.value === 'number' && figure.value !== 0
                ? (value - figure.value) / Math.abs(figure.value)
                : undefined;
            const unit = published.metrics[figure.metric]?.unit ?? '';
            return (
              <tr key={figure.id}>
                <td title={textOf(figure.params)}>
                  {figure.group} · {figure.id}
                </td>
                <td title={published.metrics[figure.metric]?.describe}>{figure.metric}</td>
                <td class="number">
                  {show(figure.value)} {unit}
                </td>
                <td class="number">{value === undefined ? '' : `${show(value)} ${unit}`}</td>
                <td class="number">
                  {error === undefined ? '' : `${error >= 0 ? '+' : ''}${(error * 100).toFixed(1)} %`}
                </td>
                <td>{figure.role}</td>
                <td>
                  {figure.source} ({figure.tag})
                </td>
                <td>
                  <button
                    type="button"
                    class="plain link"
                    aria-label={`Run ${figure.id}`}
                    disabled={!viewer.canControl.value}
                    onClick={() =>
                      void viewer.ask.control({
                        op: 'start',
                        args: { scenario, params: figure.params as Record<string, Scalar> },
                      })
                    }
                  >
                    Run
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <h3>Headline claims</h3>
      <ul>
        {published.claims.map(({ id, text, published: value, unit, source }) => (
          <li key={id}>
            {text}: published {show(value)} {unit} <span class="soft">({source})</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function show(value: Scalar): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' ? String(Number(value.toPrecision(5))) : value;
}

function textOf(params: Figure['params']): string {
  return Object.entries(params)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

const powers: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, k: 1e3 };

/** Whether a run had the parameters of a cell; sizes written `128K` are read, anything else must be equal as text. */
function isSame(wanted: Figure['params'], given: Readonly<Record<string, Scalar>>): boolean {
  return Object.entries(wanted).every(([key, value]) => {
    const has = given[key];
    if (String(has) === String(value)) return true;
    const sized = /^([\d.]+)([KMk])$/.exec(String(value));
    return sized !== null && Number(sized[1]) * powers[sized[2]!]! === has;
  });
}
