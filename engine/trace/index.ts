export {
  type Blocking,
  type Bottleneck,
  type Breakdown,
  bottlenecks,
  breakdown,
  type Classify,
  type CounterTrack,
  type CounterUse,
  type CriticalPath,
  classifyLibrary,
  collectTrace,
  counterUse,
  criticalPath,
  type Exposed,
  exposedCommunication,
  type LinkTraffic,
  linkTraffic,
  type PathPiece,
  type RowUse,
  rowUse,
  type Straggler,
  stragglers,
  TableBuilder,
  TableSink,
  type TableWindow,
  TraceTable,
  tableOfPerfetto,
  topBlocking,
  type WorkClass,
  whatIfFree,
  windowTable,
} from './analysis/index.ts';
export { type CheckedTraces, checkTraces } from './check-traces.ts';
export { FormatConsumer } from './record/format-consumer.ts';
export {
  type CounterItem,
  type DetailItem,
  LevelsOfDetail,
  type LevelsOptions,
} from './record/levels-of-detail.ts';
export { type ChunkTarget, DirectTarget, Recorder, type RecorderOptions } from './record/recorder.ts';
export type { CounterLabel, TaskLabel, TraceChunk, WaitLabel } from './record/trace-chunk.ts';
export { type TraceConsumer, TraceDecoder, type TraceRow } from './record/trace-decoder.ts';

export {
  checkTrace,
  TaskChecker,
  type TraceProblem,
  type TraceProblemCode,
  type TraceReport,
} from './task-checker.ts';
