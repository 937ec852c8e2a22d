import { ChromeWriter, PerfettoWriter } from '../../engine/trace/formats/index.ts';
import {
  FormatConsumer,
  type TraceChunk,
  type TraceConsumer,
  TraceDecoder,
  type TraceTable,
} from '../../engine/trace/index.ts';
import type { AnalysisAnswer, ArchiveMessage, Question } from './analysis-link.ts';
import { type FullTable, FullTableConsumer } from './analysis-table.ts';
import { answerQuestion, querySources } from './answer-question.ts';
import { liveErrors } from './errors.ts';
import { parseQuery } from './query-language.ts';

/** Memory of recorded chunks of one run; beyond, the trace belongs into a file. */
const defaultBytes = 128 << 20;

interface Recording {
  readonly tickPs: number;
  readonly chunks: TraceChunk[];
  table: FullTable | undefined;
  tableChunks: number;
}

/** Keeps what a run has told, as it was told, and answers questions about all of it, as long as it fits into the memory given. */
export class TraceArchive {
  readonly #mostBytes: number;
  readonly #sims = new Map<number, Recording>();
  #bytes = 0;
  #isWhole = true;

  constructor(mostBytes = defaultBytes) {
    this.#mostBytes = mostBytes;
  }

  /** The archive of a trace that was read: it has no arrows, no notes and nothing to export. */
  static of(table: TraceTable): TraceArchive {
    const archive = new TraceArchive();
    const full = {
      table,
      indexOf: new Map<number, number>(),
      numbers: [],
      notes: new Map<number, never>(),
      flows: new Map<number, never>(),
    };
    archive.#sims.set(1, { tickPs: table.picosecondsPerTick, chunks: [], table: full, tableChunks: 0 });
    return archive;
  }

  /** Bytes of recorded chunks that are held. */
  get bytes(): number {
    return this.#isWhole ? this.#bytes : 0;
  }

  hear(message: ArchiveMessage): void {
    switch (message.kind) {
      case 'sim':
        this.#sims.set(message.sim, { tickPs: message.tickPs, chunks: [], table: undefined, tableChunks: 0 });
        return;
      case 'chunk': {
        this.#bytes += 4 * message.chunk.length;
        if (this.#bytes > this.#mostBytes && this.#isWhole) {
          this.#isWhole = false;
          for (const recording of this.#sims.values()) {
            recording.chunks.length = 0;
            recording.table = undefined;
          }
        }
        if (this.#isWhole) this.#sims.get(message.sim)?.chunks.push(message.chunk);
        return;
      }
      default:
        message satisfies never;
    }
  }

  /** Throws LIVE_TRACE when there is no such simulation or its trace did not fit, LIVE_REQUEST, LIVE_CONDITION. */
  answer(question: Exclude<Question, { kind: 'compare' | 'load' }>): AnalysisAnswer {
    const recording = this.#recording(question.sim);
    // A table of the whole trace is made for questions that can be read only.
    if (question.kind === 'query') parseQuery(question.text, querySources);
    if (question.kind === 'export') return { kind: 'bytes', bytes: exportTrace(recording, question.format) };
    return answerQuestion(this.#tableOf(recording), question);
  }

  /** All of simulation `sim` so far, 0 for the newest. Throws LIVE_TRACE. */
  table(sim: number): FullTable {
    return this.#tableOf(this.#recording(sim));
  }

  #recording(sim: number): Recording {
    if (!this.#isWhole)
      throw liveErrors.create('LIVE_TRACE', {
        problem: `the trace is larger than the ${this.#mostBytes >> 20} MiB that are kept for questions`,
        hint: 'Record it: escapement run --trace run.pftrace, then escapement analyze run.pftrace.',
      });
    const number = sim === 0 ? this.#sims.size : sim;
    const recording = this.#sims.get(number);
    if (recording === undefined)
      throw liveErrors.create('LIVE_TRACE', {
        problem: 'there is no such simulation yet',
        hint: 'Wait until the run has begun.',
      });
    return recording;
  }

  #tableOf(recording: Recording): FullTable {
    if (recording.table === undefined || recording.tableChunks !== recording.chunks.length) {
      // The table before goes first: two of them are twice the memory.
      recording.table = undefined;
      const consumer = new FullTableConsumer(recording.tickPs);
      decode(recording.chunks, consumer);
      recording.table = consumer.finish();
      recording.tableChunks = recording.chunks.length;
    }
    return recording.table;
  }
}

function decode(chunks: readonly TraceChunk[], consumer: TraceConsumer): void {
  const decoder = new TraceDecoder([consumer]);
  for (const chunk of chunks) decoder.read(chunk);
}

function exportTrace({ chunks, tickPs }: Recording, format: 'pftrace' | 'json'): Uint8Array<ArrayBuffer> {
  if (format === 'json') {
    const texts: string[] = [];
    const writer = new ChromeWriter({ write: (text) => void texts.push(text), picosecondsPerTick: tickPs });
    decode(chunks, new FormatConsumer(writer));
    writer.finish();
    return new TextEncoder().encode(texts.join(''));
  }
  const writer = new PerfettoWriter({ picosecondsPerTick: tickPs });
  decode(chunks, new FormatConsumer(writer));
  writer.finish();
  const parts: Uint8Array[] = [];
  writer.drain((bytes) => parts.push(bytes.slice()));
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
