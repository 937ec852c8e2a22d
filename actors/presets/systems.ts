import type { FabricId } from './collectives/load.ts';
import { presetErrors } from './errors.ts';
import type { GpuId } from './gpu/load.ts';
import { type InSI, measured, type Parameter, type RateUnit, spec, treeInSI } from './parameter.ts';

/** A kind of node and the network it is usually found on. */
export interface SystemPreset {
  readonly name: string;
  readonly gpu: GpuId;
  readonly fabric: FabricId;
  readonly gpusPerNode: Parameter<'1'>;
  /** Pinned copies between host and one GPU, one direction. */
  readonly hostCopy: Parameter<RateUnit>;
  /** Copy between two GPUs of a node. */
  readonly peerCopy: Parameter<RateUnit>;
}

const NVBANDWIDTH = 'NVIDIA/nvbandwidth samples';

/** Systems by id. */
export const systemPresets = {
  'dgx-a100': {
    name: 'NVIDIA DGX A100 80GB',
    gpu: 'a100-80gb',
    fabric: 'infiniband-hdr',
    gpusPerNode: spec(8, '1', 'NVIDIA DGX A100 datasheet'),
    hostCopy: measured(26, 'GB/s', `${NVBANDWIDTH}, PCIe 4`),
    peerCopy: measured(273, 'GB/s', `${NVBANDWIDTH}: 91 % of 300 GB/s`),
  },
  'dgx-a100-40gb': {
    name: 'NVIDIA DGX A100 40GB',
    gpu: 'a100-40gb',
    fabric: 'infiniband-hdr',
    gpusPerNode: spec(8, '1', 'NVIDIA DGX A100 datasheet'),
    hostCopy: measured(26, 'GB/s', `${NVBANDWIDTH}, PCIe 4`),
    peerCopy: measured(273, 'GB/s', `${NVBANDWIDTH}: 91 % of 300 GB/s`),
  },
  'dgx-h100': {
    name: 'NVIDIA DGX H100',
    gpu: 'h100-80gb',
    fabric: 'infiniband-ndr',
    gpusPerNode: spec(8, '1', 'NVIDIA DGX H100 datasheet'),
    hostCopy: measured(55, 'GB/s', `${NVBANDWIDTH}, PCIe 5`),
    peerCopy: measured(373, 'GB/s', `${NVBANDWIDTH}: 83 % of 450 GB/s`),
  },
  'aws-p4de': {
    name: 'AWS p4de.24xlarge',
    gpu: 'a100-80gb',
    fabric: 'efa-4x100',
    gpusPerNode: spec(8, '1', 'AWS p4de.24xlarge instance page'),
    hostCopy: measured(26, 'GB/s', `${NVBANDWIDTH}, PCIe 4`),
    peerCopy: measured(273, 'GB/s', `${NVBANDWIDTH}: 91 % of 300 GB/s`),
  },
} as const satisfies Readonly<Record<string, SystemPreset>>;

/** The id of a known system. */
export type SystemId = keyof typeof systemPresets;

/** A system in SI units. */
export type SystemSpec = InSI<SystemPreset>;

/** The system `id` in SI units. Throws PRESET_UNKNOWN. */
export function loadSystem(id: SystemId | (string & {})): SystemSpec {
  if (!Object.hasOwn(systemPresets, id))
    throw presetErrors.create('PRESET_UNKNOWN', { kind: 'system', id, known: Object.keys(systemPresets).join(', ') });
  return treeInSI<SystemPreset>(systemPresets[id as SystemId]);
}
