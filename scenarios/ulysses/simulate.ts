import { type SimulateOptions, type Outcome as StepOutcome, simulateStep } from '../../actors/training/index.ts';
import { streamNames } from './chunk.ts';
import { type CollectiveName, collectivesOf, type GroupKind, groupsOf } from './collectives.ts';
import { executedFlops } from './flops.ts';
import { type MemoryTag, memoryPlan } from './memory.ts';
import type { Platform } from './platform.ts';
import { pricesOf } from './prices.ts';
import { programOf } from './program.ts';
import { ranksPerNode, type Setup } from './setup.ts';

/** What a simulation of one iteration gives. */
export type Outcome = StepOutcome<CollectiveName>;

/** Share of peak that a long iteration reaches at least, for the choice of the tick. */
const SLOW = 0.01;
/** Seconds from which ticks of a nanosecond are used; a picosecond reaches 2.5 hours. */
const LONG = 8000;

const kinds: readonly GroupKind[] = ['heads', 'ring', 'sequence', 'replicas', 'all'];

/** Simulates one iteration of `setup` on `platform`. */
export function simulate(setup: Setup, platform: Platform, options: SimulateOptions): Outcome {
  const plan = memoryPlan(setup);
  const collectives = collectivesOf(setup, platform);
  const prices = pricesOf(setup, platform);
  const slow = executedFlops(setup) / (setup.gpus * platform.gpu.tensorPeak * SLOW) > LONG;
  return simulateStep(
    {
      ranks: setup.gpus,
      perNode: ranksPerNode(setup),
      streams: streamNames,
      program: programOf({ setup, prices, memory: plan, has: (name) => collectives.has(name) }),
      permanent: (['runtime', 'states', 'positions', 'zeroBuffers'] as const satisfies readonly MemoryTag[])
        .map((tag) => ({ tag, bytes: plan[tag] }))
        .filter((allocation) => allocation.bytes > 0),
      groups: new Map(kinds.map((kind) => [kind, groupsOf(setup, kind)])),
      collectives,
      nvlink: platform.nvlink,
      nic: platform.nic,
      resolution: slow ? 'ns' : 'ps',
    },
    options,
  );
}
