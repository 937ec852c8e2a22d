import type { ChunkTarget } from '../record/recorder.ts';
import type { TraceChunk } from '../record/trace-chunk.ts';
import { FileTarget, type TraceFileReport } from './file-target.ts';
import { ThreadTarget, type ThreadTargetOptions } from './thread-target.ts';

/** Words of a chunk from which on it counts as full: what follows is worth a thread. */
const nearlyFull = 64;

/** A recording as a file: written by the simulation itself while it fits into one chunk, from the first full chunk on by a thread. */
export class TraceFile implements ChunkTarget {
  readonly #options: ThreadTargetOptions;
  #target: FileTarget | ThreadTarget | undefined = undefined;

  constructor(options: ThreadTargetOptions) {
    this.#options = options;
  }

  take(chunk: TraceChunk): Uint32Array {
    this.#target ??=
      chunk.length + nearlyFull > chunk.words.length ? new ThreadTarget(this.#options) : new FileTarget(this.#options);
    return this.#target.take(chunk);
  }

  finish(): void {
    this.#target?.finish();
  }

  report(): TraceFileReport {
    return this.#target?.report() ?? { file: this.#options.file, tasks: 0, bytes: 0, lost: undefined };
  }
}
