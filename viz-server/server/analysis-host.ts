import { Worker } from 'node:worker_threads';
import type { AnalysisAnswer, FromAnalysis, Question, ToAnalysis } from './analysis-link.ts';

/** Questions that may wait at once. */
const mostPending = 32;
const defaultMs = 10_000;

/** The server's end of the thread that analyses: whatever is asked there, sockets and run go on. */
export class AnalysisHost {
  #worker: Worker | undefined = undefined;
  readonly #pending = new Map<number, (answer: AnalysisAnswer) => void>();
  #questions = 0;
  /** The thread has failed, and what was recorded is gone with it. */
  #isLost = false;

  /** Passes on what a run told; chunks are given away. */
  hear(message: Exclude<ToAnalysis, { kind: 'ask' }>): void {
    if (message.kind === 'begin' && message.isWatched) this.#isLost = false;
    if (this.#isLost) return;
    this.#thread().postMessage(message, message.kind === 'chunk' ? [message.chunk.words.buffer as ArrayBuffer] : []);
  }

  /** Asks; never rejects. After `maxMs` the answer is a refusal, and the thread goes on with the next question when it is done. */
  ask(question: Question, maxMs = defaultMs): Promise<AnalysisAnswer> {
    if (this.#isLost) return Promise.resolve(refusal('the thread that analyses has failed'));
    if (this.#pending.size >= mostPending) return Promise.resolve(refusal('too many questions wait for an answer'));
    const id = ++this.#questions;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(refusal(`the question takes longer than ${maxMs} ms`)), maxMs);
      this.#pending.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#thread().postMessage(
        { kind: 'ask', id, question } satisfies ToAnalysis,
        question.kind === 'load' ? [question.bytes.buffer] : [],
      );
    });
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#drop('the server closes');
    await worker?.terminate();
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL('./analysis-thread.js', import.meta.url));
    worker.on('message', ({ id, answer }: FromAnalysis) => {
      const resolve = this.#pending.get(id);
      this.#pending.delete(id);
      resolve?.(answer);
    });
    worker.on('error', (error) => {
      this.#isLost = true;
      this.#drop(error.message);
    });
    this.#worker = worker;
    return worker;
  }

  #drop(reason: string): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const resolve of waiting) resolve(refusal(reason));
  }
}

function refusal(problem: string): AnalysisAnswer {
  return {
    kind: 'error',
    code: 'LIVE_TRACE',
    message: problem,
    hint: 'Ask for less, or record the run with --trace and use escapement analyze.',
  };
}
