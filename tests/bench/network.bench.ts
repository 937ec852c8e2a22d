import { type BenchLine, timeOperations } from './bench-line.ts';
import { runEngine, runFlows, unevenSizes } from './uneven-all-to-all.ts';

const HOSTS = 128;

/** Microseconds a completion in an uneven all-to-all among 128 hosts, where every rate changes at every completion. */
export function run(): BenchLine[] {
  const sizes = unevenSizes(HOSTS);
  const sum = (ends: Float64Array) => ends.reduce((total, end) => total + end, 0);
  const line = (bench: string, round: () => number): BenchLine =>
    timeOperations(bench, 1e3 * sizes.length, 'us/completion', round);
  return [
    line('network-uneven-alltoall-flows', () => sum(runFlows(HOSTS, sizes))),
    line('network-uneven-alltoall-engine', () => sum(runEngine(HOSTS, sizes))),
  ];
}
