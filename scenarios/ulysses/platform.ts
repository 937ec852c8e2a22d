import type { GpuSpec } from '../../actors/presets/gpu/load.ts';
import { loadGpu } from '../../actors/presets/index.ts';
import { type PortRates, portRates } from '../../actors/training/index.ts';
import type { UlyssesParams } from './parameters.ts';

/** The machine a run takes place on, in SI units. */
export interface Platform extends PortRates {
  readonly gpu: GpuSpec;
}

/** Looks the GPU up and turns the network parameters into rates. Throws PRESET_UNKNOWN. */
export function platformOf(params: UlyssesParams): Platform {
  const gpu = loadGpu(params.gpu);
  return { gpu, ...portRates(params, gpu.nvlink) };
}
