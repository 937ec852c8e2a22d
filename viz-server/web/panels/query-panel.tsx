import { useState } from 'preact/hooks';
import type { Table } from '../../protocol/server-messages.ts';
import { readStored, store } from '../app/stored.ts';
import type { Viewer } from '../app/viewer.ts';
import { ResultTable } from './result-table.tsx';

const examples = [
  'waits group by what order by total desc limit 20',
  'tasks where wait > 1us order by wait desc limit 50',
  'tasks group by name order by total desc',
  "waits where cause = 'link' order by duration desc limit 20",
  'counters order by max desc',
];
const stored = 'queries';

/** Asks the whole trace; a row with a task leads to it. */
export function QueryPanel({ viewer }: { readonly viewer: Viewer }) {
  const [table, setTable] = useState<Table | undefined>(undefined);
  const [note, setNote] = useState('');
  const [history, setHistory] = useState<readonly string[]>(readHistory);
  const ask = async (text: string): Promise<void> => {
    viewer.query.value = text;
    viewer.changed();
    setNote('Asking …');
    try {
      const { table: answer, truncated } = await viewer.live.request({ type: 'query', text, maxRows: 1000 });
      setTable(answer);
      setNote(truncated ? 'The first rows only: there are more.' : '');
      viewer.say(`${answer?.rows.length ?? 0} rows.`);
      const next = [text, ...history.filter((one) => one !== text)].slice(0, 20);
      setHistory(next);
      store(stored, JSON.stringify(next));
    } catch (error) {
      setTable(undefined);
      setNote(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <form
        class="query"
        onSubmit={(event) => {
          event.preventDefault();
          void ask(viewer.query.value);
        }}
      >
        <input
          aria-label="Query"
          list="queries"
          spellcheck={false}
          placeholder={examples[0]}
          value={viewer.query.value}
          onInput={(event) => {
            viewer.query.value = event.currentTarget.value;
          }}
        />
        <datalist id="queries">
          {[...history, ...examples].map((text) => (
            <option key={text} value={text} />
          ))}
        </datalist>
        <button type="submit">Ask</button>
        {table !== undefined && (
          <button type="button" onClick={() => saveCsv(table)}>
            CSV
          </button>
        )}
      </form>
      <p class="choices">
        {examples.map((text) => (
          <button type="button" key={text} class="plain link" onClick={() => void ask(text)}>
            {text}
          </button>
        ))}
      </p>
      {note !== '' && <p class="soft">{note}</p>}
      {table !== undefined && (
        <ResultTable
          viewer={viewer}
          table={table}
          caption="Answer"
          onRow={(row) => {
            const task = row[table.columns.findIndex(({ name }) => name === 'task')];
            if (typeof task === 'number' && task > 0) void viewer.choice.goto(task);
          }}
        />
      )}
    </>
  );
}

function readHistory(): readonly string[] {
  try {
    const value: unknown = JSON.parse(readStored(stored) ?? '[]');
    return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

function saveCsv({ columns, rows }: Table): void {
  const cell = (value: unknown): string => {
    const text = value === null ? '' : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [
    columns.map(({ name, unit }) => cell(unit === '' ? name : `${name} (${unit})`)),
    ...rows.map((row) => row.map(cell)),
  ];
  const url = URL.createObjectURL(
    new Blob([`${lines.map((line) => line.join(',')).join('\n')}\n`], { type: 'text/csv' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = 'answer.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
