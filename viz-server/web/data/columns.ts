import type { FlowColumns, InstantColumns, MilestoneColumns, SliceColumns } from '../../protocol/chunk.ts';
import { sliceFlags } from '../../protocol/chunk.ts';
import { exactLevel, noCause } from '../../protocol/constants.ts';

export type { FlowColumns, InstantColumns, MilestoneColumns, SliceColumns };
export { exactLevel, noCause, sliceFlags };

/** Values of a counter; of exact ones least, greatest and last are the same column. */
export interface CounterColumns {
  readonly at: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly last: Float64Array;
}

/** A stretch of one track at one level, as it came. */
export interface Segment<C> {
  from: number;
  to: number;
  /** Its end has been cut off by newer data, which says itself what is open or ends behind the cut. */
  isCut: boolean;
  readonly level: number;
  readonly n: number;
  readonly columns: C;
}
