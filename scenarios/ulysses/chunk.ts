import type { Duration } from '../../engine/kernel/time.ts';
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
  | 'host'
  | 'a2a'
  | 'collective'
  | 'zero'
  | 'lossGather'
  | 'mark';

/** Labels of time in which a rank communicates. */
export const communicationLabels: readonly Label[] = ['a2a', 'collective', 'zero', 'lossGather'];

/** One operation of a chunk: named within it; `after` names operations of this chunk or, with one or two `<` in front, of earlier ones. */
export interface ChunkOp {
  readonly name: string;
  readonly stream: (typeof streamNames)[number];
  readonly label: Label;
  readonly after: readonly string[];
  readonly work:
    | { readonly kind: 'kernel'; readonly duration: Duration }
    | { readonly kind: 'collective'; readonly collective: CollectiveName }
    | { readonly kind: 'floor'; readonly since: string; readonly duration: Duration }
    | { readonly kind: 'allocate' | 'free'; readonly tag: MemoryTag; readonly bytes: number }
    | { readonly kind: 'act'; readonly act: Act }
    | { readonly kind: 'done' };
  readonly timed?: boolean;
}

/** A part of the work that ends at one point: one layer in one direction, the loss, or the update. */
export type Chunk = readonly ChunkOp[];

/** What chunks are written for; `has` tells which collectives exist in this run (groups of one rank have none). */
export interface Task {
  readonly setup: Setup;
  readonly prices: Prices;
  readonly memory: MemoryPlan;
  readonly has: (name: CollectiveName) => boolean;
}

/** Writes the operations of one chunk. Each follows what `needs` names, by default the operation before it. */
export class ChunkWriter {
  /** What the next operation waits for. */
  needs: readonly string[] = ['<end'];
  readonly #task: Task;
  readonly #ops: ChunkOp[] = [];

  constructor(task: Task) {
    this.#task = task;
  }

  kernel(name: string, label: Label, duration: Duration): void {
    this.#add(name, label, 'compute', { kind: 'kernel', duration });
  }

  /** Writes a collective on `stream`; nothing when its group is one rank. */
  collective(
    name: string,
    label: Label,
    collective: CollectiveName,
    stream: ChunkOp['stream'] = 'exchange',
    after: readonly string[] = this.needs,
  ): void {
    if (!this.#task.has(collective)) return;
    this.needs = after;
    this.#add(name, label, stream, { kind: 'collective', collective });
  }

  /** Lets the arithmetic of this rank act when everything before it in the chunk has ended; nothing moves time. */
  act(act: Act): void {
    this.#add(`act ${this.#ops.length}`, 'mark', 'compute', { kind: 'act', act });
  }

  memory(kind: 'allocate' | 'free', tag: MemoryTag, bytes: number): void {
    const before = this.needs;
    if (bytes > 0) this.#add(`${kind} ${tag}`, 'mark', 'compute', { kind, tag, bytes });
    this.needs = before;
  }

  /** Makes the chunk last at least as long as the host takes to issue what begins with `since`. */
  floor(name: string, since: string, duration: Duration): void {
    const at = this.#ops.findIndex((op) => op.name === since);
    this.#ops[at] = { ...(this.#ops[at] as ChunkOp), timed: true };
    this.#add(name, 'host', 'compute', { kind: 'floor', since, duration });
  }

  /** Ends the chunk on the compute stream and reports it. */
  end(): Chunk {
    this.#add('end', 'mark', 'compute', { kind: 'done' });
    return this.#ops;
  }

  #add(name: string, label: Label, stream: ChunkOp['stream'], work: ChunkOp['work']): void {
    this.#ops.push({ name, stream, label, after: this.needs, work });
    this.needs = [name];
  }
}
