import { assumed, fitted, measured, treeInSI } from '../../actors/presets/index.ts';

const LONGEST =
  'fit to the six calibration cells of the longest-sequence figure of DeepSpeed4Science (arXiv 2310.04610)';
const BLOCK =
  'difference of the eager block measured in dptech-corp/Uni-Fold, pull request 10, and the modelled eager attention';

/** Constants of this replay; everything else is a preset of the device library. */
const constantPresets = {
  /** Full-length half-precision buffers alive in one layer under sequence parallelism. */
  gatherBuffers: fitted(4.5, '1', LONGEST),
  /** Context, workspaces and communication buffers. */
  runtime: fitted(3e9, 'B', LONGEST),
  /** Passes over stored scores in each of forward, recomputation and backward of attention that is not fused. */
  scorePasses: assumed(8, '1', 'write, two for the mask, two for softmax, two for dropout, read'),
  /** Share of the element-wise traffic that sequence parallelism would divide: layer norms, dropout, residuals. */
  replicatedElementwise: assumed(0.5, '1', 'layer norms, dropout and residuals against GeLU and copies'),
  /** Share of the nominal rate of the host link that pinned copies reach. */
  hostCopyShare: measured(26 / 32, '1', 'NVIDIA/nvbandwidth samples, A100: 26 of 32 GB/s'),
  evoformer: {
    /** Share of tensor peak that products over stored scores reach. */
    eagerPeakShare: assumed(0.5, '1', 'batched products with a short inner dimension'),
    fusedPeakShare: assumed(0.35, '1', 'sweep 0.2 to 0.6; kernel times were never published'),
    fusedPerScore: assumed(0.6, 'ps', 'sweep 0.3 to 1.5; kernel times were never published'),
    /** Time of one block outside its four attentions: main-msa-initial on one a100-40gb. */
    restForward: fitted(14.193, 'ms', BLOCK),
    restBackward: fitted(20.263, 'ms', BLOCK),
  },
} as const;

/** The constants in SI units. */
export const constants = treeInSI(constantPresets);
