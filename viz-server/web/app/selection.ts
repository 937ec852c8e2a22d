import type { TaskFacts } from '../../protocol/task-facts.ts';
import type { Item } from '../data/take-chunk.ts';
import type { LiveConnection } from './live-connection.ts';
import type { Movement } from './movement.ts';
import type { PageState } from './page-state.ts';
import { detailOf, type TaskDetail } from './task-detail.ts';
import { heldDetail, itemOf } from './task-item.ts';

/** What is chosen, and the way that was followed from waits to who ended them. */
export class Selection {
  readonly #state: PageState;
  readonly #move: Movement;
  readonly #live: LiveConnection;
  readonly #chain: Item[] = [];

  constructor(state: PageState, move: Movement, live: LiveConnection) {
    this.#state = state;
    this.#move = move;
    this.#live = live;
    state.onNewRun(() => {
      this.#chain.length = 0;
    });
  }

  /** Selects a task and asks what it waited for; a collapsed item is opened by zooming into it. */
  select(item: Item | undefined, options: { readonly open?: boolean; readonly keepChain?: boolean } = {}): void {
    const state = this.#state;
    if (options.keepChain !== true) this.#chain.length = 0;
    state.selected.value = item;
    state.detail.value = undefined;
    state.changed();
    if (item === undefined) return;
    const where = state.track(item.track);
    if (item.isCollapsed) {
      state.say(
        `${item.count} tasks end between ${state.at(item.start)} and ${state.at(item.end)}: zoom in to see them apart.`,
      );
      return;
    }
    if (options.open === true && state.tab.value !== 'histogram') state.tab.value = 'details';
    state.say(
      `${state.nameOf(item)} on ${where?.actor ?? ''} ${where?.kind === 'lane' ? where.name : ''}, ${state.span(item.end - item.start)} from ${state.at(item.start)}.`,
    );
    if (item.isOpen) state.detail.value = heldDetail(state, item);
    else void this.#load(item.task, where?.sim);
  }

  async #load(task: number, sim: number | undefined): Promise<void> {
    try {
      const detail = await this.#ask(task, sim);
      if (this.#state.selected.value?.task === task) this.#state.detail.value = detail;
    } catch (error) {
      this.#state.complain(error);
    }
  }

  async #ask(task: number, sim: number | undefined): Promise<TaskDetail> {
    const { value } = await this.#live.request({
      type: 'detail',
      taskId: task,
      ...(sim === undefined ? {} : { sim }),
    });
    return detailOf(value as TaskFacts);
  }

  /** Goes to a task anywhere in the trace and shows it. */
  async goto(task: number, sim?: number): Promise<void> {
    const state = this.#state;
    const { time } = state;
    try {
      const detail = await this.#ask(task, sim);
      const from = state.selected.value;
      if (from !== undefined) this.#chain.push(from);
      const item = itemOf(state, detail, sim ?? state.simOf(from));
      state.selected.value = item;
      state.detail.value = detail;
      state.tab.value ??= 'details';
      if (item.start < time.from || item.end > time.to || item.end - item.start < 8 * time.ticksPerPixel) {
        const margin = Math.max(item.end - item.start, time.span / 20);
        this.#move.show(item.start - margin, item.end + margin, 0);
      }
      this.reveal(item.track);
      state.say(
        `${detail.name} on ${detail.actor}, ${state.span(item.end - item.start)} from ${state.at(item.start)}.`,
      );
      state.changed();
    } catch (error) {
      state.complain(error);
    }
  }

  /** `]`: to whoever ended the longest wait of the selection. */
  forward(): void {
    const { detail, selected } = this.#state;
    const by = detail.value?.next;
    if (by === undefined)
      this.#state.say(
        detail.value === undefined ? 'Select a task first.' : 'Nobody is known to have ended a wait of this task.',
      );
    else void this.goto(by, this.#state.simOf(selected.value));
  }

  /** `[`: back along the way that was followed. */
  backward(): void {
    const before = this.#chain.pop();
    if (before === undefined) this.#state.say('This is where the way began.');
    else {
      this.select(before, { keepChain: true });
      this.reveal(before.track);
    }
  }

  /** Scrolls so that the row of a track is seen, opening what hides it. */
  reveal(track: number): void {
    const state = this.#state;
    const closed = new Set(state.closed.value);
    let parent = state.track(track)?.parent ?? 0;
    while (parent !== 0) {
      closed.delete(parent);
      parent = state.track(parent)?.parent ?? 0;
    }
    if (closed.size !== state.closed.value.size) state.closed.value = closed;
    const row = state.layout.value.rows.find((one) => one.track.id === track);
    if (row === undefined) return;
    if (row.y < state.scroll || row.y + row.height > state.scroll + state.height)
      state.scrollTo(Math.max(0, row.y - state.height / 3));
  }
}
