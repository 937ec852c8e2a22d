import { useState } from 'preact/hooks';
import type { RunPair } from '../app/comparison.ts';
import { useComparison } from '../app/use-comparison.ts';
import type { Viewer } from '../app/viewer.ts';

/** Durations of one kind of task in both runs, bar beside bar. */
export function PairedHistogram({ viewer, pair }: { readonly viewer: Viewer; readonly pair: RunPair }) {
  const [kind, setKind] = useState(viewer.detail.value?.kind ?? '');
  const [answer, problem] = useComparison(viewer, pair, 'histogram', kind === '' ? {} : { kind });
  if (problem !== '') return <p class="problem">{problem}</p>;
  if (answer?.table === undefined) return <p class="soft">Comparing …</p>;
  const { kinds, mean } = answer.value;
  const { rows } = answer.table;
  const most = rows.reduce((max, row) => Math.max(max, Number(row[2]), Number(row[3])), 1);
  const span = (ticks: number | null): string => (ticks === null ? 'none' : viewer.span(ticks));
  return (
    <>
      <p>
        <label>
          Kind of task{' '}
          <select value={kind} onChange={({ currentTarget }) => setKind(currentTarget.value)}>
            <option value="">all</option>
            {kinds.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>{' '}
        <span class="soft">
          mean {span(mean.before)} in run {pair.before.run}, {span(mean.after)} in run {pair.after.run}
        </span>
      </p>
      <table class="histogram paired">
        <caption>Durations of {kind === '' ? 'all tasks' : kind} in both runs</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">to</th>
            <th scope="col">run {pair.before.run}</th>
            <th scope="col">run {pair.after.run}</th>
            <th scope="col" aria-hidden="true" />
          </tr>
        </thead>
        <tbody>
          {rows.map(([from, to, before, after]) => (
            <tr key={String(from)}>
              <td class="number">{viewer.span(Number(from))}</td>
              <td class="number">{viewer.span(Number(to))}</td>
              <td class="number">{Number(before).toLocaleString('en')}</td>
              <td class="number">{Number(after).toLocaleString('en')}</td>
              <td aria-hidden="true" class="bars">
                <svg width="320" height="18" viewBox="0 0 320 18" aria-hidden="true">
                  <rect class="before" x="0" y="1" width={(320 * Number(before)) / most} height="7" />
                  <rect class="after" x="0" y="10" width={(320 * Number(after)) / most} height="7" />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
