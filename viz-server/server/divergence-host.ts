import { Worker } from 'node:worker_threads';
import type { Parting } from '../protocol/index.ts';
import type { DivergenceAnswer, DivergenceTask } from './divergence-link.ts';
import { liveErrors } from './errors.ts';

/** Wall time that two runs side by side may take, in ms. */
const mostMs = 60_000;
const mostKept = 32;

/** Finds the first event in which two runs part, in a thread of its own: one pair at a time, and what was found is kept. */
export class DivergenceHost {
  readonly #kept = new Map<string, Promise<Parting>>();
  #worker: Worker | undefined = undefined;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** Rejects with LIVE_REQUEST when it takes too long, or one of the runs cannot be made. */
  find(task: DivergenceTask): Promise<Parting> {
    const key = JSON.stringify(task);
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const found = this.#last.then(() => this.#run(task));
    this.#last = found.catch(() => undefined);
    this.#kept.set(key, found);
    found.catch(() => this.#kept.delete(key));
    if (this.#kept.size > mostKept) this.#kept.delete([...this.#kept.keys()][0]!);
    return found;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  #run(task: DivergenceTask): Promise<Parting> {
    if (this.#isClosed) return Promise.reject(refusal('the server closes'));
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./divergence-thread.js', import.meta.url), { workerData: task });
      this.#worker = worker;
      const timer = setTimeout(() => end(refusal(`both runs have not parted within ${mostMs / 1000} s`)), mostMs);
      timer.unref();
      const end = (outcome: Parting | Error): void => {
        clearTimeout(timer);
        this.#worker = undefined;
        void worker.terminate();
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      worker.on('message', (answer: DivergenceAnswer) =>
        end(answer.kind === 'found' ? answer.value : refusal(answer.message)),
      );
      worker.on('error', (error) => end(refusal(error.message)));
      worker.on('exit', () => end(refusal('the server closes')));
    });
  }
}

function refusal(problem: string): Error {
  return liveErrors.create('LIVE_REQUEST', { problem: `the first difference is not known: ${problem}`, hint: '' });
}
