import { type Item, itemsOf, stretchesOf } from '../data/take-chunk.ts';
import { waitCauses } from '../draw/palette.ts';
import type { PageState } from './page-state.ts';
import type { TaskDetail } from './task-detail.ts';

/** What the page itself knows of a task that has not ended: the server answers for ended ones. */
export function heldDetail(state: PageState, item: Item): TaskDetail {
  const { data, time } = state;
  const where = state.track(item.track);
  const stretches = stretchesOf(data, item, time.level).map(({ from, until, cause, what }) => ({
    from,
    until,
    cause: waitCauses[cause] ?? null,
    what: data.name(what),
    by: 0,
  }));
  const last = stretches[stretches.length - 1]?.until ?? item.start;
  if (last < item.end)
    stretches.push({ from: last, until: item.end, cause: waitCauses[item.cause] ?? null, what: '', by: 0 });
  return {
    task: item.task,
    kind: '',
    name: data.name(item.name),
    actor: where?.actor ?? '',
    lane: where?.kind === 'lane' ? where.name : '',
    parent: 0,
    start: item.start,
    end: item.end,
    notes: {},
    stretches,
    chain: [],
    flows: [],
    next: undefined,
  };
}

/** A task as an item of its track; its depth is known when the page holds it. */
export function itemOf(
  { data, time }: PageState,
  { task, actor, lane, start, end }: TaskDetail,
  sim: number | undefined,
): Item {
  let track = 0;
  for (const one of data.tracks.values())
    if (
      one.actor === actor &&
      (sim === undefined || one.sim === sim) &&
      (lane === '' ? one.kind === 'actor' || one.kind === 'simulation' : one.kind === 'lane' && one.name === lane)
    )
      track = one.id;
  const held =
    track === 0
      ? undefined
      : itemsOf(data, track, start, Math.max(end, start + 1), time.level).find(
          (item) => item.task === task && !item.isCollapsed,
        );
  return (
    held ?? {
      track,
      depth: 0,
      start,
      end,
      task,
      name: 0,
      count: 1,
      busy: 1,
      cause: 255,
      isOpen: false,
      isCollapsed: false,
    }
  );
}
