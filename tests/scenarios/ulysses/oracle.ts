import { constants } from '../../../scenarios/ulysses/constants.ts';
import type { Setup } from '../../../scenarios/ulysses/setup.ts';
import { gemmSeconds, type Machine } from './machine.ts';

/** The closed form of one iteration on an idle network: seconds by kind, which add up to `seconds`. */
export interface Prediction {
  readonly seconds: number;
  readonly attention: number;
  readonly gemm: number;
  readonly elementwise: number;
  readonly a2a: number;
  readonly zero: number;
  readonly collective: number;
  readonly loss: number;
  readonly host: number;
  readonly optimizer: number;
}

export interface Network {
  readonly nicBandwidth: number;
  readonly nicEfficiency: number;
}

const c = constants;
const kernels = {
  'flash1-triton': { share: 0.455, score: 1.7e-12 },
  flash2: { share: 0.717, score: 0.289e-12 },
  materialised: { share: 0.8, score: 0 },
};

const ringShare: Readonly<Record<number, readonly number[]>> = {
  1: [0.32, 0.47, 0.5, 0.67, 0.85, 0.89, 0.92, 0.94, 0.95],
  2: [0.24, 0.38, 0.53, 0.67, 0.77, 0.85, 0.93, 0.94, 0.95],
  3: [0.13, 0.24, 0.39, 0.54, 0.69, 0.78, 0.9, 0.94, 0.95],
  4: [0.05, 0.11, 0.21, 0.38, 0.57, 0.73, 0.76, 0.92, 0.95],
};

/** Share of the network cards' rate that a ring over `nodes` reaches with buffers of `bytes`; linear in the logarithms between table entries. */
function ringEfficiency(bytes: number, nodes: number): number {
  const column = Math.min(8, Math.max(0, Math.log2(bytes / 2 ** 24)));
  const row = Math.min(4, Math.max(1, Math.log2(nodes)));
  const at = (r: number): number => {
    const values = ringShare[r] as readonly number[];
    const low = values[Math.floor(column)] as number;
    return low + (column - Math.floor(column)) * ((values[Math.ceil(column)] as number) - low);
  };
  const low = at(Math.floor(row));
  return low + (row - Math.floor(row)) * (at(Math.ceil(row)) - low);
}

