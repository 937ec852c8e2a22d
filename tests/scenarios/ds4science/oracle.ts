import { networkEfficiency } from '../../../actors/network/network-efficiency.ts';
import type { Setup as Attention } from '../../../scenarios/ds4science/evoformer/setup.ts';
import type { Setup } from '../../../scenarios/ds4science/genslm/setup.ts';
import { gemmSeconds, machines } from '../ulysses/machine.ts';

/** Peak of one step by closed form: states + table + runtime + the larger of the mask being made and of mask, checkpoints, loss or layer. */
export function peakOf(setup: Setup): number {
  const { layers: l, hidden: h, heads: a, vocab: V, seq: s, microBatch: b, tp: t } = setup;
  const M = l * (12 * h * h + 13 * h) + V * h;
  const perParameter = setup.offload ? 4 : 16;
  const table = setup.positions === 'replicated' ? perParameter * s * h : (16 * s * h) / t;
  const permanent = (perParameter * M) / t + table + 3e9;
  const masked = setup.mask === 'device' ? 1 : 0;
  const checkpoints = (2 * l * s * b * h) / (setup.checkpoints === 'split' ? t : 1);
  const scores = setup.keepsScores && setup.attention === 'scores' ? (4 * a * s * s * b) / t : 0;
  const layer = setup.sequenceParallel ? (34 * s * b * h) / t + 9 * s * b * h : (10 + 24 / t) * s * b * h;
  const loss = (16 * s * b * V) / t;
  return Math.max(
    permanent + masked * 9 * s * s,
    permanent + masked * s * s + checkpoints + Math.max(loss, layer + scores),
  );
}

/** Peak of one attention by closed form. */
export function attentionPeak(setup: Attention): number {
  const { n1, n2, heads: H, headDim: D, samples: b, width: w } = setup;
  const E = b * n1 * n2 * H * D * w;
  const L = b * n1 * H * n2 * n2 * w;
  const pair = setup.pairBias ? b * H * n2 * n2 : 0;
  const biases = (setup.maskBias ? b * n1 * n2 * w : 0) + pair * w;
  const up = (value: number, step: number): number => Math.ceil(value / step) * step;
  const sums = 4 * b * n1 * H * up(n2, 32);
  if (setup.kernel === 'ds4sci') {
    if (!setup.backward) return 7 * E + sums + biases;
    const workspace = n2 > 64 ? 4 * b * n1 * H * up(n2, 64) * up(D, 64) : 0;
    return 12 * E + workspace + 2 * sums + biases + 4 * pair;
  }
  const kept = setup.kernel === 'eager-keep' ? 1 : 0;
  return setup.backward ? (3 + kept) * L + 8 * E + biases + pair * w : (2 + kept) * L + 4 * E + biases;
}

/** Seconds of one step on an idle network of A100-40GB nodes of 8, host floors aside: every operation follows the one before. */
export function stepSeconds(setup: Setup): number {
  const machine = machines['a100-40gb'];
  if (machine === undefined) throw new Error('no machine');
  const { layers: l, hidden: h, heads: a, vocab: V, seq: s, microBatch: b, tp: t } = setup;
  const D = 2 ** Math.ceil(Math.log2(h / a));
  const hbm = machine.hbm * machine.elementwise;
  const product = (n: number, k: number): number => gemmSeconds(machine, s * b, n, k);
  const products = product((3 * h) / t, h) + product(h, h / t) + product((4 * h) / t, h) + product(h, (4 * h) / t);
  const flash = setup.attention === 'flash';
  const pairs = ((a * b) / t) * (flash ? (s * (s + 1)) / 2 : s * s);
  const attention = flash
    ? pairs * ((18 * D) / (machine.peak * 0.455) + 4 * 1.7e-12)
    : pairs * ((16 * h) / a / (machine.peak * 0.8) + (24 * 2) / hbm);
  const share = setup.sequenceParallel ? 1 / t : 0.5 + 0.5 / t;
  const elementwise = (836 * h * s * b * share) / hbm;
  const layer = 4 * products + attention + elementwise + collectiveSeconds(setup, machine.nvlink * (230 / 300));
  const M = l * (12 * h * h + 13 * h) + V * h;
  const update = setup.offload ? (4 * M) / t / 26e9 : (24 * M) / t / hbm;
  const mask = setup.mask === 'device' ? (18 * s * s) / hbm : 0;
  return mask + l * layer + 3 * product(V / t, h) + update;
}

function collectiveSeconds(setup: Setup, nvlink: number): number {
  const { hidden: h, seq: s, microBatch: b, tp: t } = setup;
  const nodes = t / 8;
  const buffer = 2 * s * b * h;
  const rounds = setup.sequenceParallel ? 1 : 2;
  const hops = (t - nodes) * 3.4e-6 + (nodes - 1) * 14e-6;
  const sent = (rounds * buffer * (t - 1)) / t;
  const card = sent / 8 / (25e9 * networkEfficiency('ring', buffer, nodes));
  return (setup.sequenceParallel ? 14 : 6) * (40e-6 + rounds * hops + Math.max(card, (sent * 7) / 8 / nvlink));
}
