export { unpackedBytes } from './byte-source.ts';
export { importErrors } from './errors.ts';
export { importWorkload } from './import-workload.ts';
export { scaleWorkload } from './scale-workload.ts';
export type {
  Communication,
  ImportNote,
  ImportOptions,
  RankWork,
  TracedCollective,
  TraceFile,
  WorkGroup,
  Workload,
  WorkNode,
  WorkShape,
} from './workload.ts';
