import type { hostLabel } from '../../actors/compute/index.ts';
import { type Chunk, ChunkWriter, type markLabel } from '../../actors/training/index.ts';
import type { CollectiveName } from './collectives.ts';
import type { MemoryPlan, MemoryTag } from './memory.ts';
import type { Act } from './numerics/worker.ts';
import type { Prices } from './prices.ts';
import type { Setup } from './setup.ts';

/** Streams of one GPU: computation, sequence- or tensor-parallel traffic, gathering and reducing of sharded states. */
export const streamNames = ['compute', 'exchange', 'gather', 'reduce'] as const;

/** What a stretch of time is spent on. */
export type Label =
  | 'attention'
  | 'gemm'
  | 'elementwise'
  | 'loss'
  | 'optimizer'
  | 'a2a'
  | 'collective'
  | 'zero'
  | 'lossGather'
  | typeof hostLabel
  | typeof markLabel;

/** Labels of time in which a rank communicates. */
export const communicationLabels: readonly Label[] = ['a2a', 'collective', 'zero', 'lossGather'];

/** What chunks are written for; `has` tells which collectives exist in this run (groups of one rank have none). */
export interface Task {
  readonly setup: Setup;
  readonly prices: Prices;
  readonly memory: MemoryPlan;
  readonly has: (name: CollectiveName) => boolean;
}

/** The words of this scenario's programs. */
interface UlyssesWords {
  readonly stream: (typeof streamNames)[number];
  readonly label: Label;
  readonly collective: CollectiveName;
  readonly tag: MemoryTag;
  readonly act: Act;
}

/** Writes chunks in the words of this scenario. */
export type Writer = ChunkWriter<UlyssesWords>;

/** A writer of one chunk. */
export function writerFor({ has }: Task): Writer {
  return new ChunkWriter<UlyssesWords>({ compute: 'compute', exchange: 'exchange' }, has);
}

export type { Chunk };
