import { useState } from 'preact/hooks';
import type { Table } from '../../protocol/server-messages.ts';
import type { Viewer } from '../app/viewer.ts';
import { formatValue } from '../view/time-scale.ts';

type Cell = string | number | boolean | null;

interface Props {
  readonly viewer: Viewer;
  readonly table: Table;
  readonly caption: string;
  /** What a click or Enter on a row does. */
  onRow?(row: readonly Cell[]): void;
  /** A button behind the rows for which it has a title. */
  readonly action?: { title(row: readonly Cell[]): string | undefined; run(row: readonly Cell[]): void };
}

/** A table that is sorted by a click on a heading; times are shown with their unit. */
export function ResultTable({ viewer, table, caption, onRow, action }: Props) {
  const [order, setOrder] = useState<{ readonly column: number; readonly down: boolean } | undefined>(undefined);
  const rows = [...table.rows];
  if (order !== undefined)
    rows.sort((a, b) => compare(a[order.column] ?? null, b[order.column] ?? null) * (order.down ? -1 : 1));
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {table.columns.map(({ name, unit }, i) => (
            <th
              key={name}
              scope="col"
              aria-sort={order?.column !== i ? 'none' : order.down ? 'descending' : 'ascending'}
            >
              <button
                type="button"
                class="plain"
                onClick={() => setOrder({ column: i, down: order?.column === i ? !order.down : true })}
              >
                {words(name)}
                {unit !== '' && unit !== 'tick' && unit !== 'count' && unit !== 'share' && (
                  <span class="soft"> {unit}</span>
                )}
                {order?.column === i && (order.down ? ' ▾' : ' ▴')}
              </button>
            </th>
          ))}
          {action !== undefined && <th scope="col" aria-label="What one can do" />}
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, 500).map((row, i) => (
          <tr
            key={`${i}-${String(row[0])}`}
            {...(onRow === undefined
              ? {}
              : {
                  tabIndex: 0,
                  class: 'live',
                  onClick: () => onRow(row),
                  onKeyDown: (event: KeyboardEvent) => {
                    if (event.key !== 'Enter') return;
                    event.stopPropagation();
                    onRow(row);
                  },
                })}
          >
            {row.map((cell, k) => (
              <td key={k} class={typeof cell === 'number' ? 'number' : ''}>
                {show(viewer, cell, unitOf(table.columns[k]))}
              </td>
            ))}
            {action !== undefined && <ActionCell action={action} row={row} />}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ActionCell({ action, row }: { readonly action: NonNullable<Props['action']>; readonly row: readonly Cell[] }) {
  const title = action.title(row);
  return (
    <td>
      {title !== undefined && (
        <button
          type="button"
          class="plain link"
          onClick={(event) => {
            event.stopPropagation();
            action.run(row);
          }}
          onKeyDown={(event) => event.stopPropagation()}
        >
          {title}
        </button>
      )}
    </td>
  );
}

const shares = new Set(['worked', 'waited', 'idle', 'utilisation', 'share']);

/** Shares come without a unit. */
function unitOf(column: { readonly name: string; readonly unit: string } | undefined): string {
  if (column === undefined) return '';
  return column.unit === '' && shares.has(column.name) ? 'share' : column.unit;
}

function compare(a: Cell, b: Cell): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : 1;
}

function words(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}

function show(viewer: Viewer, cell: Cell, unit: string): string {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (typeof cell === 'string') return cell;
  if (unit === 'tick' || unit === 'ticks') return viewer.span(cell);
  if (unit === 'share' || unit === 'fraction') return `${(cell * 100).toFixed(1)} %`;
  if (unit === 's') return formatSeconds(cell);
  if (unit === 'count') return cell.toLocaleString('en');
  return formatValue(cell, unit);
}

function formatSeconds(seconds: number): string {
  for (const [size, unit] of [
    [1, 's'],
    [1e-3, 'ms'],
    [1e-6, 'us'],
    [1e-9, 'ns'],
  ] as const)
    if (Math.abs(seconds) >= size) return `${Number((seconds / size).toPrecision(4))} ${unit}`;
  return `${seconds} s`;
}
