import type { Balance, SampleCosts } from './deal.ts';
import type { EpochOrdering } from './epoch-order.ts';
import type { LoadRules } from './plan-loading.ts';
import type { Placement } from './plan-placed.ts';
import type { ReleasedRules } from './plan-released.ts';
import type { Eviction } from './sample-buffer.ts';

export type LoaderName =
  | 'pytorch'
  | 'pytorch-lru'
  | 'nopfs'
  | 'deepio'
  | 'solar'
  | 'solar-no-reorder'
  | 'solar-no-remap'
  | 'solar-no-balance'
  | 'solar-no-chunk'
  | 'solar-released';

/** The parts of a loader, each of which can be exchanged. */
export interface LoaderParts {
  readonly order: EpochOrdering;
  /** Who trains on a sample: ranks in turn, or the rank that holds it. */
  readonly mapping: 'strided' | 'remap';
  readonly eviction: Eviction;
  readonly balance: Balance;
  /** Requests for samples that lie close: never merged, merged up to a given distance, or up to where it pays. */
  readonly chunking: 'off' | 'threshold' | 'breakeven';
  readonly peerFetch: boolean;
  /** Buffers that are filled once; `eviction` has no say then. */
  readonly placement?: Placement;
  /** SOLAR's released code; mapping, eviction and balance are its own. */
  readonly released?: true;
}

const plain: LoaderParts = {
  order: 'given',
  mapping: 'strided',
  eviction: 'none',
  balance: 'equal',
  chunking: 'off',
  peerFetch: false,
};

const solar: LoaderParts = {
  order: 'pso',
  mapping: 'remap',
  eviction: 'belady',
  balance: 'loads',
  chunking: 'breakeven',
  peerFetch: false,
};

/** Known loaders and SOLAR with one part taken away at a time. */
export const loaderParts: Readonly<Record<LoaderName, LoaderParts>> = {
  pytorch: plain,
  'pytorch-lru': { ...plain, eviction: 'lru' },
  nopfs: { ...plain, peerFetch: true, placement: 'frequency' },
  deepio: { ...plain, peerFetch: true, placement: 'shard' },
  solar,
  'solar-no-reorder': { ...solar, order: 'given' },
  'solar-no-remap': { ...solar, mapping: 'strided', balance: 'equal' },
  'solar-no-balance': { ...solar, balance: 'equal' },
  'solar-no-chunk': { ...solar, chunking: 'off' },
  'solar-released': { ...plain, order: 'pso', eviction: 'fifo', released: true },
};

/** What parts need to know of machine and job. */
export interface LoaderDetails {
  /** Distance up to which reads are merged; 0 = never. */
  readonly gap: number;
  readonly costs: SampleCosts;
  readonly released?: ReleasedRules;
  /** DeepIO: train on held samples only. Default false. */
  readonly onlyHeld?: boolean;
}

/** The rules that a plan is made by. */
export function rulesOf(parts: LoaderParts, { gap, costs, released, onlyHeld = false }: LoaderDetails): LoadRules {
  const { eviction, balance, peerFetch } = parts;
  if (parts.released === true)
    return { kind: 'released', ...(released ?? { owner: 'aligned', secondBuffer: 'bounded' }) };
  if (parts.placement !== undefined) return { kind: 'placed', placement: parts.placement, onlyHeld, gap };
  if (parts.mapping === 'remap') return { kind: 'remapped', eviction, balance, costs, peerFetch, gap };
  return { kind: 'strided', eviction, peerFetch, gap };
}
