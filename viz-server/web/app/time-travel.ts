import type { Signal } from '@preact/signals';
import type { ActorWorld } from '../../protocol/actor-world.ts';
import type { LiveConnection } from './live-connection.ts';
import type { PageState } from './page-state.ts';

/** Where in the past one looks. */
export type Then =
  | { readonly kind: 'tick'; readonly at: number; readonly sim: number }
  | { readonly kind: 'event'; readonly event: number; readonly at: number; readonly sim: number };

/** How one got there. */
export type Arrival =
  | { readonly kind: 'seeking'; readonly now: number; readonly events: number }
  | { readonly kind: 'there' }
  | { readonly kind: 'failed'; readonly why: string };

/** Looking at states of the past while the run goes on: the server replays, the page shows when and how the actor was. */
export class TimeTravel {
  /** Undefined: one looks at now. */
  readonly moment: Signal<Then | undefined>;
  readonly arrival: Signal<Arrival>;
  /** The actor of the row that was clicked, until a task is selected. */
  readonly actor: Signal<{ readonly actor: string; readonly sim: number } | undefined>;
  readonly world: Signal<ActorWorld | undefined>;
  readonly #state: PageState;
  readonly #live: LiveConnection;
  #asked = 0;
  #last = '';

  /** `past`: where a link leads, as soon as the run has been there. */
  constructor(state: PageState, live: LiveConnection, past?: number) {
    this.#state = state;
    this.#live = live;
    this.moment = state.ofRun(undefined);
    this.arrival = state.ofRun({ kind: 'there' });
    this.actor = state.ofRun(undefined);
    this.world = state.ofRun(undefined);
    let wanted = past;
    state.status.subscribe((status) => {
      if (wanted === undefined || status === undefined || status.now <= wanted) return;
      const at = wanted;
      wanted = undefined;
      this.seek(at);
    });
    this.moment.subscribe((moment) => {
      if (state.pastAt.peek() === moment?.at) return;
      state.pastAt.value = moment?.at;
      state.changed();
    });
    state.seeking.subscribe((message) => {
      if (message !== undefined && this.arrival.value.kind === 'seeking')
        this.arrival.value = { kind: 'seeking', now: message.now, events: message.events };
    });
    state.onNewRun(() => {
      this.#asked++;
      this.#last = '';
      if (state.run.peek().runId !== '') wanted = undefined;
    });
    // Another actor of the same moment: the replay stands there already.
    state.selected.subscribe((item) => {
      if (item !== undefined) this.actor.value = undefined;
      if (this.moment.value !== undefined) void this.#ask();
    });
  }

  /** Whose state is shown: of the row that was clicked, else of the selection. */
  get subject(): { readonly actor: string; readonly sim: number } | undefined {
    if (this.actor.value !== undefined) return this.actor.value;
    const track = this.#state.track(this.#state.selected.value?.track ?? 0);
    return track === undefined || track.actor === '' ? undefined : { actor: track.actor, sim: track.sim };
  }

  /** Looks at a moment; times from now on lead back to now. */
  seek(at: number, subject?: { readonly actor: string; readonly sim: number }): void {
    if (subject !== undefined) this.actor.value = subject;
    const tick = Math.max(0, Math.round(at));
    if (tick >= this.#now) {
      this.leave();
      return;
    }
    this.moment.value = { kind: 'tick', at: tick, sim: this.subject?.sim ?? 1 };
    void this.#ask();
  }

  /** The key: to the time under the cursor or the start of the selection, and back to now. */
  toggle(): void {
    const { selected, time, cursorX } = this.#state;
    if (this.moment.value !== undefined) this.leave();
    else this.seek(selected.value?.start ?? time.timeAt(cursorX));
  }

  /** Moves by a share of what is on screen. */
  scrub(share: number): void {
    const from = this.moment.value?.at ?? this.#now;
    this.seek(from + share * this.#state.time.span);
    this.#keepInView();
  }

  /** One event back or forward. */
  stepEvent(direction: -1 | 1): void {
    const [then, world] = [this.moment.value, this.world.value];
    if (then === undefined || world === undefined) {
      this.#state.say('Look at a moment of the past first.');
      return;
    }
    const before = then.kind === 'event' ? then.event : world.event;
    this.moment.value = { kind: 'event', event: Math.max(0, before + direction), at: world.at, sim: world.sim };
    void this.#ask();
  }

  /** Back to now. */
  leave(): void {
    if (this.moment.value === undefined) return;
    const { subject } = this;
    this.#forget();
    // The server stops a replay that nobody waits for any more when it hears that its viewer is back.
    if (subject !== undefined) this.#live.request({ type: 'world', ...subject }).catch(() => undefined);
    this.#state.say('Back to now.');
    this.#state.changed();
  }

  /** The greeting says where the run is, before the first status. */
  get #now(): number {
    const { status, time } = this.#state;
    return status.value?.now ?? time.limit;
  }

  #forget(): void {
    this.#asked++;
    this.#last = '';
    this.moment.value = undefined;
    this.world.value = undefined;
    this.arrival.value = { kind: 'there' };
  }

  #keepInView(): void {
    const { time } = this.#state;
    const at = this.moment.value?.at;
    if (at === undefined || (at >= time.from && at <= time.to)) return;
    time.show(at - time.span / 2, at + time.span / 2, 0);
    this.#state.changed();
  }

  async #ask(): Promise<void> {
    const { subject } = this;
    const then = this.moment.value;
    this.#state.invalidate();
    if (then === undefined) return;
    if (subject === undefined) {
      this.world.value = undefined;
      this.arrival.value = { kind: 'there' };
      this.#state.say('Select a task or click a row to see the state of its actor then.');
      return;
    }
    const moment = then.kind === 'tick' ? { at: then.at } : { event: then.event };
    const key = JSON.stringify([subject, moment]);
    if (key === this.#last) return;
    this.#last = key;
    const asked = ++this.#asked;
    this.arrival.value = { kind: 'seeking', now: 0, events: 0 };
    try {
      const { value } = await this.#live.request({ type: 'world', ...subject, ...moment });
      if (asked !== this.#asked) return;
      const world = value as ActorWorld;
      this.world.value = world;
      this.arrival.value = { kind: 'there' };
      if (then.kind === 'event') this.moment.value = { ...then, at: world.at };
      this.#keepInView();
      this.#state.invalidate();
      this.#state.say(`${subject.actor} at ${this.#state.span(world.at)}, after event ${world.event}.`);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#last = '';
      const why = error instanceof Error ? error.message : String(error);
      this.world.value = undefined;
      this.arrival.value = { kind: 'failed', why };
      this.#state.say(why);
    }
  }
}
