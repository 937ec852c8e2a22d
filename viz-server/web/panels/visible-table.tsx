import type { Viewer } from '../app/viewer.ts';
import { type Item, itemsOf, stretchesOf } from '../data/take-chunk.ts';
import { causeLooks, waitCauses } from '../draw/palette.ts';
import { visibleRows } from '../view/track-layout.ts';

const most = 200;

/** The same as the timeline in words: what is in its range on the rows that are shown, longest first. */
export function VisibleTable({ viewer }: { readonly viewer: Viewer }) {
  viewer.moved.value;
  viewer.status.value;
  const { time } = viewer;
  const items: Item[] = [];
  for (const row of visibleRows(viewer.layout.value, viewer.scroll, viewer.scroll + viewer.height))
    if (row.kind === 'slices')
      for (const item of itemsOf(viewer.data, row.track.id, time.from, time.to, time.level))
        if (item.end > time.from && item.start < time.to) items.push(item);
  const total = items.reduce((sum, { count }) => sum + count, 0);
  items.sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start || a.task - b.task);
  return (
    <table id="visible">
      <caption>
        {items.length > most ? `The ${most} longest of ` : ''}
        {items.length} items in view, {viewer.at(Math.max(0, time.from))} to {viewer.at(time.to)}; they stand for{' '}
        <span data-total={total}>{total}</span> tasks
      </caption>
      <thead>
        <tr>
          {['Task', 'Row', 'From', 'Takes', 'Tasks', 'Waits for', 'Working'].map((name) => (
            <th scope="col" key={name}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {items.slice(0, most).map((item) => {
          const track = viewer.track(item.track);
          const waits = stretchesOf(viewer.data, item, time.level).filter(({ cause }) => cause !== 255);
          const waited = waits.reduce((sum, { from, until }) => sum + until - from, 0);
          const cause = waitCauses[item.cause];
          return (
            <tr
              key={`${item.track}-${item.task}-${item.start}-${item.isCollapsed}`}
              tabIndex={0}
              class="live"
              onClick={() => viewer.choice.select(item)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.stopPropagation();
                viewer.choice.select(item, { open: true });
              }}
            >
              <td>
                {item.isCollapsed ? `${item.count} collapsed, longest ${viewer.nameOf(item)}` : viewer.nameOf(item)}
              </td>
              <td>
                {track?.actor}
                {track?.kind === 'lane' ? ` · ${track.name}` : ''}
              </td>
              <td class="number">{viewer.at(item.start)}</td>
              <td class="number">
                {viewer.span(item.end - item.start)}
                {item.isOpen ? ' so far' : ''}
              </td>
              <td class="number">{item.count}</td>
              <td title={cause === undefined ? '' : causeLooks[cause].meaning}>
                {waits.length > 0
                  ? [
                      ...new Set(
                        waits.map(({ cause: why, what }) => `${waitCauses[why] ?? ''} ${viewer.data.name(what)}`),
                      ),
                    ]
                      .slice(0, 3)
                      .join(', ')
                  : (cause ?? '')}
              </td>
              <td class="number">{waits.length > 0 ? viewer.span(item.end - item.start - waited) : ''}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
