import { useEffect, useState } from 'preact/hooks';
import type { AnalysisKind } from '../../protocol/client-messages.ts';
import type { Table } from '../../protocol/server-messages.ts';
import type { Viewer } from '../app/viewer.ts';
import { ResultTable } from './result-table.tsx';
import { freeAction, waitedFor } from './what-if-free.ts';

interface Props {
  readonly viewer: Viewer;
  readonly kinds: ReadonlyArray<readonly [AnalysisKind, string]>;
  readonly args?: { readonly kind?: string };
}

const everyMs = 3000;
/** Tables whose rows are waits for something, or among them. */
const waitTables = new Set<AnalysisKind>(['blocking', 'criticalPath', 'bottlenecks']);

/** Tables of the server's analysis of the trace so far, or of the selected area; asked again while the run goes on. */
export function AnalysisPanel({ viewer, kinds, args }: Props) {
  const [kind, setKind] = useState<AnalysisKind>(kinds[0]![0]);
  const [table, setTable] = useState<Table | undefined>(undefined);
  const [problem, setProblem] = useState('');
  const area = viewer.area.value;
  const state = viewer.status.value?.state;
  const isOpen = viewer.line.value.kind === 'open';
  useEffect(() => {
    let isGone = false;
    let timer = 0;
    const ask = async (): Promise<void> => {
      try {
        const answer = await viewer.ask.analyse(kind, args);
        if (isGone) return;
        setTable(answer);
        setProblem('');
      } catch (error) {
        if (!isGone) setProblem(error instanceof Error ? error.message : String(error));
      }
      if (!isGone && viewer.status.value?.state === 'running')
        timer = setTimeout(() => void ask(), everyMs) as unknown as number;
    };
    setTable(undefined);
    if (isOpen) void ask();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [kind, area, state, isOpen, args?.kind]);
  const title = kinds.find(([one]) => one === kind)?.[1] ?? kind;
  return (
    <>
      {kinds.length > 1 && (
        <p class="choices" role="group" aria-label="Analysis">
          {kinds.map(([one, text]) => (
            <button type="button" key={one} aria-pressed={one === kind} onClick={() => setKind(one)}>
              {text}
            </button>
          ))}
          <span class="soft">
            {area === undefined
              ? 'of the whole run; drag on the timeline to ask about an area'
              : `of ${viewer.span(area.to - area.from)} from ${viewer.at(area.from)}`}
          </span>
        </p>
      )}
      {problem !== '' && <p class="problem">{problem}</p>}
      {table === undefined && problem === '' && <p class="soft">Asking …</p>}
      {table !== undefined && table.rows.length === 0 && <p class="soft">Nothing to tell yet.</p>}
      {table !== undefined && table.rows.length > 0 && (
        <ResultTable
          viewer={viewer}
          table={table}
          caption={title}
          {...(waitTables.has(kind) ? freeAction(viewer, waitedFor(table)) : {})}
          onRow={(row) => {
            const column = table.columns.findIndex(({ name }) => /^(worst)?task(id)?$/i.test(name));
            const task = row[column];
            if (typeof task === 'number' && task > 0) void viewer.choice.goto(task);
            else {
              const named = (name: string): string =>
                String(row[table.columns.findIndex((one) => one.name === name)] ?? '');
              if (kind === 'blocking') void longestWait(viewer, named('cause'), named('what'));
              else if (named('actor') !== '') {
                viewer.filter.value = named('actor');
                viewer.say(`Rows of ${named('actor')}; clear the filter to see all.`);
              }
            }
          }}
        />
      )}
    </>
  );
}

/** Goes to the task that waited longest for something. */
async function longestWait(viewer: Viewer, cause: string, what: string): Promise<void> {
  const text = `waits where cause = '${cause}' and what = '${what.replaceAll("'", '*')}' order by duration desc limit 1`;
  try {
    const { table } = await viewer.live.request({ type: 'query', text });
    const task = table?.rows[0]?.[table.columns.findIndex(({ name }) => name === 'task')];
    if (typeof task === 'number') await viewer.choice.goto(task);
  } catch (error) {
    viewer.complain(error);
  }
}
