import { assumed, fitted, treeInSI } from '../../actors/presets/index.ts';
import { trainingSoftwarePresets } from '../../actors/training/index.ts';

const FIGURES = 'fit to the calibration cells of DeepSpeed-Ulysses (arXiv 2309.14509), Figures 3-5 and Table 2';
const BENCHMARK = 'fit to the calibration cells of feifeibear/long-context-attention, kernel constants held';
const EAGER = 'launch and synchronisation of one collective from an eager framework';

/** Constants of the training software of the time; the README tells how each was found. */
const constantPresets = {
  ...trainingSoftwarePresets,
  /** Collectives in which ZeRO-3 gathers or reduces one layer. */
  zeroCollectives: fitted(14, '1', `${FIGURES}, rounded from 13.9`),
  zeroBase: assumed(30, 'us', EAGER),
  /** Traffic of merging one partial attention output into the running one, for each element and step. */
  ringMerge: fitted(93, 'B', BENCHMARK),
  /** Host time of one attention call in the benchmark, not overlapped. */
  attentionCall: fitted(1.95, 'ms', BENCHMARK),
} as const;

/** The constants in SI units. */
export const constants = treeInSI(constantPresets);
