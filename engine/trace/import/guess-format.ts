import { importErrors } from './errors.ts';

/** Formats told apart by their first bytes. */
export type TraceFormat = 'chakra' | 'json';

/** Tells what a file is from its first bytes (64 are enough). Throws TRACE_NOT_THIS_FORMAT, naming what it looks like. */
export function guessFormat(file: string, head: Uint8Array): TraceFormat {
  const refuse = (looks: string, remedy: string): never => {
    throw importErrors.create('TRACE_NOT_THIS_FORMAT', { file, looks, remedy });
  };
  const give = 'Give a Chakra trace (name.0.et) or a PyTorch profiler trace (.json, .json.gz).';
  if (head.length === 0) refuse('an empty file', give);
  const text = new TextDecoder()
    .decode(head)
    .replace(/^\ufeff/, '')
    .trimStart();
  if (text.startsWith('{') || text.startsWith('[')) return 'json';
  if (head[0] === 0x50 && head[1] === 0x4b) refuse('a zip archive', 'Unpack it first.');
  if (text.startsWith('PAR1')) refuse('a Parquet table', give);
  if (text.startsWith('SQLite format')) refuse('an SQLite database, such as one of Nsight Systems', give);
  if (text.startsWith('\u007fELF')) refuse('a program', give);
  if (isChakraHead(head)) return 'chakra';
  if (isPerfettoHead(head))
    refuse('a Perfetto trace', "It is a result, not a workload: read it with 'escapement export'.");
  return refuse(/^[\t\n\r -~]+$/.test(text) ? 'plain text' : 'unknown binary data', give);
}

/** A Chakra file begins with the length of its metadata, a message of fields 1 and 2 that are delimited; it may be empty. */
function isChakraHead(head: Uint8Array): boolean {
  const size = head[0] as number;
  if (size === 0) return head.length === 1 || (head[1] as number) > 0;
  const first = size < 0x80 ? head[1] : head[2];
  return first === undefined || first === 0x0a || first === 0x12;
}

function isPerfettoHead(head: Uint8Array): boolean {
  return head[0] === 0x0a;
}
