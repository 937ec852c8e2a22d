import type { TraceChunk } from '../../engine/trace/index.ts';
import type { RunReport } from '../../scenarios/kit/run-scenario.ts';
import type { ActorLook } from './actor-look.ts';

/** A moment of a run: of its simulation with this number, counted from 1, after so many events or at a time in picoseconds. */
export type Stand = { readonly sim: number } & ({ readonly event: number } | { readonly time: number });

/** What the run's thread is started with. */
export interface RunTask {
  /** Id of a scenario, or the path of a file that the command line named. */
  readonly scenario: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly paused: boolean;
  /** Names of resources, stations and links that nobody waits for. Default none. */
  readonly free?: readonly string[];
  /** Where it stands still when it gets there. */
  readonly until?: Stand | undefined;
  /** See `slots`. */
  readonly shared: Int32Array;
}

/** Counters in memory that both threads see. */
export const slots = {
  /** Raised with every message to the run, so that it notices without returning to its event loop. */
  inbox: 0,
  /** Chunks sent by the run, and those that the store has taken. */
  produced: 1,
  consumed: 2,
} as const;

/** Bytes of a chunk, and chunks that may be under way before the run waits for the store: how far viewers can be behind. */
export const chunkBytes: number = 64 << 10;
export const mostUnderWay = 16;

/** What the server says to the run. */
export type ToRun =
  | { readonly kind: 'pause'; readonly by: number }
  | { readonly kind: 'resume' }
  | { readonly kind: 'step'; readonly events: number; readonly by: number }
  | { readonly kind: 'stepInstant'; readonly by: number }
  | { readonly kind: 'untilTime'; readonly time: number; readonly by: number }
  | { readonly kind: 'untilEvent'; readonly event: number; readonly by: number }
  | { readonly kind: 'untilHolds'; readonly predicate: string; readonly by: number }
  | { readonly kind: 'breakpoint'; readonly predicate: string | null; readonly by: number }
  | { readonly kind: 'speed'; readonly ratio: number | null }
  | { readonly kind: 'world'; readonly id: number; readonly sim: number; readonly actor: string }
  | { readonly kind: 'watch'; readonly actors: ReadonlyArray<{ readonly sim: number; readonly actor: string }> };

/** Where a run is. */
export interface RunPosition {
  /** Counts from 1; 0 before the first simulation. */
  readonly sim: number;
  readonly now: number;
  readonly events: number;
  readonly queue: number;
  /** Hash of the events so far. */
  readonly trail: string;
  readonly paused: { readonly by: number; readonly at: number; readonly why: string } | null;
  readonly speed: number | null;
  readonly progress: number | null;
}

/** What the run says to the server. */
export type FromRun =
  | {
      readonly kind: 'began';
      readonly params: Readonly<Record<string, string | number | boolean>>;
      readonly seed: number;
    }
  | { readonly kind: 'sim'; readonly sim: number; readonly tickPs: number }
  | { readonly kind: 'chunk'; readonly sim: number; readonly chunk: TraceChunk; readonly wallMs: number }
  | { readonly kind: 'position'; readonly position: RunPosition }
  | {
      readonly kind: 'world';
      readonly id: number;
      readonly look: ActorLook;
    }
  | {
      readonly kind: 'state';
      readonly sim: number;
      readonly actor: string;
      readonly at: number;
      readonly state: unknown;
    }
  | { readonly kind: 'finished'; readonly report: RunReport; readonly unused: readonly string[] }
  | { readonly kind: 'failed'; readonly message: string };
