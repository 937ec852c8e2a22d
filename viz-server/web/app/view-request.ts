import type { LiveConnection } from './live-connection.ts';
import type { PageState } from './page-state.ts';

const mainView = 1;
const everyMs = 100;

/** Tells the server what is on screen, at most every 100 ms and only what it was not told. */
export class ViewRequest {
  readonly #state: PageState;
  readonly #live: LiveConnection;
  #timer = 0;
  #asked = '';

  constructor(state: PageState, live: LiveConnection) {
    this.#state = state;
    this.#live = live;
    state.onMove(() => {
      if (this.#timer === 0)
        this.#timer = setTimeout(() => {
          this.#timer = 0;
          this.ask();
        }, everyMs) as unknown as number;
    });
  }

  /** The server has forgotten what it was told. */
  forget(): void {
    this.#asked = '';
  }

  /** Asks now: the rows shown, and half a screen more on all sides. */
  ask(): void {
    const { time, layout, scroll, height, data } = this.#state;
    const top = scroll - height;
    const bottom = scroll + 2 * height;
    const tracks: number[] = [];
    for (const row of layout.value.rows)
      if (row.y + row.height > top && row.y < bottom && row.track.kind !== 'simulation') tracks.push(row.track.id);
    if (tracks.length === 0 || time.width < 10) return;
    const isLive = time.follow && !time.frozen;
    // The margin moves in steps, so that small pans and the growth of a run that is followed do not ask anew each time.
    const step = 2 ** Math.floor(Math.log2(Math.max(1, time.span / 2)));
    const from = Math.max(0, Math.floor((time.from - time.span / 4) / step) * step);
    const to = Math.ceil((time.to + time.span / 4) / step) * step;
    const width = Math.min(16_384, Math.max(1, Math.round((to - from) / 2 ** (time.level - 0.5))));
    const message = {
      type: 'view',
      viewId: mainView,
      from,
      to,
      width,
      tracks: tracks.slice(0, 2000),
      // Following moves the window to where the run is, which may be far from where a page stands that does not follow.
      follow: isLive,
    } as const;
    const key = JSON.stringify(message);
    if (key === this.#asked) return;
    this.#asked = key;
    this.#live.send(message);
    data.trim(time.from - time.span, time.to + time.span, time.level);
  }
}
