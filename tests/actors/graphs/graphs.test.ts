import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  averageClustering,
  communityOrder,
  componentsOf,
  degreeOrder,
  degreeSequence,
  degreesOf,
  type Graph,
  graphErrors,
  graphOf,
  islandsOf,
  type PlantedOptions,
  parseEdgeList,
  parseMatrixMarket,
  plantedGraph,
  prunedShare,
  relabelled,
  tileClass,
  tilesOf,
  trianglesOf,
} from '../../../actors/graphs/index.ts';
import { createRandomSource } from '../../../engine/random/source.ts';

const test = suite('graphs');
const settings = { seed: 20261123, numRuns: 200 };
const stream = (seed: number, name = 'test') => createRandomSource({ seed }).stream('graphs', name);

function options(nodes: number, edges: number): PlantedOptions {
  const cap = Math.min(nodes - 1, Math.max(nodes / 4, (4 * edges) / nodes));
  const mean = (2 * edges) / nodes;
  const knots = [0.1, 0.3, 0.6, 1.1, 2, 3, 6, 15, 40].map((factor) =>
    Math.max(1, Math.floor(Math.min(cap, mean * factor))),
  );
  return {
    nodes,
    edges,
    knots: knots as never,
    isolated: 0,
    micro: 0.5,
    meso: 0.25,
    microSize: [4, 16],
    mesoSize: [40, 200],
  };
}

/** Any graph of up to `most` nodes, dense or sparse. */
const anyGraph = (most: number): fc.Arbitrary<Graph> =>
  fc.integer({ min: 1, max: most }).chain((nodes) =>
    fc.array(fc.tuple(fc.nat(nodes - 1), fc.nat(nodes - 1)), { maxLength: 4 * nodes }).map((pairs) =>
      graphOf(
        nodes,
        pairs.map(([a]) => a),
        pairs.map(([, b]) => b),
      ),
    ),
  );

const joined = ({ offsets, neighbours }: Graph, a: number, b: number): boolean =>
  neighbours.subarray(offsets[a]!, offsets[a + 1]!).includes(b);

function assertSimple(graph: Graph): void {
  for (let node = 0; node < graph.nodes; node++) {
    const row = [...graph.neighbours.subarray(graph.offsets[node]!, graph.offsets[node + 1]!)];
    assert.not(row.includes(node), 'a loop');
    assert.equal(
      row,
      [...new Set(row)].sort((a, b) => a - b),
    );
    for (const other of row) assert.ok(joined(graph, other, node));
  }
}

test('a generated graph has exactly the edges asked for, without loops and duplicates', () => {
  const sizes = fc
    .integer({ min: 2, max: 300 })
    .chain((nodes) =>
      fc.tuple(
        fc.constant(nodes),
        fc.integer({ min: 0, max: Math.min(10 * nodes, (nodes * (nodes - 1)) / 2) }),
        fc.nat(1e6),
      ),
    );
  fc.assert(
    fc.property(sizes, ([nodes, edges, seed]) => {
      const { graph } = plantedGraph(options(nodes, edges), stream(seed));
      assert.is(graph.edges, edges);
      assert.is(graph.neighbours.length, 2 * edges);
      assertSimple(graph);
    }),
    settings,
  );
  assert.is(plantedGraph(options(40, 780), stream(1)).graph.edges, 780);
});

test('degrees sum to twice the edges, stay within the largest and hold it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 500 }), fc.integer({ min: 0, max: 5 }), fc.nat(1e6), (nodes, mean, seed) => {
      const edges = Math.min(nodes * mean, (nodes * (nodes - 1)) / 2);
      const { knots } = options(nodes, edges);
      const degrees = degreeSequence({ nodes, edges, knots, isolated: 0 }, stream(seed));
      assert.is(
        degrees.reduce((sum, degree) => sum + degree, 0),
        2 * edges,
      );
      assert.ok(degrees.every((degree) => degree >= 0 && degree <= Math.max(knots[8], 1)));
    }),
    settings,
  );
});

test('the same seed gives the same graph, another seed another', () => {
  const make = (seed: number) => plantedGraph(options(400, 1200), stream(seed)).graph;
  assert.equal(make(3), make(3));
  assert.not.equal(make(3).neighbours, make(4).neighbours);
});

test('beyond the limit only whole groups are generated, and as many edges', () => {
  const { graph, sampled } = plantedGraph({ ...options(20000, 100000), most: 5000 }, stream(1));
  assert.ok(sampled);
  assert.ok(graph.edges >= 5000 && graph.edges < 7000 && graph.nodes < 20000);
  assertSimple(graph);
});

