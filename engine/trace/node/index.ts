export { FileTarget, type TraceFileOptions, type TraceFileReport, type WriteBytes } from './file-target.ts';
export { readTraceFile } from './read-trace-file.ts';
export { ThreadTarget, type ThreadTargetOptions } from './thread-target.ts';
export { TraceFile } from './trace-file.ts';
