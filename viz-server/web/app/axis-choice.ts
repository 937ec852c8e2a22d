import { eventCounts } from '../data/event-counts.ts';
import { EventAxis } from '../view/event-axis.ts';
import { linearAxis } from '../view/time-axis.ts';
import { visibleRows } from '../view/track-layout.ts';
import type { PageState } from './page-state.ts';

const cells = 4096;
const everyMs = 200;
/** Zoomed by more than this against the axis at hand, a sharper one is made. */
const sharper = 2;

/** Keeps the axis of time as the reader wants it: linear, or by the events of the rows in view. */
export class AxisChoice {
  readonly #state: PageState;
  #timer = 0;
  #builtAt = 0;
  /** Span of the view for which the axis at hand was made, and versions of what it was made from. */
  #span = 0;
  #made = '';

  constructor(state: PageState) {
    this.#state = state;
    state.onNewRun(() => {
      this.#made = '';
    });
    state.onMove(() => {
      if (state.isByEvents.value) this.#later();
    });
  }

  /** X: equal times or equal counts of events take equal room. */
  toggle(): void {
    const { isByEvents, time } = this.#state;
    isByEvents.value = !isByEvents.value;
    this.#made = '';
    if (isByEvents.value) this.#build();
    else time.axis = linearAxis;
    this.#state.say(
      isByEvents.value
        ? 'Axis by events: equal counts of events in the rows in view take equal room.'
        : 'Axis by time: equal times take equal room.',
    );
    this.#state.changed();
  }

  /** Data or range have changed: a new axis, but not in each frame. */
  #later(): void {
    if (this.#timer !== 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      if (this.#build()) this.#state.changed();
    }, everyMs) as unknown as number;
  }

  /** Whether there is another axis now. */
  #build(): boolean {
    const { data, time, layout, scroll, height, isByEvents } = this.#state;
    if (!isByEvents.value) return false;
    const tracks: number[] = [];
    let made = '';
    for (const { kind, track } of visibleRows(layout.value, scroll, scroll + height))
      if (kind === 'slices') {
        tracks.push(track.id);
        made += `${track.id}:${data.of(track.id).version} `;
      }
    const { axis, from, to, span } = time;
    const covers = axis instanceof EventAxis && axis.from <= Math.max(0, from) && axis.to >= Math.min(to, time.limit);
    if (covers && made === this.#made && span * sharper > this.#span && span < this.#span * sharper) return false;
    const now = performance.now();
    if (covers && now - this.#builtAt < everyMs) {
      this.#later();
      return false;
    }
    this.#builtAt = now;
    this.#made = made;
    this.#span = span;
    const first = Math.max(0, from - span);
    const last = Math.max(first + 1, Math.min(to + span, time.limit));
    time.axis = new EventAxis(first, last, eventCounts(data, tracks, first, last, time.level, cells));
    return true;
  }
}
