import type { Duration } from '../../engine/kernel/time.ts';
import { hostLabel } from '../compute/gpu.ts';

/** The words a program is written in: streams, labels of time, collectives, memory tags and acts of an arithmetic. */
export interface Words {
  readonly stream: string;
  readonly label: string;
  readonly collective: string;
  readonly tag: string;
  readonly act: unknown;
}

/** One operation of a chunk: named within it; `after` names operations of this chunk or, with one or two `<` in front, of earlier ones. */
export interface ChunkOp {
  readonly name: string;
  readonly stream: string;
  readonly label: string;
  readonly after: readonly string[];
  readonly work:
    | { readonly kind: 'kernel'; readonly duration: Duration }
    | { readonly kind: 'collective'; readonly collective: string }
    | { readonly kind: 'floor'; readonly since: string; readonly duration: Duration }
    | { readonly kind: 'allocate' | 'free'; readonly tag: string; readonly bytes: number }
    | { readonly kind: 'act'; readonly act: unknown }
    | { readonly kind: 'done' };
  readonly timed?: boolean;
}

/** A part of the work that ends at one point, e.g. one layer in one direction. */
export type Chunk = readonly ChunkOp[];

/** The work of one rank: chunks in order, such as an array of them. */
export interface Program {
  readonly length: number;
  at(index: number): Chunk | undefined;
}

/** Bytes held under one tag from the first to the last instant. */
export interface Permanent {
  readonly tag: string;
  readonly bytes: number;
}

/** Writes the operations of one chunk. Each follows what `needs` names, by default the operation before it. */
export class ChunkWriter<W extends Words> {
  /** What the next operation waits for. */
  needs: readonly string[] = ['<end'];
  readonly #compute: W['stream'];
  readonly #exchange: W['stream'];
  readonly #has: (collective: W['collective']) => boolean;
  readonly #ops: ChunkOp[] = [];

  /** `compute` runs kernels, `exchange` collectives unless told otherwise; `has` tells which collectives exist (groups of one rank have none). */
  constructor(streams: { compute: W['stream']; exchange: W['stream'] }, has: (collective: W['collective']) => boolean) {
    this.#compute = streams.compute;
    this.#exchange = streams.exchange;
    this.#has = has;
  }

  kernel(name: string, label: W['label'], duration: Duration, stream: W['stream'] = this.#compute): void {
    this.#add(name, label, stream, { kind: 'kernel', duration });
  }

  /** Writes a collective on `stream`; nothing when its group is one rank. */
  collective(
    name: string,
    label: W['label'],
    collective: W['collective'],
    stream: W['stream'] = this.#exchange,
    after: readonly string[] = this.needs,
  ): void {
    if (!this.#has(collective)) return;
    this.needs = after;
    this.#add(name, label, stream, { kind: 'collective', collective });
  }

  /** Lets the arithmetic of this rank act when everything before it in the chunk has ended; nothing moves time. */
  act(act: W['act']): void {
    this.#add(`act ${this.#ops.length}`, markLabel, this.#compute, { kind: 'act', act });
  }

  /** Books or gives back memory once what `needs` names has ended and the compute stream has come this far; 0 bytes are left out. */
  memory(kind: 'allocate' | 'free', tag: W['tag'], bytes: number): void {
    const before = this.needs;
    if (bytes > 0) this.#add(`${kind} ${tag}`, markLabel, this.#compute, { kind, tag, bytes });
    this.needs = before;
  }

  /** Makes the chunk last at least as long as the host takes to issue what begins with `since`. */
  floor(name: string, since: string, duration: Duration): void {
    const at = this.#ops.findIndex((op) => op.name === since);
    this.#ops[at] = { ...(this.#ops[at] as ChunkOp), timed: true };
    this.#add(name, hostLabel, this.#compute, { kind: 'floor', since, duration });
  }

  /** Ends the chunk on the compute stream and reports it. */
  end(): Chunk {
    this.#add('end', markLabel, this.#compute, { kind: 'done' });
    return this.#ops;
  }

  #add(name: string, label: string, stream: string, work: ChunkOp['work']): void {
    this.#ops.push({ name, stream, label, after: this.needs, work });
    this.needs = [name];
  }
}

/** Label of operations that take no time. */
export const markLabel = 'mark';
