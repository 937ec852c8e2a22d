import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { readCheckpoint, resumeWhenRun, watchSimulations } from '../../engine/index.ts';
import { freeResources, type Leave, type Simulation } from '../../engine/kernel/index.ts';
import { loadScenario } from '../../scenarios/cli/load-scenario.ts';
import { resolveParams } from '../../scenarios/kit/parameters.ts';
import { runScenario } from '../../scenarios/kit/run-scenario.ts';
import { registry } from '../../scenarios/registry.ts';
import { lookAtActor, trailOf } from './actor-look.ts';
import type { FromPast, PastTask, ToPast } from './past-link.ts';
import { slots } from './run-link.ts';
import { type SavePoint, SavePoints, type SaveTarget } from './save-points.ts';

type Seek = Extract<ToPast, { kind: 'seek' }>;

/** Wall time that a replay computes before it looks after its port, and between two words of where it is, in ms. */
const turnMs = 8;
const tellMs = 250;
const never = Number.POSITIVE_INFINITY;
/** Times that one moment is gone back for: to where it lies, again when a replay was set up for another one, to the last event of its tick, to that event. */
const mostReturns = 4;

/** Thrown out of a run that has gone too far, through the scenario's code. */
class Unwound extends Error {}

/**
 * The run once more, unseen: goes to the moment that is asked for, stands still there, and goes on from there when a later one is asked
 * for. To an earlier one it goes from a checkpoint that it took on its way, where the scenario is known to go on from its states, else from
 * the start.
 */
class PastThread {
  readonly #port = parentPort!;
  readonly #task = workerData as PastTask;
  readonly #sims: Simulation[] = [];
  #seek: Seek | undefined = undefined;
  /** What is sought, once it turned out which event it is; from where on it goes one event at a time to learn it. */
  #event: number | undefined = undefined;
  #careful: number | undefined = undefined;
  #returns = 0;
  #isOver = false;
  /** Undefined: only a replay from the start is sure to lead to what was. */
  #saves: SavePoints | undefined = undefined;
  /** Where the present replay is to begin, and the event at which it did. */
  #from: SavePoint | undefined = undefined;
  #began = 0;
  #isUnwinding = false;
  /** Counts the replays from the start. */
  #life = 0;
  #again: () => void = () => undefined;
  #seen = 0;
  #turnEnds = 0;
  #toldMs = 0;
  #batch = 64;
  #askedMs = 0;
  /** Where the last leave was given: to stand at a tick is to have leave up to it and not to move. */
  #asked: { readonly sim: number; readonly events: number; readonly now: number } | undefined = undefined;