/** Seconds of one iteration by the closed form; no overlap, symmetric ranks. Ring systems are not covered. */
export function predict(s: Setup, machine: Machine, network: Network): Prediction {
  const { layers: l, hidden: h, sp: P, gpus: G, nodeSize: g, vocab: V } = s;
  const tokens = s.seq * s.microBatch;
  const T = Math.ceil(tokens / P);
  const nvlink = machine.nvlink * c.nvlinkShare;
  const pairs = (s.heads / P) * ((s.seq * (s.seq + 1)) / 2) * s.attnDensity * s.microBatch;
  const kernel = kernels[s.attnKernel];
  const head = 2 ** Math.max(4, Math.ceil(Math.log2(h / s.heads)));
  const attention = (flop: number, sweeps: number): number =>
    pairs * ((flop * head) / (machine.peak * kernel.share) + sweeps * kernel.score);
  const stream = machine.elementwise * machine.hbm;
  const elementwise = (c.elementwiseTraffic * h * T) / stream;
  const nodes = (ranks: number): number => Math.ceil(ranks / g);
  const hops = (ranks: number): number => (ranks - nodes(ranks)) * c.hop + (nodes(ranks) - 1) * c.networkHop;
  const mega = s.system === 'megatron-sp';
  const spread = nodes(G) > 1 ? network.nicBandwidth * network.nicEfficiency * g : Number.POSITIVE_INFINITY;
  const zeroRate = Math.min(nodes(G) > 1 ? (nvlink * g) / (g - 1) : nvlink, spread);
  const zero = mega || G === 1 ? 0 : c.zeroCollectives * (c.zeroBase + hops(G)) + (24 * h * h * (G - 1)) / G / zeroRate;
  const rows = mega ? tokens : T;
  const width = mega ? P : 1;
  const gemm =
    gemmSeconds(machine, rows, (3 * h) / width, h) +
    gemmSeconds(machine, rows, h, h / width) +
    gemmSeconds(machine, rows, (4 * h) / width, h) +
    gemmSeconds(machine, rows, h, (4 * h) / width);
  const logits = 3 * gemmSeconds(machine, rows, Math.ceil(V / width), h);
  const collective = (ranks: number, bytes: number, spread: number): number => {
    if (ranks === 1) return 0;
    const rate =
      spread === 1
        ? nvlink
        : Math.min((nvlink * g) / (g - 1), g * network.nicBandwidth * ringEfficiency(bytes, spread));
    return c.collectiveBase + hops(ranks) + (bytes * (ranks - 1)) / ranks / rate;
  };
  const scalarGather = (bytes: number): number =>
    c.collectiveBase +
    hops(P) +
    (bytes * (P - 1)) /
      P /
      (P > g ? Math.min((nvlink * g) / (g - 1), g * network.nicBandwidth * network.nicEfficiency) : nvlink);
  const tensorParallel = mega ? collective(P, 2 * tokens * h, nodes(P)) : 0;
  const lossGather = mega || P === 1 ? 0 : scalarGather(4 * tokens);
  const a2a =
    mega || P === 1
      ? 0
      : c.collectiveBase +
        Math.max(
          (2 * T * h * (Math.min(g, P) - 1)) / P / nvlink,
          (2 * T * h * Math.max(0, P - g)) / P / (network.nicBandwidth * network.nicEfficiency),
        );
  const communication = { forward: 4 * (mega ? tensorParallel : a2a), backward: mega ? 6 * tensorParallel : 4 * a2a };
  const forward = zero + attention(4, 1) + gemm + elementwise / 4 + communication.forward;
  const backward = zero + attention(10, 2) + 2 * gemm + elementwise / 2 + communication.backward;
  const hostExtra = mega && P > 1 ? 84e-6 : 0;
  const host = {
    forward: Math.max(0, 590e-6 + hostExtra - forward),
    backward: Math.max(0, 1960e-6 + hostExtra - backward),
  };
  const parameters = l * (12 * h * h + 13 * h) + V * h;
  const owned = mega ? parameters / P : parameters / G;
  const optimizer = (24 * owned) / stream;
  const gradients =
    mega && s.dp > 1
      ? c.collectiveBase +
        2 * hops(s.dp) +
        (2 * ((2 * owned * (s.dp - 1)) / s.dp)) / (G > g ? network.nicBandwidth * network.nicEfficiency : nvlink)
      : 0;
  const passes = s.microSteps * l;
  return {
    seconds:
      passes * (2 * (forward + host.forward) + backward + host.backward) +
      s.microSteps * (logits + lossGather) +
      optimizer +
      gradients,
    attention: passes * attention(18, 4),
    gemm: passes * 4 * gemm,
    elementwise: passes * elementwise,
    a2a: mega ? 0 : passes * (2 * communication.forward + communication.backward),
    zero: passes * 3 * zero,
    collective: mega ? passes * (2 * communication.forward + communication.backward) + gradients : 0,
    loss: s.microSteps * (logits + lossGather),
    host: passes * (2 * host.forward + host.backward),
    optimizer,
  };
}

/** Seconds of one attention forward by the closed form: hybrid of all-to-all inside one node and a ring of R. */
export function predictAttention(s: Setup, machine: Machine): number {
  const { sp: P, ringDegree: R, hidden: h } = s;
  const U = P / R;
  const nvlink = machine.nvlink * c.nvlinkShare;
  const kernel = kernels[s.attnKernel];
  const head = 2 ** Math.max(4, Math.ceil(Math.log2(h / s.heads)));
  const score = (4 * head) / (machine.peak * kernel.share) + kernel.score;
  const T = (s.seq * s.microBatch) / P;
  const block = (s.seq / R) ** 2 * (s.heads / U) * s.microBatch * score;
  const merge = (c.ringMerge * T * h) / (machine.elementwise * machine.hbm);
  const transfer = c.collectiveBase + (4 * T * h) / nvlink;
  let seconds = c.attentionCall + (U > 1 ? 4 * (c.collectiveBase + (2 * T * h * (U - 1)) / U / nvlink) : 0);
  for (let step = 0; step < R; step++) {
    const full = step > 0 && s.ringLayout === 'contiguous';
    const work = block * (full ? 1 : 0.5) + (step > 0 ? merge : 0);
    seconds += step < R - 1 ? Math.max(work, transfer) : work;
  }
  return seconds;
}
