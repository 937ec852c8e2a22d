import type { HoldDistribution } from './random.ts';

/** What a run must produce to count: units of work done, and a checksum that a changed order or a lost event would change. */
export interface Outcome {
  readonly count: number;
  readonly checksum: number;
}

/** Which cells of a population an event goes to: all, an ascending set, the same in random order, or each with a chance. */
export type CellTarget = 'range' | 'indexes' | 'shuffled' | 'random';

/** One program with its parameters; every engine understands the same ones. */
export type Program =
  | { readonly kind: 'phold'; readonly processes: number; readonly population: number; readonly end: number }
  | {
      readonly kind: 'hold';
      readonly distribution: HoldDistribution;
      readonly pending: number;
      readonly holds: number;
    }
  | { readonly kind: 'mm1'; readonly customers: number }
  | { readonly kind: 'mm1-processes'; readonly customers: number }
  | { readonly kind: 'mm1-resource'; readonly customers: number }
  | { readonly kind: 'token'; readonly players: number; readonly messages: number; readonly delay: number }
  | { readonly kind: 'storm'; readonly timers: number; readonly cancelled: number; readonly rounds: number }
  | { readonly kind: 'rearm'; readonly timers: number; readonly rounds: number }
  | { readonly kind: 'timeout'; readonly conversations: number; readonly replies: number }
  | { readonly kind: 'fan-out'; readonly receivers: number; readonly broadcasts: number }
  | { readonly kind: 'clocked'; readonly components: number; readonly cycles: number; readonly sleep: number }
  | { readonly kind: 'all-to-all'; readonly hosts: number }
  | { readonly kind: 'chart'; readonly events: number }
  | { readonly kind: 'population'; readonly target: CellTarget; readonly cells: number; readonly rounds: number };

export type ProgramKind = Program['kind'];

/** A named benchmark: the program at full size with its checked outcome, and at the size of a smoke test. */
export interface Workload {
  readonly name: string;
  readonly unit: string;
  readonly program: Program;
  readonly small: Program;
  readonly expected: Outcome;
  /** Relative slack of the checksum for engines that keep times in doubles and rates to a precision. */
  readonly slack?: number;
}

function phold(processes: number, population: number, end: number, expected: Outcome): Workload {
  return {
    name: `phold-${processes}x${population}`,
    unit: 'events/s',
    program: { kind: 'phold', processes, population, end },
    small: { kind: 'phold', processes: processes / 64, population, end: Math.ceil(end / 16) },
    expected,
  };
}

function hold(distribution: HoldDistribution, pending: number, checksum: number): Workload {
  return {
    name: `hold-${distribution}-${pending}`,
    unit: 'holds/s',
    program: { kind: 'hold', distribution, pending, holds: 1e6 },
    small: { kind: 'hold', distribution, pending: pending / 100, holds: 1e3 },
    expected: { count: 1e6, checksum },
  };
}

function mm1(name: string, kind: 'mm1' | 'mm1-processes' | 'mm1-resource', expected: Outcome): Workload {
  return {
    name,
    unit: 'customers/s',
    program: { kind, customers: 1e6 },
    small: { kind, customers: 1e3 },
    expected,
  };
}

function token(name: string, players: number, messages: number, delay: number, checksum: number): Workload {
  return {
    name,
    unit: 'messages/s',
    program: { kind: 'token', players, messages, delay },
    small: { kind: 'token', players: Math.max(2, players / 1000), messages: messages / 1000, delay },
    expected: { count: messages, checksum },
  };
}

function storm(name: string, cancelled: number, checksum: number): Workload {
  return {
    name,
    unit: 'timers/s',
    program: { kind: 'storm', timers: 200_000, cancelled, rounds: 5 },
    small: { kind: 'storm', timers: 200, cancelled, rounds: 5 },
    expected: { count: 1e6, checksum },
  };
}

function cells(target: CellTarget, unit: string, rounds: number, expected: Outcome): Workload {
  return {
    name: `chart-population-${target}`,
    unit,
    program: { kind: 'population', target, cells: 1e8, rounds },
    small: { kind: 'population', target, cells: 10_000, rounds: 3 },
    expected,
  };
}

