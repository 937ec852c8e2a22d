import type { ActorWorld } from '../protocol/index.ts';
import type { ActorLook } from './actor-look.ts';
import { liveErrors } from './errors.ts';
import { PastHost, type PastHostOptions, type PastQuestion } from './past-host.ts';
import type { Moment } from './past-link.ts';
import { nothingRuns, type PresentRun } from './present-run.ts';
import type { RunPosition } from './run-link.ts';
import { Waypoints } from './waypoints.ts';

/** Wall time that the run has to answer, in ms, and questions that may wait for it. */
const answerMs = 5000;
const mostAsked = 64;

/** Which actor, and when: after the events of a tick of the run, after so many events, or now. */
export interface WorldQuestion {
  /** 0: the newest. */
  readonly sim: number;
  readonly actor: string;
  readonly at?: number | undefined;
  readonly event?: number | undefined;
  /** Who asks, for whom only the newest moment counts. */
  readonly by?: number | undefined;
  readonly onProgress?: PastQuestion['onProgress'];
}

/** Looking at actors of the present run: as they are, by asking it, and as they were, by a replay beside it. */
export class ActorLooks {
  readonly #run: PresentRun;
  readonly #options: PastHostOptions | undefined;
  readonly #waypoints = new Waypoints();
  readonly #asked = new Map<number, (look: ActorLook | undefined) => void>();
  #past: PastHost | undefined = undefined;
  #nextAsker = 0;
  #nextId = 0;

  constructor(run: PresentRun, options?: PastHostOptions) {
    this.#run = run;
    this.#options = options;
  }

  /** Whether a replay of the past computes now. */
  get isSeeking(): boolean {
    return this.#past?.isSeeking === true;
  }

  /**
   * The state of an actor, now or at a moment of the past, which a replay beside the run finds while the run goes on. Throws LIVE_REQUEST
   * for an actor or a moment that there is not, LIVE_PAST when the replay does not lead there.
   */
  async world({ actor, at, event, by, onProgress, ...question }: WorldQuestion): Promise<ActorWorld> {
    const run = this.#run;
    if (!run.isThere) throw nothingRuns();
    const sim = question.sim === 0 ? Math.max(1, run.position.sim) : question.sim;
    const scale = run.scaleOf(sim);
    const isPast = at !== undefined || event !== undefined;
    const look = isPast
      ? await this.#lookBack(momentOf(sim, scale, at, event), actor, by ?? -++this.#nextAsker, onProgress)
      : await this.#lookNow(sim, actor);
    if (look?.found !== true)
      throw liveErrors.create('LIVE_REQUEST', {
        problem: `no actor '${actor.slice(0, 100)}' lives in simulation ${sim}${isPast ? ' at that moment' : ''}`,
        hint: 'Paths are those of the tracks.',
      });
    const { found: _, pending, ...rest } = look;
    return {
      ...rest,
      sim,
      isPast,
      // What was so after the last event of a tick is so at that tick.
      at: event === undefined && at !== undefined ? at : look.at * scale,
      pending: pending?.map((message) => ({ ...message, at: message.at * scale })) ?? null,
    };
  }

  /** Nothing is sought any more for who has gone, or is back at now. */
  cancel(by: number): void {
    this.#past?.cancel(by);
  }

  /** Takes an answer of the run. */
  take(id: number, look: ActorLook): void {
    this.#asked.get(id)?.(look);
  }

  /** Notes where the run is: a replay that passes there must look the same. */
  note(position: RunPosition): void {
    this.#waypoints.add(position);
  }

  /** The run is stopped: it answers no more and has no past any more. */
  async stop(): Promise<void> {
    const past = this.#past;
    this.#past = undefined;
    this.#waypoints.clear();
    for (const answer of [...this.#asked.values()]) answer(undefined);
    await past?.close();
  }

  #lookBack(wanted: Moment, actor: string, by: number, onProgress: PastQuestion['onProgress']): Promise<ActorLook> {
    const run = this.#run;
    const { sim, now, events } = run.position;
    // Of the present tick there may be events to come.
    const isNow = 'tick' in wanted && wanted.sim === sim && wanted.tick === now;
    const moment = isNow ? { sim, event: events } : wanted;
    // What has been recorded has been, also when the run has not said yet where it is.
    const reached = Math.max(now, (run.store.sims[wanted.sim - 1]?.now ?? 0) / run.scaleOf(wanted.sim));
    const isReached =
      moment.sim < sim || (moment.sim === sim && ('event' in moment ? moment.event <= events : moment.tick <= reached));
    if (!isReached)
      throw liveErrors.create('LIVE_PAST', {
        problem: 'the run has not come there yet',
        hint: 'Choose a moment before now.',
      });
    this.#past ??= new PastHost(run.task, this.#options);
    const scale = run.scaleOf(moment.sim);
    return this.#past.ask({
      by,
      moment,
      actor,
      waypoint: this.#waypoints.before(moment),
      onProgress: onProgress && ((at) => onProgress({ ...at, now: at.now * scale })),
    });
  }

  #lookNow(sim: number, actor: string): Promise<ActorLook | undefined> {
    if (this.#asked.size >= mostAsked)
      throw liveErrors.create('LIVE_REQUEST', { problem: 'too many states are asked for', hint: 'Ask later.' });
    const id = ++this.#nextId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => answer(undefined), answerMs);
      const answer = (look: ActorLook | undefined): void => {
        clearTimeout(timer);
        this.#asked.delete(id);
        resolve(look);
      };
      this.#asked.set(id, answer);
      this.#run.order({ kind: 'world', id, sim, actor });
    });
  }
}

/** An event counts more than a tick; ticks are those of the run. */
function momentOf(sim: number, scale: number, at: number | undefined, event: number | undefined): Moment {
  return event === undefined ? { sim, tick: Math.floor((at ?? 0) / scale) } : { sim, event };
}
