import { type GpuId, gpuIds } from './load.ts';

/** The first pattern that a name fits decides; undefined: a known part without a preset. Names are upper case, their parts apart. */
const names: ReadonlyArray<readonly [RegExp, GpuId | undefined]> = [
  [/\bV100\b.*\bPCIE\b/, undefined],
  [/\bV100\b.*\b16 ?(G|GB|GIB)?\b/, 'v100-16gb'],
  [/\bV100\b/, 'v100-32gb'],
  [/\bA100\b.*\bPCIE\b.*\b40 ?(G|GB|GIB)?\b|\bA100\b.*\b40 ?(G|GB|GIB)?\b.*\bPCIE\b/, 'a100-40gb-pcie'],
  [/\bA100\b.*\bPCIE\b/, 'a100-80gb-pcie'],
  [/\bA100\b.*\b40 ?(G|GB|GIB)?\b/, 'a100-40gb'],
  [/\bA100\b/, 'a100-80gb'],
  [/\bH100\b.*\bNVL\b/, 'h100-94gb-nvl'],
  [/\bH100\b.*\bPCIE\b/, 'h100-80gb-pcie'],
  [/\bH100\b/, 'h100-80gb'],
  [/\bH200\b.*\b(NVL|PCIE)\b/, undefined],
  [/\bH200\b/, 'h200-141gb'],
  [/\bGB200\b/, 'gb200-186gb'],
  [/\bB200\b/, 'b200-180gb'],
  [/\bL40S\b/, 'l40s-48gb'],
  [/\bL4\b/, 'l4-24gb'],
];

/** The preset for a device as drivers, tables and traces name it, e.g. `NVIDIA A100-SXM4-80GB`; undefined for a part without one. */
export function gpuIdOf(device: string): GpuId | undefined {
  const name = device
    .toUpperCase()
    .replace(/[\s_-]+/g, ' ')
    .replace(/ ?(SXM\d?|PCIE|NVL(?!INK)) ?/g, ' $1 ');
  return names.find(([pattern]) => pattern.test(name))?.[1];
}

/** One sentence for people about a device without a preset. */
export function noPreset(device: string): string {
  return `no preset for the device '${device}'; known are ${gpuIds.join(', ')}`;
}
