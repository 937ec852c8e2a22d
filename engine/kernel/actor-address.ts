// A reference is index + birth * 2^26. The birth tells apart the actors that used one index one after the other;
// an odd birth means that messages after the stop are dropped, so that this is known when the actor itself is long gone.
export const INDEX_SPAN: number = 2 ** 26;
export const INDEX_MASK: number = INDEX_SPAN - 1;
export const PER_INDEX_SPAN: number = 1 / INDEX_SPAN;
export const BIRTH_MASK: number = 2 ** 27 - 1;
export const STOPPED: number = -1;

/** What the run loop reads of an actor at every event, 16 bytes in one array: four actors share a cache line. @internal */
export const hot = { stride: 4, accepts: 0, epoch: 1, pathHash: 2, table: 3 } as const;
