import { parentPort } from 'node:worker_threads';
import { SimError } from '../../engine/index.ts';
import { ChromeWriter, PerfettoWriter } from '../../engine/trace/formats/index.ts';
import { FormatConsumer, type TraceChunk, type TraceConsumer, TraceDecoder } from '../../engine/trace/index.ts';
import type { AnalysisAnswer, FromAnalysis, Question, ToAnalysis } from './analysis-link.ts';
import { type FullTable, FullTableConsumer } from './analysis-table.ts';
import { answerQuestion } from './answer-question.ts';
import { liveErrors } from './errors.ts';

/** Memory of recorded chunks of one run; beyond, the trace belongs into a file. */
const mostBytes = 128 << 20;

interface Recording {
  readonly tickPs: number;
  readonly chunks: TraceChunk[];
  table: FullTable | undefined;
  tableChunks: number;
}

/** Keeps what a run has told, as it was told, and answers questions about all of it in a thread of its own. */
class AnalysisThread {
  #sims = new Map<number, Recording>();
  #bytes = 0;
  #isWhole = true;

  hear(message: Exclude<ToAnalysis, { kind: 'ask' }>): void {
    switch (message.kind) {
      case 'reset':
        this.#sims = new Map();
        this.#bytes = 0;
        this.#isWhole = true;
        return;
      case 'sim':
        this.#sims.set(message.sim, { tickPs: message.tickPs, chunks: [], table: undefined, tableChunks: 0 });
        return;
      case 'chunk': {
        this.#bytes += 4 * message.chunk.length;
        if (this.#bytes > mostBytes && this.#isWhole) {
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

  answer(question: Question): AnalysisAnswer {
    if (!this.#isWhole)
      throw liveErrors.create('LIVE_TRACE', {
        problem: `the trace is larger than the ${mostBytes >> 20} MiB that are kept for questions`,
        hint: 'Record it: escapement run --trace run.pftrace, then escapement analyze run.pftrace.',
      });
    const number = question.sim === 0 ? this.#sims.size : question.sim;
    const recording = this.#sims.get(number);
    if (recording === undefined)
      throw liveErrors.create('LIVE_TRACE', {
        problem: 'there is no such simulation yet',
        hint: 'Wait until the run has begun.',
      });
    if (question.kind === 'export') return { kind: 'bytes', bytes: exportTrace(recording, question.format) };
    return answerQuestion(this.#tableOf(recording), question);
  }

  #tableOf(recording: Recording): FullTable {
    if (recording.table === undefined || recording.tableChunks !== recording.chunks.length) {
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

const thread = new AnalysisThread();
parentPort?.on('message', (message: ToAnalysis) => {
  if (message.kind !== 'ask') {
    thread.hear(message);
    return;
  }
  let answer: AnalysisAnswer;
  try {
    answer = thread.answer(message.question);
  } catch (error) {
    answer =
      error instanceof SimError
        ? { kind: 'error', code: error.code, message: error.message, hint: '' }
        : { kind: 'error', code: 'LIVE_TRACE', message: String(error), hint: 'Please report it.' };
  }
  const reply: FromAnalysis = { id: message.id, answer };
  parentPort?.postMessage(reply, answer.kind === 'bytes' ? [answer.bytes.buffer] : []);
});
