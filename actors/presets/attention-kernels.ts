import { assumed, fitted, type InSI, type Parameter, treeInSI } from './parameter.ts';

/** Constants of one training attention kernel: share of tensor peak, and time of the softmax arithmetic of one score on one GPU. */
export interface AttentionKernelPreset {
  /** Whether scores stay on the chip; otherwise they pass through memory. */
  readonly style: 'fused' | 'materialised';
  readonly peakShare: Parameter<'1'>;
  readonly perScore: Parameter<'ps'>;
  /** Passes over one 2-byte score for each forward-type sweep; 0 when fused. */
  readonly scorePasses: Parameter<'1'>;
}

const FIGURES = 'fit to DeepSpeed-Ulysses (arXiv 2309.14509), Figures 3-5 and Table 2, A100';
const USP = 'fit to feifeibear/long-context-attention, media/benchmark_results.png, A100';

/** Training attention kernels by name. */
export const attentionKernelPresets = {
  'flash1-triton': {
    style: 'fused',
    peakShare: fitted(0.455, '1', FIGURES),
    perScore: fitted(1.7, 'ps', FIGURES),
    scorePasses: assumed(0, '1', 'fused kernels keep scores on the chip'),
  },
  flash2: {
    style: 'fused',
    peakShare: fitted(0.717, '1', USP),
    perScore: fitted(0.289, 'ps', USP),
    scorePasses: assumed(0, '1', 'fused kernels keep scores on the chip'),
  },
  materialised: {
    style: 'materialised',
    peakShare: assumed(0.8, '1', 'batched matrix multiplications of the scores, sustained rate on A100'),
    perScore: assumed(0, 'ps', 'arithmetic hides behind the passes over memory'),
    scorePasses: assumed(
      6,
      '1',
      'write scores, read and write in softmax, read, write and read once more around the mask',
    ),
  },
} as const satisfies Readonly<Record<string, AttentionKernelPreset>>;

/** Names of the training attention kernels. */
export type AttentionKernelId = keyof typeof attentionKernelPresets;

/** Constants of a training attention kernel in SI units. */
export type AttentionKernelSpec = InSI<AttentionKernelPreset>;

/** Every training attention kernel in SI units. */
export const attentionKernels = Object.freeze({
  'flash1-triton': treeInSI<AttentionKernelPreset>(attentionKernelPresets['flash1-triton']),
  flash2: treeInSI<AttentionKernelPreset>(attentionKernelPresets.flash2),
  materialised: treeInSI<AttentionKernelPreset>(attentionKernelPresets.materialised),
}) satisfies Readonly<Record<AttentionKernelId, AttentionKernelSpec>>;
