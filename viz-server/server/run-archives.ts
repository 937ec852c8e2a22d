import { SimError } from '../../engine/index.ts';
import { tableOfPerfetto } from '../../engine/trace/index.ts';
import type { AnalysisAnswer, Question, ToAnalysis } from './analysis-link.ts';
import { compareTables } from './compare-tables.ts';
import { liveErrors } from './errors.ts';
import { TraceArchive } from './trace-archive.ts';

/** Memory of the recordings of all runs; beyond, the oldest that is not watched goes. */
const mostBytes = 256 << 20;

/** The recordings of several runs: answers questions about the watched one, and compares any two. */
export class RunArchives {
  readonly #runs = new Map<number, TraceArchive>();
  readonly #mostBytes: number;
  #watched = 0;

  constructor(bytes = mostBytes) {
    this.#mostBytes = bytes;
  }

  hear(message: Exclude<ToAnalysis, { kind: 'ask' }>): void {
    const { run } = message;
    switch (message.kind) {
      case 'begin':
        this.#runs.set(run, new TraceArchive());
        if (message.isWatched) this.#watched = run;
        return;
      case 'forget':
        this.#runs.delete(run);
        return;
      case 'sim':
        this.#runs.get(run)?.hear(message);
        return;
      case 'chunk':
        this.#runs.get(run)?.hear(message);
        this.#makeRoom(run);
        return;
      default:
        message satisfies never;
    }
  }

  /** Throws LIVE_TRACE when the trace is not held, LIVE_REQUEST, LIVE_CONDITION. */
  answer(question: Question): AnalysisAnswer {
    switch (question.kind) {
      case 'compare': {
        const { sim, before, after } = question;
        return compareTables(this.#archive(before).table(sim), this.#archive(after).table(sim), question);
      }
      case 'load':
        return this.#load(question.run, question.bytes);
      default:
        return this.#archive(this.#watched).answer(question);
    }
  }

  #load(run: number, bytes: Uint8Array): AnalysisAnswer {
    try {
      const table = tableOfPerfetto(bytes);
      if (table.tasks === 0)
        throw liveErrors.create('LIVE_TRACE', { problem: 'there is no task in it', hint: 'Load a recorded run.' });
      this.#runs.set(run, TraceArchive.of(table));
      return { kind: 'value', value: { tasks: table.tasks, makespanPs: table.makespan, cut: table.cut } };
    } catch (error) {
      if (error instanceof SimError && error.code === 'LIVE_TRACE') throw error;
      throw liveErrors.create('LIVE_TRACE', {
        problem: `it is no Perfetto trace: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`,
        hint: 'Load a .pftrace file; escapement run --trace makes one.',
      });
    }
  }

  #archive(run: number): TraceArchive {
    const archive = this.#runs.get(run);
    if (archive !== undefined) return archive;
    throw liveErrors.create('LIVE_TRACE', {
      problem: run === 0 ? 'there is no run yet' : `the trace of run ${run} is no longer held`,
      hint: run === 0 ? 'Start one.' : 'Run it again, or load its file.',
    });
  }

  #makeRoom(newest: number): void {
    let bytes = 0;
    for (const archive of this.#runs.values()) bytes += archive.bytes;
    for (const [run, archive] of this.#runs) {
      if (bytes <= this.#mostBytes) return;
      if (run === this.#watched || run === newest) continue;
      bytes -= archive.bytes;
      this.#runs.delete(run);
    }
  }
}
