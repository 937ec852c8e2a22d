import { type MemoryWalk, walkMemory } from '../../../actors/training/index.ts';
import { type Duration, NO_TIME } from '../../../engine/kernel/time.ts';
import type { Ds4Params } from '../params.ts';
import { memoryPlan, permanentOf } from './memory.ts';
import type { Prices } from './prices.ts';
import { programOf } from './program.ts';
import { type Setup, setupOf } from './setup.ts';

/** Tokens up to which the new system takes more than one sample at a time. */
const microBatchTokens = 65536;
/** Longest sequence of the search. */
const longest = 8 * 2 ** 20;

const noPrices: Prices = Object.freeze(
  Object.fromEntries(
    (
      'qkv projection fc1 fc2 attend attendBackward elementwise mask loss optimizer offload hostForward hostBackward'.split(
        ' ',
      ) as (keyof Prices)[]
    ).map((name): [keyof Prices, Duration] => [name, NO_TIME]),
  ) as Record<keyof Prices, Duration>,
);

/** What one step of `setup` would hold on a GPU without limit, from its allocations in their order. */
export function memoryOf(setup: Setup): MemoryWalk {
  const memory = memoryPlan(setup);
  return walkMemory(permanentOf(memory), programOf({ setup, prices: noPrices, memory, has: () => false }));
}

/** Makes every automatic choice; `usable` is the device memory in bytes that a run may use. */
export function resolve(params: Ds4Params, usable: number): Setup {
  const setup = setupOf(params);
  if (params.microBatch > 0 || params.system !== 'new-megatron-deepspeed') return setup;
  let microBatch = 1;
  for (let m = 2; setup.seq * m <= microBatchTokens; m *= 2)
    if (memoryOf({ ...setup, microBatch: m }).peak <= usable) microBatch = m;
  return { ...setup, microBatch };
}

/** Grid of the search: as given, or that of the published figure for the system. */
export function seqStepOf(params: Pick<Ds4Params, 'seqStep' | 'system'>): number {
  return params.seqStep || (params.system === 'new-megatron-deepspeed' ? 65536 : 2048);
}

/** The largest multiple of the step that fits with micro-batch 1, at most 8M tokens; 0 when not even one step does. */
export function longestSequence(params: Ds4Params, usable: number): number {
  const step = seqStepOf(params);
  const setup = setupOf({ ...params, microBatch: 1 });
  const fits = (steps: number): boolean => memoryOf({ ...setup, seq: steps * step }).peak <= usable;
  let [low, high] = [0, Math.floor(longest / step) + 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low * step;
}
