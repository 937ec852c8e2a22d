import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { type ChunkTarget, freeResources, picosecondsPerTick, Recorder, watchSimulations } from '../../engine/index.ts';
import type { Simulation } from '../../engine/kernel/index.ts';
import type { TraceChunk } from '../../engine/trace/index.ts';
import { loadScenario } from '../../scenarios/cli/load-scenario.ts';
import { paramsToJson, resolveParams } from '../../scenarios/kit/parameters.ts';
import { runScenario } from '../../scenarios/kit/run-scenario.ts';
import { lookAtActor } from './actor-look.ts';
import { publicState } from './public-state.ts';
import { RunGate } from './run-gate.ts';
import { chunkBytes, type FromRun, mostUnderWay, type RunTask, slots, type ToRun } from './run-link.ts';

/** Wall time between two looks of the server at a run, in ms. */
const tellMs = 40;
/** Simulations of one run that are shown; the others run unseen. */
const mostSimulations = 64;

/** The thread of a watched run: computes in turns and serves its port between them, also when the scenario never returns to the event loop. */
class RunThread {
  readonly #port = parentPort!;
  readonly #task = workerData as RunTask;
  readonly #gate: RunGate;
  readonly #sims: Array<{ readonly sim: Simulation; readonly recorder: Recorder }> = [];
  #watched: ReadonlyArray<{ readonly sim: number; readonly actor: string }> = [];
  readonly #lastStates = new Map<string, string>();
  #seen = 0;
  #toldMs = 0;
  #produced = 0;

  constructor() {
    const { shared, paused, until } = this.#task;
    this.#gate = new RunGate(
      {
        clock: () => performance.now(),
        sleep: (ms) => void Atomics.wait(shared, slots.inbox, this.#seen, ms),
        hasMail: () => Atomics.load(shared, slots.inbox) !== this.#seen,
        serve: (urgent) => this.#serve(urgent),
      },
      paused,
      until,
    );
  }

  async run(): Promise<void> {
    this.#port.on('message', (order: ToRun) => {
      this.#obey(order);
      this.#tell();
    });
    watchSimulations((sim) => this.#attach(sim));
    const freed = freeResources(this.#task.free ?? []);
    try {
      const scenario = await loadScenario(this.#task.scenario);
      const resolved = resolveParams(scenario, this.#task.params);
      this.#post({ kind: 'began', params: paramsToJson(scenario, resolved), seed: resolved.reserved.seed });
      const report = await runScenario(scenario, resolved, {
        onProgress: (fraction) => {
          this.#gate.progress = Number.isFinite(fraction) ? fraction : null;
        },
      });
      this.#gate.progress = 1;
      this.#end();
      this.#post({ kind: 'finished', report, unused: freed.unused() });
    } catch (error) {
      this.#end();
      const message = error instanceof Error ? error.message : String(error);
      this.#post({ kind: 'failed', message: message.slice(0, 1000) });
    }
  }

  /** Sends what is recorded so far and where the run is. */
  #end(): void {
    for (const { recorder } of this.#sims) recorder.finish();
    this.#tell();
  }

  #attach(sim: Simulation): void {
    if (this.#sims.length >= mostSimulations) return;
    const number = this.#sims.length + 1;
    // The one before is over, or stands still inside of the program: what it told belongs to the server.
    this.#sims.at(-1)?.recorder.flush();
    this.#post({ kind: 'sim', sim: number, tickPs: picosecondsPerTick[sim.resolution] });
    const target: ChunkTarget = { take: (chunk) => this.#send(number, chunk), finish: () => undefined };
    this.#sims.push({ sim, recorder: new Recorder(sim, target, { chunkBytes }).start() });
    this.#gate.attach(sim, number);
  }

  #send(sim: number, { words, length, definitions }: TraceChunk): Uint32Array {
    const sent = words.slice(0, length);
    this.#post({ kind: 'chunk', sim, chunk: { words: sent, length, definitions }, wallMs: Date.now() }, [sent.buffer]);
    const { shared } = this.#task;
    Atomics.store(shared, slots.produced, ++this.#produced | 0);
    // Memory is bounded: who tells faster than the store listens waits for the store, never for a viewer.
    for (;;) {
      const consumed = Atomics.load(shared, slots.consumed);
      if (((this.#produced - consumed) | 0) < mostUnderWay) return words;
      Atomics.wait(shared, slots.consumed, consumed, 1000);
    }
  }

  #serve(urgent: boolean): void {
    const { shared } = this.#task;
    let heard = false;
    if (Atomics.load(shared, slots.inbox) !== this.#seen) {
      this.#seen = Atomics.load(shared, slots.inbox);
      for (let mail = receiveMessageOnPort(this.#port); mail !== undefined; mail = receiveMessageOnPort(this.#port)) {
        this.#obey(mail.message as ToRun);
        heard = true;
      }
    }
    if (urgent || heard || performance.now() - this.#toldMs >= tellMs) this.#tell();
  }

  #obey(order: ToRun): void {
    if (order.kind === 'world') {
      const { sim, actor, id } = order;
      this.#post({ kind: 'world', id, look: lookAtActor(this.#sims[sim - 1]?.sim, actor) });
    } else if (order.kind === 'watch') {
      this.#watched = order.actors;
      this.#lastStates.clear();
    } else this.#gate.order(order);
  }

  #tell(): void {
    this.#toldMs = performance.now();
    this.#sims.at(-1)?.recorder.flush();
    this.#post({ kind: 'position', position: this.#gate.position });
    for (const { sim, actor } of this.#watched) {
      const { found, at, state } = this.#stateOf(sim, actor);
      const key = `${sim} ${actor}`;
      const text = found ? JSON.stringify(state) : '';
      if (this.#lastStates.get(key) === text) continue;
      this.#lastStates.set(key, text);
      this.#post({ kind: 'state', sim, actor, at, state: found ? state : null });
    }
  }

  #stateOf(number: number, path: string): { found: boolean; at: number; state: unknown } {
    const sim = this.#sims[number - 1]?.sim;
    const ref = sim?.actor(path);
    if (sim === undefined || ref === undefined) return { found: false, at: sim?.now ?? 0, state: null };
    return { found: true, at: sim.now, state: publicState(sim.stateOf(ref)) };
  }

  #post(message: FromRun, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}

process.on('uncaughtException', (error) => {
  parentPort?.postMessage({ kind: 'failed', message: error.message.slice(0, 1000) } satisfies FromRun);
});
await new RunThread().run();
