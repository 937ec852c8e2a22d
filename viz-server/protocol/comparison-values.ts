import type { ComparisonKind } from './client-messages.ts';
import type { Parting } from './parting.ts';

/** Beside the table of tasks: how many are the same, differ, and may still come in a run that goes on. */
export interface TaskCounts {
  readonly same: number;
  readonly different: number;
  readonly unfinished: number;
}

/** What `compare` answers as `value`, beside its table. */
export interface ComparisonValues {
  readonly metrics: {
    /** Runs that have none, and why. */
    readonly missing: ReadonlyArray<{ readonly run: number; readonly why: string }>;
    readonly fingerprints: readonly [string, string];
  };
  readonly times: undefined;
  readonly path: undefined;
  readonly tasks: TaskCounts;
  readonly histogram: {
    /** Kinds and names of tasks, the most frequent first. */
    readonly kinds: readonly string[];
    /** In ticks of the watched run; null without tasks. */
    readonly mean: { readonly before: number | null; readonly after: number | null };
  };
  /** `tracks`: how many have tasks that differ in the range. */
  readonly tracks: TaskCounts & { readonly tracks: number };
  /** `tickPs`: length of a tick of the watched run. */
  readonly divergence: Parting & { readonly tickPs: number };
}

/** The value of one kind of comparison. */
export type ComparisonValueOf<Kind extends ComparisonKind> = ComparisonValues[Kind];