test('order of lines, direction and repetition in a file change nothing', () => {
  const pairs = fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(pairs, fc.nat(1e6), (edges, seed) => {
      const market = (list: readonly (readonly [number, number])[]): Graph =>
        parseMatrixMarket(
          `%%MatrixMarket matrix coordinate pattern general\n% a comment\n21 21 ${list.length}\n${list.map(([a, b]) => `${a + 1} ${b + 1}`).join('\n')}\n`,
          'g.mtx',
        );
      const random = stream(seed);
      const other = edges
        .concat(edges.slice(0, 3))
        .map((edge) => [random.uniform(), edge] as const)
        .sort((a, b) => a[0] - b[0])
        .map(([u, [a, b]]) => (u < 0.5 ? ([a, b] as const) : ([b, a] as const)));
      assert.equal(market(edges), market(other));
      const list = (all: readonly (readonly [number, number])[]) =>
        parseEdgeList(all.map(([a, b]) => `${a},${b}`).join('\r\n'), 'g.csv');
      assert.equal([...degreesOf(list(edges))].sort(), [...degreesOf(list(other))].sort());
    }),
    settings,
  );
});

test('an edge list may have a header and any ids', () => {
  const graph = parseEdgeList('source,target\nann,bob\nbob,cy\n\ncy,cy\nbob,ann\n', 'g.csv');
  assert.equal([graph.nodes, graph.edges], [3, 2]);
  assert.equal(parseEdgeList('0,1\n1,2\n', 'g.csv').edges, 2);
});

test('a symmetric real matrix is read', () => {
  const text = '%%MatrixMarket matrix coordinate real symmetric\n3 3 3\n1 1 2.5\n2 1 -1e3\n3 2 0\n';
  assert.equal([...degreesOf(parseMatrixMarket(text, 'g.mtx'))], [1, 2, 1]);
});

test('what cannot be read is refused with file, line and what would be right', () => {
  const head = '%%MatrixMarket matrix coordinate pattern general\n';
  const bad = [
    [() => parseEdgeList('1,2\n3\n', 'g.csv'), 'GRAPH_LINE', /g\.csv, line 2: not two ids: 3/],
    [() => parseEdgeList('1,2\n1,NaN\n', 'g.csv'), 'GRAPH_LINE', /line 2: NaN/],
    [() => parseEdgeList('1,2\n1,,3\n', 'g.csv'), 'GRAPH_LINE', /line 2: not two ids/],
    [() => parseEdgeList('', 'g.csv'), 'GRAPH_FORMAT', /no edge/],
    [() => parseMatrixMarket(`${head}3 3 1\n0 1\n`, 'g.mtx'), 'GRAPH_LINE', /line 3: 0 is no node: 0 1.*1 to 3/],
    [() => parseMatrixMarket(`${head}3 3 1\n1 4\n`, 'g.mtx'), 'GRAPH_LINE', /line 3: 4 is no node/],
    [() => parseMatrixMarket(`${head}3 3 1\n1 x\n`, 'g.mtx'), 'GRAPH_LINE', /line 3/],
    [() => parseMatrixMarket(`${head}3 3 1\n1 2 3\n`, 'g.mtx'), 'GRAPH_LINE', /line 3/],
    [() => parseMatrixMarket(`${head}3 4 1\n1 2\n`, 'g.mtx'), 'GRAPH_FORMAT', /3 x 4/],
    [() => parseMatrixMarket(`${head}3 3\n1 2\n`, 'g.mtx'), 'GRAPH_LINE', /line 2: no size/],
    [() => parseMatrixMarket(`${head}3 3 2\n1 2\n`, 'g.mtx'), 'GRAPH_FORMAT', /1 entries/],
    [() => parseMatrixMarket(head, 'g.mtx'), 'GRAPH_FORMAT', /no line of sizes/],
    [() => parseMatrixMarket('1 2\n', 'g.mtx'), 'GRAPH_FORMAT', /does not begin/],
    [() => parseMatrixMarket('%%MatrixMarket matrix array real general\n', 'g.mtx'), 'GRAPH_FORMAT', /array/],
    [() => parseMatrixMarket('%%MatrixMarket matrix coordinate complex general\n', 'g.mtx'), 'GRAPH_FORMAT', /complex/],
    [() => degreeSequence({ ...options(3, 2), edges: 4 }, stream(1)), 'GRAPH_EDGES', /At most 3/],
    [
      () => degreeSequence({ nodes: 10, edges: 20, knots: [1, 1, 1, 1, 1, 1, 1, 1, 3], isolated: 0 }, stream(1)),
      'GRAPH_DEGREES',
      /possible sum is 30/,
    ],
  ] as const;
  const raised = new Set<string>();
  for (const [make, code, text] of bad)
    assert.throws(
      make,
      (error: Error & { code: string }) => {
        raised.add(error.code);
        return error.code === code && text.test(error.message) && !error.message.includes('\n');
      },
      `${text}`,
    );
  assert.equal([...raised].sort(), Object.keys(graphErrors.catalogue).sort());
});

test('any text is a graph or an error of this room', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('1,2', '3 3 1', '1 2', '%', '%%MatrixMarket matrix coordinate pattern general'),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      for (const parse of [parseEdgeList, parseMatrixMarket])
        try {
          assertSimple(parse(lines.join('\n'), 'g'));
        } catch (error) {
          assert.match((error as { code: string }).code, /^GRAPH_/);
        }
    }),
    settings,
  );
});

