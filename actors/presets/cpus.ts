import { assumed, measured, type Parameter, type RateUnit, type SizeUnit, spec, type TimeUnit } from './parameter.ts';

/** One cache level of a CPU. */
export interface CpuCachePreset {
  readonly latency: Parameter<'clk'>;
  readonly size: Parameter<SizeUnit>;
  readonly ways: Parameter<'1'>;
  /** Cores that share one cache of this level. */
  readonly sharedBy: Parameter<'1'>;
}

/** Every number of one CPU model. */
export interface CpuPreset {
  readonly name: string;
  readonly cores: Parameter<'1'>;
  readonly clock: Parameter<'MHz'>;
  readonly line: Parameter<SizeUnit>;
  readonly l1: CpuCachePreset;
  readonly l2: CpuCachePreset;
  readonly l3: CpuCachePreset;
  readonly dramLatency: Parameter<TimeUnit>;
  readonly dramRate: Parameter<RateUnit>;
  /** Outstanding misses of one core; rate of a thread = this times a line over the latency. */
  readonly missesInFlight: Parameter<'1'>;
  /** Modified line fetched from another core, near and across sockets. */
  readonly transferNear: Parameter<TimeUnit>;
  readonly transferFar: Parameter<TimeUnit>;
}

const ANAND = 'AnandTech, EPYC 7742 review';
const SHEET = (part: string) => `${part} datasheet, as recalled`;
const shared = {
  line: assumed(64, 'B', 'x86 line, as recalled'),
  missesInFlight: assumed(11, '1', '10 to 12 line-fill buffers, as recalled'),
  transferNear: assumed(50, 'ns', '40 to 60 ns, as recalled'),
  transferFar: assumed(150, 'ns', '100 to 200 ns, as recalled'),
} as const;

/** CPU models. */
export const cpus = {
  'epyc-7742': {
    name: 'AMD EPYC 7742',
    cores: spec(64, '1', 'AMD EPYC 7742 product page'),
    clock: spec(2250, 'MHz', 'AMD EPYC 7742 product page, base clock'),
    l1: {
      latency: measured(4, 'clk', ANAND),
      size: assumed(32, 'KiB', SHEET('EPYC 7742')),
      ways: assumed(8, '1', SHEET('EPYC 7742')),
      sharedBy: assumed(1, '1', SHEET('EPYC 7742')),
    },
    l2: {
      latency: measured(13, 'clk', ANAND),
      size: assumed(512, 'KiB', SHEET('EPYC 7742')),
      ways: assumed(8, '1', SHEET('EPYC 7742')),
      sharedBy: assumed(1, '1', SHEET('EPYC 7742')),
    },
    l3: {
      latency: measured(34, 'clk', `${ANAND}: 10.3 ns`),
      size: assumed(16, 'MiB', SHEET('EPYC 7742')),
      ways: assumed(16, '1', SHEET('EPYC 7742')),
      sharedBy: assumed(4, '1', SHEET('EPYC 7742')),
    },
    dramLatency: measured(122, 'ns', `${ANAND}, one memory domain for each socket; 113 ns with four`),
    dramRate: assumed(204.8, 'GB/s', '8 channels of DDR4-3200'),
    ...shared,
  },
  'xeon-8280': {
    name: 'Intel Xeon Platinum 8280',
    cores: spec(28, '1', 'Intel Xeon Platinum 8280 product page'),
    clock: spec(2700, 'MHz', 'Intel Xeon Platinum 8280 product page, base clock'),
    l1: {
      latency: assumed(4, 'clk', SHEET('Xeon 8280')),
      size: assumed(32, 'KiB', SHEET('Xeon 8280')),
      ways: assumed(8, '1', SHEET('Xeon 8280')),
      sharedBy: assumed(1, '1', SHEET('Xeon 8280')),
    },
    l2: {
      latency: measured(14, 'clk', 'AnandTech, Xeon 8280 in the EPYC 7742 review'),
      size: assumed(1, 'MiB', SHEET('Xeon 8280')),
      ways: assumed(16, '1', SHEET('Xeon 8280')),
      sharedBy: assumed(1, '1', SHEET('Xeon 8280')),
    },
    l3: {
      latency: assumed(60, 'clk', 'mesh of that generation, as recalled'),
      size: assumed(38.5, 'MiB', SHEET('Xeon 8280')),
      ways: assumed(11, '1', SHEET('Xeon 8280')),
      sharedBy: assumed(28, '1', SHEET('Xeon 8280')),
    },
    dramLatency: assumed(90, 'ns', '85 to 95 ns, as recalled'),
    dramRate: assumed(140.8, 'GB/s', '6 channels of DDR4-2933'),
    ...shared,
  },
} as const satisfies Readonly<Record<string, CpuPreset>>;
