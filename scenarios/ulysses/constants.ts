/** A number of the software of the time that no datasheet gives, with the way it was obtained. */
export interface Constant {
  readonly value: number;
  readonly unit: string;
  readonly kind: 'measured' | 'fitted' | 'assumed';
  readonly source: string;
}

const FIGURES = 'fit to the calibration cells of DeepSpeed-Ulysses, Figures 3-5 and Table 2';
const BENCHMARK = 'fit to the calibration cells of feifeibear/long-context-attention, kernel constants held';
const NCCL = 'NVIDIA/nccl graph tuning, ring with the Simple protocol';
const EAGER = 'launch and synchronisation of one collective from an eager framework';

/** Constants of this replay that belong to the training software rather than to a device; the README tells how each was found. */
export const constants = {
  /** Memory traffic of unfused operators and of list copies around the all-to-alls, all passes of one layer. */
  elementwiseTraffic: { value: 836, unit: 'B per token and hidden element', kind: 'fitted', source: FIGURES },
  /** Rate of an effective NVLink port relative to the nominal one. */
  nvlinkShare: {
    value: 230 / 300,
    unit: '1',
    kind: 'measured',
    source: 'all-to-all and ring tables of A100, NCCL 2.27',
  },
  /** Collectives in which ZeRO-3 gathers or reduces one layer. */
  zeroCollectives: { value: 14, unit: '1', kind: 'fitted', source: `${FIGURES}, rounded from 13.9` },
  zeroBase: { value: 30e-6, unit: 's', kind: 'assumed', source: EAGER },
  hop: { value: 3.4e-6, unit: 's', kind: 'measured', source: `${NCCL} over NVLink` },
  networkHop: { value: 14e-6, unit: 's', kind: 'measured', source: `${NCCL} over a network` },
  collectiveBase: { value: 40e-6, unit: 's', kind: 'assumed', source: EAGER },
  /** Traffic of merging one partial attention output into the running one. */
  ringMerge: { value: 93, unit: 'B per output element and step', kind: 'fitted', source: BENCHMARK },
  /** Host time of one attention call in the benchmark, not overlapped. */
  attentionCall: { value: 1.95e-3, unit: 's', kind: 'fitted', source: BENCHMARK },
} as const satisfies Record<string, Constant>;
