import { assumed, fitted, measured, ncclTuner, treeInSI } from '../presets/index.ts';

const FIGURES = 'fit to the calibration cells of DeepSpeed-Ulysses (arXiv 2309.14509), Figures 3-5 and Table 2';

/** Constants of eager training software on A100 clusters of 2023. */
export const trainingSoftwarePresets = {
  /** Memory traffic of unfused operators and copies, all passes of one layer, for each token and hidden element. */
  elementwiseTraffic: fitted(836, 'B', FIGURES),
  /** Rate of an effective NVLink port relative to the nominal one. */
  nvlinkShare: measured(230 / 300, '1', 'ring and all-to-all tables of A100, NCCL 2.27: 230 of 300 GB/s'),
  collectiveBase: assumed(40, 'us', 'launch and synchronisation of one collective from an eager framework'),
  hop: ncclTuner.hop.nvlink.ring.simple,
  networkHop: ncclTuner.hop.network.ring.simple,
} as const;

/** The constants in SI units. */
export const trainingSoftware = treeInSI(trainingSoftwarePresets);

/** Seconds a message takes around a ring of `ranks` on nodes of `perNode`, hop by hop; 0 for one rank. */
export function ringHopSeconds(ranks: number, perNode: number): number {
  if (ranks === 1) return 0;
  const nodes = Math.ceil(ranks / perNode);
  return (ranks - nodes) * trainingSoftware.hop + (nodes - 1) * trainingSoftware.networkHop;
}
