import type { Table } from '../../protocol/server-messages.ts';
import type { Viewer } from '../app/viewer.ts';

type Row = Table['rows'][number];

/** Waits that a second run can do without. */
const freed = new Set<unknown>(['resource', 'queue', 'link']);

/** The button that runs it again with the thing of a row free; `nameOf` says which, undefined for none. Nothing for who only watches. */
export function freeAction(viewer: Viewer, nameOf: (row: Row) => string | undefined) {
  if (!viewer.canControl.value) return {};
  return {
    action: {
      title: (row: Row) => (nameOf(row) === undefined ? undefined : 'What if free?'),
      run: (row: Row) => void viewer.compare.whatIfFree(nameOf(row) ?? ''),
    },
  };
}

/** What a row of waits was waited for, where it can be free. */
export function waitedFor({ columns }: Table): (row: Row) => string | undefined {
  const place = (name: string): number => columns.findIndex((one) => one.name === name);
  const cause = Math.max(place('cause'), place('doing'));
  const what = place('what');
  return (row) => {
    const name = row[what];
    return freed.has(row[cause]) && typeof name === 'string' && name !== '' ? name : undefined;
  };
}

/** The link of a row of what links carried. */
export function linkOf({ columns }: Table): (row: Row) => string | undefined {
  const link = columns.findIndex((one) => one.name === 'link');
  return (row) => (typeof row[link] === 'string' ? row[link] : undefined);
}
