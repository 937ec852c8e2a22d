import { closeSync, openSync, readSync } from 'node:fs';
import { TableSink, type TraceTable } from '../analysis/index.ts';
import { PerfettoReader, type PerfettoSummary } from '../formats/index.ts';

const pieceBytes = 1 << 20;

/** Reads a Perfetto file piece by piece, up to its last whole packet; times are picoseconds. Throws the system's errors, WIRE_MALFORMED. */
export function readTraceFile(file: string): { readonly table: TraceTable; readonly summary: PerfettoSummary } {
  const sink = new TableSink(1);
  const reader = new PerfettoReader(sink);
  const open = openSync(file, 'r');
  try {
    const piece = new Uint8Array(pieceBytes);
    for (let read = readSync(open, piece); read > 0; read = readSync(open, piece)) reader.push(piece.slice(0, read));
  } finally {
    closeSync(open);
  }
  const summary = reader.finish();
  return { table: sink.table(), summary };
}
