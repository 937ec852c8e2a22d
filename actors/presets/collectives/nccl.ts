import { carriedOver, fitted, measured, type Parameter, type RateUnit } from '../parameter.ts';
import { ncclTuner } from './nccl-tuner.ts';
import type { NodeCollectivesPreset, ProtocolPreset } from './preset.ts';

const A100 = 'fit to ai-dynamo/aiconfigurator, A100-SXM4-80GB, NCCL 2.27.3, four fifths of the rows for 2 and 8 GPUs';
const H100 = 'fit to ai-dynamo/aiconfigurator, H100-SXM-80GB, NCCL 2.29.2, four fifths of the rows for 2 and 8 GPUs';

/** NCCL 2.27 on one A100 NVSwitch node. */
export const ncclA100: NodeCollectivesPreset = {
  name: 'NCCL 2.27, A100 SXM4, NVSwitch',
  ring: {
    ll: {
      base: fitted(8.01, 'us', A100),
      hop: fitted(0.9244, 'us', A100),
      rate: fitted(4.341, 'GB/s', A100),
      ramp: fitted(0, 'us', A100),
    },
    ll128: {
      base: fitted(10.67, 'us', A100),
      hop: fitted(0.881, 'us', A100),
      rate: fitted(86.5, 'GB/s', A100),
      ramp: fitted(0, 'us', A100),
    },
    simple: {
      base: fitted(16.48, 'us', A100),
      hop: fitted(0.3204, 'us', A100),
      rate: fitted(233.1, 'GB/s', A100),
      ramp: fitted(9.168, 'us', A100),
    },
    pair: fitted(0.8231, '1', A100),
  },
  allToAll: {
    small: {
      base: fitted(9.84, 'us', A100),
      hop: fitted(0.6245, 'us', A100),
      rate: fitted(4.064, 'GB/s', A100),
      ramp: fitted(0, 'us', A100),
    },
    large: {
      base: fitted(12.37, 'us', A100),
      hop: fitted(0, 'us', A100),
      rate: fitted(226.9, 'GB/s', A100),
      ramp: fitted(9.812, 'us', A100),
    },
    pair: fitted(0.8382, '1', A100),
  },
};

/** NCCL 2.29 on one H100 NVSwitch node. */
export const ncclH100: NodeCollectivesPreset = {
  name: 'NCCL 2.29, H100 SXM5, NVSwitch',
  ring: {
    ll: {
      base: fitted(4.574, 'us', H100),
      hop: fitted(0.7838, 'us', H100),
      rate: fitted(13.05, 'GB/s', H100),
      ramp: fitted(0, 'us', H100),
    },
    ll128: {
      base: fitted(5.229, 'us', H100),
      hop: fitted(0.8813, 'us', H100),
      rate: fitted(160.1, 'GB/s', H100),
      ramp: fitted(0, 'us', H100),
    },
    simple: {
      base: fitted(10.06, 'us', H100),
      hop: fitted(0.7223, 'us', H100),
      rate: fitted(360, 'GB/s', H100),
      ramp: fitted(3.667, 'us', H100),
    },
    pair: fitted(0.7411, '1', H100),
  },
  allToAll: {
    small: {
      base: fitted(6.171, 'us', H100),
      hop: fitted(0.2768, 'us', H100),
      rate: fitted(6.109, 'GB/s', H100),
      ramp: fitted(0, 'us', H100),
    },
    large: {
      base: fitted(11.24, 'us', H100),
      hop: fitted(0, 'us', H100),
      rate: fitted(316.4, 'GB/s', H100),
      ramp: fitted(2.555, 'us', H100),
    },
    pair: fitted(0.9324, '1', H100),
  },
  nvls: {
    base: fitted(73.49, 'us', `${H100}, 8 ranks from 16 MiB up`),
    rate: fitted(298.8, 'GB/s', `${H100}, 8 ranks from 16 MiB up`),
    ranks: fitted(5, '1', 'where a ring at 360 GB/s stops being faster than 2(n-1)/(n+1) of 299 GB/s'),
  },
};

/**
 * A preset for another link generation: latencies kept, rates times `link`, everything assumed. The ramp is the filling of a pipeline of
 * pieces: c bytes cost c/rate to fill and a fixed time a piece, least in all at 2 sqrt(time bytes/rate), so it goes by the root of `link`.
 */
function scaledTo(preset: NodeCollectivesPreset, name: string, link: number, nvls: number): NodeCollectivesPreset {
  const rate = (p: Parameter<RateUnit>, factor: number) => ({ ...p, value: p.value * factor });
  const faster = (part: ProtocolPreset): ProtocolPreset => ({
    ...part,
    rate: rate(part.rate, link),
    ramp: { ...part.ramp, value: part.ramp.value / Math.sqrt(link) },
  });
  const { ring, allToAll } = preset;
  const scaled: NodeCollectivesPreset = {
    name,
    ring: { ...ring, ll: faster(ring.ll), ll128: faster(ring.ll128), simple: faster(ring.simple) },
    allToAll: { ...allToAll, small: faster(allToAll.small), large: faster(allToAll.large) },
    ...(preset.nvls === undefined ? {} : { nvls: { ...preset.nvls, rate: rate(preset.nvls.rate, nvls) } }),
  };
  return carriedOver(
    scaled,
    `${preset.name} carried over to ${name}, rates times ${Number(link.toFixed(3))}, not validated`,
  );
}

/** NCCL on a V100 NVSwitch node: A100 latencies, half the link rate. */
export const ncclV100 = scaledTo(ncclA100, 'NCCL, V100 SXM2, NVSwitch', 0.5, 1);
/** NCCL on an H200 node: the same links as H100. */
export const ncclH200 = scaledTo(ncclH100, 'NCCL, H200 SXM, NVSwitch', 1, 1);
/**
 * Eighteen links of B200 over eighteen of H100, as NCCL's tuner rates them. The same ratio between A100 and H100, 18 x 20.6 over 12 x 20,
 * is that of their fitted ring rates: 1.545 against 360 / 233.1.
 */
const blackwellLinks = ncclTuner.link.blackwell.value / ncclTuner.link.hopper.value;

/** NCCL on a B200 node: H100 latencies, its own links; reduction in the switch by NCCL's own efficiencies as well. */
export const ncclB200 = scaledTo(
  ncclH100,
  'NCCL, B200 SXM, NVSwitch',
  blackwellLinks,
  (blackwellLinks * ncclTuner.share.nvlsBlackwell.value) / ncclTuner.share.nvlsHopper.value,
);

/** NCCL among the GPUs of a GB200 rack: the links of B200, one switched domain of 72. */
export const ncclGb200: NodeCollectivesPreset = { ...ncclB200, name: 'NCCL, GB200, NVLink switches of a rack' };

/** Share of a GPU's arithmetic that an overlapped collective takes away while it runs. */
export const overlapTax = measured(
  0.15,
  '1',
  'calculon-ai/calculon, A100 system file: processor share of an overlapped all-reduce',
);
