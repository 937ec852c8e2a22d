import type { Duration } from '../../kernel/index.ts';

/** Collective operations of execution traces. */
export type TracedCollective =
  | 'all-reduce'
  | 'reduce'
  | 'all-gather'
  | 'gather'
  | 'scatter'
  | 'broadcast'
  | 'all-to-all'
  | 'reduce-scatter'
  | 'barrier';

/** Communication of a node. `bytes` is the whole buffer of a rank: what it holds after an all-gather, before a reduce-scatter. */
export type Communication =
  | { readonly kind: 'collective'; readonly op: TracedCollective; readonly bytes: number; readonly group: string }
  | { readonly kind: 'send' | 'receive'; readonly peer: number; readonly tag: number; readonly bytes: number };

/** What is known about the work of a node, for pricing it on another device. */
export interface WorkShape {
  /** Matrix product C[m,n] = A[m,k] B[k,n], `batch` times. */
  readonly gemm?: { readonly m: number; readonly n: number; readonly k: number; readonly batch: number };
  readonly flop?: number;
  /** Bytes read and written. */
  readonly bytes?: number;
}

/** A node of a rank: work on the host, a call of the runtime, work on the device, or communication. */
export interface WorkNode {
  readonly name: string;
  readonly kind: 'host' | 'call' | 'compute' | 'copy' | 'communication';
  /** Where it runs: nodes of one lane run in order. */
  readonly lane: string;
  /** Indices of nodes that must have ended, all smaller than its own. */
  readonly after: readonly number[];
  /** The call that launches it, and from the start of that call to the earliest start of this node. */
  readonly launch?: { readonly node: number; readonly delay: Duration };
  /** In the trace, since its first event. */
  readonly start?: Duration;
  /** In the trace; 0 when it says nothing. */
  readonly duration: Duration;
  readonly shape?: WorkShape;
  readonly communication?: Communication;
  /** Number of the node or event in its file, from 0. */
  readonly position: number;
}

/** The work of one rank in an order that keeps every dependency and every lane. */
export interface RankWork {
  readonly rank: number;
  readonly file: string;
  readonly nodes: readonly WorkNode[];
  /** From the first start to the last end in the trace; undefined when it has no times. */
  readonly makespan: Duration | undefined;
  /** Name of the device it was recorded on, if the trace says so. */
  readonly device?: string;
}

/** A group of ranks that perform collectives together. */
export interface WorkGroup {
  readonly name: string;
  readonly ranks: readonly number[];
}

/** A warning or an assumption; `code` is '' for assumptions. */
export interface ImportNote {
  readonly code: string;
  readonly text: string;
}

/** An execution trace of all ranks as a workload, whatever format it came in. */
export interface Workload {
  readonly format: 'chakra' | 'kineto';
  /** Ranks of the job, whether or not each has a trace. */
  readonly worldSize: number;
  readonly ranks: readonly RankWork[];
  readonly groups: ReadonlyMap<string, WorkGroup>;
  readonly notes: readonly ImportNote[];
}

/** A file to be read: its name, for ranks and messages, and its bytes, which may be gzip. */
export interface TraceFile {
  readonly name: string;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** How traces are read. */
export interface ImportOptions {
  /** Uses what is there of truncated files and missing ranks instead of refusing. */
  readonly partial?: boolean;
  /** Ranks of groups by name, where the trace does not say them. */
  readonly groups?: ReadonlyMap<string, readonly number[]>;
  /** Number of ranks to scale to; those of the trace by default. */
  readonly ranks?: number;
}
