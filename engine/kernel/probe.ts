import type { AnyRef, Message } from './actor.ts';
import type { ErrorPlace, SimError } from './errors.ts';
import { kernelErrors } from './kernel-errors.ts';
import type { Time } from './time.ts';

/**
 * Looks at a run without being able to change it. Tracing, statistics, divergence search and the viewer are probes.
 * The run loop pays one branch per event when there is none.
 */
export interface Probe {
  /** Before a handler runs. `event` counts from 1; `cause` is the event during which this one was scheduled, 0 for set-up. */
  readonly eventBegins?: (event: number, cause: number, time: Time, actor: AnyRef, message: Message) => void;
  /** After the handler returned. */
  readonly eventEnds?: (event: number, actor: AnyRef) => void;
  readonly actorSpawned?: (actor: AnyRef, path: string, kind: string) => void;
  readonly actorStopped?: (actor: AnyRef) => void;
  /** When a call of `run` is about to return; all events before `time` have run, those at `time` perhaps not. */
  readonly runEnds?: (time: Time) => void;
}

interface Entry {
  readonly probe: Probe;
  attached: boolean;
}

/**
 * Tells several probes what one would be told, in the order in which they were added. What a probe throws is kept for the end
 * of the run, and the others are told all the same. Probes may come and go at any time: one added while the others are being
 * told hears the next thing first, one taken off hears nothing more.
 */
export class ProbeHub implements Probe {
  readonly #place: () => ErrorPlace;
  #entries: readonly Entry[] = [];
  /** Depth of calls to whoever watches. */
  telling = 0;
  #failure: SimError | undefined = undefined;

  constructor(place: () => ErrorPlace) {
    this.#place = place;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Whether a probe is being told something: then nothing may change the run. */
  get isTelling(): boolean {
    return this.telling > 0;
  }

  /** Adds a probe; the result takes it off, and is harmless the second time. */
  add(probe: Probe): () => void {
    const entry: Entry = { probe, attached: true };
    this.#entries = [...this.#entries, entry];
    return () => {
      if (!entry.attached) return;
      entry.attached = false;
      this.#entries = this.#entries.filter((each) => each !== entry);
    };
  }

  /** The first thing a probe threw since the last call, as SIM_PROBE_FAILED. */
  takeFailure(): SimError | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  eventBegins(event: number, cause: number, time: Time, actor: AnyRef, message: Message): void {
    const entries = this.#entries;
    for (let i = 0; i < entries.length; i++) {
      const { probe, attached } = entries[i]!;
      if (!attached || probe.eventBegins === undefined) continue;
      this.telling++;
      try {
        probe.eventBegins(event, cause, time, actor, message);
      } catch (error) {
        this.keep(error);
      }
      this.telling--;
    }
  }

  eventEnds(event: number, actor: AnyRef): void {
    const entries = this.#entries;
    for (let i = 0; i < entries.length; i++) {
      const { probe, attached } = entries[i]!;
      if (!attached || probe.eventEnds === undefined) continue;
      this.telling++;
      try {
        probe.eventEnds(event, actor);
      } catch (error) {
        this.keep(error);
      }
      this.telling--;
    }
  }

  actorSpawned(actor: AnyRef, path: string, kind: string): void {
    this.#tell((probe) => probe.actorSpawned?.(actor, path, kind));
  }

  actorStopped(actor: AnyRef): void {
    this.#tell((probe) => probe.actorStopped?.(actor));
  }

  runEnds(time: Time): void {
    this.#tell((probe) => probe.runEnds?.(time));
  }

  #tell(call: (probe: Probe) => void): void {
    for (const { probe, attached } of this.#entries) {
      if (!attached) continue;
      this.telling++;
      try {
        call(probe);
      } catch (error) {
        this.keep(error);
      }
      this.telling--;
    }
  }

  /** Keeps what a watcher threw for the end of the run. */
  keep(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#failure ??= kernelErrors.create('SIM_PROBE_FAILED', { reason }, this.#place(), error);
  }
}
