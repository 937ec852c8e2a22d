import {
  assumed,
  fitted,
  type InSI,
  measured,
  type Parameter,
  type RateUnit,
  spec,
  type TimeUnit,
  treeInSI,
} from './parameter.ts';

/** Fitted constants of a hand-written core-convolution kernel: launch, work of a thread, shared memory, accumulation, contention. */
export interface CoreKernelPreset {
  readonly start: Parameter<TimeUnit>;
  readonly threadStep: Parameter<TimeUnit>;
  readonly sharedWord: Parameter<TimeUnit>;
  readonly outputPart: Parameter<TimeUnit>;
  readonly channelTile: Parameter<TimeUnit>;
}

/** A GPU as single-precision convolutions see it. */
export interface ConvolutionGpuPreset {
  readonly kind: 'gpu';
  readonly name: string;
  readonly processors: Parameter<'1'>;
  /** Fused multiply-adds a processor finishes per clock. */
  readonly lanes: Parameter<'1'>;
  readonly clock: Parameter<'MHz'>;
  readonly bandwidth: Parameter<RateUnit>;
  readonly maxThreads: Parameter<'1'>;
  readonly maxBlocks: Parameter<'1'>;
  readonly launch: Parameter<TimeUnit>;
  /** Measured time of the library over that of the tile law. */
  readonly libraryFactor: Parameter<'1'>;
  /** Time of generated kernels over that of the fitted core kernel; absent without measurements. */
  readonly generatedFactor?: Parameter<'1'>;
  readonly core?: CoreKernelPreset;
}

/** An array of processing elements with rows of the filter laid out in space. */
export interface SpatialArrayPreset {
  readonly kind: 'spatial-array';
  readonly name: string;
  readonly elements: Parameter<'1'>;
  readonly clock: Parameter<'MHz'>;
  /** Share of the elements in use: `rows` / output rows, within the two bounds; `pointwise` of it for 1 x 1 kernels. */
  readonly rows: Parameter<'1'>;
  readonly leastUse: Parameter<'1'>;
  readonly mostUse: Parameter<'1'>;
  readonly pointwise: Parameter<'1'>;
}

const TDC = 'TDC artifact (hipdac-lab/PPOPP23-TDC)';
const FIT = (part: string) =>
  `least squares on measured core-kernel times of ${part}, ${TDC}; cells named in the haloc scenario`;
const SHEET = (part: string) => `NVIDIA ${part} datasheet, as recalled`;
const OCCUPANCY = 'CUDA occupancy limits of the architecture, as recalled';
const LAUNCH = 'launch and framework gap of one small kernel, typical figure';
const EYERISS = 'Chen et al., Eyeriss, JSSC 2017, abstract';

