import type { GpuSpec } from '../../actors/presets/gpu/load.ts';
import { loadGpu } from '../../actors/presets/index.ts';
import { constants } from './constants.ts';
import type { UlyssesParams } from './parameters.ts';

/** The machine a run takes place on, in SI units. */
export interface Platform {
  readonly gpu: GpuSpec;
  /** Effective rate of one GPU's port on the node's switch, each direction. */
  readonly nvlink: number;
  /** Nominal rate of one GPU's network card, each direction, and the share that all-to-alls and sharded states reach. */
  readonly nic: number;
  readonly nicEfficiency: number;
}

/** Looks the GPU up and turns the network parameters into rates. Throws PRESET_UNKNOWN. */
export function platformOf(params: UlyssesParams): Platform {
  const gpu = loadGpu(params.gpu);
  return {
    gpu,
    nvlink: params.nvlinkBandwidth > 0 ? params.nvlinkBandwidth : gpu.nvlink * constants.nvlinkShare,
    nic: params.nicBandwidth,
    nicEfficiency: params.nicEfficiency,
  };
}
