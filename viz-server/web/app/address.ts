import { noLink, readLink, type ViewLink, writeLink } from './deep-link.ts';
import type { Movement } from './movement.ts';
import type { PageState, Tab } from './page-state.ts';

const everyMs = 400;

/** The fragment of the page's address: what it says at the start becomes the state, and the state becomes what it says. */
export class Address {
  readonly #state: PageState;
  #timer = 0;
  link: ViewLink = noLink;

  constructor(state: PageState) {
    this.#state = state;
    this.link = readLink(location.hash);
    const { tab, filter, query, closed, pinned, from, to, axis } = this.link;
    state.isByEvents.value = axis === 'events';
    state.filter.value = filter;
    state.query.value = query;
    state.closed.value = new Set(closed);
    state.pinned.value = new Set(pinned);
    state.tab.value = tab === '' ? 'blocking' : tab === 'none' ? undefined : (tab as Tab);
    if (from !== undefined && to !== undefined && to > from) {
      state.time.from = from;
      state.time.to = to;
      state.time.follow = false;
      state.isFollowing.value = false;
    }
    state.onMove(() => {
      // Not put off by the next change: a page that follows changes more often than this.
      if (this.#timer !== 0) return;
      this.#timer = setTimeout(() => {
        this.#timer = 0;
        this.#keep();
      }, everyMs) as unknown as number;
    });
  }

  /** Goes where the reader edits the fragment to; another token is another page. */
  listen(move: Movement): void {
    addEventListener('hashchange', () => {
      const { token, from, to } = readLink(location.hash);
      if (token !== this.link.token) location.reload();
      else if (from !== undefined && to !== undefined && (from !== this.link.from || to !== this.link.to))
        move.show(from, to, 0);
    });
  }

  /** The fragment of the present view. */
  text(): string {
    const { time, selected, tab, query, filter, pinned, closed, run, isByEvents, pastAt } = this.#state;
    const isLive = time.follow && !time.frozen;
    return writeLink({
      token: this.link.token,
      control: this.link.control,
      run: run.value.runId,
      from: isLive ? undefined : Math.round(time.from),
      to: isLive ? undefined : Math.round(time.to),
      task: selected.value === undefined || selected.value.isCollapsed ? undefined : selected.value.task,
      past: pastAt.value,
      axis: isByEvents.value ? 'events' : '',
      tab: tab.value ?? 'none',
      query: query.value,
      filter: filter.value,
      pinned: [...pinned.value],
      closed: [...closed.value].slice(0, 100),
    });
  }

  #keep(): void {
    const text = this.text();
    if (text === location.hash) return;
    this.link = readLink(text);
    history.replaceState(null, '', text);
  }
}