  async run(): Promise<void> {
    // Once the run is over nothing asks the gate any more, so the port is heard as usual.
    this.#port.on('message', (order: ToPast) => {
      this.#hear(order);
      if (this.#isOver) this.#answerAtEnd();
    });
    watchSimulations((sim) => {
      this.#sims.push(sim);
      const [number, life] = [this.#sims.length, this.#life];
      sim.gate(() => this.#leave(sim, number, life));
      const from = this.#from;
      if (from?.sim === number)
        resumeWhenRun(sim, readCheckpoint(from.bytes), (_, { how }) => {
          if (how === 'state') this.#began = from.event;
        });
    });
    // Of a scenario of one's own nobody knows what its handlers keep outside their states.
    const { resumes } = registry.find(({ id }) => id === this.#task.scenario) ?? {};
    if (resumes === 'by state') this.#saves = new SavePoints(this.#task.saveEveryMs);
    const scenario = await loadScenario(this.#task.scenario);
    const resolved = resolveParams(scenario, this.#task.params);
    for (;;) {
      const went = await this.#live(() => runScenario(scenario, resolved));
      if (this.#isUnwinding) continue;
      if (went === 'failed' && this.#from !== undefined) {
        this.#saves = undefined;
        continue;
      }
      this.#isOver = true;
      const again = new Promise<void>((resolve) => {
        this.#again = resolve;
      });
      this.#answerAtEnd();
      await again;
    }
  }

  /** One replay. A run that fails has a past too; what it failed of, the run itself has told. */
  async #live(run: () => Promise<unknown>): Promise<'ended' | 'failed'> {
    this.#isUnwinding = false;
    this.#isOver = false;
    this.#life++;
    this.#sims.length = 0;
    this.#asked = undefined;
    const freed = freeResources(this.#task.free ?? []);
    this.#began = 0;
    this.#from = this.#seek === undefined ? undefined : this.#saves?.before(this.#target(this.#seek));
    const went = await run().then(
      () => 'ended' as const,
      () => 'failed' as const,
    );
    freed.restore();
    return went;
  }

  #hear(order: ToPast): void {
    this.#seek = order.kind === 'seek' ? order : undefined;
    this.#asked = undefined;
    this.#event = undefined;
    this.#careful = undefined;
    this.#returns = 0;
    if (this.#seek === undefined) return;
    const { moment } = this.#seek;
    const sim = this.#sims[moment.sim - 1];
    if (sim === undefined) return;
    const isPast = 'event' in moment ? sim.events > moment.event : sim.now > moment.tick;
    if (isPast || this.#saves?.isFar(sim.events, this.#target(this.#seek)) === true) this.#goBack();
  }

  /** How far a replay may begin from its start. */
  #target(seek: Seek): SaveTarget {
    const { moment } = seek;
    const event = 'event' in moment ? moment.event : (this.#event ?? this.#careful);
    return { sim: moment.sim, event, tick: momentTick(seek) };
  }

  /** Only another replay leads to the moment, with what has been learnt on the way. */
  #goBack(event?: number, careful?: number): void {
    if (++this.#returns > mostReturns) {
      this.#done({ kind: 'none', id: this.#seek?.id ?? 0, why: 'it cannot be reached' });
      return;
    }
    this.#event = event;
    this.#careful = careful;
    this.#isUnwinding = true;
    this.#again();
  }

  #done(answer: Extract<FromPast, { readonly id: number }>): void {
    this.#seek = undefined;
    this.#port.postMessage(answer);
  }

  #answerAtEnd(): void {
    const seek = this.#seek;
    if (seek === undefined || this.#isUnwinding) return;
    const { id, moment, actor } = seek;
    const event = 'event' in moment ? moment.event : this.#event;
    const sim = this.#sims[moment.sim - 1];
    if (sim === undefined) this.#done({ kind: 'none', id, why: `the run has no simulation ${moment.sim}` });
    else if (event !== undefined && sim.events < event)
      this.#done({ kind: 'none', id, why: `it ends after ${sim.events} events` });
    else if (event === undefined && this.#hasGoneTooFar(sim, momentTick(seek)))
      this.#goBack(undefined, this.#asked?.events);
    else this.#done({ kind: 'there', id, look: lookAtActor(sim, actor), from: this.#began });
  }

  #leave(sim: Simulation, number: number, life: number): Leave {
    const { shared } = this.#task;
    for (;;) {
      this.#readPort();
      // A scenario that goes on after an error goes on in vain.
      if (this.#isUnwinding || life !== this.#life) throw new Unwound();
      const seek = this.#seek;
      if (seek === undefined) {
        Atomics.wait(shared, slots.inbox, this.#seen, 10_000);
        continue;
      }
      this.#adapt();
      this.#saves?.offer(sim, number);
      this.#tell(seek, sim, number);
      if (seek.moment.sim !== number) return this.#go(sim, number, never, never);
      if (this.#isDiverged(seek, sim)) {
        if (this.#began > 0) {
          this.#saves = undefined;
          this.#returns = 0;
          this.#goBack();
          continue;
        }
        this.#done({ kind: 'diverged', id: seek.id, event: sim.events });
        continue;
      }
      const step = this.#next(seek, sim, number);
      if (step === 'there')
        this.#done({ kind: 'there', id: seek.id, look: lookAtActor(sim, seek.actor), from: this.#began });
      else if (step !== 'back') return step;
    }
  }

  /** What is to be done in the simulation of the moment that is sought. */
  #next(seek: Seek, sim: Simulation, number: number): Leave | 'there' | 'back' {
    const event = 'event' in seek.moment ? seek.moment.event : this.#event;
    // It was set up to begin at a checkpoint for another moment, when this one was asked for.
    const isFresh = this.#asked?.sim !== number;
    if (isFresh && (event === undefined ? sim.now > momentTick(seek) : sim.events > event)) {
      this.#goBack(this.#event, this.#careful);
      return 'back';
    }
    if (event !== undefined)
      return sim.events < event ? this.#go(sim, number, this.#most(seek, sim, event), never) : 'there';
    const tick = momentTick(seek);
    const asked = this.#asked;
    const careful = this.#careful;
    if (asked?.sim !== number) return this.#go(sim, number, this.#most(seek, sim, careful), tick + 1);
    if (this.#hasGoneTooFar(sim, tick)) {
      // A step of one event tells which it was; several, and a clock that a bound has moved on, do not.
      const isKnown = careful !== undefined && sim.events === asked.events + 1;
      this.#goBack(isKnown ? asked.events : undefined, isKnown ? undefined : asked.events);
      return 'back';
    }
    const hasMoved = sim.events > asked.events || (sim.now !== asked.now && sim.now <= tick);
    return hasMoved ? this.#go(sim, number, this.#most(seek, sim, careful), tick + 1) : 'there';
  }

  /** Whether something has happened since the last leave and the clock is beyond the tick up to which it was given. */
  #hasGoneTooFar(sim: Simulation, tick: number): boolean {
    const asked = this.#asked;
    return asked !== undefined && this.#sims[asked.sim - 1] === sim && sim.events > asked.events && sim.now > tick;
  }

  /** Events up to `event`, with a halt where the replay is compared with the run; one at a time from there on. */
  #most({ waypoint }: Seek, sim: Simulation, event: number | undefined): number {
    const halt = waypoint !== undefined && waypoint.event > sim.events ? waypoint.event - sim.events : never;
    return Math.min(halt, event === undefined ? never : Math.max(1, event - sim.events));
  }

  #go(sim: Simulation, number: number, most: number, until: number): Leave {
    this.#asked = { sim: number, events: sim.events, now: sim.now };
    this.#askedMs = performance.now();
    return { events: Math.min(this.#batch, most), until };
  }

  #isDiverged({ waypoint }: Seek, sim: Simulation): boolean {
    return waypoint !== undefined && waypoint.event === sim.events && waypoint.trail !== trailOf(sim);
  }

  #readPort(): void {
    const { shared } = this.#task;
    const wallMs = performance.now();
    if (wallMs < this.#turnEnds && Atomics.load(shared, slots.inbox) === this.#seen) return;
    this.#turnEnds = wallMs + turnMs;
    this.#seen = Atomics.load(shared, slots.inbox);
    for (let mail = receiveMessageOnPort(this.#port); mail !== undefined; mail = receiveMessageOnPort(this.#port))
      this.#hear(mail.message as ToPast);
  }

  #tell({ id }: Seek, sim: Simulation, number: number): void {
    const wallMs = performance.now();
    if (wallMs - this.#toldMs < tellMs) return;
    this.#toldMs = wallMs;
    this.#port.postMessage({
      kind: 'position',
      id,
      sim: number,
      now: sim.now,
      events: sim.events,
    } satisfies FromPast);
  }

  /** So many events at a time that a turn is neither exceeded by much nor spent on asking. */
  #adapt(): void {
    if (this.#askedMs === 0) return;
    const tookMs = performance.now() - this.#askedMs;
    this.#askedMs = 0;
    if (tookMs > turnMs / 2) this.#batch = Math.max(1, this.#batch >>> 1);
    else if (tookMs < turnMs / 8) this.#batch = Math.min(1 << 16, 2 * this.#batch);
  }
}

function momentTick({ moment }: Seek): number {
  return 'tick' in moment ? moment.tick : never;
}

await new PastThread().run();
