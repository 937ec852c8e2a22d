import { computed, type Signal } from '@preact/signals';
import type { Mark } from '../../protocol/server-messages.ts';
import type { LiveConnection } from './live-connection.ts';
import type { Movement } from './movement.ts';
import type { PageState } from './page-state.ts';

/** Marks that everybody sees: made, gone to, removed. */
export class Marking {
  readonly #id: Signal<number | undefined>;
  /** The one that was made or gone to last. */
  readonly chosen = computed<Mark | undefined>(() => this.#state.marks.value.find(({ id }) => id === this.#id.value));
  readonly #state: PageState;
  readonly #move: Movement;
  readonly #live: LiveConnection;

  constructor(state: PageState, move: Movement, live: LiveConnection) {
    this.#state = state;
    this.#move = move;
    this.#live = live;
    this.#id = state.ofRun(undefined);
  }

  /** Marks the area, the selection, or the time under the cursor. */
  async add(text: string): Promise<void> {
    const { selected, time, cursorX } = this.#state;
    const item = selected.value;
    const area = this.#state.area.value;
    const tick = Math.max(0, Math.round(area?.from ?? item?.start ?? time.timeAt(cursorX)));
    const tick2 = area?.to ?? item?.end;
    try {
      const { value } = await this.#live.request({
        type: 'mark',
        op: 'add',
        tick,
        text,
        ...(tick2 === undefined ? {} : { tick2: Math.round(tick2) }),
        ...(item === undefined ? {} : { track: item.track }),
      });
      const made = (value as readonly Mark[]).at(-1);
      if (made !== undefined) this.choose(made);
      this.#state.say(`Marked ${this.#state.at(tick)}.`);
    } catch (error) {
      this.#state.complain(error);
    }
  }

  /** Chooses a mark where it is. */
  choose(mark: Mark): void {
    this.#id.value = mark.id;
    this.#state.invalidate();
    this.#state.say(`Mark at ${nameOfMark(this.#state, mark)}.`);
  }

  /** Chooses a mark and brings it into view. */
  show(mark: Mark): void {
    const { time } = this.#state;
    this.#move.show(mark.tick - time.span / 4, (mark.tick2 ?? mark.tick) + time.span / 4, 0);
    this.choose(mark);
  }

  /** The mark after or before the chosen one in time; without one the first or last. */
  next(direction: -1 | 1): void {
    const marks = [...this.#state.marks.value].sort((a, b) => a.tick - b.tick || a.id - b.id);
    if (marks.length === 0) {
      this.#state.say('There are no marks: M makes one.');
      return;
    }
    const at = marks.findIndex(({ id }) => id === this.chosen.value?.id);
    const next = at < 0 ? (direction > 0 ? 0 : -1) : (at + direction) % marks.length;
    this.show(marks.at(next)!);
  }

  /** Removes the chosen mark, for everybody. */
  async remove(): Promise<void> {
    const mark = this.chosen.value;
    if (mark === undefined) {
      this.#state.say('Choose a mark first: in the list of marks, by a click on it, or by V.');
      return;
    }
    if (!this.#state.canControl.value) {
      this.#state.say('This link only watches: marks are removed by the link with the control token.');
      return;
    }
    try {
      await this.#live.request({ type: 'mark', op: 'remove', id: mark.id });
      this.#state.say(`Removed the mark at ${nameOfMark(this.#state, mark)}.`);
    } catch (error) {
      this.#state.complain(error);
    }
  }
}

/** A mark in a few words: when, and its note. */
export function nameOfMark(state: PageState, { tick, text }: Mark): string {
  return text === '' ? state.at(tick) : `${state.at(tick)} ${text}`;
}
