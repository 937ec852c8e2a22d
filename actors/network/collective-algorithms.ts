import { type Duration, NO_TIME, seconds, toSeconds } from '../../engine/kernel/time.ts';
import { collectiveErrors, requireSizes } from './collective-errors.ts';

/** Collective algorithms with a textbook cost on an idle network of equal links. */
export type CollectiveAlgorithm =
  | 'ring-all-reduce'
  | 'ring-all-gather'
  | 'ring-reduce-scatter'
  | 'halving-doubling-all-reduce'
  | 'tree-all-reduce'
  | 'direct-all-to-all'
  | 'ring-broadcast'
  | 'switch-all-reduce';

/** What a textbook cost depends on. */
export interface AlgorithmWork {
  readonly ranks: number;
  /** The whole buffer of one rank, as nccl-tests counts it. */
  readonly bytes: number;
  /** Cost of one step. */
  readonly latency: Duration;
  /** One direction of one rank, bytes per second. */
  readonly rate: number;
  /** Piece that travels at once through a tree or a broadcast ring; the whole buffer by default. */
  readonly chunk?: number;
}

/**
 * Time of an algorithm alone on an idle network: steps times latency plus bytes over rate. One rank takes no time.
 * Throws COLLECTIVE_RANKS (halving-doubling needs a power of two), COLLECTIVE_BYTES.
 */
export function algorithmTime(algorithm: CollectiveAlgorithm, work: AlgorithmWork): Duration {
  const { ranks: n, bytes, rate, chunk = work.bytes } = work;
  requireSizes(algorithm, n, bytes);
  if (n === 1) return NO_TIME;
  const step = toSeconds(work.latency);
  const share = ((n - 1) / n) * bytes;
  const pieces = Math.max(1, Math.ceil(bytes / Math.max(1, chunk)));
  switch (algorithm) {
    case 'ring-all-reduce':
      return seconds(2 * (n - 1) * step + (2 * share) / rate);
    case 'ring-all-gather':
    case 'ring-reduce-scatter':
      return seconds((n - 1) * step + share / rate);
    case 'halving-doubling-all-reduce':
      if (!Number.isInteger(Math.log2(n)))
        throw collectiveErrors.create('COLLECTIVE_RANKS', {
          what: algorithm,
          ranks: n,
          least: 2,
          remedy: `Use ${2 ** Math.round(Math.log2(n))} ranks or a ring.`,
        });
      return seconds(2 * Math.log2(n) * step + (2 * share) / rate);
    case 'tree-all-reduce': {
      const depth = Math.ceil(Math.log2(n));
      return seconds(2 * depth * step + (2 * (bytes + (depth * bytes) / pieces)) / rate);
    }
    case 'direct-all-to-all':
      return seconds(step + share / rate);
    case 'ring-broadcast':
      return seconds((n - 1) * step + (((n - 2) * bytes) / pieces + bytes) / rate);
    case 'switch-all-reduce':
      return seconds(step + ((1 + 1 / n) * bytes) / rate);
  }
}

/** Time of `chunks` equal pieces through phases in a row, each phase one piece at a time: their sum once, then the slowest for each further piece. */
export function chunkPipeline(phases: readonly Duration[], chunks: number): Duration {
  const sum = phases.reduce((total, phase) => total + phase, 0);
  const slowest = phases.reduce((most, phase) => Math.max(most, phase), 0);
  return seconds((sum + (chunks - 1) * slowest) / 1e12);
}

/** Factor from bytes over time to nccl-tests' bus bandwidth. */
export function busFactor(op: CollectiveOp, ranks: number): number {
  switch (op) {
    case 'all-reduce':
      return (2 * (ranks - 1)) / ranks;
    case 'all-gather':
    case 'reduce-scatter':
    case 'all-to-all':
      return (ranks - 1) / ranks;
    case 'broadcast':
    case 'reduce':
      return 1;
  }
}

/** What a collective does. */
export type CollectiveOp = 'all-reduce' | 'all-gather' | 'reduce-scatter' | 'all-to-all' | 'broadcast' | 'reduce';
