import { loadGaudi } from '../../actors/index.ts';
import { Graph, type Read } from './graph.ts';
import type { Activation, GaudiParams } from './parameters.ts';
import { type Shape, shapeOf } from './resolve.ts';

const { cycles, row } = loadGaudi().tpc;

/** What the blocks of a graph have in common. */
export interface Blocks {
  readonly graph: Graph;
  readonly shape: Shape;
  readonly params: GaudiParams;
  /** Elements of one activation tensor, T d. */
  readonly X: number;
  /** Tokens T and model width d. */
  readonly tokens: number;
  readonly width: number;
}

/** An empty graph with the sizes of a run. */
export function blocksOf(params: GaudiParams): Blocks {
  const shape = shapeOf(params);
  const tokens = shape.batch * shape.seq;
  const width = shape.heads * shape.headDim;
  return { graph: new Graph(), shape, params, X: tokens * width, tokens, width };
}

/** A read of `elements` of the output of node `from`; of an input when there is no such node. */
export function read(from: number | undefined, elements: number): Read {
  return from === undefined ? { elements } : { from, elements };
}

/** A product of the activations with a weight of `inner` x `outer`. */
export function dense(blocks: Blocks, name: string, from: number | undefined, inner: number, outer: number): number {
  const { graph, tokens } = blocks;
  const weights = inner * outer;
  const reads = [read(from, tokens * inner), { elements: weights }];
  return graph.matmul(name, 2 * tokens * weights, reads, tokens * outer, weights);
}

/** Residual and LayerNorm: reads the block's output and its input, three passes in all. */
export function residualNorm(blocks: Blocks, name: string, from: number, residual: number | undefined): number {
  const { graph, X } = blocks;
  return graph.vector(name, 'norm', X, cycles.norm, [read(from, 3 * X), read(residual, X)], X);
}

/** The graph of an attention workload. */
export function attentionGraph(params: GaudiParams): Graph {
  const blocks = blocksOf(params);
  const out = attentionBlock(blocks, params.workload as AttentionKind, undefined);
  if (params.residualNorm) residualNorm(blocks, 'resNorm', out, undefined);
  return blocks.graph;
}

type AttentionKind = 'softmax-attention' | 'linear-attention' | 'performer';

/** Projections, attention and output projection; `input` is the node that gives the activations. Returns the output projection. */
export function attentionBlock(blocks: Blocks, kind: AttentionKind, input: number | undefined, prefix = ''): number {
  const { width } = blocks;
  const project = (name: string): number =>
    split(blocks, `${prefix}${name}`, dense(blocks, prefix + name, input, width, width));
  let attended: number;
  switch (kind) {
    case 'softmax-attention':
      attended = softmaxAttention(blocks, project('Q'), project('K'), project('V'), prefix);
      break;
    case 'linear-attention': {
      const q = featureMap(blocks, 'phiQ', project('Q'));
      const k = featureMap(blocks, 'phiK', project('K'));
      attended = linearAttention(blocks, q, k, project('V'));
      break;
    }
    case 'performer':
      attended = performer(blocks, project('Q'), project('K'), project('V'));
      break;
    default:
      return kind satisfies never;
  }
  return dense(blocks, `${prefix}out`, copied(blocks, `${prefix}merge`, attended), width, width);
}

function split(blocks: Blocks, name: string, from: number): number {
  return copied(blocks, `split ${name}`, from);
}

function copied(blocks: Blocks, name: string, from: number): number {
  const { graph, X, params } = blocks;
  return params.layoutCopies ? graph.vector(name, 'copy', X, cycles.copy, [read(from, X)], X) : from;
}

