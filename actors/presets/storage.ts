import { assumed, fitted, measured, measuredSeries, spec } from './parameter.ts';

const LUSTRE = 'Lustre, common experience';
const FLASH = 'NVMe drives, as recalled from datasheets';
const MLPERF = 'mlcommons/storage v1.0, workload configuration';

/** A parallel file system: metadata server, object servers, striping, client. */
export const parallelFileSystem = {
  metadataService: assumed(100, 'us', `${LUSTRE}: 50 to 200 us for an open, stat or close`),
  metadataServers: assumed(8, '1', `${LUSTRE}: gives 80 k operations a second, within 20 to 100 k`),
  serverRate: assumed(3, 'GB/s', `${LUSTRE}: 1 to 6 GB/s for a server`),
  requestDisk: assumed(200, 'us', `${LUSTRE}: 100 to 300 us, disk-backed`),
  requestFlash: assumed(50, 'us', `${LUSTRE}: 30 to 80 us on flash`),
  stripe: assumed(1, 'MiB', 'Lustre default stripe size'),
  stripeCount: assumed(1, '1', 'Lustre default stripe count'),
  request: assumed(4, 'MiB', 'largest Lustre bulk request'),
  window: assumed(8, '1', 'Lustre requests in flight of one client and server'),
} as const;

/** A local NVMe drive. */
export const nvmeDrives = {
  gen4: {
    rate: assumed(7, 'GB/s', FLASH),
    latency: assumed(90, 'us', FLASH),
    operations: assumed(1e6, '1', `${FLASH}: a second`),
  },
  gen5: {
    rate: assumed(14, 'GB/s', FLASH),
    latency: assumed(90, 'us', FLASH),
    operations: assumed(1e6, '1', `${FLASH}: a second`),
  },
} as const;

/** The page cache of an operating system. */
export const pageCache = {
  page: spec(4, 'KiB', 'Linux, base page'),
  copyRate: assumed(10, 'GB/s', 'copy by one thread, common experience'),
} as const;

/** Training jobs of MLPerf Storage v1.0: what an accelerator asks of its storage. */
export const mlperfStorage = {
  unet3d: {
    batch: spec(7, '1', MLPERF),
    record: spec(146_600_628, 'B', MLPERF),
    recordDeviation: spec(68_341_808, 'B', MLPERF),
    recordsPerFile: spec(1, '1', MLPERF),
    computeH100: spec(0.323, 's', MLPERF),
    computeA100: spec(0.636, 's', MLPERF),
    utilisation: spec(0.9, '1', MLPERF),
    readers: spec(4, '1', MLPERF),
  },
  resnet50: {
    batch: spec(400, '1', MLPERF),
    record: spec(114_660, 'B', MLPERF),
    recordDeviation: spec(0, 'B', MLPERF),
    recordsPerFile: spec(1251, '1', MLPERF),
    computeH100: spec(0.224, 's', MLPERF),
    computeA100: spec(0.435, 's', MLPERF),
    utilisation: spec(0.9, '1', MLPERF),
    readers: spec(8, '1', MLPERF),
  },
  cosmoflow: {
    batch: spec(1, '1', MLPERF),
    record: spec(2_828_486, 'B', MLPERF),
    recordDeviation: spec(71_311, 'B', MLPERF),
    recordsPerFile: spec(1, '1', MLPERF),
    computeH100: spec(0.0035, 's', MLPERF),
    computeA100: spec(0.00551, 's', MLPERF),
    utilisation: spec(0.7, '1', MLPERF),
    readers: spec(4, '1', MLPERF),
  },
} as const;

/** Rate at which readers of a file system at Lassen are served, by their number. */
export const lassenReaders = {
  four: measured(0.512, 'GB/s', 'spcl/NoPFS configuration, Lassen: up to 4 readers'),
  eight: measured(1, 'GB/s', 'spcl/NoPFS configuration, Lassen: 8 readers, doubling up to 128'),
  hundredTwentyEight: measured(16.4, 'GB/s', 'spcl/NoPFS configuration, Lassen: 128 readers'),
  twoHundredFiftySix: measured(23.5, 'GB/s', 'spcl/NoPFS configuration, Lassen: 256 readers'),
  most: measured(25.6, 'GB/s', 'spcl/NoPFS configuration, Lassen: 512 readers and more'),
} as const;

const LASSEN = 'spcl/NoPFS configuration, Lassen, by number of readers';
const NOPFS = 'NoPFS (SC 2021), section 6.1, by number of readers';
const ALCF = 'ALCF, aggregate read rate of the file system';
const GUESS = 'plausible for a file system of this kind';

/** File systems known by what readers get of them; points of a curve are (readers, rate). */
export const readerFileSystems = {
  'theta-fs0': {
    latency: assumed(1, 'ms', `${GUESS}; 0.2 to 5 ms`),
    client: assumed(1, 'GB/s', `${GUESS}; 0.3 to 3 GB/s`),
    aggregate: { readers: measuredSeries([1], '1', ALCF), rate: measuredSeries([240], 'GB/s', ALCF) },
  },
  grand: {
    latency: assumed(1, 'ms', `${GUESS}; 0.2 to 5 ms`),
    client: assumed(1, 'GB/s', `${GUESS}; 0.3 to 3 GB/s`),
    aggregate: { readers: measuredSeries([1], '1', ALCF), rate: measuredSeries([650], 'GB/s', ALCF) },
  },
  lassen: {
    latency: assumed(0.5, 'ms', GUESS),
    aggregate: {
      readers: measuredSeries([1, 4, 8, 16, 32, 64, 128, 256, 512], '1', LASSEN),
      rate: measuredSeries([0.512, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384, 23.532, 25.6], 'GB/s', LASSEN),
    },
  },
  'nopfs-sim': {
    latency: measured(0, 's', NOPFS),
    aggregate: {
      readers: measuredSeries([1, 2, 4, 8], '1', NOPFS),
      rate: measuredSeries([0.33, 0.73, 1.54, 2.87], 'GB/s', NOPFS),
    },
  },
  'local-nvme-sc24': {
    latency: fitted(0, 's', 'hipdac-lab/SC24-SOLAR, logged run: first epoch of the baseline'),
    client: fitted(0.6625, 'GB/s', 'hipdac-lab/SC24-SOLAR, logged run: first epoch of the baseline'),
    aggregate: {
      readers: measuredSeries([1], '1', 'hipdac-lab/SC24-SOLAR, logged run'),
      rate: measuredSeries([2.65], 'GB/s', 'hipdac-lab/SC24-SOLAR, logged run: 800 samples in 5.067 s'),
    },
  },
} as const;
