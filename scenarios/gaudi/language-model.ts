import { loadGaudi } from '../../actors/index.ts';
import { attentionBlock, type Blocks, blocksOf, dense, read, residualNorm } from './attention.ts';
import { Graph, type Node, type Read } from './graph.ts';
import type { GaudiParams } from './parameters.ts';

const { cycles } = loadGaudi().tpc;

/** Cycles and bytes of a backward vector node against its forward one; assumed, as all of the way back. */
const backwardShare = 1.5;

/** The graph of BERT or GPT: embedding, layers, head, loss; in training also the way back and the optimizer. */
export function modelGraph(params: GaudiParams): Graph {
  const forward = forwardGraph(params);
  return params.phase === 'training' ? trainingGraph(forward) : forward;
}

function forwardGraph(params: GaudiParams): Graph {
  const blocks = blocksOf(params);
  const { graph, X, tokens, width, shape } = blocks;
  const embedded = graph.vector('embed', 'embedding', X, cycles.embedding, [{ elements: X }], X);
  let hidden = norm(blocks, 'embNorm', embedded);
  for (let layer = 0; layer < params.layers; layer++) {
    const name = (what: string): string => `${what} ${layer}`;
    const attended = attentionBlock(blocks, 'softmax-attention', hidden, `${layer} `);
    const middle = residualNorm(blocks, name('resNorm1'), attended, hidden);
    const up = dense(blocks, name('FF1'), middle, width, 4 * width);
    const active = gelu(blocks, name('gelu'), up, 4 * X);
    const down = dense(blocks, name('FF2'), active, 4 * width, width);
    hidden = residualNorm(blocks, name('resNorm2'), down, middle);
  }
  if (params.workload === 'bert')
    hidden = norm(blocks, 'headNorm', gelu(blocks, 'headGelu', dense(blocks, 'headDense', hidden, width, width), X));
  const logits = tokens * shape.vocab;
  const head = dense(blocks, 'lmHead', hidden, width, shape.vocab);
  graph.vector('crossEntropy', 'loss', logits, cycles.loss + params.expCycles, [read(head, logits)], logits);
  graph.vector('next ids', 'transfer', tokens, 0, [], tokens);
  return graph;
}

function norm(blocks: Blocks, name: string, from: number): number {
  const { graph, X } = blocks;
  return graph.vector(name, 'norm', X, cycles.norm, [read(from, 2 * X)], X);
}

function gelu(blocks: Blocks, name: string, from: number, elements: number): number {
  const spent = cycles.gelu + blocks.params.expCycles;
  return blocks.graph.vector(name, 'activation', elements, spent, [read(from, elements)], elements);
}

/**
 * The forward nodes, then the way back in reverse: two products of the same size for each product, one vector node of 1.5 times the
 * cycles and bytes for each vector node, then the optimizer. A way back reads what its forward node wrote.
 */
function trainingGraph(forward: Graph): Graph {
  const graph = new Graph();
  graph.nodes.push(...forward.nodes);
  const readers = forward.nodes.map(() => [] as number[]);
  forward.nodes.forEach((node, index) => {
    for (const { from } of node.reads) if (from !== undefined) readers[from]?.push(index);
  });
  const back = new Map<number, readonly number[]>();
  const weights: Read[] = [];
  for (let index = forward.nodes.length - 1; index >= 0; index--) {
    const node = forward.nodes[index] as Node;
    if (node.kind === 'transfer') continue;
    const grads = [...new Set(readers[index]?.flatMap((reader) => back.get(reader) ?? []))];
    const waits = grads.map((from) => ({ from, elements: 0 }));
    back.set(
      index,
      node.kind === 'matmul'
        ? backProducts(graph, node, index, waits, weights)
        : [backVector(graph, node, index, waits)],
    );
  }
  const count = forward.nodes.reduce((sum, node) => sum + node.weights, 0);
  graph.vector('optimizer', 'optimizer', count, cycles.optimizer, [...weights, { elements: 4 * count }], 3 * count, {
    barrier: true,
    output: 0,
  });
  return graph;
}

/** The gradients of both operands, each moving what the product moved. Returns those that earlier nodes wait for: not that of a weight. */
function backProducts(
  graph: Graph,
  node: Node,
  index: number,
  waits: readonly Read[],
  weights: Read[],
): readonly number[] {
  const total = node.reads.reduce((sum, { elements }) => sum + elements, node.writes);
  return node.reads.flatMap(({ elements }, operand) => {
    const trained = operand === 1 && node.weights > 0;
    const reads = [{ from: index, elements: total - elements }, ...waits];
    const made = graph.matmul(`${node.name} d${operand}`, node.flop, reads, elements);
    if (trained) weights.push({ from: made, elements: 0 });
    return trained ? [] : [made];
  });
}

function backVector(graph: Graph, node: Node, index: number, waits: readonly Read[]): number {
  const moved = backwardShare * node.reads.reduce((sum, { elements }) => sum + elements, node.writes);
  const reads = [{ from: index, elements: moved - node.writes }, ...waits];
  return graph.vector(`${node.name} d`, node.kind, node.elements, backwardShare * node.cycles, reads, node.writes, {
    barrier: node.barrier,
  });
}
