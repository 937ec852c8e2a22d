import { fitted, treeInSI } from '../../actors/index.ts';

const CELLS =
  'MLPerf Storage v1.0, closed division: Juicedata h100 with 1 accelerator (cosmoflow, unet3d), DDN cosmoflow h100 with 64';

/** Time between two steps of the storage benchmark: fixed, for each byte of a batch, for each doubling of the accelerators. */
const stepOverheadPresets = {
  fixed: fitted(0.83, 'ms', CELLS),
  perByte: fitted(3.5, 'ps', `${CELLS}; for each byte`),
  perDoubling: fitted(107, 'us', `${CELLS}; an upper bound, as the last may be bound by its storage`),
} as const;

/** The same in seconds. */
export const stepOverhead = treeInSI(stepOverheadPresets);
