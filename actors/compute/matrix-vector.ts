import { type Duration, ps } from '../../engine/kernel/time.ts';
import { requireAmount, requireCount } from './errors.ts';

/** Rates of a device with one matrix engine and a cluster of vector cores on one memory; per second. */
export interface MatrixVectorRates {
  /** FLOP of matrix products. */
  readonly matrix: number;
  readonly cores: number;
  /** Clock of a core. */
  readonly clock: number;
  /** Elements of one vector. */
  readonly lanes: number;
  /** Bytes over the shared memory, reads and writes together. */
  readonly memory: number;
}

/** What decides the time of an operation. */
export type EngineBound = 'arithmetic' | 'memory';

/** The time of an operation without setup, and what decides it. */
export interface EnginePrice {
  readonly duration: Duration;
  readonly bound: EngineBound;
  readonly arithmetic: Duration;
  readonly memory: Duration;
}

/** A matrix product on the matrix engine: max(FLOP / rate, bytes / memory). Throws COMPUTE_AMOUNT. */
export function matrixEngine(
  rates: MatrixVectorRates,
  work: { readonly flop: number; readonly bytes: number },
): EnginePrice {
  requireAmount('matrixEngine', 'flop', work.flop);
  return priced(rates, work.flop, rates.matrix, work.bytes);
}

/** An elementwise operation on the vector cores: whole vectors, each some cycles, spread evenly. Throws COMPUTE_COUNT, COMPUTE_AMOUNT. */
export function vectorCores(
  rates: MatrixVectorRates,
  work: { readonly elements: number; readonly cycles: number; readonly bytes: number },
): EnginePrice {
  requireCount('vectorCores', 'elements', work.elements);
  requireAmount('vectorCores', 'cycles', work.cycles);
  const vectors = Math.ceil(work.elements / rates.lanes);
  return priced(rates, vectors * work.cycles, rates.cores * rates.clock, work.bytes);
}

/**
 * A batch of square matrix products on the vector cores: a fused multiply-add a lane and cycle, outputs padded to blocks of
 * `blockRows` x `blockColumns`. Throws COMPUTE_COUNT, COMPUTE_AMOUNT.
 */
export function vectorMatmul(
  rates: MatrixVectorRates,
  work: {
    readonly batch: number;
    readonly n: number;
    readonly bytes: number;
    readonly blockRows: number;
    readonly blockColumns: number;
    /** Share of cycles that issue a multiply-add. */
    readonly efficiency: number;
  },
): EnginePrice {
  const { batch, n, blockRows, blockColumns, efficiency } = work;
  requireCount('vectorMatmul', 'batch', batch);
  requireCount('vectorMatmul', 'n', n);
  const padded = Math.ceil(n / blockRows) * blockRows * Math.ceil(n / blockColumns) * blockColumns;
  const perSecond = rates.cores * rates.lanes * rates.clock * efficiency;
  return priced(rates, batch * n * padded, perSecond, work.bytes);
}

/** Whole picoseconds, rounded up so that no rate is ever exceeded. */
function priced(rates: MatrixVectorRates, amount: number, perSecond: number, bytes: number): EnginePrice {
  requireAmount('engine', 'bytes', bytes);
  const time = (work: number, rate: number): Duration => ps(Math.ceil((work * 1e12) / rate));
  const terms = { arithmetic: time(amount, perSecond), memory: time(bytes, rates.memory) };
  const bound = terms.memory > terms.arithmetic ? 'memory' : 'arithmetic';
  return { duration: terms[bound], bound, ...terms };
}
