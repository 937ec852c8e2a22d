import { assumed, measured, type Parameter } from '../parameter.ts';

const TUNER = 'NVIDIA/nccl, graph tuning source';
const us = (value: number) => measured(value, 'us', TUNER);
const rate = (value: number) => measured(value, 'GB/s', TUNER);
const share = (value: number) => measured(value, '1', TUNER);

/** Latency of each protocol. */
const protocols = (ll: number, ll128: number, simple: number) => ({ ll: us(ll), ll128: us(ll128), simple: us(simple) });

/** GPU generations NCCL's tuner tells apart. */
export type NcclGeneration = 'volta' | 'ampere' | 'hopper' | 'blackwell';

/** Constants by which NCCL chooses algorithm and protocol. It predicts times with an error of 7 to 33 % on one node: choose with it, price with fitted constants. */
export const ncclTuner = {
  base: { tree: protocols(6.8, 14, 8.4), ring: protocols(6.6, 14, 8.4), pat: us(8) },
  hop: {
    nvlink: { tree: protocols(0.6, 1.25, 4), ring: protocols(0.6, 1.9, 3.4), nvls: us(25), collnet: us(3.7) },
    pcie: { tree: protocols(1, 1.9, 4), ring: protocols(1, 2.5, 5.7) },
    network: { tree: protocols(5, 8.5, 14), ring: protocols(2.7, 4, 14), nvls: us(18), nvlsTree: us(20.9) },
  },
  /** Top rate of LL on one node, all channels. */
  llMax: { volta: rate(39), ampere: rate(87.7), hopper: rate(141), blackwell: rate(282) } satisfies Readonly<
    Record<NcclGeneration, Parameter>
  >,
  /** Top rate of a tree in one channel, on 1, 2, and 4 or more nodes. */
  treeChannel: {
    ampere: { one: rate(24), two: rate(23.6), more: rate(17.8) },
    hopper: { one: rate(38.7), two: rate(41.4), more: rate(36) },
  },
  share: {
    ring: share(0.92),
    ringLl: share(0.5),
    treeLl: share(1 / 3.8),
    treeLl128: share(7 / 9),
    treeLl128Nodes: share(120 / 128),
    nvlsHopper: share(0.85),
    nvlsBlackwell: share(0.74),
  },
  link: { volta: rate(20), ampere: rate(20), hopper: rate(20.6), blackwell: rate(40.1), pcie: rate(12) },
  post: { intel: us(1), amd: us(2), simpleFactor: share(3) },
  buffer: assumed(4, 'MiB', 'buffer of one channel in 8 slots, as recalled'),
} as const;