test('relabelling keeps every edge', () => {
  fc.assert(
    fc.property(anyGraph(40), fc.nat(1e6), (graph, seed) => {
      for (const order of [communityOrder(graph, stream(seed)), degreeOrder(graph)]) {
        assert.equal(
          [...order].sort((a, b) => a - b),
          Array.from({ length: graph.nodes }, (_, i) => i),
        );
        const moved = relabelled(graph, order);
        assert.is(moved.edges, graph.edges);
        for (let i = 0; i < graph.nodes; i++)
          for (let j = 0; j < graph.nodes; j++) assert.is(joined(moved, i, j), joined(graph, order[i]!, order[j]!));
      }
    }),
    { ...settings, numRuns: 100 },
  );
});

test('communities find cliques that single edges join', () => {
  const pairs: [number, number][] = [];
  for (let clique = 0; clique < 8; clique++)
    for (let a = 0; a < 8; a++) for (let b = 0; b < a; b++) pairs.push([clique + 8 * a, clique + 8 * b]);
  for (let clique = 0; clique < 7; clique++) pairs.push([clique, clique + 1]);
  const graph = graphOf(
    64,
    pairs.map(([a]) => a),
    pairs.map(([, b]) => b),
  );
  const dense = (order: Graph): number => tilesOf(order, 8).nonzeros.filter((count) => count === 64).length;
  assert.is(dense(graph), 0);
  assert.is(dense(relabelled(graph, communityOrder(graph, stream(1)))), 8);
});

test('every nonzero, self loops included, is in exactly one tile and one class', () => {
  fc.assert(
    fc.property(
      anyGraph(60),
      fc.constantFrom(1, 4, 8, 16, 32),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (graph, edge, loose) => {
        const { nonzeros, row, column, side } = tilesOf(graph, edge);
        assert.is(
          nonzeros.reduce((sum, count) => sum + count, 0),
          2 * graph.edges + graph.nodes,
        );
        assert.is(new Set(row.map((panel, i) => panel * side + column[i]!)).size, row.length);
        for (const count of nonzeros) {
          const kind = tileClass(count, edge, { loose, tight: Math.min(1, 2 * loose) });
          assert.is(kind > 0, count / edge ** 2 >= loose);
        }
      },
    ),
    settings,
  );
});

test('triangles, clustering and components are those counted by hand', () => {
  fc.assert(
    fc.property(anyGraph(24), (graph) => {
      const found = trianglesOf(graph);
      for (let a = 0; a < graph.nodes; a++) {
        let triangles = 0;
        for (let b = 0; b < graph.nodes; b++)
          for (let c = 0; c < b; c++)
            if (joined(graph, a, b) && joined(graph, b, c) && joined(graph, c, a)) triangles++;
        assert.is(found[a], triangles);
      }
      const { count, of } = componentsOf(graph);
      assert.is(new Set(of).size, count);
      for (let a = 0; a < graph.nodes; a++)
        for (const b of graph.neighbours.subarray(graph.offsets[a]!, graph.offsets[a + 1]!)) assert.is(of[a], of[b]);
    }),
    settings,
  );
  const triangleAndTail = graphOf(4, [0, 1, 2, 2], [1, 2, 0, 3]);
  assert.ok(Math.abs(averageClustering(triangleAndTail) - (1 + 1 + 1 / 3) / 4) < 1e-15);
  assert.is(componentsOf(triangleAndTail).count, 1);
});

test('islands and hubs share out the nodes, and no edge joins two islands', () => {
  fc.assert(
    fc.property(anyGraph(80), fc.integer({ min: 1, max: 64 }), (graph, most) => {
      const islands = islandsOf(graph, most);
      const sizes = islands.members.map((members) => members.length);
      assert.is(
        sizes.reduce((sum, size) => sum + size, islands.hubs),
        graph.nodes,
      );
      assert.ok(sizes.every((size) => size <= most));
      for (let a = 0; a < graph.nodes; a++)
        for (const b of graph.neighbours.subarray(graph.offsets[a]!, graph.offsets[a + 1]!))
          assert.ok(islands.of[a] === -1 || islands.of[b] === -1 || islands.of[a] === islands.of[b]);
      const share = prunedShare(graph, islands);
      assert.ok(share >= 0 && share <= 0.5);
    }),
    settings,
  );
});

test('a clique in one island is pruned window by window', () => {
  const pairs: [number, number][] = [[0, 20]];
  for (let leaf = 21; leaf < 70; leaf++) pairs.push([20, leaf]);
  for (let a = 0; a < 20; a++) for (let b = 0; b < a; b++) pairs.push([a, b]);
  const graph = graphOf(
    70,
    pairs.map(([a]) => a),
    pairs.map(([, b]) => b),
  );
  const share = prunedShare(graph, islandsOf(graph));
  assert.is(share, (9 * 19) / (2 * graph.edges + 70));
});

test.run();
