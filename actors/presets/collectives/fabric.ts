import { assumed, fitted, measured, spec } from '../parameter.ts';
import type { FabricPreset } from './preset.ts';

const EFA =
  'fit to aws-samples/awsome-distributed-training, nccl-tests, all-reduce on 2 x 8 A100, four fifths of the rows';
const TUNER = 'NVIDIA/nccl, graph tuning constants, ring over the network';
const RATIO = 'ratio to LL as fitted on 2 x 8 A100 over EFA';

/** AWS p4de: four 100 Gb/s EFA cards for eight A100. */
export const efa4x100: FabricPreset = {
  name: 'AWS EFA, 4 x 100 Gb/s for 8 GPUs',
  nic: spec(6.25, 'GB/s', 'AWS p4de.24xlarge: 4 x 100 Gb/s shared by 8 GPUs'),
  ll: {
    base: fitted(156.8, 'us', EFA),
    hop: measured(2.7, 'us', TUNER),
    nicShare: fitted(0.01332, '1', EFA),
    ramp: fitted(0, 'us', EFA),
  },
  ll128: {
    base: fitted(214.5, 'us', EFA),
    hop: measured(4, 'us', TUNER),
    nicShare: fitted(0.3684, '1', EFA),
    ramp: fitted(0, 'us', EFA),
  },
  simple: {
    base: fitted(700, 'us', EFA),
    hop: measured(14, 'us', TUNER),
    nicShare: fitted(0.8543, '1', EFA),
    ramp: fitted(9.64, 'us', EFA),
  },
};

/** An InfiniBand fabric: no rows exist, so the small-message latency is a guess and the other protocols follow it. */
function infiniBand(name: string, nic: number): FabricPreset {
  const latency = 30;
  return {
    name,
    nic: spec(nic, 'GB/s', `${name} datasheet rate`),
    ll: {
      base: assumed(latency, 'us', 'small-message latency between InfiniBand nodes, common experience'),
      hop: measured(2.7, 'us', TUNER),
      nicShare: assumed(0.01332, '1', RATIO),
      ramp: assumed(0, 'us', RATIO),
    },
    ll128: {
      base: assumed(1.4 * latency, 'us', RATIO),
      hop: measured(4, 'us', TUNER),
      nicShare: assumed(0.3684, '1', RATIO),
      ramp: assumed(0, 'us', RATIO),
    },
    simple: {
      base: assumed(4.7 * latency, 'us', RATIO),
      hop: measured(14, 'us', TUNER),
      nicShare: assumed(0.8543, '1', RATIO),
      ramp: assumed(9.64, 'us', RATIO),
    },
  };
}

/** 100 Gb/s InfiniBand, one card for each GPU. */
export const infinibandEdr = infiniBand('InfiniBand EDR, 100 Gb/s for each GPU', 12.5);
/** 200 Gb/s InfiniBand, one card for each GPU. */
export const infinibandHdr = infiniBand('InfiniBand HDR, 200 Gb/s for each GPU', 25);
/** 400 Gb/s InfiniBand, one card for each GPU. */
export const infinibandNdr = infiniBand('InfiniBand NDR, 400 Gb/s for each GPU', 50);
