import { assumed, measured, type Parameter, type RateUnit, treeInSI } from './parameter.ts';

/** Speeds of the stages of an error-bounded codec on a GPU, in raw bytes a second; a stage left out takes no time of its own. */
export interface CodecStagesPreset {
  readonly dualQuant: Parameter<RateUnit>;
  readonly outlierGather?: Parameter<RateUnit>;
  readonly histogram: Parameter<RateUnit>;
  readonly huffEncode: Parameter<RateUnit>;
  /** Not measured for every set. */
  readonly huffDecode?: Parameter<RateUnit>;
  readonly outlierScatter?: Parameter<RateUnit>;
  readonly reconstruct?: Parameter<RateUnit>;
}

const CUSZ20 = 'cuSZ (PACT 2020), Table 7';
const CUSZPLUS = 'cuSZ+ (CLUSTER 2021), Table VII';
const BENCH21 = 'cuSZ repository, benchmark page of January 2021';

/** Stage speeds by code, GPU and the field that was compressed. */
export const codecStagesPresets = {
  'cusz20-v100-hacc': {
    dualQuant: measured(207.7, 'GB/s', CUSZ20),
    histogram: measured(602.8, 'GB/s', CUSZ20),
    huffEncode: measured(54.1, 'GB/s', CUSZ20),
    huffDecode: measured(35, 'GB/s', CUSZ20),
    reconstruct: measured(16.8, 'GB/s', CUSZ20),
  },
  'cusz20-v100-cesm': {
    dualQuant: measured(252.1, 'GB/s', CUSZ20),
    histogram: measured(345.3, 'GB/s', CUSZ20),
    huffEncode: measured(57.2, 'GB/s', CUSZ20),
    huffDecode: measured(41.6, 'GB/s', CUSZ20),
    reconstruct: measured(58.5, 'GB/s', CUSZ20),
  },
  'cusz20-v100-hurricane': {
    dualQuant: measured(175.8, 'GB/s', CUSZ20),
    histogram: measured(418, 'GB/s', CUSZ20),
    huffEncode: measured(55.2, 'GB/s', CUSZ20),
    huffDecode: measured(34.2, 'GB/s', CUSZ20),
    reconstruct: measured(43.9, 'GB/s', CUSZ20),
  },
  'cusz20-v100-nyx': {
    dualQuant: measured(200.2, 'GB/s', CUSZ20),
    histogram: measured(427.6, 'GB/s', CUSZ20),
    huffEncode: measured(58.8, 'GB/s', CUSZ20),
    huffDecode: measured(52.4, 'GB/s', CUSZ20),
    reconstruct: measured(29.7, 'GB/s', CUSZ20),
  },
  'cusz20-v100-qmcpack': {
    dualQuant: measured(189.6, 'GB/s', CUSZ20),
    histogram: measured(346.1, 'GB/s', CUSZ20),
    huffEncode: measured(61, 'GB/s', CUSZ20),
    huffDecode: measured(40.3, 'GB/s', CUSZ20),
    reconstruct: measured(22.4, 'GB/s', CUSZ20),
  },
  'cuszplus-v100-hacc': {
    dualQuant: measured(328.3, 'GB/s', CUSZPLUS),
    outlierGather: measured(221.4, 'GB/s', CUSZPLUS),
    histogram: measured(565.9, 'GB/s', CUSZPLUS),
    huffEncode: measured(58.3, 'GB/s', CUSZPLUS),
    huffDecode: measured(42.1, 'GB/s', CUSZPLUS),
    outlierScatter: measured(225, 'GB/s', CUSZPLUS),
    reconstruct: measured(308.7, 'GB/s', CUSZPLUS),
  },
  'cuszplus-v100-cesm': {
    dualQuant: measured(273.9, 'GB/s', CUSZPLUS),
    outlierGather: measured(160.6, 'GB/s', CUSZPLUS),
    histogram: measured(356.5, 'GB/s', CUSZPLUS),
    huffEncode: measured(107.7, 'GB/s', CUSZPLUS),
    huffDecode: measured(37.9, 'GB/s', CUSZPLUS),
    outlierScatter: measured(334.8, 'GB/s', CUSZPLUS),
    reconstruct: measured(267, 'GB/s', CUSZPLUS),
  },
  'cuszplus-v100-hurricane': {
    dualQuant: measured(199, 'GB/s', CUSZPLUS),
    outlierGather: measured(251.1, 'GB/s', CUSZPLUS),
    histogram: measured(438.4, 'GB/s', CUSZPLUS),
    huffEncode: measured(111.2, 'GB/s', CUSZPLUS),
    huffDecode: measured(45.8, 'GB/s', CUSZPLUS),
    outlierScatter: measured(628.1, 'GB/s', CUSZPLUS),
    reconstruct: measured(200.1, 'GB/s', CUSZPLUS),
  },
  'cuszplus-v100-nyx': {
    dualQuant: measured(296, 'GB/s', CUSZPLUS),
    outlierGather: measured(238, 'GB/s', CUSZPLUS),
    histogram: measured(372.4, 'GB/s', CUSZPLUS),
    huffEncode: measured(120.5, 'GB/s', CUSZPLUS),
    huffDecode: measured(66.8, 'GB/s', CUSZPLUS),
    outlierScatter: measured(359.7, 'GB/s', CUSZPLUS),
    reconstruct: measured(251.7, 'GB/s', CUSZPLUS),
  },
  'cuszplus-v100-rtm': {
    dualQuant: measured(193.1, 'GB/s', CUSZPLUS),
    outlierGather: measured(249.7, 'GB/s', CUSZPLUS),
    histogram: measured(573.6, 'GB/s', CUSZPLUS),
    huffEncode: measured(123.2, 'GB/s', CUSZPLUS),
    huffDecode: measured(48.9, 'GB/s', CUSZPLUS),
    outlierScatter: measured(440.2, 'GB/s', CUSZPLUS),
    reconstruct: measured(201.3, 'GB/s', CUSZPLUS),
  },
  'cuszplus-v100-miranda': {
    dualQuant: measured(289.3, 'GB/s', CUSZPLUS),
    outlierGather: measured(228.6, 'GB/s', CUSZPLUS),
    histogram: measured(489.8, 'GB/s', CUSZPLUS),
    huffEncode: measured(161.1, 'GB/s', CUSZPLUS),
    huffDecode: measured(42.7, 'GB/s', CUSZPLUS),
    outlierScatter: measured(679.1, 'GB/s', CUSZPLUS),
    reconstruct: measured(245.3, 'GB/s', CUSZPLUS),
  },
  'cuszplus-v100-qmcpack': {
    dualQuant: measured(298.6, 'GB/s', CUSZPLUS),
    outlierGather: measured(261.2, 'GB/s', CUSZPLUS),
    histogram: measured(724.3, 'GB/s', CUSZPLUS),
    huffEncode: measured(110.8, 'GB/s', CUSZPLUS),
    huffDecode: measured(44.6, 'GB/s', CUSZPLUS),
    outlierScatter: measured(347.1, 'GB/s', CUSZPLUS),
    reconstruct: measured(255.5, 'GB/s', CUSZPLUS),
  },
  'cuszplus-a100-hacc': {
    dualQuant: measured(501.1, 'GB/s', CUSZPLUS),
    outlierGather: measured(324.8, 'GB/s', CUSZPLUS),
    histogram: measured(923.5, 'GB/s', CUSZPLUS),
    huffEncode: measured(174.6, 'GB/s', CUSZPLUS),
    huffDecode: measured(48.5, 'GB/s', CUSZPLUS),
    outlierScatter: measured(658.4, 'GB/s', CUSZPLUS),
    reconstruct: measured(504.4, 'GB/s', CUSZPLUS),
  },
  'cuszplus-a100-cesm': {
    dualQuant: measured(466.8, 'GB/s', CUSZPLUS),
    outlierGather: measured(151.4, 'GB/s', CUSZPLUS),
    histogram: measured(409.8, 'GB/s', CUSZPLUS),
    huffEncode: measured(121.6, 'GB/s', CUSZPLUS),
    huffDecode: measured(26.6, 'GB/s', CUSZPLUS),
    outlierScatter: measured(630.2, 'GB/s', CUSZPLUS),
    reconstruct: measured(495.3, 'GB/s', CUSZPLUS),
  },
  'cuszplus-a100-hurricane': {
    dualQuant: measured(429, 'GB/s', CUSZPLUS),
    outlierGather: measured(284.2, 'GB/s', CUSZPLUS),
    histogram: measured(681.2, 'GB/s', CUSZPLUS),
    huffEncode: measured(206, 'GB/s', CUSZPLUS),
    huffDecode: measured(51.8, 'GB/s', CUSZPLUS),
    outlierScatter: measured(918.3, 'GB/s', CUSZPLUS),
    reconstruct: measured(345.5, 'GB/s', CUSZPLUS),
  },
  'cuszplus-a100-nyx': {
    dualQuant: measured(481.3, 'GB/s', CUSZPLUS),
    outlierGather: measured(334.9, 'GB/s', CUSZPLUS),
    histogram: measured(870.2, 'GB/s', CUSZPLUS),
    huffEncode: measured(217.2, 'GB/s', CUSZPLUS),
    huffDecode: measured(91.2, 'GB/s', CUSZPLUS),
    outlierScatter: measured(797.4, 'GB/s', CUSZPLUS),
    reconstruct: measured(398.6, 'GB/s', CUSZPLUS),
  },
  'cuszplus-a100-rtm': {
    dualQuant: measured(422.7, 'GB/s', CUSZPLUS),
    outlierGather: measured(221.6, 'GB/s', CUSZPLUS),
    histogram: measured(793.9, 'GB/s', CUSZPLUS),
    huffEncode: measured(202.2, 'GB/s', CUSZPLUS),
    huffDecode: measured(56, 'GB/s', CUSZPLUS),
    outlierScatter: measured(906.6, 'GB/s', CUSZPLUS),
    reconstruct: measured(335.6, 'GB/s', CUSZPLUS),
  },
  'cuszplus-a100-miranda': {
    dualQuant: measured(480.7, 'GB/s', CUSZPLUS),
    outlierGather: measured(336, 'GB/s', CUSZPLUS),
    histogram: measured(714.9, 'GB/s', CUSZPLUS),
    huffEncode: measured(201.6, 'GB/s', CUSZPLUS),
    huffDecode: measured(50.1, 'GB/s', CUSZPLUS),
    outlierScatter: measured(1066.8, 'GB/s', CUSZPLUS),
    reconstruct: measured(386.9, 'GB/s', CUSZPLUS),
  },
  'cuszplus-a100-qmcpack': {
    dualQuant: measured(492.9, 'GB/s', CUSZPLUS),
    outlierGather: measured(266.2, 'GB/s', CUSZPLUS),
    histogram: measured(569.7, 'GB/s', CUSZPLUS),
    huffEncode: measured(198.4, 'GB/s', CUSZPLUS),
    huffDecode: measured(49, 'GB/s', CUSZPLUS),
    outlierScatter: measured(782.8, 'GB/s', CUSZPLUS),
    reconstruct: measured(384, 'GB/s', CUSZPLUS),
  },
  'bench21-v100-hacc': {
    dualQuant: measured(290.7, 'GB/s', BENCH21),
    outlierGather: measured(261.7, 'GB/s', BENCH21),
    histogram: measured(373.8, 'GB/s', BENCH21),
    huffEncode: measured(53.7, 'GB/s', BENCH21),
  },
  'bench21-v100-cesm': {
    dualQuant: measured(269.4, 'GB/s', BENCH21),
    outlierGather: measured(184.7, 'GB/s', BENCH21),
    histogram: measured(569.7, 'GB/s', BENCH21),
    huffEncode: measured(57.8, 'GB/s', BENCH21),
  },
  'bench21-v100-nyx': {
    dualQuant: measured(247.5, 'GB/s', BENCH21),
    outlierGather: measured(268.4, 'GB/s', BENCH21),
    histogram: measured(400.6, 'GB/s', BENCH21),
    huffEncode: measured(64.1, 'GB/s', BENCH21),
  },
  'bench21-rtx5000-cesm': {
    dualQuant: measured(72, 'GB/s', BENCH21),
    outlierGather: measured(126.8, 'GB/s', BENCH21),
    histogram: measured(308.9, 'GB/s', BENCH21),
    huffEncode: measured(29.8, 'GB/s', BENCH21),
  },
  'bench21-rtx5000-nyx': {
    dualQuant: measured(70.2, 'GB/s', BENCH21),
    outlierGather: measured(103.2, 'GB/s', BENCH21),
    histogram: measured(150, 'GB/s', BENCH21),
    huffEncode: measured(37.1, 'GB/s', BENCH21),
  },
} as const satisfies Readonly<Record<string, CodecStagesPreset>>;

/** The id of a set of stage speeds. */
export type CodecStagesId = keyof typeof codecStagesPresets;

/** Stage speeds in bytes a second. */
export type CodecStages = { readonly [Stage in keyof CodecStagesPreset]: number };

/** The ids of all sets. */
export const codecStagesIds: readonly CodecStagesId[] = Object.freeze(
  Object.keys(codecStagesPresets) as CodecStagesId[],
);

/** The set `id` in SI units. */
export function loadCodecStages(id: CodecStagesId): CodecStages {
  return treeInSI<CodecStagesPreset>(codecStagesPresets[id]) as unknown as CodecStages;
}

/** Building one Huffman code book on the GPU, and the host link that migration of activations uses. */
export const trainingMemory = {
  codebook: measured(0.82, 'ms', `${BENCH21}, CESM on V100`),
  hostLink: assumed(12, 'GB/s', 'PCIe 3.0 x16, effective'),
} as const;
