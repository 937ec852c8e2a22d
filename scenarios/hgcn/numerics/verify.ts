import type { Graph, TileThresholds } from '../../../actors/index.ts';
import { createRandomSource, normal, type RandomStream } from '../../../engine/index.ts';
import { rowNonzeros } from '../inputs.ts';
import { mergeParts, partitionedProduct } from './partitioned.ts';
import {
  addProduct,
  type Csr,
  type Dense,
  doubles,
  largestError,
  normalisedAdjacency,
  rectified,
  singles,
} from './sparse.ts';

/** Sizes and thresholds of a verified inference. */
export interface VerifyOptions extends TileThresholds {
  readonly features: number;
  readonly hidden: number;
  readonly classes: number;
  readonly featureDensity: number;
  readonly tile: number;
}

/** What a real inference showed. */
export interface Verified {
  /** Partitioned inference in single precision against the plain one in double precision, of the largest entry. */
  readonly maxRelError: number;
  readonly result: Dense;
  readonly expected: Dense;
}

/** Random features: uniform values at random columns, as many a row as the law of the features says. */
export function randomFeatures(rows: number, columns: number, density: number, seed: number): Csr {
  const counts = rowNonzeros(rows, columns, density, seed, 'layer1');
  const stream = createRandomSource({ seed }).stream('verify', 'features');
  const offsets = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) offsets[row + 1] = offsets[row]! + counts[row]!;
  const column = new Int32Array(offsets[rows]!);
  const names = Int32Array.from({ length: columns }, (_, i) => i);
  for (let row = 0; row < rows; row++) {
    const count = counts[row]!;
    for (let i = 0; i < count; i++) {
      const j = i + Math.floor(stream.uniform() * (columns - i));
      const name = names[j]!;
      names[j] = names[i]!;
      names[i] = name;
    }
    column.set(names.slice(0, count).sort(), offsets[row]!);
  }
  return { rows, columns, offsets, column, values: Float64Array.from(column, () => stream.uniform()) };
}

/** Weights: normal with deviation 1 / sqrt(rows). */
export function randomWeights(rows: number, columns: number, stream: RandomStream): Dense {
  const law = normal(0, 1 / Math.sqrt(rows));
  const weights = doubles(rows, columns);
  for (let i = 0; i < weights.data.length; i++) weights.data[i] = Math.fround(law.sample(stream));
  return weights;
}

/** Infers two layers with the adjacency matrix in three parts, and plainly. */
export function verify(graph: Graph, options: VerifyOptions, seed: number): Verified {
  const { features, hidden, classes, featureDensity, tile } = options;
  const adjacency = normalisedAdjacency(graph);
  const x = randomFeatures(graph.nodes, features, featureDensity, seed);
  const stream = createRandomSource({ seed }).stream('verify', 'weights');
  const [w0, w1] = [randomWeights(features, hidden, stream), randomWeights(hidden, classes, stream)];
  const layers = (zeros: (rows: number, columns: number) => Dense, aggregate: (operand: Dense) => Dense): Dense => {
    const hiddens = rectified(aggregate(addProduct(zeros(graph.nodes, hidden), x, w0)));
    return aggregate(multiplied(zeros(graph.nodes, classes), hiddens, w1));
  };
  const result = layers(singles, (operand) => mergeParts(partitionedProduct(adjacency, operand, tile, options)));
  const expected = layers(doubles, (operand) => addProduct(doubles(graph.nodes, operand.columns), adjacency, operand));
  return { maxRelError: largestError(result, expected), result, expected };
}

function multiplied(result: Dense, left: Dense, right: Dense): Dense {
  const { columns } = right;
  for (let row = 0; row < left.rows; row++)
    for (let k = 0; k < left.columns; k++) {
      const value = left.data[row * left.columns + k]!;
      if (value === 0) continue;
      for (let c = 0; c < columns; c++) result.data[row * columns + c]! += value * right.data[k * columns + c]!;
    }
  return result;
}
