import { useEffect, useState } from 'preact/hooks';
import type { Table } from '../../protocol/server-messages.ts';
import type { Viewer } from '../app/viewer.ts';

/** How long tasks of the selected kind take, in buckets of powers of two. */
export function HistogramPanel({ viewer }: { readonly viewer: Viewer }) {
  const [table, setTable] = useState<Table | undefined>(undefined);
  const [problem, setProblem] = useState('');
  const kind = viewer.detail.value?.kind ?? '';
  const state = viewer.status.value?.state;
  useEffect(() => {
    viewer.ask.analyse('histogram', kind === '' ? undefined : { kind }).then(
      (answer) => {
        setTable(answer);
        setProblem('');
      },
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  }, [kind, state, viewer.area.value]);
  if (problem !== '') return <p class="problem">{problem}</p>;
  if (table === undefined) return <p class="soft">Asking …</p>;
  const most = table.rows.reduce((max, row) => Math.max(max, Number(row[2])), 1);
  return (
    <table class="histogram">
      <caption>
        {kind === '' ? 'Durations of all tasks; select one to see its kind' : `Durations of tasks of kind ${kind}`}
      </caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">to</th>
          <th scope="col">Tasks</th>
          <th scope="col" aria-hidden="true" />
        </tr>
      </thead>
      <tbody>
        {table.rows.map(([from, to, count]) => (
          <tr key={String(from)}>
            <td class="number">{viewer.span(Number(from))}</td>
            <td class="number">{viewer.span(Number(to))}</td>
            <td class="number">{count}</td>
            <td aria-hidden="true">
              <meter min={0} max={most} value={Number(count)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
