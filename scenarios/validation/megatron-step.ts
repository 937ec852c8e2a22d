import { elementwise, elementwiseBytes } from '../../actors/compute/elementwise.ts';
import { gemm } from '../../actors/compute/gemm.ts';
import type { CollectiveOp } from '../../actors/network/collective-algorithms.ts';
import { type ClusterShape, clusterCollective, nodeCollective } from '../../actors/network/collective-cost.ts';
import {
  type Fabric,
  loadFabric,
  loadNodeCollectives,
  type NodeCollectives,
} from '../../actors/presets/collectives/load.ts';
import { type GpuSpec, loadGpu } from '../../actors/presets/gpu/load.ts';
import { type InSI, treeInSI } from '../../actors/presets/parameter.ts';
import { megatronHostFloor, pipelineHandover } from '../../actors/presets/traffic.ts';
import { toSeconds } from '../../engine/kernel/time.ts';

/** A transformer and how Megatron-LM spreads it. */
export interface MegatronStep {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly vocabulary: number;
  readonly sequence: number;
  readonly globalBatch: number;
  readonly microBatch: number;
  readonly tensorParallel: number;
  readonly pipelineParallel: number;
  readonly dataParallel: number;
  /** Model chunks on each pipeline stage; 1 by default. */
  readonly interleave?: number;
  /** Whether norms and dropout are split along the sequence; false by default. */
  readonly sequenceParallel?: boolean;
  readonly recompute: 'none' | 'selective' | 'full';
}

/** The machine a step runs on. */
export interface StepMachine {
  readonly gpu: GpuSpec;
  readonly node: NodeCollectives;
  readonly fabric: Fabric;
  readonly gpusPerNode: number;
  /** What the host needs at least: a small model waits for it. */
  readonly host: InSI<typeof megatronHostFloor>;
  /** Point-to-point between pipeline stages, between and inside nodes. */
  readonly handover: InSI<typeof pipelineHandover>;
}

/** Seconds of one iteration and its parts, which add up to `total`. */
export interface StepTime {
  readonly total: number;
  /** Layers of every micro-batch on one stage, forward, backward and recomputation. */
  readonly layers: number;
  /** The same while the pipeline fills and drains. */
  readonly bubble: number;
  readonly logits: number;
  readonly transfers: number;
  readonly host: number;
  readonly dataParallel: number;
  readonly optimiser: number;
}

/** A cluster of DGX A100 as Megatron-LM was measured on. */
export function dgxA100(): StepMachine {
  return {
    gpu: loadGpu('a100-80gb'),
    node: loadNodeCollectives('a100-80gb'),
    fabric: loadFabric('infiniband-hdr'),
    gpusPerNode: 8,
    host: treeInSI(megatronHostFloor),
    handover: treeInSI(pipelineHandover),
  };
}

/** Time of one iteration in closed form: every kernel and collective alone, pipeline by counting, nothing overlapped. */
export function megatronStep(machine: StepMachine, step: MegatronStep): StepTime {
  const { gpu, host } = machine;
  const { layers, hidden: h, heads, vocabulary, sequence: s, tensorParallel: t, pipelineParallel: p, recompute } = step;
  const { interleave: v = 1, sequenceParallel = false } = step;
  const b = step.microBatch;
  const tokens = s * b;
  const m = step.globalBatch / (step.dataParallel * b);
  const { sustained } = gpu.gemm;
  const product = (M: number, N: number, K: number, batch = 1) =>
    toSeconds(gemm(gpu, { m: M, n: N, k: K, batch, sustained }));
  const both = (M: number, N: number, K: number, batch = 1) => product(M, K, N, batch) + product(N, K, M, batch);
  const move = (operation: Parameters<typeof elementwiseBytes>[0], elements: number) =>
    toSeconds(elementwise(gpu, { bytes: elementwiseBytes(operation, elements) }));

  const d = h / heads;
  const scores = (b * heads * s * s) / t;
  const own = (tokens * h) / (sequenceParallel ? t : 1);
  const mlp = (4 * tokens * h) / t;
  const groups = (b * heads) / t;
  const weights = [
    [tokens, (3 * h) / t, h],
    [tokens, h, h / t],
    [tokens, (4 * h) / t, h],
    [tokens, h, (4 * h) / t],
  ] as const;
  const core = product(s, s, d, groups) + product(s, d, s, groups);
  const coreBackward = both(s, s, d, groups) + both(s, d, s, groups);
  const coreElements = move('softmax', scores) + move('dropout', scores);
  const elements = 2 * move('layerNorm', own) + 2 * (move('dropout', own) + move('add', own)) + move('gelu', mlp);

  const activations = 2 * tokens * h;
  const collective = (op: CollectiveOp) =>
    t === 1 ? 0 : toSeconds(nodeCollective(machine.node, { op, ranks: t, bytes: activations }));
  const gather = collective('all-gather');
  const exchange = sequenceParallel ? 2 * gather + 2 * collective('reduce-scatter') : 2 * collective('all-reduce');

  const sum = (of: (M: number, N: number, K: number) => number) =>
    weights.reduce((all, [M, N, K]) => all + of(M, N, K), 0);
  const forwardGpu = sum(product) + core + coreElements + elements + exchange;
  const backwardGpu =
    sum(both) + coreBackward + 1.5 * (coreElements + elements) + exchange + (sequenceParallel ? 2 * gather : 0);
  const extra = t > 1 ? host.tensorParallelPass : 0;
  const forward = Math.max(forwardGpu, host.forwardLayer + extra);
  const again = recompute === 'full' ? forward : recompute === 'selective' ? core + coreElements : 0;
  const backward = Math.max(backwardGpu, host.backwardLayer + extra) + again;

  const stage = (layers / p) * (forward + backward);
  const logitsOnce = product(tokens, vocabulary / t, h) + both(tokens, vocabulary / t, h);
  const { latency, inside, between } = machine.handover;
  const handover = latency + activations / t / (t * p <= machine.gpusPerNode ? inside : between);
  const parameters = (layers * 12 * h * h) / (t * p) + (vocabulary * h) / t;
  const result = {
    layers: m * stage,
    bubble: ((p - 1) / v) * stage,
    logits: m * logitsOnce,
    transfers: p > 1 ? m * v * 2 * handover : 0,
    host: m * host.microBatch,
    dataParallel: reduceGradients(machine, step, 4 * parameters),
    optimiser: toSeconds(elementwise(gpu, { bytes: elementwiseBytes('adam', parameters) })),
  };
  return { ...result, total: Object.values(result).reduce((all, part) => all + part, 0) };
}

function reduceGradients(machine: StepMachine, step: MegatronStep, bytes: number): number {
  const ranks = step.dataParallel;
  if (ranks === 1) return 0;
  const inNode = Math.max(1, Math.min(ranks, Math.floor(machine.gpusPerNode / step.tensorParallel)));
  if (inNode === ranks) return toSeconds(nodeCollective(machine.node, { op: 'all-reduce', ranks, bytes }));
  const cluster: ClusterShape = {
    node: machine.node,
    fabric: machine.fabric,
    gpusPerNode: inNode,
    nodes: Math.ceil(ranks / inNode),
  };
  return toSeconds(clusterCollective(cluster, 'all-reduce', bytes));
}
