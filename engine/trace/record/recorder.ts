import type { Simulation, Time, TraceSink } from '../../kernel/index.ts';
import type { TraceChunk } from './trace-chunk.ts';
import { type TraceConsumer, TraceDecoder } from './trace-decoder.ts';
import { TraceEncoder } from './trace-encoder.ts';

/** What is recorded. */
export interface RecorderOptions {
  /** Kinds of tasks; all by default. Counters, arrows and instants are always recorded. */
  readonly kinds?: readonly string[] | undefined;
  /** Bytes of a chunk: what is recorded is passed on this much at a time. Default 256 KiB. */
  readonly chunkBytes?: number;
  /** Ticks from which, and up to which, things are recorded; tasks that began before are left out, those open at the end are cut there. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

/** Where full chunks go. `take` returns the words for the next one: the same again when it is done with them. */
export interface ChunkTarget {
  /** The words of the first chunk; without it the recorder makes them. */
  first?(): Uint32Array;
  take(chunk: TraceChunk): Uint32Array;
  /** The last chunk has been taken. */
  finish(): void;
}

/** A target that reads the chunks at once, in this thread: bounded memory, for browsers, tests and analysis. */
export class DirectTarget implements ChunkTarget {
  readonly decoder: TraceDecoder;

  constructor(...consumers: readonly TraceConsumer[]) {
    this.decoder = new TraceDecoder(consumers);
  }

  take(chunk: TraceChunk): Uint32Array {
    this.decoder.read(chunk);
    return chunk.words;
  }

  finish(): void {}
}

/**
 * Records what a simulation tells, from `start` to `stop`, any number of times; tasks that began while it was not recording are left out
 * as a whole. It cannot change the run, and without it nothing is paid.
 */
export class Recorder {
  readonly #sim: Simulation;
  readonly #target: ChunkTarget;
  readonly #encoder: TraceEncoder;
  readonly #sink: TraceSink;
  #stop: (() => void) | undefined = undefined;
  #finished = false;

  constructor(sim: Simulation, target: ChunkTarget, options: RecorderOptions = {}) {
    this.#sim = sim;
    this.#target = target;
    this.#encoder = new TraceEncoder({
      pathOf: (actor) => sim.trace.pathOf(actor),
      kinds: options.kinds,
      flush: (chunk) => target.take(chunk),
      words: target.first?.() ?? new Uint32Array((options.chunkBytes ?? 1 << 18) >>> 2),
    });
    const { from, until } = options;
    this.#sink =
      from === undefined && until === undefined
        ? this.#encoder
        : windowed(this.#encoder, from ?? 0, until ?? Number.POSITIVE_INFINITY, (at) => this.#encoder.cut(at));
  }

  get isRecording(): boolean {
    return this.#stop !== undefined;
  }

  /** Records from now on; harmless when it does already. */
  start(): this {
    this.#stop ??= this.#sim.trace.listen(this.#sink);
    return this;
  }

  /** Records no more for now: tasks that are open end here, as cut. */
  stop(): void {
    if (this.#stop === undefined) return;
    this.#stop();
    this.#stop = undefined;
    this.#encoder.cut(this.#sim.now);
  }

  /** Passes on what is written so far, for whoever looks on. */
  flush(): void {
    this.#encoder.flush();
  }

  /** Stops for good: tasks still open end now, as cut. Throws what taking a chunk threw; the run was not told. Harmless when called twice. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.stop();
    this.#encoder.flush();
    this.#target.finish();
    if (this.#encoder.failure !== undefined) throw this.#encoder.failure;
  }
}

/** Passes on what happens from `from` until `until`; `close` is called once, with the end, when something later is heard. */
function windowed(sink: TraceSink, from: number, until: number, close: (at: Time) => void): TraceSink {
  let isClosed = false;
  const lets = (at: number): boolean => {
    if (isClosed || at < from) return false;
    if (at < until) return true;
    isClosed = true;
    close(until as Time);
    return false;
  };
  return {
    taskBegins: (task, at, actor, kind, name, parent, lane) =>
      void (lets(at) && sink.taskBegins(task, at, actor, kind, name, parent, lane)),
    taskWaits: (task, at, cause, what, by) => void (lets(at) && sink.taskWaits(task, at, cause, what, by)),
    taskWorks: (task, at, by) => void (lets(at) && sink.taskWorks(task, at, by)),
    taskEnds: (task, at) => void (lets(at) && sink.taskEnds(task, at)),
    annotated: (task, key, value) => void (!isClosed && sink.annotated(task, key, value)),
    counted: (at, actor, name, value, unit) => void (lets(at) && sink.counted(at, actor, name, value, unit)),
    flowed: (at, source, to, name) => void (lets(at) && sink.flowed(at, source, to, name)),
    marked: (at, actor, name, task) => void (lets(at) && sink.marked(at, actor, name, task)),
  };
}
