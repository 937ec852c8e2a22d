export {
  type Chunk,
  type ChunkHeader,
  type ChunkKind,
  type ColumnKind,
  type CounterColumns,
  type CounterLevelColumns,
  chunkBytes,
  chunkFlags,
  chunkKinds,
  decodeChunk,
  encodeStrings,
  type FlowColumns,
  headerBytes,
  type InstantColumns,
  layoutVersion,
  type MilestoneColumns,
  type NewChunk,
  newChunk,
  type SliceColumns,
  sliceFlags,
} from './chunk.ts';
export {
  type AnalysisKind,
  analyses,
  type ClientMessage,
  type ClientMessageOf,
  type ComparisonKind,
  type ControlMessage,
  clientMessageSchema,
  comparisonSchema,
  comparisons,
  controlSchema,
} from './client-messages.ts';
export { closeCodes, exactLevel, limits, livePath, magic, noCause, protocolVersion, subprotocol } from './constants.ts';
export { protocolErrors } from './errors.ts';
export { type HeldSlice, mergeSlices, sliceKey } from './held-track.ts';
export { parseClientMessage, parseServerMessage } from './parse-message.ts';
export {
  type ComparableRun,
  type Mark,
  type RunState,
  runSchema,
  runStates,
  type ServerMessage,
  type ServerMessageOf,
  serverMessageSchema,
  type Table,
  type TrackInfo,
  tableSchema,
  trackSchema,
} from './server-messages.ts';
