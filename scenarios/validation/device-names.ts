import type { GpuId } from '../../actors/presets/gpu/load.ts';

const names: ReadonlyArray<readonly [RegExp, GpuId]> = [
  [/\bV100\b.*32|^v100[-_]32gb$/i, 'v100-32gb'],
  [/\bA100\b.*40|^a100[-_]40gb$/i, 'a100-40gb'],
  [/\bA100\b|^a100[-_]80gb$/i, 'a100-80gb'],
  [/\bH100\b|^h100[-_]80gb$/i, 'h100-80gb'],
  [/\bH200\b|^h200/i, 'h200-141gb'],
  [/\bB200\b|^b200/i, 'b200-180gb'],
];

/** The preset for a device as tables name it, e.g. `A100-SXM4-80GB`; undefined for one without a preset, PCIe cards among them. */
export function gpuIdOf(device: string): GpuId | undefined {
  if (/pcie|nvl\b/i.test(device)) return undefined;
  return names.find(([pattern]) => pattern.test(device))?.[1];
}
