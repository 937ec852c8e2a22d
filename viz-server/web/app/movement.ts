import type { PageState } from './page-state.ts';

/** How one moves through time; each move draws, tells the server and keeps the link. */
export class Movement {
  readonly #state: PageState;

  constructor(state: PageState) {
    this.#state = state;
  }

  zoom(factor: number, x = this.#state.cursorX): void {
    this.#state.time.remember(performance.now());
    this.#state.time.zoom(factor, x);
    this.#state.changed();
  }

  pan(pixels: number): void {
    this.#state.time.remember(performance.now());
    this.#state.time.pan(pixels);
    this.#state.changed();
  }

  show(from: number, to: number, margin = 0.05): void {
    this.#state.time.show(from, to, margin);
    this.#state.changed();
  }

  fitAll(): void {
    this.#state.time.fitAll();
    this.#state.changed();
  }

  back(): void {
    if (!this.#state.time.back()) this.#state.say('No earlier view.');
    this.#state.changed();
  }

  /** F: the selection or area; what is fitted already, everything. */
  fit(): void {
    const { time, selected } = this.#state;
    const target = selected.value;
    const area = this.#state.area.value ?? (target === undefined ? undefined : { from: target.start, to: target.end });
    const { from, to } = time;
    if (area === undefined) this.fitAll();
    else {
      time.show(area.from, area.to);
      if (Math.abs(time.from - from) < time.ticksPerPixel && Math.abs(time.to - to) < time.ticksPerPixel) time.fitAll();
      this.#state.changed();
    }
  }

  /** Space: the view stands still or goes on; the run does not care. */
  toggleView(): void {
    const { time } = this.#state;
    if (time.follow && !time.frozen) {
      time.frozen = true;
      this.#state.say('View paused; the run goes on.');
    } else {
      time.frozen = false;
      time.follow = true;
      time.advance(time.limit);
      this.#state.say('View follows the run.');
    }
    this.#state.changed();
  }

  /** L: follow the live edge; pressed again, with the present zoom or all of the run. */
  toggleFollow(): void {
    const { time } = this.#state;
    if (time.follow && !time.frozen)
      time.followSpan = time.followSpan === undefined ? Math.max(1, time.limit / 10) : undefined;
    else {
      time.followSpan = time.to >= time.limit && time.from <= 0 ? undefined : time.span;
      time.follow = true;
      time.frozen = false;
    }
    time.advance(time.limit);
    this.#state.say(
      time.followSpan === undefined
        ? 'Follows the run, all of it in view.'
        : `Follows the run, ${this.#state.span(time.followSpan)} in view.`,
    );
    this.#state.changed();
  }
}
