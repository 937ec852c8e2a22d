import { useEffect, useRef, useState } from 'preact/hooks';
import type { RunPair } from '../app/comparison.ts';
import { useComparison } from '../app/use-comparison.ts';
import type { Viewer } from '../app/viewer.ts';
import { type DifferenceRow, drawDifferences, rowHeight, rowsOf } from '../draw/difference-rows.ts';
import { ResultTable } from './result-table.tsx';

const columns = 120;
const settleMs = 250;

/** Where on the tracks the runs differ, under the timeline and in its range: later above the line, earlier below it. */
export function DifferenceTracks({ viewer, pair }: { readonly viewer: Viewer; readonly pair: RunPair }) {
  viewer.moved.value;
  const { time } = viewer;
  const [range, setRange] = useState({ from: Math.max(0, Math.floor(time.from)), to: Math.ceil(time.to) });
  const [asTable, setAsTable] = useState(false);
  useEffect(() => {
    const timer = setTimeout(
      () => setRange({ from: Math.max(0, Math.floor(time.from)), to: Math.ceil(time.to) }),
      settleMs,
    );
    return () => clearTimeout(timer);
  }, [time.from, time.to]);
  const [answer, problem] = useComparison(viewer, pair, 'tracks', { ...range, columns });
  if (problem !== '') return <p class="problem">{problem}</p>;
  if (answer?.table === undefined) return <p class="soft">Comparing …</p>;
  const rows = rowsOf(answer.table);
  const { different, tracks } = answer.value;
  return (
    <>
      <p class="summary" data-different={different}>
        {different === 0
          ? 'Nothing differs.'
          : `${rows.length} of ${tracks} tracks that differ in view, the largest shifts first: above the line a task of run ${pair.after.run} ends later, below it earlier; hatched: only one of the runs has it.`}{' '}
        <button type="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          As a table
        </button>
      </p>
      {rows.length > 0 && asTable && (
        <ResultTable viewer={viewer} table={answer.table} caption="Stretches of tracks in which tasks differ" />
      )}
      {rows.length > 0 && !asTable && <Rows viewer={viewer} rows={rows} />}
    </>
  );
}

function Rows({ viewer, rows }: { readonly viewer: Viewer; readonly rows: readonly DifferenceRow[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { time, palette } = viewer;
  const height = rows.length * rowHeight;
  useEffect(() => {
    const target = canvas.current;
    if (target === null) return;
    const scale = window.devicePixelRatio;
    target.width = Math.round(time.width * scale);
    target.height = Math.round(height * scale);
    const ctx = target.getContext('2d');
    if (ctx === null) return;
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    drawDifferences(ctx, viewer, rows);
  });
  palette.value;
  return (
    <div class="differences">
      <div class="names" role="list" aria-label="Tracks that differ">
        {rows.map(({ name }) => (
          <div key={name} role="listitem" class="name" style={{ height: `${rowHeight}px` }} title={name}>
            <span class="text">{name}</span>
          </div>
        ))}
      </div>
      <canvas
        ref={canvas}
        role="img"
        aria-label="Differences over time; the button above shows them as a table"
        style={{ width: `${time.width}px`, height: `${height}px` }}
      />
    </div>
  );
}
