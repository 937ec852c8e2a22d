import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChunkTarget, Recorder } from '../../engine/index.ts';
import { ThreadTarget } from '../../engine/trace/node/index.ts';
import type { BenchLine } from './bench-line.ts';
import { tracedPhold } from './trace-phold.ts';

const EVENTS = 4_000_000;
const ROUNDS = 5;

/**
 * Nanoseconds an event of PHOLD with 1024 processes in which every event ends one task and begins another: with nobody listening, with
 * records written and thrown away (what the simulation's own thread pays), and with a thread that writes a Perfetto file. Rounds of all
 * three alternate; the fastest counts.
 */
export function run(): BenchLine[] {
  const folder = mkdtempSync(join(tmpdir(), 'escapement-bench-'));
  try {
    const discard = (): ChunkTarget => ({ take: ({ words }) => words, finish: () => undefined });
    const file = (): ChunkTarget => new ThreadTarget({ file: join(folder, 'run.pftrace'), picosecondsPerTick: 1 });
    const ways: ReadonlyArray<readonly [string, (() => ChunkTarget) | undefined]> = [
      ['off', undefined],
      ['records', discard],
      ['file', file],
    ];
    const best = ways.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < ROUNDS; round++)
      for (const [i, [, target]] of ways.entries()) best[i] = Math.min(best[i]!, nanoseconds(target));
    return [
      ...ways.map(([way], i) => ({
        bench: `trace-phold-${way}`,
        engine: 'escapement' as const,
        value: best[i]!,
        unit: 'ns/event',
      })),
      ...ways.slice(1).map(([way], i) => ({
        bench: `trace-phold-${way}-over-off`,
        engine: 'escapement' as const,
        value: best[i + 1]! / best[0]!,
        unit: 'ratio',
      })),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function nanoseconds(target: (() => ChunkTarget) | undefined): number {
  const sim = tracedPhold(1024);
  const recorder = target === undefined ? undefined : new Recorder(sim, target()).start();
  sim.run({ maxEvents: EVENTS / 10 });
  const start = performance.now();
  sim.run({ maxEvents: EVENTS });
  const elapsed = performance.now() - start;
  recorder?.finish();
  return (elapsed * 1e6) / EVENTS;
}
