import type { GpuId } from '../../actors/presets/gpu/load.ts';

const names: ReadonlyArray<readonly [RegExp, GpuId]> = [
  [/\bV100(\b|_).*32/i, 'v100-32gb'],
  [/\bA100(\b|_).*40/i, 'a100-40gb'],
  [/\bA100(\b|_)/i, 'a100-80gb'],
  [/\bH100(\b|_)/i, 'h100-80gb'],
  [/\bH200(\b|_)/i, 'h200-141gb'],
  [/\bB200(\b|_)/i, 'b200-180gb'],
];

/** The preset for a device as tables name it, e.g. `A100-SXM4-80GB`; undefined for one without a preset, PCIe cards among them. */
export function gpuIdOf(device: string): GpuId | undefined {
  if (/pcie|nvl\b/i.test(device)) return undefined;
  return names.find(([pattern]) => pattern.test(device))?.[1];
}
