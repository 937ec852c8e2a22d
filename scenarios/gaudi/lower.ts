import {
  type EnginePrice,
  loadGaudi,
  type MatrixVectorRates,
  matrixEngine,
  type Operation,
  vectorCores,
  vectorMatmul,
} from '../../actors/index.ts';
import { bytes, NO_TIME, ps, seconds } from '../../engine/index.ts';
import { attentionGraph } from './attention.ts';
import type { Node, NodeKind } from './graph.ts';
import { modelGraph } from './language-model.ts';
import { type GaudiParams, isModel } from './parameters.ts';
import { ratesOf, type Shape, shapeOf } from './resolve.ts';

export type EngineName = 'mme' | 'tpc' | 'dma';

/** The compiler's map: products go to the matrix engine, host copies to the DMA, everything else to the vector cores. */
export function engineOf(kind: NodeKind): EngineName {
  return kind === 'matmul' ? 'mme' : kind === 'transfer' ? 'dma' : 'tpc';
}

/** A run's program with what is counted beside its time. */
export interface Lowered {
  readonly program: readonly Operation[];
  /** FLOP of matrix products. */
  readonly flop: number;
  /** Bytes in memory during the whole run: inputs and weights. */
  readonly resident: number;
  /** Name and bytes of the largest tensor. */
  readonly largest: { readonly name: string; readonly bytes: number };
  /** Bytes between slices that never reach the HBM. */
  readonly saved: number;
  /** What decides the time of each operation, and its price. */
  readonly prices: readonly EnginePrice[];
}

/** The program of a workload other than matmul. */
export function lower(params: GaudiParams): Lowered {
  const shape = shapeOf(params);
  const { nodes } = isModel(params.workload) ? modelGraph(params) : attentionGraph(params);
  const cut = slicedNodes(nodes, params, shape.word);
  const onChip = savings(nodes, cut, params, shape.word);
  const rates = ratesOf(params);
  const prices: EnginePrice[] = [];
  const program = nodes.map((node, index): Operation => {
    const moved = trafficOf(node, shape.word) - (onChip.saved[index] as number);
    const price = priceOf(node, moved, rates);
    prices.push(price);
    const engine = engineOf(node.kind);
    const slices = cut[index] === true ? params.slices : 1;
    return {
      name: node.name,
      label: node.kind,
      engine,
      after: [...new Set(node.reads.flatMap(({ from }) => (from === undefined ? [] : [from])))],
      work: price.duration,
      setup: seconds(setupOf(engine, params)),
      sliceSetup: seconds(params.sliceSetupSeconds),
      slices,
      bytes: bytes(moved),
      output: bytes(Math.ceil(node.output * shape.word)),
      scratch: bytes(onChip.used[index] === true ? Math.ceil(node.output * shape.word) : 0),
      preparation: node.unsupported ? seconds(params.compileGapSeconds) : NO_TIME,
    };
  });
  const largest = nodes.reduce((best, node) => (node.output > best.output ? node : best));
  return {
    program,
    flop: nodes.reduce((sum, { flop }) => sum + flop, 0),
    resident: residentBytes(nodes, shape, params),
    largest: { name: largest.name, bytes: largest.output * shape.word },
    saved: onChip.saved.reduce((sum, value) => sum + value, 0),
    prices,
  };
}

/** `calls` batched products on one engine, each independent of the others. */
export function lowerMatmul(params: GaudiParams, engine: 'mme' | 'tpc'): Lowered {
  const { batch, word } = shapeOf(params);
  const { n, calls } = params;
  const moved = 3 * batch * n * n * word;
  const { blockRows, blockColumns } = loadGaudi().tpc;
  const rates = ratesOf(params);
  const flop = 2 * batch * n ** 3;
  const price =
    engine === 'mme'
      ? matrixEngine(rates, { flop, bytes: moved })
      : vectorMatmul(rates, {
          batch,
          n,
          bytes: moved,
          blockRows,
          blockColumns,
          efficiency: params.tpcMatmulEfficiency,
        });
  const call: Operation = {
    name: 'matmul',
    label: 'matmul',
    engine,
    after: [],
    work: price.duration,
    setup: seconds(setupOf(engine, params)),
    bytes: bytes(moved),
  };
  return {
    program: Array.from({ length: calls }, () => call),
    flop: calls * flop,
    resident: moved,
    largest: { name: 'matrices', bytes: moved / 3 },
    saved: 0,
    prices: [price],
  };
}

function setupOf(engine: EngineName, params: GaudiParams): number {
  return engine === 'mme' ? params.mmeSetupSeconds : engine === 'tpc' ? params.tpcSetupSeconds : 0;
}

function priceOf(node: Node, moved: number, rates: MatrixVectorRates): EnginePrice {
  const { flop, elements, cycles } = node;
  switch (engineOf(node.kind)) {
    case 'mme':
      return matrixEngine(rates, { flop, bytes: moved });
    case 'tpc':
      return vectorCores(rates, { elements, cycles, bytes: moved });
    case 'dma': {
      const duration = ps(Math.ceil((1e12 * moved) / Math.min(rates.memory, loadGaudi().dma.hostLink)));
      return { duration, bound: 'memory', arithmetic: NO_TIME, memory: duration };
    }
  }
}

/** Bytes that a node reads and writes. */
function trafficOf(node: Node, word: number): number {
  return word * node.reads.reduce((sum, { elements }) => sum + elements, node.writes);
}

/** The nodes that are cut: those with a large output, and what reads it; never one that needs all of its input. */
function slicedNodes(nodes: readonly Node[], params: GaudiParams, word: number): readonly boolean[] {
  if (params.scheduler !== 'sliced' || params.slices === 1) return nodes.map(() => false);
  const can = ({ barrier, kind }: Node): boolean => !barrier && kind !== 'transfer';
  const large = nodes.map((node) => can(node) && node.output * word >= params.sliceThresholdBytes);
  return nodes.map((node, index) => {
    if (large[index] === true) return true;
    return can(node) && node.reads.some(({ from }) => from !== undefined && large[from] === true);
  });
}

/** What stays in the SRAM from its producer to its consumers, and the bytes that each node therefore need not move. */
function savings(
  nodes: readonly Node[],
  cut: readonly boolean[],
  params: GaudiParams,
  word: number,
): { readonly used: readonly boolean[]; readonly saved: readonly number[] } {
  const saved = nodes.map(() => 0);
  const fits = nodes.map(({ output }, index) => {
    const slice = (output * word) / params.slices;
    return cut[index] === true && slice > 0 && slice <= params.sramBytes / 2;
  });
  const kept = [...fits];
  const used = nodes.map(() => false);
  nodes.forEach(({ reads }, index) => {
    for (const { from, elements } of reads) {
      if (from === undefined || fits[from] !== true) continue;
      if (cut[index] === true) {
        used[from] = true;
        saved[index] = (saved[index] as number) + elements * word;
      } else kept[from] = false;
    }
  });
  nodes.forEach(({ writes }, index) => {
    if (kept[index] === true && used[index] === true) saved[index] = (saved[index] as number) + writes * word;
  });
  return { used, saved };
}

/** Weights, the input of the first block, and in training the optimizer's two moments. */
function residentBytes(nodes: readonly Node[], shape: Shape, params: GaudiParams): number {
  const { batch, seq, heads, headDim, vocab, word } = shape;
  const width = heads * headDim;
  const weights = nodes.reduce((sum, node) => sum + node.weights, 0);
  const inputs = isModel(params.workload) ? vocab * width : batch * seq * width;
  return word * (weights * (params.phase === 'training' ? 3 : 1) + inputs);
}
