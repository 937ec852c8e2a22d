import { CacheArray } from '../../actors/memory/index.ts';

/** A trace of addresses and the two caches it goes through. */
export interface CacheTrace {
  readonly kind: 'seq' | 'lcg' | 'row';
  /** References, or rows of eight references. */
  readonly length: number;
  readonly footprint: number;
  readonly stride: number;
  readonly seed: number;
  readonly line: number;
  readonly l1: { readonly bytes: number; readonly ways: number };
  readonly ll: { readonly bytes: number; readonly ways: number };
}

/** Calls `use` with each byte address of a trace, in order. */
function traceAddresses(
  { kind, length, footprint, stride, seed }: Pick<CacheTrace, 'kind' | 'length' | 'footprint' | 'stride' | 'seed'>,
  use: (address: number) => void,
): void {
  let address = 0;
  let state = seed;
  const spots = footprint / (kind === 'row' ? 512 : 64);
  for (let i = 0; i < length; i++) {
    if (kind === 'seq') {
      use(address);
      address += stride;
      if (address >= footprint) address -= footprint;
      continue;
    }
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    const spot = (state >>> 8) % spots;
    if (kind === 'lcg') use(spot * 64);
    else for (let k = 0; k < 8; k++) use(spot * 512 + 64 * k);
  }
}

/** Misses of two true-LRU levels; the last level sees the misses of the first. */
export function missesOfTrace(trace: CacheTrace): {
  readonly l1: number;
  readonly ll: number;
  readonly references: number;
} {
  const arrayOf = ({ bytes, ways }: CacheTrace['l1']) => new CacheArray({ sets: bytes / (ways * trace.line), ways });
  const [l1, ll] = [arrayOf(trace.l1), arrayOf(trace.ll)];
  const misses = { l1: 0, ll: 0, references: 0 };
  traceAddresses(trace, (address) => {
    const line = Math.floor(address / trace.line);
    misses.references++;
    if (l1.reference(line)) return;
    misses.l1++;
    if (!ll.reference(line)) misses.ll++;
  });
  return misses;
}
