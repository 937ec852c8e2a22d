import { measuredSeries, spec } from '../parameter.ts';

const SIMAI = 'aliyun/SimAI, bus bandwidth ratio files';

/** Share of the network bound that NCCL reaches: one curve over message size for each number of nodes. */
export const networkEfficiencyPresets = {
  /** Message sizes of the curves. */
  sizes: measuredSeries([16, 32, 64, 128, 256, 512, 1024, 2048, 4096], 'MiB', SIMAI),
  ring: {
    nodes: measuredSeries([2, 4, 8, 16], '1', SIMAI),
    shares: [
      measuredSeries([0.32, 0.47, 0.5, 0.67, 0.85, 0.89, 0.92, 0.94, 0.95], '1', `${SIMAI}, 2 nodes`),
      measuredSeries([0.24, 0.38, 0.53, 0.67, 0.77, 0.85, 0.93, 0.94, 0.95], '1', `${SIMAI}, 4 nodes`),
      measuredSeries([0.13, 0.24, 0.39, 0.54, 0.69, 0.78, 0.9, 0.94, 0.95], '1', `${SIMAI}, 8 nodes`),
      measuredSeries([0.05, 0.11, 0.21, 0.38, 0.57, 0.73, 0.76, 0.92, 0.95], '1', `${SIMAI}, 16 nodes`),
    ],
  },
  'all-to-all': {
    nodes: measuredSeries([2, 8, 16], '1', SIMAI),
    shares: [
      measuredSeries([0.52, 0.63, 0.72, 0.76, 0.79, 0.8, 0.81, 0.81, 0.8], '1', `${SIMAI}, 2 nodes`),
      measuredSeries([0.64, 0.67, 0.82, 0.85, 0.87, 0.89, 0.92, 0.93, 0.94], '1', `${SIMAI}, 8 nodes`),
      measuredSeries([0.62, 0.66, 0.66, 0.72, 0.75, 0.81, 0.85, 0.88, 0.9], '1', `${SIMAI}, 16 nodes`),
    ],
  },
  /** Bytes added to each 256 B of payload on NVLink. */
  nvlinkFlit: spec(16, 'B', 'PrincetonUniversity/LLMCompass: a 16-byte header for 256 B'),
} as const;
