import { closeSync, openSync, writeSync } from 'node:fs';
import { ChromeWriter, PerfettoWriter } from '../formats/index.ts';
import { FormatConsumer } from '../record/format-consumer.ts';
import type { ChunkTarget } from '../record/recorder.ts';
import type { TraceChunk } from '../record/trace-chunk.ts';
import { type TraceConsumer, TraceDecoder } from '../record/trace-decoder.ts';

export interface TraceFileOptions {
  readonly file: string;
  /** Default `perfetto`. Chrome JSON suits small traces: it is read whole. */
  readonly format?: 'perfetto' | 'chrome' | undefined;
  /** Of a tick of the simulation. */
  readonly picosecondsPerTick: number;
  /** What a nanosecond of the file stands for; `ps` shows cells and caches a thousand times enlarged. Default `ns`. */
  readonly unit?: 'ns' | 'ps' | undefined;
  /** Whether tasks carry the numbers that analysis needs. Default true. */
  readonly ids?: boolean | undefined;
}

/** How a recording ended. */
export interface TraceFileReport {
  readonly file: string;
  /** Tasks in the file. */
  readonly tasks: number;
  readonly bytes: number;
  /** Why and how much of the recording is not in the file, e.g. because the disk is full; undefined when it is whole. */
  readonly lost: string | undefined;
}

/** The system call; stood in for in tests of a full disk. */
export type WriteBytes = (file: number, bytes: Uint8Array, offset: number, length: number) => number;

/**
 * A recording as a file, written as it goes on. Of a Perfetto file only whole packets are written: what is there can be read at any moment,
 * also after the process was killed. A recording without anything in it makes no file. When the disk refuses, recording ends, the run goes on, and the report says what is missing.
 */
export class FileTarget implements ChunkTarget {
  readonly #options: TraceFileOptions;
  readonly #decoder: TraceDecoder;
  readonly #drain: (use: (bytes: Uint8Array) => void) => void;
  readonly #finish: () => void;
  readonly #write: WriteBytes;
  #file: number | undefined = undefined;
  #isOpen = true;
  #bytes = 0;
  #tasks = 0;
  #lost: string | undefined = undefined;
  #lostTasks = 0;

  constructor(options: TraceFileOptions, write: WriteBytes = writeSync) {
    const { picosecondsPerTick, unit = 'ns', ids, format = 'perfetto' } = options;
    this.#options = options;
    this.#write = write;
    let consumer: TraceConsumer;
    if (format === 'chrome') {
      const texts: string[] = [];
      const perTick = unit === 'ps' ? 1000 * picosecondsPerTick : picosecondsPerTick;
      const writer = new ChromeWriter({ write: (text) => void texts.push(text), picosecondsPerTick: perTick });
      consumer = new FormatConsumer(writer, { ids });
      this.#finish = () => writer.finish();
      this.#drain = (use) => use(new TextEncoder().encode(texts.splice(0).join('')));
    } else {
      const writer = new PerfettoWriter({ picosecondsPerTick, unit });
      consumer = new FormatConsumer(writer, { ids });
      this.#finish = () => writer.finish();
      this.#drain = (use) => writer.drain(use);
    }
    this.#decoder = new TraceDecoder([consumer]);
  }

  take(chunk: TraceChunk): Uint32Array {
    const before = this.#decoder.tasks;
    this.#decoder.read(chunk);
    const begun = this.#decoder.tasks - before;
    this.#drain((bytes) => this.#append(bytes));
    if (!this.#isOpen) this.#lostTasks += begun;
    else this.#tasks += begun;
    return chunk.words;
  }

  finish(): void {
    this.#finish();
    this.#drain((bytes) => this.#append(bytes));
    this.#close();
  }

  report(): TraceFileReport {
    const lost = this.#lost === undefined ? undefined : `${this.#lost}; about ${this.#lostTasks} tasks are missing`;
    return { file: this.#options.file, tasks: this.#tasks, bytes: this.#bytes, lost };
  }

  #append(bytes: Uint8Array): void {
    if (!this.#isOpen || bytes.length === 0) return;
    try {
      this.#file ??= openSync(this.#options.file, 'w');
      for (let at = 0; at < bytes.length; ) {
        const written = this.#write(this.#file, bytes, at, bytes.length - at);
        at += written;
        this.#bytes += written;
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#lost = `recording ended after ${this.#bytes} bytes: ${reason}`;
      this.#close();
    }
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#isOpen = false;
  }
}
