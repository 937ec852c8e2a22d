export { type DegreeKnots, type DegreeOptions, degreeSequence, knotShares } from './degree-sequence.ts';
export { graphErrors } from './errors.ts';
export { degreesOf, type Graph, graphOf, relabelled } from './graph.ts';
export { averageClustering, componentsOf, maxDegree, trianglesOf } from './graph-statistics.ts';
export { type Islands, islandsOf, prunedShare } from './islands.ts';
export { parseEdgeList, parseMatrixMarket } from './parse-graph.ts';
export { type PlantedGraph, type PlantedOptions, plantedGraph } from './planted-graph.ts';
export { communities, communityOrder, degreeOrder } from './reorder.ts';
export { type TileClass, type Tiles, type TileThresholds, tileClass, tilesOf } from './tiles.ts';