/** All benchmarks, in the order in which they run. */
export const workloads: readonly Workload[] = [
  phold(1024, 1, 1000, { count: 1_023_760, checksum: 533022912 }),
  phold(1024, 16, 200, { count: 3_275_846, checksum: 1416449951 }),
  phold(65536, 1, 40, { count: 2_615_730, checksum: 58611189 }),
  phold(65536, 16, 4, { count: 4_095_110, checksum: -696230936 }),
  mm1('mm1-actors', 'mm1', { count: 1e6, checksum: 10069926670119 }),
  mm1('mm1-processes', 'mm1-processes', { count: 1e6, checksum: 10069926670119 }),
  mm1('mm1-resource', 'mm1-resource', { count: 1e6, checksum: 10039982559723 }),
  token('ping-pong-zero', 2, 2e6, 0, 32000000),
  token('ping-pong-delay', 2, 2e6, 1000, -2113348608),
  token('token-ring-1e3', 1e3, 1e6, 1000, 1931439616),
  token('token-ring-1e6', 1e6, 2e6, 1000, -2091459584),
  storm('cancel-storm', 0.9, -1453891373),
  storm('cancel-none', 0, -827770720),
  {
    name: 're-arm',
    unit: 're-arms/s',
    program: { kind: 'rearm', timers: 2000, rounds: 800 },
    small: { kind: 'rearm', timers: 20, rounds: 80 },
    expected: { count: 1_600_000, checksum: 2000 },
  },
  {
    name: 'timeout',
    unit: 'replies/s',
    program: { kind: 'timeout', conversations: 1000, replies: 1e6 },
    small: { kind: 'timeout', conversations: 10, replies: 1000 },
    expected: { count: 1_000_999, checksum: 1737695536 },
  },
  {
    name: 'fan-out',
    unit: 'messages/s',
    program: { kind: 'fan-out', receivers: 1000, broadcasts: 2000 },
    small: { kind: 'fan-out', receivers: 100, broadcasts: 20 },
    expected: { count: 2e6, checksum: 1327218640 },
  },
  {
    name: 'clocked',
    unit: 'component-cycles/s',
    program: { kind: 'clocked', components: 1000, cycles: 2000, sleep: 100 },
    small: { kind: 'clocked', components: 100, cycles: 200, sleep: 100 },
    expected: { count: 2e6, checksum: -1757028656 },
  },
  {
    name: 'all-to-all-uneven',
    unit: 'transfers/s',
    program: { kind: 'all-to-all', hosts: 128 },
    small: { kind: 'all-to-all', hosts: 7 },
    expected: { count: 16_256, checksum: 8988190099 },
    slack: 1e-5,
  },
  {
    name: 'chart-guarded',
    unit: 'events/s',
    program: { kind: 'chart', events: 1e7 },
    small: { kind: 'chart', events: 1000 },
    expected: { count: 1e7, checksum: 20 },
  },
  cells('range', 'transitions/s', 10, { count: 1e9, checksum: 2099999980 }),
  cells('indexes', 'transitions/s', 4, { count: 4e7, checksum: -534648340 }),
  cells('shuffled', 'transitions/s', 4, { count: 4e7, checksum: -534648340 }),
  cells('random', 'cells/s', 2, { count: 2e8, checksum: 1e8 }),
  hold('exp', 1e3, 1889652611),
  hold('uniform', 1e3, 791945327),
  hold('narrow', 1e3, 1909372924),
  hold('bimodal', 1e3, -409239762),
  hold('triangular', 1e3, 1403584469),
  hold('pareto', 1e3, 281889587),
  hold('hw', 1e3, -1816626320),
  hold('ties', 1e3, 1205731592),
  hold('exp', 1e5, -870965750),
  hold('uniform', 1e5, -2008198954),
  hold('narrow', 1e5, 1923772185),
  hold('bimodal', 1e5, -1125788312),
  hold('triangular', 1e5, -1646686253),
  hold('pareto', 1e5, -1131790451),
  hold('hw', 1e5, 1995193724),
  hold('ties', 1e5, 1341990848),
];
