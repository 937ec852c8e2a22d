export {
  type Chunk,
  type ChunkOp,
  ChunkWriter,
  markLabel,
  type Permanent,
  type Program,
  type Words,
} from './chunk.ts';
export {
  type CollectiveServiceMessage,
  type CollectiveServiceSpec,
  type CollectiveServiceState,
  collectiveService,
} from './collective-service.ts';
export { megatronFlops, parameterCount } from './gpt.ts';
export { allToAll, type Load, loads, nodeCount, nodeOf, rings, shift, type Transfer } from './layout.ts';
export { type MemoryWalk, walkMemory } from './memory-walk.ts';
export { type PortParameters, type PortRates, portChanges, portRates } from './port-changes.ts';
export { type ActMessage, type CollectivePort, type RankMessage, type RankSpec, type RankState, rank } from './rank.ts';
export { type Collective, type Groups, type RankClass, rankClasses } from './rank-classes.ts';
export {
  type Arithmetic,
  type Outcome,
  type Sent,
  type SimulateOptions,
  type Step,
  secondsOn,
  simulateStep,
} from './simulate-step.ts';
export { ringHopSeconds, trainingSoftware, trainingSoftwarePresets } from './software.ts';