/** Scores, softmax, weighted values. A row that leaves the vector memory is read three times and its exponentials taken twice. */
function softmaxAttention(blocks: Blocks, q: number, k: number, v: number, prefix: string): number {
  const { graph, X, params, shape } = blocks;
  const { batch, heads, seq, headDim, word } = shape;
  const scores = batch * heads * seq * seq;
  const flop = 2 * scores * headDim;
  const long = seq * word > row;
  const spent = cycles.softmax + params.expCycles * (long ? 2 : 1);
  const qk = graph.matmul(`${prefix}QK`, flop, [read(q, X), read(k, X)], scores);
  const softmax = graph.vector(
    `${prefix}softmax`,
    'softmax',
    scores,
    spent,
    [read(qk, scores * (long ? 3 : 1))],
    scores,
  );
  return graph.matmul(`${prefix}PV`, flop, [read(softmax, scores), read(v, X)], X);
}

/** Cycles of one vector of a feature map. */
function activationCycles(activation: Activation, expCycles: number): number {
  switch (activation) {
    case 'relu':
      return cycles.relu;
    case 'leaky-relu':
      return cycles.leakyRelu;
    case 'elu':
      return cycles.elu + expCycles;
    case 'gelu':
      return cycles.gelu + expCycles;
    case 'glu':
      return cycles.glu + expCycles;
    default:
      return activation satisfies never;
  }
}

function featureMap(blocks: Blocks, name: string, from: number): number {
  const { graph, X, params } = blocks;
  const spent = activationCycles(params.activation, params.expCycles);
  const unsupported = params.activation === 'glu' && name === 'phiQ';
  return graph.vector(name, 'activation', X, spent, [read(from, X)], X, { unsupported });
}

/** phi(Q) (phi(K)^T V) over phi(Q) times the row sum of phi(K). */
function linearAttention(blocks: Blocks, q: number, k: number, v: number): number {
  const { graph, X, shape } = blocks;
  const { batch, heads, seq, headDim: D } = shape;
  const state = batch * heads * D * D;
  const flop = 2 * batch * heads * seq * D * D;
  const kv = graph.matmul('KV', flop, [read(k, X), read(v, X)], state);
  const sum = graph.vector('ksum', 'reduction', X, cycles.rowSum, [read(k, X)], 0, {
    output: batch * heads * D,
  });
  const qkv = graph.matmul('QKV', flop, [read(q, X), read(kv, state)], X);
  const z = graph.vector('z', 'reduction', X, cycles.dot, [read(q, X), read(sum, 0)], 0, {
    output: batch * heads * seq,
  });
  return graph.vector('scale', 'scale', X, cycles.scale, [read(qkv, X), read(z, 0)], X);
}

/** Random features of queries and keys, then as linear attention. The maximum over all keys is a barrier. */
function performer(blocks: Blocks, q: number, k: number, v: number): number {
  const { graph, X, shape, params } = blocks;
  const { batch, heads, seq, headDim: D, features: m } = shape;
  const R = batch * heads * seq * m;
  const features = (name: 'Q' | 'K', from: number): number => {
    const projected = graph.matmul(`${name}W`, 2 * R * D, [read(from, X), { elements: D * m }], R);
    const global = name === 'K';
    const rows = global ? 1 : batch * heads * seq;
    const largest = graph.vector(`max${name}`, 'reduction', R, cycles.rowMax, [read(projected, R)], 0, {
      output: rows,
      barrier: global,
    });
    const spent = cycles.features + params.expCycles;
    return graph.vector(`exp${name}`, 'features', R, spent, [read(projected, R), read(largest, 0)], R);
  };
  const qPrime = features('Q', q);
  const kPrime = features('K', k);
  const state = batch * heads * D * m;
  const kv = graph.matmul('KV', 2 * R * D, [read(kPrime, R), read(v, X)], state);
  const sum = graph.vector('ksum', 'reduction', R, cycles.rowSum, [read(kPrime, R)], 0, {
    output: batch * heads * m,
  });
  const qkv = graph.matmul('QKV', 2 * R * D, [read(qPrime, R), read(kv, state)], X);
  const z = graph.vector('z', 'reduction', R, cycles.dot, [read(qPrime, R), read(sum, 0)], 0, {
    output: batch * heads * seq,
  });
  return graph.vector('scale', 'scale', X, cycles.scale, [read(qkv, X), read(z, 0)], X);
}
