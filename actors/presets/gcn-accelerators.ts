import { assumed, fitted, type InSI, spec, treeInSI } from './parameter.ts';

const AWB = 'AWB-GCN, MICRO 2020';
const IGCN = 'I-GCN, MICRO 2021';
const BOOST = 'BoostGCN, FCCM 2021';

/** FPGA accelerators of graph convolutional networks. */
export const gcnAcceleratorPreset = {
  /** AWB-GCN and I-GCN: the same Stratix 10 SX. */
  stratixSx: {
    macs: spec(4096, '1', `${IGCN}, Table 2: multiply-adds a cycle`),
    clock: spec(330, 'MHz', `${IGCN}, Table 2`),
    memory: spec(30.5, 'MB', `${IGCN}, Table 2: 244 Mb on chip`),
    ddr: spec(76.8, 'GB/s', `${IGCN}, Table 2; GCoD, HPCA 2022`),
    edge: assumed(8, 'B', 'value and index of one nonzero'),
  },
  awb: {
    networkEfficiency: fitted(0.44, '1', `${AWB}, Table IV: CiteSeer, hidden width 128`),
    /** Neighbours on each side with whom a processing element shares its work. */
    hops: spec(3, '1', AWB),
    /** Of every `laborGroup` elements this many help with evil rows. */
    labor: spec(4, '1', `${AWB}, caption of a figure`),
    laborGroup: spec(128, '1', `${AWB}, caption of a figure`),
    evilRow: assumed(8, '1', 'chosen: a row of so many mean loads is evil'),
    evilLeast: assumed(16, '1', 'chosen: a shorter row is never evil'),
    switched: assumed(64, '1', 'chosen: elements that give, and that take, work after a round'),
  },
  island: {
    efficiency: fitted(0.953, '1', `${IGCN}, Table 2: PubMed, hidden width 128`),
    start: fitted(0.36, 'us', `${IGCN}, Table 2: Cora, hidden width 16`),
    most: spec(64, '1', `${IGCN}: nodes of an island`),
    denseFrom: assumed(0.5, '1', 'chosen in view of the pruned share of Reddit: denser features are handled as dense'),
  },
  /** BoostGCN: a Stratix 10 GX. */
  boost: {
    clock: spec(250, 'MHz', `${BOOST}, Table IV`),
    aggregation: spec(512, '1', `${BOOST}, Tables IV, V: 8 x 16 x 4 multiply-adds a cycle`),
    denseUpdate: spec(2048, '1', `${BOOST}, Tables IV, V: 8 x 16 x 16 multiply-adds a cycle`),
    sparseUpdate: spec(512, '1', `${BOOST}, Tables IV, V`),
    modules: spec(8, '1', `${BOOST}, Tables IV, V: aggregation modules that share one pass over the sources`),
    interval: spec(16384, '1', `${BOOST}, Tables IV, V: vertices`),
    slice: spec(16, '1', `${BOOST}: features in one DRAM burst`),
    edge: spec(8, 'B', BOOST),
    ddr: spec(77, 'GB/s', `${BOOST}, Table IV`),
    denseUpdateEfficiency: fitted(0.8, '1', `${BOOST}, Table IX: Flickr, hidden width 128`),
    start: assumed(6, 'us', `near the fit to ${BOOST}, Table VIII: Cora, hidden width 16, which is 8.4 us`),
    denseFrom: assumed(0.1, '1', 'chosen: denser features are handled as dense'),
  },
} as const satisfies object;

/** The accelerators in SI units. */
export type GcnAcceleratorSpec = InSI<typeof gcnAcceleratorPreset>;

const loaded: GcnAcceleratorSpec = treeInSI(gcnAcceleratorPreset);

/** The accelerators in SI units: hertz, bytes, bytes per second, seconds. */
export function loadGcnAccelerators(): GcnAcceleratorSpec {
  return loaded;
}
