import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { ChunkTarget } from '../record/recorder.ts';
import type { TraceChunk } from '../record/trace-chunk.ts';
import type { TraceFileOptions, TraceFileReport } from './file-target.ts';
import { control, type ThreadRing } from './thread-ring.ts';

export interface ThreadTargetOptions extends TraceFileOptions {
  /** Memory for what is recorded and not yet written, in bytes; when it is full the simulation waits. Default 64 MiB. */
  readonly budgetBytes?: number;
}

/** As that of a `Recorder`. */
const chunkBytes = 1 << 18;
/** Milliseconds after which a thread that takes nothing is given up. */
const patience = 60_000;

/**
 * Hands chunks to a thread that encodes and writes them as `FileTarget` does, through memory shared with it: the simulation pays for its
 * own records only. It needs no event loop, so that a run may take as long as it likes. Memory is bounded: a simulation that is faster than
 * the disk waits for it.
 */
export class ThreadTarget implements ChunkTarget {
  readonly #ring: ThreadRing;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  #produced = 0;
  /** The slot being filled. */
  #slot = 0;
  #isLost = false;
  #report: TraceFileReport | undefined = undefined;
  /** Chunks for which the simulation had to wait. */
  stalls = 0;

  constructor(options: ThreadTargetOptions) {
    const slots = Math.max(2, Math.floor((options.budgetBytes ?? 64 << 20) / chunkBytes));
    const { port1, port2 } = new MessageChannel();
    const { budgetBytes: _, ...file } = options;
    this.#ring = {
      options: file,
      control: new Int32Array(new SharedArrayBuffer(4 * control.fields)),
      lengths: new Int32Array(new SharedArrayBuffer(4 * slots)),
      order: new Int32Array(new SharedArrayBuffer(4 * slots)),
      words: new Uint32Array(new SharedArrayBuffer(slots * chunkBytes)),
      slots,
      port: port2,
    };
    this.#port = port1;
    this.#worker = new Worker(new URL('./trace-thread.js', import.meta.url), {
      workerData: this.#ring,
      transferList: [port2],
      execArgv: [],
    });
    this.#worker.unref();
    port1.unref();
  }

  first(): Uint32Array {
    return this.#wordsOf(this.#slot);
  }

  take({ words, length, definitions }: TraceChunk): Uint32Array {
    const { control: shared, lengths, order, slots } = this.#ring;
    // The first chunk may have been filled before there was a thread.
    if (words.buffer !== this.#ring.words.buffer) this.#wordsOf(this.#slot).set(words.subarray(0, length));
    Atomics.store(lengths, this.#slot, length);
    order[this.#produced % slots] = this.#slot;
    this.#port.postMessage(definitions);
    this.#produced++;
    Atomics.store(shared, control.produced, this.#produced | 0);
    Atomics.notify(shared, control.produced);
    this.#await();
    // The lowest that is free: a few slots that stay in the processor's caches serve a thread that keeps up.
    this.#slot = Math.max(0, lengths.indexOf(0));
    return this.#wordsOf(this.#slot);
  }

  finish(): void {
    if (this.#report !== undefined) return;
    const { control: shared, options } = this.#ring;
    Atomics.store(shared, control.closing, 1);
    Atomics.notify(shared, control.produced);
    while (Atomics.load(shared, control.done) === 0 && !this.#isLost) this.#pause(control.done, 0);
    const message = receiveMessageOnPort(this.#port) as { message: TraceFileReport } | undefined;
    this.#report = message?.message ?? {
      file: options.file,
      tasks: 0,
      bytes: 0,
      lost: 'the thread that writes the trace does not answer; what the file holds can be read',
    };
    this.#port.close();
    void this.#worker.terminate();
  }

  /** How it ended; `finish` first. */
  report(): TraceFileReport {
    if (this.#report === undefined) this.finish();
    return this.#report as TraceFileReport;
  }

  /** Waits until a slot is free. */
  #await(): void {
    const { control: shared, slots } = this.#ring;
    let isFirst = true;
    while (!this.#isLost) {
      const consumed = Atomics.load(shared, control.consumed);
      if (((this.#produced - consumed) | 0) < slots) return;
      if (isFirst) this.stalls++;
      isFirst = false;
      this.#pause(control.consumed, consumed);
    }
  }

  #pause(field: number, value: number): void {
    if (Atomics.wait(this.#ring.control, field, value, patience) === 'timed-out') this.#isLost = true;
  }

  #wordsOf(slot: number): Uint32Array {
    const { words, slots } = this.#ring;
    const size = words.length / slots;
    return words.subarray(slot * size, (slot + 1) * size);
  }
}
