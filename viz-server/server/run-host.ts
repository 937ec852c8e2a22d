import { Worker } from 'node:worker_threads';
import { type FromRun, type RunTask, slots, type ToRun } from './run-link.ts';

/** Wall time for what the run tells before sockets have their turn, in ms. */
const turnMs = 8;

/** The server's end of a run that computes in a thread of its own. */
export class RunHost {
  readonly #worker: Worker;
  readonly #shared = new Int32Array(new SharedArrayBuffer(16));
  readonly #hear: (message: FromRun) => void;
  /** What has come and not been heard. The run waits for its chunks to be taken, so that there are few. */
  readonly #queue: FromRun[] = [];
  #isDraining = false;
  #isOver = false;

  /** Starts the run; `hear` is told what it says, until `stop`. */
  constructor(task: Omit<RunTask, 'shared'>, hear: (message: FromRun) => void) {
    const shared = this.#shared;
    this.#worker = new Worker(new URL('./run-thread.js', import.meta.url), {
      workerData: { ...task, shared } satisfies RunTask,
    });
    this.#hear = hear;
    this.#worker.on('message', (message: FromRun) => {
      this.#queue.push(message);
      this.#drainSoon();
    });
    const fail = (message: string): void => {
      if (!this.#isOver) hear({ kind: 'failed', message });
    };
    this.#worker.on('error', (error) => fail(error.message));
    this.#worker.on('exit', (code) => fail(`the thread of the run ended with ${code}`));
  }

  // Messages of a port come hundreds in a row, before any socket or timer: so they are heard in turns.
  #drainSoon(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    setImmediate(() => {
      this.#isDraining = false;
      const ends = performance.now() + turnMs;
      while (!this.#isOver && performance.now() < ends) {
        const message = this.#queue.shift();
        if (message === undefined) return;
        this.#hear(message);
        if (message.kind !== 'chunk') continue;
        Atomics.add(this.#shared, slots.consumed, 1);
        Atomics.notify(this.#shared, slots.consumed);
      }
      if (!this.#isOver) this.#drainSoon();
    });
  }

  /** Says something to the run; it notices between two events. */
  tell(message: ToRun): void {
    this.#worker.postMessage(message);
    Atomics.add(this.#shared, slots.inbox, 1);
    Atomics.notify(this.#shared, slots.inbox);
  }

  /** Ends the run where it is. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#worker.terminate();
  }
}
