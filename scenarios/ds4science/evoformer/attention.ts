import type { GpuSpec } from '../../../actors/presets/gpu/load.ts';
import { type MemoryWalk, type Outcome, simulateStep, walkMemory } from '../../../actors/training/index.ts';
import { attentionProgram } from './program.ts';
import type { Setup } from './setup.ts';

/** How a simulation is seeded, and whether it keeps every span and allocation. */
export interface AttentionOptions {
  readonly seed?: number;
  readonly record?: boolean;
}

/** Simulates one attention on one GPU whose memory ends at `usable` bytes. */
export function simulateAttention(
  setup: Setup,
  gpu: GpuSpec,
  options: AttentionOptions & { readonly usable: number },
): Outcome {
  const { program, permanent } = attentionProgram(setup, gpu);
  return simulateStep(
    {
      ranks: 1,
      perNode: 1,
      streams: ['compute'],
      program,
      permanent,
      groups: new Map(),
      collectives: new Map(),
      nvlink: gpu.nvlink,
      nic: gpu.nvlink,
      resolution: 'ps',
    },
    options,
  );
}

/** Bytes that one attention would hold on a GPU without limit. */
export function memoryOf(setup: Setup, gpu: GpuSpec): MemoryWalk {
  const { permanent, program } = attentionProgram(setup, gpu);
  return walkMemory(permanent, program);
}
