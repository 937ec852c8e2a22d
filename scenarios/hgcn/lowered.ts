import type { EngineKind, Operation } from '../../actors/index.ts';
import { bytes, type Duration, ps } from '../../engine/index.ts';

/** What an accelerator does in one inference, as a program for the scheduler, and what is counted beside its time. */
export interface Lowered {
  readonly engines: readonly EngineKind[];
  readonly program: readonly Operation[];
  /** Multiply-add slots occupied, zeros and lane padding included. */
  readonly macsIssued: number;
  /** The engines whose busy time counts as that of the processing elements. */
  readonly elements: readonly string[];
  /** Busy cycles of all processing elements together where they are lumped into one engine; their number and clock. */
  readonly lumped?: { readonly cycles: number; readonly count: number; readonly clock: number };
  readonly extra: LoweredExtra;
}

/** Metrics that only one accelerator has. */
export interface LoweredExtra {
  readonly imbalance?: number;
  readonly pruneRateOverall?: number;
  readonly measuredPruneRate?: number;
  readonly nnzShareTight?: number;
  readonly nnzShareLoose?: number;
  readonly nnzShareScattered?: number;
  readonly nnzShareClustered?: number;
  readonly nonEmptyTiles?: number;
}

/** Parts in which a layer's DRAM traffic arrives. */
export const chunks = 64;

/** Time on an engine in whole picoseconds, rounded up so that no rate is exceeded. */
function timeOf(seconds: number): Duration {
  return ps(Math.ceil(seconds * 1e12 * (1 - 1e-15)));
}

/** Collects operations; each is known by its number. */
export class Program {
  readonly operations: Operation[] = [];

  /** Adds an operation of `seconds` on `engine` after others; returns its number. Nothing is added for no time at all, and `after` is returned. */
  add(
    label: string,
    engine: string,
    seconds: number,
    after: readonly number[],
    more: { readonly slices?: number; readonly bytes?: number } = {},
  ): number {
    const { slices = 1, bytes: moved = 0 } = more;
    this.operations.push({ name: label, label, engine, after, work: timeOf(seconds), slices, bytes: bytes(moved) });
    return this.operations.length - 1;
  }
}

/** Operation counts of the two layers: input width, output width, nonzeros of the dense operand's partner. */
export interface LayerSize {
  readonly layer: 1 | 2;
  readonly inputs: number;
  readonly outputs: number;
  /** Nonzeros of the layer's features. */
  readonly nonzeros: number;
}
