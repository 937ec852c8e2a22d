export { type EngineTimes, type IdleSpan, idleCauses, type SliceSpan } from './engine-account.ts';
export { dataflowErrors } from './errors.ts';
export { memoryTopology } from './memory-topology.ts';
export { checkProgram, type EngineKind, type Operation } from './operation.ts';
export {
  type DataflowMessage,
  type DataflowSpec,
  type DataflowState,
  dataflow,
  engineTimes,
  operationTimes,
} from './scheduler.ts';
