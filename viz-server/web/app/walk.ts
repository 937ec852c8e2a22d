import { type Item, itemsOf } from '../data/take-chunk.ts';
import type { Row } from '../view/track-layout.ts';
import type { Movement } from './movement.ts';
import type { PageState } from './page-state.ts';
import type { Selection } from './selection.ts';

/** From slice to slice without a mouse: along a row, across rows, by name. */
export class Walk {
  readonly #state: PageState;
  readonly #move: Movement;
  readonly #choice: Selection;

  constructor(state: PageState, move: Movement, choice: Selection) {
    this.#state = state;
    this.#move = move;
    this.#choice = choice;
  }

  /** The slice before or after the selected one on its row; the first one in view without a selection. */
  neighbour(direction: -1 | 1): void {
    const { data, time, layout, selected, scroll } = this.#state;
    const item = selected.value;
    if (item === undefined) {
      const row = layout.value.rows.find((one) => one.kind === 'slices' && one.y >= scroll);
      if (row !== undefined) this.#choice.select(itemsOf(data, row.track.id, time.from, time.to, time.level)[0]);
      return;
    }
    const all = itemsOf(data, item.track, time.from - time.span, time.to + time.span, time.level).filter(
      (one) => one.depth === item.depth,
    );
    const next =
      direction > 0
        ? all.find((one) => one.start >= item.end && one.task !== item.task)
        : all.filter((one) => one.end <= item.start && one.task !== item.task).pop();
    if (next === undefined) {
      this.#state.say(direction > 0 ? 'No later task here.' : 'No earlier task here.');
      return;
    }
    this.#choice.select(next);
    if (next.start < time.from || next.end > time.to) {
      const middle = (next.start + next.end) / 2;
      this.#move.show(middle - time.span / 2, middle + time.span / 2, 0);
    }
  }

  /** The task nearest in time on the row above or below. */
  neighbourRow(direction: -1 | 1): void {
    const { data, time, layout, selected } = this.#state;
    const item = selected.value;
    if (item === undefined) {
      this.neighbour(1);
      return;
    }
    const lanes: Array<readonly [Row, number]> = [];
    for (const row of layout.value.rows)
      if (row.kind === 'slices') for (let depth = 0; depth < row.depths; depth++) lanes.push([row, depth]);
    let at = lanes.findIndex(([row, depth]) => row.track.id === item.track && depth === item.depth);
    const middle = Math.min(Math.max((item.start + item.end) / 2, time.from), time.to);
    for (at += direction; at >= 0 && at < lanes.length; at += direction) {
      const [row, depth] = lanes[at]!;
      const all = itemsOf(data, row.track.id, time.from, time.to, time.level).filter((one) => one.depth === depth);
      let best: Item | undefined;
      let least = Number.POSITIVE_INFINITY;
      for (const one of all) {
        const distance = Math.max(0, one.start - middle, middle - one.end);
        if (distance < least) {
          least = distance;
          best = one;
        }
      }
      if (best === undefined) continue;
      this.#choice.select(best);
      this.#choice.reveal(row.track.id);
      return;
    }
    this.#state.say(direction > 0 ? 'This is the last row.' : 'This is the first row.');
  }

  /** Enter and Shift+Enter: the next task whose name has the search text, across the rows. */
  search(text: string, direction: -1 | 1): void {
    const wanted = text.trim().toLowerCase();
    if (wanted === '') return;
    const { data, time, layout, selected, found } = this.#state;
    const hits: Item[] = [];
    for (const row of layout.value.rows)
      if (row.kind === 'slices')
        for (const item of itemsOf(data, row.track.id, time.from, time.to, time.level))
          if (!item.isCollapsed && this.#state.nameOf(item).toLowerCase().includes(wanted)) hits.push(item);
    hits.sort((a, b) => a.start - b.start || a.track - b.track);
    if (hits.length === 0) {
      found.value = { text, at: 0, total: 0 };
      this.#state.say(`No task in view is named ${text}.`);
      return;
    }
    const now = selected.value;
    const at = hits.findIndex((item) => item.task === now?.task && item.track === now.track);
    const next = at < 0 ? (direction > 0 ? 0 : hits.length - 1) : (at + direction + hits.length) % hits.length;
    found.value = { text, at: next + 1, total: hits.length };
    this.#choice.select(hits[next]);
    this.#choice.reveal(hits[next]!.track);
  }
}
