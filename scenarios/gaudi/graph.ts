/** What an operator does; it decides the engine. */
export type NodeKind =
  | 'matmul'
  | 'copy'
  | 'activation'
  | 'softmax'
  | 'features'
  | 'reduction'
  | 'scale'
  | 'norm'
  | 'embedding'
  | 'loss'
  | 'optimizer'
  | 'transfer';

/** A tensor that a node reads: the output of another node, or a weight or input when `from` is left out. */
export interface Read {
  readonly from?: number;
  readonly elements: number;
}

/** An operator of a graph. Sizes are in elements. */
export interface Node {
  readonly name: string;
  readonly kind: NodeKind;
  readonly reads: readonly Read[];
  /** Counted as traffic. */
  readonly writes: number;
  /** Size of the tensor that it gives. */
  readonly output: number;
  /** Of matrix products. */
  readonly flop: number;
  /** Elements that pass the vector units, and cycles of one vector. */
  readonly elements: number;
  readonly cycles: number;
  /** Needs all of its input before it gives anything. */
  readonly barrier: boolean;
  /** The compiler supports it badly. */
  readonly unsupported: boolean;
  /** Holds a trained weight of so many elements. */
  readonly weights: number;
}

/** Operators in program order; a node's number is its place. */
export class Graph {
  readonly nodes: Node[] = [];

  /** A matrix product that reads `reads` and writes `writes` elements. Returns its number, as `vector` does. */
  matmul(name: string, flop: number, reads: readonly Read[], writes: number, weights = 0): number {
    const none = { elements: 0, cycles: 0, barrier: false, unsupported: false };
    return this.nodes.push({ name, kind: 'matmul', reads, writes, output: writes, flop, weights, ...none }) - 1;
  }

  /** An operation on vectors: `elements` at `cycles` a vector. `output` is as large as `writes` unless given. */
  vector(
    name: string,
    kind: NodeKind,
    elements: number,
    cycles: number,
    reads: readonly Read[],
    writes: number,
    more: Partial<Pick<Node, 'barrier' | 'unsupported' | 'output'>> = {},
  ): number {
    const { barrier = false, unsupported = false, output = writes } = more;
    const sizes = { reads, writes, output, elements, cycles, flop: 0, weights: 0 };
    return this.nodes.push({ name, kind, barrier, unsupported, ...sizes }) - 1;
  }
}
