import { loadGcnAccelerators, loadVersal } from '../../actors/index.ts';
import { param } from '../kit/index.ts';

const { aie, pl, layerOverhead } = loadVersal();
const { stratixSx, awb, island, boost } = loadGcnAccelerators();
const auto = { auto: 0 };

/** The parameters of the scenario with units, ranges and meaning. */
export const params = {
  dataset: param.choice(
    ['cora', 'citeseer', 'pubmed', 'nell', 'reddit', 'reddit-sampled', 'flickr', 'yelp', 'amazon', 'synthetic', 'file'],
    {
      default: 'cora',
      describe: 'graph: generated to published statistics, of your own sizes, or read from graphFile',
    },
  ),
  accelerator: param.choice(['hgcn', 'awb-gcn', 'i-gcn', 'boostgcn'], {
    default: 'hgcn',
    describe: 'accelerator that infers',
  }),
  hidden: param.integer({
    min: 0,
    max: 1024,
    default: 0,
    words: auto,
    describe: 'hidden width; 0 = 16 for cora, citeseer, pubmed, 64 for nell and reddit, 128 for others',
  }),
  graphFile: param.text({
    default: '',
    describe: 'edge list (.csv: source,target) or Matrix Market file (.mtx) of dataset=file',
    pattern: /^(|.+\.(csv|mtx))$/i,
    patternText: 'must be the path of a .csv or .mtx file',
  }),
  nodes: param.integer({ min: 1, max: 5e6, default: 4096, describe: 'nodes of dataset=synthetic' }),
  edges: param.integer({ min: 0, max: 3e8, default: 16384, describe: 'undirected edges of dataset=synthetic' }),
  featureLength: param.integer({ min: 1, max: 1e5, default: 256, describe: 'features of a node; synthetic, file' }),
  classes: param.integer({ min: 1, max: 1e4, default: 8, describe: 'width of the result; synthetic, file' }),
  featureDensity: param.fraction({ above: 0, default: 0.1, describe: 'nonzeros of the features; synthetic, file' }),
  hiddenDensity: param.fraction({
    above: 0,
    default: 0.75,
    describe: 'nonzeros of the hidden activations; synthetic, file',
  }),
  order: param.choice(['update-first', 'aggregation-first'], {
    default: 'update-first',
    describe: 'order of the two products of a layer of boostgcn; the others update first',
  }),
  reorder: param.choice(['none', 'degree', 'community'], {
    default: 'community',
    describe: 'how nodes are relabelled before tiling',
  }),
  tile: param.integer({ min: 8, max: 128, default: 32, describe: 'edge of a tile: 8, 16, 32, 64 or 128' }),
  tightThreshold: param.fraction({ default: 0.1, describe: 'tile density from which a tile is tight' }),
  looseThreshold: param.fraction({ default: 0.05, describe: 'tile density from which a tile is loose' }),
  partitions: param.integer({
    min: 1,
    max: 3,
    default: 3,
    describe: '3 = tight, loose, scattered; 2 = clustered (sparse kernel only), scattered; 1 = one engine does all',
  }),
  singleEngine: param.choice(['aie', 'pl'], { default: 'aie', describe: 'that engine, for partitions=1' }),
  sparseKernel: param.boolean({
    default: true,
    describe: 'AI Engines skip zeros; without it they multiply every tile and panel densely',
  }),
  aieUsed: param.integer({ min: 1, max: aie.count, default: aie.used, describe: 'AI Engines in use' }),
  aieClockHz: param.quantity({ unit: 'Hz', above: 0, default: aie.clock, describe: 'clock of an AI Engine' }),
  aieEfficiency: param.fraction({
    above: 0,
    default: aie.efficiency,
    describe: 'share of AI Engine cycles that work: stream stalls and pipeline fill',
  }),
  sparseOverheadCycles: param.number({
    min: 0,
    max: 1000,
    default: aie.sparseOverhead,
    describe: 'AI Engine cycles for each nonzero of the sparse kernel',
  }),
  tileOverheadCycles: param.number({
    min: 0,
    max: 1e6,
    default: aie.tileOverhead,
    describe: 'AI Engine cycles for each aggregation tile',
  }),
  jobCycles: param.integer({ min: 1, max: 1e6, default: aie.job, describe: 'smallest grain of AI Engine work' }),
  plLanes: param.number({ above: 0, max: 1e6, default: pl.lanes, describe: 'multiply-add lanes of the logic' }),
  plClockHz: param.quantity({ unit: 'Hz', above: 0, default: pl.clock, describe: 'clock of the logic' }),
  plEfficiency: param.fraction({
    above: 0,
    default: pl.efficiency,
    describe: 'share of its lanes that work: bank conflicts',
  }),
  onChipBytes: param.bytes({
    min: 0,
    default: 0,
    words: auto,
    describe: 'memory on chip; 0 = 20.5MB for hgcn, 30.5MB for awb-gcn and i-gcn',
  }),
  ddrBandwidth: param.bandwidth({
    min: 0,
    default: 0,
    words: auto,
    describe: 'DRAM; 0 = 57GB/s for hgcn, 76.8GB/s for awb-gcn and i-gcn, 77GB/s for boostgcn',
  }),
  edgeBytes: param.integer({
    min: 2,
    max: 16,
    default: 4,
    describe: 'stored bytes of a nonzero of the adjacency matrix',
  }),
  residency: param.choice(['auto', 'ddr', 'onchip'], {
    default: 'auto',
    describe: 'inputs are read from DRAM: auto = when they do not fit on chip; boostgcn always reads',
  }),
  layerOverheadSeconds: param.quantity({
    unit: 's',
    min: 0,
    max: 1,
    default: layerOverhead,
    describe: 'start and merge of a layer of hgcn',
  }),
  baselineMacs: param.number({
    above: 0,
    max: 1e6,
    default: stratixSx.macs,
    describe: 'multiply-adds a cycle of awb-gcn and i-gcn',
  }),
  baselineClockHz: param.quantity({
    unit: 'Hz',
    min: 0,
    default: 0,
    words: auto,
    describe: 'clock; 0 = 330 MHz for awb-gcn and i-gcn, 250 MHz for boostgcn',
  }),
  rebalance: param.choice(['none', 'smoothing', 'full'], {
    default: 'full',
    describe: 'run-time balancing of awb-gcn: none, among neighbours, also evil rows and switching',
  }),
  networkEfficiency: param.fraction({
    above: 0,
    default: awb.networkEfficiency,
    describe: 'share of the multipliers that the network of awb-gcn feeds',
  }),
  islandEfficiency: param.fraction({
    above: 0,
    default: island.efficiency,
    describe: 'share of the multipliers of i-gcn that work',
  }),
  islandStartSeconds: param.quantity({
    unit: 's',
    min: 0,
    max: 1,
    default: island.start,
    describe: 'time before the first layer of i-gcn',
  }),
  pruneSource: param.choice(['auto', 'published', 'measured'], {
    default: 'auto',
    describe: 'pruned share of i-gcn: auto = as published, measured on the graph for file and synthetic',
  }),
  denseUpdateEfficiency: param.fraction({
    above: 0,
    default: boost.denseUpdateEfficiency,
    describe: 'share of the dense update rate that boostgcn reaches',
  }),
  boostStartSeconds: param.quantity({
    unit: 's',
    min: 0,
    max: 1,
    default: boost.start,
    describe: 'time before the first layer of boostgcn on sparse features',
  }),
  compareTo: param.choice(['none', 'hgcn', 'awb-gcn', 'i-gcn', 'boostgcn'], {
    default: 'none',
    describe: 'accelerator to compare with',
  }),
  suite: param.choice(['none', 'awb-gcn', 'i-gcn', 'boostgcn', 'all'], {
    default: 'none',
    describe: 'runs hgcn over the published cells of a baseline instead of one data set',
  }),
  verify: param.boolean({ default: false, describe: 'also multiply real numbers and report the error' }),
} as const;
