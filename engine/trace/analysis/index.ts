export { type Blocking, topBlocking } from './blocking.ts';
export { type Bottleneck, bottlenecks } from './bottlenecks.ts';
export {
  type Breakdown,
  breakdown,
  type Classify,
  classifyLibrary,
  type Exposed,
  exposedCommunication,
  type WorkClass,
} from './breakdown.ts';
export { collectTrace, TableSink, tableOfPerfetto } from './collect.ts';
export { type CriticalPath, criticalPath, type PathPiece } from './critical-path.ts';
export { type Straggler, stragglers } from './stragglers.ts';
export { type CounterTrack, TableBuilder, TraceTable } from './trace-table.ts';
export { type CounterUse, counterUse, type LinkTraffic, linkTraffic, type RowUse, rowUse } from './utilisation.ts';
export { whatIfFree } from './what-if-free.ts';
export { type TableWindow, windowTable } from './window-table.ts';
