import { runCase } from '../memory/run-case.ts';
import type { BenchLine } from './bench-line.ts';

/** Peak resident memory of 10 million pending events, and bytes the kernel allocates per event in steady state. */
export function run(): BenchLine[] {
  const { heldMB = 0, peakMB = 0 } = runCase('pending', 10_000_000);
  const lines: BenchLine[] = [
    { bench: 'memory-10M-pending-held', engine: 'escapement', value: heldMB, unit: 'MB' },
    { bench: 'memory-10M-pending-peak', engine: 'escapement', value: peakMB, unit: 'MB' },
  ];
  for (const name of ['constant', 'send', 'random', 'payload', 'both']) {
    const { bytesPerEvent = 0 } = runCase(name, 200);
    lines.push({ bench: `memory-allocated-${name}`, engine: 'escapement', value: bytesPerEvent, unit: 'bytes/event' });
  }
  return lines;
}
