export { type CheckedTraces, checkTraces } from './check-traces.ts';
export { FormatConsumer, type FormatConsumerOptions } from './record/format-consumer.ts';
export { type ChunkTarget, DirectTarget, Recorder, type RecorderOptions } from './record/recorder.ts';
export type { CounterLabel, TaskLabel, TraceChunk, TraceTrackLabel, WaitLabel } from './record/trace-chunk.ts';
export { type TraceConsumer, TraceDecoder, type TraceRow } from './record/trace-decoder.ts';
export { TraceEncoder } from './record/trace-encoder.ts';
export {
  checkTrace,
  TraceChecker,
  type TraceProblem,
  type TraceProblemCode,
  type TraceReport,
} from './trace-checker.ts';
