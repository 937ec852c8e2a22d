import { closeSync, openSync, writeSync } from 'node:fs';
import { PerfettoWriter } from '../formats/index.ts';
import { FormatConsumer } from '../record/format-consumer.ts';
import type { ChunkTarget } from '../record/recorder.ts';
import type { TraceChunk } from '../record/trace-chunk.ts';
import { TraceDecoder } from '../record/trace-decoder.ts';

export interface TraceFileOptions {
  readonly file: string;
  /** Of a tick of the simulation. */
  readonly picosecondsPerTick: number;
  /** What a nanosecond of the file stands for; see `PerfettoWriter`. Default `ns`. */
  readonly unit?: 'ns' | 'ps' | undefined;
  /** Whether tasks carry the numbers that analysis needs. Default true. */
  readonly ids?: boolean | undefined;
}

/** How a recording ended. */
export interface TraceFileReport {
  readonly file: string;
  readonly tasks: number;
  readonly bytes: number;
  /** Why the rest of the recording is not in the file, e.g. a full disk, and how much of it; undefined when it is whole. */
  readonly lost: string | undefined;
}

/**
 * A recording as a Perfetto file, written whole packets at a time: what is in the file can be read at any moment, also after the process
 * was killed. When the disk refuses, recording ends and the run goes on.
 */
export class FileTarget implements ChunkTarget {
  readonly #options: TraceFileOptions;
  readonly #writer: PerfettoWriter;
  readonly #decoder: TraceDecoder;
  readonly #write: typeof writeSync;
  #file: number | undefined;
  #bytes = 0;
  #tasks = 0;
  #lost: string | undefined = undefined;
  #lostTasks = 0;

  /** Opens the file; throws the system's error when that fails. `write` stands in for the system's in tests of a full disk. */
  constructor(options: TraceFileOptions, write: typeof writeSync = writeSync) {
    const { picosecondsPerTick, unit = 'ns', ids } = options;
    this.#options = options;
    this.#write = write;
    this.#writer = new PerfettoWriter({ picosecondsPerTick, unit });
    this.#decoder = new TraceDecoder([new FormatConsumer(this.#writer, { ids })]);
    this.#file = openSync(options.file, 'w');
  }

  take(chunk: TraceChunk): Uint32Array {
    const before = this.#decoder.tasks;
    this.#decoder.read(chunk);
    const begun = this.#decoder.tasks - before;
    if (this.#file === undefined) this.#lostTasks += begun;
    else this.#tasks += begun;
    this.#writer.drain((bytes) => this.#append(bytes));
    return chunk.words;
  }

  finish(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  report(): TraceFileReport {
    const lost = this.#lost === undefined ? undefined : `${this.#lost}; ${this.#lostTasks} tasks after it are missing`;
    return { file: this.#options.file, tasks: this.#tasks, bytes: this.#bytes, lost };
  }

  #append(bytes: Uint8Array): void {
    if (this.#file === undefined) return;
    try {
      for (let at = 0; at < bytes.length; ) {
        const written = this.#write(this.#file, bytes, at, bytes.length - at);
        at += written;
        this.#bytes += written;
      }
    } catch (error) {
      this.#lost = `recording ended after ${this.#bytes} bytes: ${error instanceof Error ? error.message : String(error)}`;
      this.finish();
    }
  }
}
