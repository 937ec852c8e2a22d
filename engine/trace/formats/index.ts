export { formatErrors } from './errors.ts';
export { PerfettoReader, type PerfettoReadOptions, type PerfettoSummary, readPerfetto } from './perfetto-reader.ts';
export { type PerfettoOptions, PerfettoWriter } from './perfetto-writer.ts';
export { checkPerfetto, type TraceCheck, TraceChecker, type TraceProblem } from './trace-checker.ts';
export {
  type Annotations,
  type AnnotationValue,
  type EventDetails,
  type TraceSink,
  type TraceTrack,
  waitCategory,
} from './trace-sink.ts';