/** Machines that convolutions can be priced on. */
export const convolutionDevices = {
  rtx2080ti: {
    kind: 'gpu',
    name: 'NVIDIA GeForce RTX 2080 Ti',
    processors: spec(68, '1', `NVIDIA RTX 2080 Ti, as in the ${TDC}`),
    lanes: assumed(64, '1', SHEET('RTX 2080 Ti')),
    clock: assumed(1545, 'MHz', SHEET('RTX 2080 Ti')),
    bandwidth: assumed(616, 'GB/s', SHEET('RTX 2080 Ti')),
    maxThreads: assumed(1024, '1', OCCUPANCY),
    maxBlocks: assumed(16, '1', OCCUPANCY),
    launch: assumed(10, 'us', LAUNCH),
    libraryFactor: fitted(1.327, '1', `mean cuDNN / core-kernel time of 18 shapes = 4, ${TDC}, README`),
    generatedFactor: measured(2, '1', `${TDC}, README: mean over shapes, TVM against the fitted kernel`),
    core: {
      start: fitted(7.7, 'us', FIT('2080 Ti')),
      threadStep: fitted(5.05, 'ns', FIT('2080 Ti')),
      sharedWord: fitted(18.8, 'ps', FIT('2080 Ti')),
      outputPart: fitted(26.4, 'ps', FIT('2080 Ti')),
      channelTile: fitted(175, 'ns', FIT('2080 Ti')),
    },
  },
  a100: {
    kind: 'gpu',
    name: 'NVIDIA A100',
    processors: spec(108, '1', `NVIDIA A100, as in the ${TDC}`),
    lanes: assumed(64, '1', SHEET('A100')),
    clock: assumed(1410, 'MHz', SHEET('A100')),
    bandwidth: assumed(1555, 'GB/s', SHEET('A100')),
    maxThreads: assumed(2048, '1', OCCUPANCY),
    maxBlocks: assumed(32, '1', OCCUPANCY),
    launch: assumed(10, 'us', LAUNCH),
    libraryFactor: fitted(1.69, '1', `mean cuDNN / core-kernel time of 18 shapes = 4, ${TDC}, README`),
    generatedFactor: measured(1.7, '1', `${TDC}, README: mean over shapes, TVM against the fitted kernel`),
    core: {
      start: fitted(14.4, 'us', FIT('A100')),
      threadStep: fitted(4.34, 'ns', FIT('A100')),
      sharedWord: fitted(51, 'ps', FIT('A100')),
      outputPart: fitted(10.8, 'ps', FIT('A100')),
      channelTile: fitted(31.9, 'ns', FIT('A100')),
    },
  },
  v100: {
    kind: 'gpu',
    name: 'NVIDIA V100',
    processors: assumed(80, '1', SHEET('V100')),
    lanes: assumed(64, '1', SHEET('V100')),
    clock: assumed(1530, 'MHz', SHEET('V100')),
    bandwidth: spec(900, 'GB/s', 'NVIDIA V100, device table of the cuSZ benchmark page'),
    maxThreads: assumed(2048, '1', OCCUPANCY),
    maxBlocks: assumed(32, '1', OCCUPANCY),
    launch: assumed(10, 'us', LAUNCH),
    libraryFactor: assumed(1.4, '1', 'near the two fitted parts'),
  },
  'jetson-tx2': {
    kind: 'gpu',
    name: 'NVIDIA Jetson TX2',
    processors: assumed(2, '1', SHEET('Jetson TX2')),
    lanes: spec(128, '1', 'NVIDIA Jetson TX2 datasheet: 256 cores on two processors'),
    clock: assumed(1300, 'MHz', SHEET('Jetson TX2')),
    bandwidth: spec(58.4, 'GB/s', 'NVIDIA Jetson TX2 datasheet'),
    maxThreads: assumed(2048, '1', OCCUPANCY),
    maxBlocks: assumed(32, '1', OCCUPANCY),
    launch: assumed(20, 'us', `${LAUNCH}, twice that of a desktop part`),
    libraryFactor: assumed(1.4, '1', 'near the two fitted parts'),
  },
  eyeriss: {
    kind: 'spatial-array',
    name: 'Eyeriss',
    elements: spec(168, '1', EYERISS),
    clock: assumed(200, 'MHz', `${EYERISS}: 100 to 250 MHz; 200 as recalled for the quoted rates`),
    rows: fitted(20, '1', `${EYERISS}: 35 and 0.7 frames per second, with both bounds of use`),
    leastUse: fitted(0.18, '1', `${EYERISS}: 0.7 frames per second on VGG-16`),
    mostUse: fitted(0.77, '1', `${EYERISS}: 35 frames per second on AlexNet`),
    pointwise: assumed(0.5, '1', 'rows of a 1 x 1 filter have length one and fill the array poorly'),
  },
} as const satisfies Readonly<Record<string, ConvolutionGpuPreset | SpatialArrayPreset>>;

/** Machines by name. */
export type ConvolutionDeviceId = keyof typeof convolutionDevices;

/** Constants of library kernels that compute a convolution as one matrix product over patches. */
export const implicitGemmPreset = {
  /** Rows, columns and share of the peak of each tile. */
  tiles: {
    wide: {
      rows: assumed(128, '1', 'usual tile of single-precision library kernels'),
      columns: assumed(64, '1', 'usual tile of single-precision library kernels'),
      share: assumed(0.72, '1', 'share of peak of a large product, typical figure'),
    },
    square: {
      rows: assumed(64, '1', 'usual tile of single-precision library kernels'),
      columns: assumed(64, '1', 'usual tile of single-precision library kernels'),
      share: assumed(0.6, '1', 'smaller tiles reuse less'),
    },
    narrow: {
      rows: assumed(128, '1', 'usual tile of single-precision library kernels'),
      columns: assumed(32, '1', 'usual tile of single-precision library kernels'),
      share: assumed(0.5, '1', 'smaller tiles reuse less'),
    },
  },
  depthStep: assumed(8, '1', 'inner steps of a tile'),
  bandwidthShare: assumed(0.8, '1', 'share of the memory bandwidth a kernel reaches, typical figure'),
  depthwiseShare: assumed(0.1, '1', 'share of peak of depthwise kernels, typical figure'),
} as const;

/** A GPU for convolutions in SI units. */
export type ConvolutionGpu = Omit<InSI<ConvolutionGpuPreset>, 'core' | 'generatedFactor'> & {
  readonly core?: InSI<CoreKernelPreset>;
  readonly generatedFactor?: number;
};
/** A spatial array in SI units. */
export type SpatialArray = InSI<SpatialArrayPreset>;
/** Any machine that prices convolutions. */
export type ConvolutionDevice = ConvolutionGpu | SpatialArray;

const loaded = new Map<ConvolutionDeviceId, ConvolutionDevice>();

/** A machine in SI units, frozen; the same at every call. */
export function loadConvolutionDevice(id: ConvolutionDeviceId): ConvolutionDevice {
  let device = loaded.get(id);
  if (device === undefined) {
    device = treeInSI(convolutionDevices[id]) as unknown as ConvolutionDevice;
    loaded.set(id, device);
  }
  return device;
}
