import { presetErrors } from '../errors.ts';
import type { GpuId } from '../gpu/load.ts';
import { type InSI, type Parameter, spec, treeInSI } from '../parameter.ts';
import { efa4x100, infinibandEdr, infinibandHdr, infinibandNdr } from './fabric.ts';
import { ncclA100, ncclB200, ncclGb200, ncclH100, ncclH200, ncclV100 } from './nccl.ts';
import type { FabricPreset, FabricProtocolPreset, NodeCollectivesPreset, ProtocolPreset } from './preset.ts';

/** Constants of one protocol in SI units. */
export type ProtocolConstants = InSI<ProtocolPreset>;
/** Constants of collectives on one node in SI units. */
export type NodeCollectives = Omit<InSI<NodeCollectivesPreset>, 'nvls'> & {
  readonly nvls?: { readonly base: number; readonly rate: number; readonly ranks: number };
};
/** Constants of one protocol across nodes in SI units. */
export type FabricProtocol = InSI<FabricProtocolPreset>;
/** Constants of a fabric in SI units. */
export type Fabric = InSI<FabricPreset>;

/** Collectives of one NVSwitch node by the GPU it holds; cards without such a switch have none. */
export const nodeCollectivesPresets = {
  'v100-16gb': ncclV100,
  'v100-32gb': ncclV100,
  'a100-40gb': ncclA100,
  'a100-80gb': ncclA100,
  'h100-80gb': ncclH100,
  'h200-141gb': ncclH200,
  'b200-180gb': ncclB200,
  'gb200-186gb': ncclGb200,
} as const satisfies Readonly<Partial<Record<GpuId, NodeCollectivesPreset>>>;

/** Most GPUs behind one switch. */
export const switchedDomains = {
  'v100-16gb': spec(16, '1', 'NVIDIA DGX-2'),
  'v100-32gb': spec(16, '1', 'NVIDIA DGX-2'),
  'a100-40gb': spec(16, '1', 'NVIDIA HGX A100, 16 GPUs'),
  'a100-80gb': spec(16, '1', 'NVIDIA HGX A100, 16 GPUs'),
  'h100-80gb': spec(8, '1', 'NVIDIA DGX H100'),
  'h200-141gb': spec(8, '1', 'NVIDIA DGX H200'),
  'b200-180gb': spec(8, '1', 'NVIDIA DGX B200'),
  'gb200-186gb': spec(72, '1', 'NVIDIA GB200 NVL72 datasheet'),
} as const satisfies Readonly<Record<keyof typeof nodeCollectivesPresets, Parameter<'1'>>>;

/** A GPU whose nodes have a switch between all GPUs, and constants for the collective library on it. */
export type SwitchedGpuId = keyof typeof nodeCollectivesPresets;

/** Every GPU with `loadNodeCollectives`. */
export const switchedGpuIds = Object.freeze(Object.keys(nodeCollectivesPresets)) as readonly SwitchedGpuId[];

/** Whether `loadNodeCollectives` knows the GPU. */
export function isSwitched(gpu: string): gpu is SwitchedGpuId {
  return Object.hasOwn(nodeCollectivesPresets, gpu);
}

/** Fabrics between nodes. */
export const fabricPresets = {
  'efa-4x100': efa4x100,
  'infiniband-edr': infinibandEdr,
  'infiniband-hdr': infinibandHdr,
  'infiniband-ndr': infinibandNdr,
} as const satisfies Readonly<Record<string, FabricPreset>>;

/** The id of a known fabric. */
export type FabricId = keyof typeof fabricPresets;

const loaded = new Map<object, object>();

function once<P extends object, T extends object>(preset: P): T {
  let value = loaded.get(preset) as T | undefined;
  if (value === undefined) {
    value = treeInSI(preset) as unknown as T;
    loaded.set(preset, value);
  }
  return value;
}

/** The collective library on one NVSwitch node of `gpu`. Throws PRESET_UNKNOWN. */
export function loadNodeCollectives(gpu: SwitchedGpuId | (string & {})): NodeCollectives {
  if (!isSwitched(gpu))
    throw presetErrors.create('PRESET_UNKNOWN', {
      kind: 'collective',
      id: gpu,
      known: Object.keys(nodeCollectivesPresets).join(', '),
    });
  return once<NodeCollectivesPreset, NodeCollectives>(nodeCollectivesPresets[gpu]);
}

/** The fabric `id`. Throws PRESET_UNKNOWN. */
export function loadFabric(id: FabricId | (string & {})): Fabric {
  if (!Object.hasOwn(fabricPresets, id))
    throw presetErrors.create('PRESET_UNKNOWN', { kind: 'fabric', id, known: Object.keys(fabricPresets).join(', ') });
  return once<FabricPreset, Fabric>(fabricPresets[id as FabricId]);
}
