export { type ChromeOptions, ChromeWriter, chromeSizeLimit } from './chrome-writer.ts';
export { CsvWriter } from './csv-writer.ts';
export { formatErrors } from './errors.ts';
export { type LaneChoice, Lanes } from './lanes.ts';
export { PerfettoReader, type PerfettoReadOptions, type PerfettoSummary, readPerfetto } from './perfetto-reader.ts';
export { type PerfettoOptions, PerfettoWriter } from './perfetto-writer.ts';
export { type SpeedscopeOptions, SpeedscopeWriter } from './speedscope-writer.ts';
export { type Cell, type TableColumn, type TableName, TableSink, type TableWriter, traceTables } from './tables.ts';
export {
  type Annotations,
  type AnnotationValue,
  type EventDetails,
  type TraceSink,
  type TraceTrack,
  waitCategory,
} from './trace-sink.ts';
export { checkPerfetto, type TrackCheck, TrackChecker, type TrackProblem } from './track-checker.ts';
