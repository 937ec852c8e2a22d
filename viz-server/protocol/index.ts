export type { ActorWorld, PendingMessage } from './actor-world.ts';
export {
  type Chunk,
  type ChunkHeader,
  type ColumnKind,
  chunkBytes,
  chunkFlags,
  chunkKinds,
  decodeChunk,
  encodeStrings,
  headerBytes,
  newChunk,
  sliceFlags,
} from './chunk.ts';
export {
  type AnalysisKind,
  analyses,
  type ClientMessage,
  type ClientMessageOf,
  type ComparisonKind,
  type ControlMessage,
  comparisonSchema,
  comparisons,
  controlSchema,
} from './client-messages.ts';
export type { ComparisonValueOf, TaskCounts } from './comparison-values.ts';
export { closeCodes, limits, livePath, noCause, protocolVersion, subprotocol } from './constants.ts';

export { type HeldSlice, mergeSlices } from './held-track.ts';
export { parseClientMessage, parseServerMessage } from './parse-message.ts';
export type { Parting, PartingEvent } from './parting.ts';
export type { Published } from './published.ts';
export type {
  ComparableRun,
  Mark,
  RunState,
  ServerMessage,
  ServerMessageOf,
  Table,
  TrackInfo,
} from './server-messages.ts';
export type { ChainedWait, TaskFacts, TaskFlow, TaskStretch } from './task-facts.ts';
