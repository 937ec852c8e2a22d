export { type CheckedTraces, checkTraces } from './check-traces.ts';
export {
  checkTrace,
  TraceChecker,
  type TraceProblem,
  type TraceProblemCode,
  type TraceReport,
} from './trace-checker.ts';
