import { Worker } from 'node:worker_threads';
import { type FromRun, type RunTask, slots, type ToRun } from './run-link.ts';

/** The server's end of a run that computes in a thread of its own. */
export class RunHost {
  readonly #worker: Worker;
  readonly #shared = new Int32Array(new SharedArrayBuffer(16));
  #isOver = false;

  /** Starts the run; `hear` is told what it says, until `stop`. */
  constructor(task: Omit<RunTask, 'shared'>, hear: (message: FromRun) => void) {
    const shared = this.#shared;
    this.#worker = new Worker(new URL('./run-thread.js', import.meta.url), {
      workerData: { ...task, shared } satisfies RunTask,
    });
    this.#worker.on('message', (message: FromRun) => {
      if (this.#isOver) return;
      hear(message);
      if (message.kind !== 'chunk') return;
      Atomics.add(shared, slots.consumed, 1);
      Atomics.notify(shared, slots.consumed);
    });
    const fail = (message: string): void => {
      if (!this.#isOver) hear({ kind: 'failed', message });
    };
    this.#worker.on('error', (error) => fail(error.message));
    this.#worker.on('exit', (code) => fail(`the thread of the run ended with ${code}`));
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
