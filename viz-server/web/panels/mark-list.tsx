import { nameOfMark } from '../app/marking.ts';
import type { Viewer } from '../app/viewer.ts';

/** The marks of everybody, to go to, and the chosen one to be removed; nothing while there are none. */
export function MarkList({ viewer }: { readonly viewer: Viewer }) {
  viewer.moved.value;
  const { marking } = viewer;
  const marks = viewer.marks.value;
  const chosen = marking.chosen.value;
  if (marks.length === 0) return null;
  const remove = async (): Promise<void> => {
    await marking.remove();
    // The button goes with the mark that it removes: focus stays near.
    const near = viewer.marks.value.length > 0 ? '#marks' : '.over';
    if (marking.chosen.value === undefined) document.querySelector<HTMLElement>(near)?.focus();
  };
  return (
    <span class="group">
      <select
        id="marks"
        aria-label="Marks"
        title="V and Shift+V: next and previous mark"
        value={chosen === undefined ? '' : String(chosen.id)}
        onChange={({ currentTarget }) => {
          const mark = marks.find(({ id }) => String(id) === currentTarget.value);
          if (mark !== undefined) marking.show(mark);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Delete') return;
          event.preventDefault();
          void remove();
        }}
      >
        <option value="" disabled={chosen !== undefined}>
          {marks.length === 1 ? '1 mark' : `${marks.length} marks`}
        </option>
        {marks.map((mark) => (
          <option key={mark.id} value={mark.id}>
            {nameOfMark(viewer, mark)}
          </option>
        ))}
      </select>
      {chosen !== undefined && viewer.canControl.value && (
        <button
          type="button"
          aria-label={`Remove mark at ${nameOfMark(viewer, chosen)}`}
          title="Delete: for everybody"
          onClick={() => void remove()}
        >
          Remove mark
        </button>
      )}
    </span>
  );
}
