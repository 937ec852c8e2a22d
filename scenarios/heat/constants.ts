import { assumed, cpus, fitted, inSI, type Parameter, treeInSI } from '../../actors/presets/index.ts';

const EPYC = 'fit to the calibration cells of HEAT (arXiv 2304.07334), Figure 12, random sampler';
const ARM = 'fit to the calibration cells of HEAT (arXiv 2304.07334), Figure 13 and Figure 14';
const ACCL = 'fit to the calibration cells of HEAT (arXiv 2304.07334), Table 7';
const MSE = 'fit to the calibration cells of HEAT (arXiv 2304.07334), Figure 7';
const chosen = 'chosen here: too few rows come from there to fit it';
const epyc = cpus['epyc-7742'];

interface RowCostPreset {
  /** Until the first line is there, and between lines of one row. */
  readonly latency: Parameter<'ns'>;
  readonly gap: Parameter<'ns'>;
}

/** What a program of the release costs on a machine. */
export interface MachineConstantsPreset {
  /** Arithmetic, buffer copies, traffic of private caches for one row of 128 floats. */
  readonly row: Parameter<'us'>;
  /** Aggregation of a history: the product with the shared matrix and its gradient, dimension 128. */
  readonly aggregation: Parameter<'us'>;
  readonly cluster: RowCostPreset;
  readonly peer: RowCostPreset;
  /** From another cluster; a write that other clusters must hear of costs it again. */
  readonly remote: RowCostPreset;
  readonly dram: RowCostPreset;
  /** Time in which the directory handles one change of owner of a line. */
  readonly home: Parameter<'ns'>;
}

const epycConstants: MachineConstantsPreset = {
  row: fitted(0.5412, 'us', EPYC),
  aggregation: fitted(86.3, 'us', ACCL),
  cluster: {
    latency: assumed(15.1, 'ns', '34 cycles of EPYC 7742 (AnandTech) at its base clock'),
    gap: assumed(2.1, 'ns', chosen),
  },
  peer: {
    latency: assumed(inSI(epyc.transferNear) * 1e9, 'ns', epyc.transferNear.source),
    gap: assumed(1.4, 'ns', chosen),
  },
  remote: {
    latency: assumed(inSI(epyc.transferFar) * 1e9, 'ns', epyc.transferFar.source),
    gap: fitted(12.01, 'ns', EPYC),
  },
  dram: { latency: assumed(122, 'ns', epyc.dramLatency.source), gap: fitted(13.97, 'ns', EPYC) },
  home: fitted(7073, 'ns', ACCL),
};

/** Constants of the released program on each machine; the README tells how each was found. */
const machineConstantPresets = {
  'epyc-7742x2': epycConstants,
  'c5a.16xlarge': epycConstants,
  a64fx: {
    row: fitted(1.9735, 'us', ARM),
    aggregation: fitted(46.4, 'us', ARM),
    cluster: { latency: assumed(18, 'ns', chosen), gap: assumed(2, 'ns', chosen) },
    peer: { latency: assumed(50, 'ns', chosen), gap: assumed(10, 'ns', chosen) },
    remote: {
      latency: assumed(150, 'ns', 'as of EPYC 7742'),
      gap: fitted(111, 'ns', ARM),
    },
    dram: { latency: assumed(150, 'ns', 'HBM2, as recalled'), gap: fitted(372, 'ns', ARM) },
    home: fitted(7073, 'ns', `${ACCL}, on EPYC`),
  },
} as const satisfies Readonly<Record<string, MachineConstantsPreset>>;

/** One negative, dot product, squared error: a program whose rows are prefetched, as a line through two points. */
const mseConstantPresets = {
  /** Thread time of a sample. */
  sample: fitted(855, 'ns', MSE),
  epoch: fitted(11.4, 'ms', MSE),
} as const;

/** The constants in SI units. */
export const machineConstants = treeInSI(machineConstantPresets);
export const mseConstants = treeInSI(mseConstantPresets);
