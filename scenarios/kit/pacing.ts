import type { ActorRef, Duration, Message, Phase, RunEnd, Simulation } from '../../engine/index.ts';
import { kitErrors } from './errors.ts';

const picosecondsPerMs = 1e9;

export interface PaceOptions {
  /** Virtual time per wall time. Default 1: real time. */
  readonly speed?: number;
  /** Wall clock in milliseconds; must not go back. */
  readonly clock: () => number;
  /** Waits so many milliseconds; injected events may come meanwhile. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Wall milliseconds between two looks at the clock. Default 10. */
  readonly sliceMs?: number;
  /** Wall milliseconds the simulation may be late before `onLag` is told. Default 100. */
  readonly lagTolerance?: number;
  /** Told how many wall milliseconds the simulation is late; `rebase` forgives them, otherwise it catches up as fast as it can. */
  readonly onLag?: (lagMs: number) => 'rebase' | undefined;
}

/** An event from outside, with the exact point of the run at which it came. */
export interface Injection {
  /** Events handled before it came. */
  readonly events: number;
  /** Virtual time at which it came. */
  readonly came: Duration;
  /** From then to its delivery. */
  readonly delay: Duration;
  /** Path of the addressee. */
  readonly to: string;
  readonly message: Message;
  readonly phase?: Phase;
}

export interface PacedRun {
  /** `stopped`: `stop` was called. */
  readonly end: RunEnd | 'stopped';
  /** Greatest lateness seen, in wall milliseconds. */
  readonly worstLagMs: number;
}

/** Runs a simulation in step with a wall clock, from outside: the events and their order are those of an unpaced run. */
export class Pacer {
  /** Everything injected so far, for `replay`. */
  readonly recording: Injection[] = [];
  readonly #sim: Simulation;
  readonly #options: PaceOptions;
  readonly #perMs: number;
  #start: number;
  #origin: Duration;
  #stopped = false;

  /** Virtual time `sim.elapsed` belongs to the wall time of this call. Throws PARAM_VALUE unless the speed is a number above 0. */
  constructor(sim: Simulation, options: PaceOptions) {
    const { speed = 1 } = options;
    if (!(speed > 0 && speed < Number.POSITIVE_INFINITY))
      throw kitErrors.create('PARAM_VALUE', { name: 'speed', value: speed, problem: 'is no speed', hint: 'Use 1.' });
    this.#sim = sim;
    this.#options = options;
    this.#perMs = speed * picosecondsPerMs;
    this.#start = options.clock();
    this.#origin = sim.elapsed;
  }

  /** Virtual time that belongs to this wall time. */
  get due(): Duration {
    return (this.#origin + Math.floor((this.#options.clock() - this.#start) * this.#perMs)) as Duration;
  }

  /**
   * Delivers `message` at the virtual time that belongs to this wall time, or at once when the simulation is further, and records
   * it. To be called between slices (while `sleep` waits), not by handlers. Throws PARAM_VALUE for an actor that has stopped.
   */
  inject<M extends Message>(to: ActorRef<M>, message: M, phase?: Phase): void {
    const sim = this.#sim;
    const path = sim.pathOf(to);
    if (path === undefined) throw gone(String(to));
    const came = sim.elapsed;
    const delay = Math.max(0, this.due - came) as Duration;
    sim.schedule(delay, to, message, phase);
    this.recording.push({
      events: sim.events,
      came,
      delay,
      to: path,
      message,
      ...(phase === undefined ? {} : { phase }),
    });
  }

  /** Asks `run` to return at the end of the slice. */
  stop(): void {
    this.#stopped = true;
  }

  /** Runs to virtual time `until` (exclusive, as in `Simulation.run`), or without it until no event is left. */
  async run(until?: Duration): Promise<PacedRun> {
    const { clock, sleep, sliceMs = 10, lagTolerance = 100, onLag } = this.#options;
    const sim = this.#sim;
    const last = until ?? Number.POSITIVE_INFINITY;
    let worstLagMs = 0;
    this.#stopped = false;
    while (!this.#stopped) {
      const target = Math.max(sim.elapsed, Math.min(this.due, last)) as Duration;
      const { end } = sim.run({ until: target, wallBudget: { ms: sliceMs, clock } });
      const lagMs = (Math.min(this.due, last) - sim.elapsed) / this.#perMs;
      worstLagMs = Math.max(worstLagMs, lagMs);
      if (end === 'paused') return { end, worstLagMs };
      if (end === 'until' && target === last) return { end, worstLagMs };
      if (end === 'until' && until === undefined && sim.pending === 0) return { end: sim.run().end, worstLagMs };
      if (lagMs > lagTolerance && onLag?.(lagMs) === 'rebase') {
        this.#start = clock();
        this.#origin = sim.elapsed;
      }
      const leftMs = (last - sim.elapsed) / this.#perMs;
      await sleep(end === 'wallBudget' ? 0 : Math.max(0, Math.min(sliceMs, leftMs)));
    }
    return { end: 'stopped', worstLagMs };
  }
}

/**
 * Runs a fresh simulation with a recording in the place of the outside world, to `until` or to its end: the fingerprint is that
 * of the recorded run. Throws PARAM_VALUE when the run does not have the addressees.
 */
export function replay(sim: Simulation, recording: readonly Injection[], until?: Duration): void {
  for (const { events, came, delay, to, message, phase } of recording) {
    if (events > sim.events) sim.run({ maxEvents: events - sim.events });
    if (came > sim.elapsed) sim.run({ until: came });
    const actor = sim.actor(to) as ActorRef<Message> | undefined;
    if (actor === undefined) throw gone(to);
    sim.schedule(delay, actor, message, phase);
  }
  sim.run(until === undefined ? {} : { until });
}

function gone(to: string): Error {
  return kitErrors.create('PARAM_VALUE', {
    name: 'to',
    value: to,
    problem: 'no such actor lives',
    hint: 'Inject into actors that live as long as the run.',
  });
}
