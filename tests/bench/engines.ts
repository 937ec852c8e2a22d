import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program, ProgramKind } from './workloads.ts';
import { xstateShare } from './xstate.ts';

/** One column of the comparison. */
export interface Engine {
  readonly name: string;
  /** The most samples worth taking: interpreted engines are too slow for many and too far away to need them. */
  readonly maxSamples: number;
  /** Relative slack on the checksum: 0 where times are integers, more where the engine keeps them in doubles. */
  readonly tolerance: number;
  /** The command that runs one sample in a fresh process, or undefined where the engine has no sane way to do it. */
  command(program: Program): readonly string[] | undefined;
  /** A smaller program of the same kind for an engine that would take minutes; it is checked against the reference. */
  share?(program: Program): Program | undefined;
}

/** A peer and the Debian packages that bring it. */
export interface Peer {
  readonly name: string;
  readonly packages: string;
  /** The installed version, or undefined when something is missing. */
  version(): string | undefined;
  /** Builds into `folder` and gives the engines. Throws when the compiler refuses. */
  build(folder: string): readonly Engine[];
}

const sources = fileURLToPath(new URL('../../../tests/bench/peers/', import.meta.url));
const sample = fileURLToPath(new URL('./sample.js', import.meta.url));

function output(command: string): string | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** Runs a shell command with the source file as $0 and the program to make as $1. Throws with the compiler's words. */
function compile(command: string, source: string, binary: string): void {
  execFileSync('sh', ['-c', command, join(sources, source), binary], { stdio: 'pipe' });
}

function words(program: Program): readonly string[] {
  return Object.values(program).map(String);
}

/** Escapement itself, as compiled in dist. */
export const escapement: Engine = {
  name: 'escapement',
  maxSamples: 20,
  tolerance: 0,
  command: (program) => [process.execPath, '--expose-gc', sample, JSON.stringify(program)],
};

/** XState's own interpreter, `createActor().send`, on the workloads that are charts. */
export const xstate: Engine = {
  name: 'xstate',
  maxSamples: 5,
  tolerance: 0,
  share: xstateShare,
  command: (program) =>
    xstateShare(program) === undefined
      ? undefined
      : [process.execPath, '--expose-gc', sample, JSON.stringify(xstateShare(program)), 'xstate'],
};

const schedulers: ReadonlyArray<readonly [name: string, type: string]> = [
  ['map', 'ns3::MapScheduler'],
  ['heap', 'ns3::HeapScheduler'],
  ['priority-queue', 'ns3::PriorityQueueScheduler'],
  ['calendar', 'ns3::CalendarScheduler'],
  ['list', 'ns3::ListScheduler'],
];

/** Whether this scheduler finishes in seconds: the list is linear, the calendar collapses on ties and on a million events. */
function sane(scheduler: string, program: Program): boolean {
  const isPhold = program.kind === 'phold';
  const isHold = program.kind === 'hold';
  const pending = isPhold ? program.processes * program.population : isHold ? program.pending : 0;
  switch (scheduler) {
    case 'list':
      return isPhold && pending <= 1024;
    case 'calendar':
      return (isPhold && pending <= 65536) || (isHold && pending <= 1000 && program.distribution !== 'ties');
    case 'heap':
      return isPhold || isHold;
    default:
      return true;
  }
}

const ns3Programs: ReadonlySet<ProgramKind> = new Set([
  'phold',
  'hold',
  'mm1',
  'token',
  'storm',
  'rearm',
  'timeout',
  'fan-out',
  'clocked',
]);

const ns3: Peer = {
  name: 'ns-3',
  packages: 'g++ pkg-config libns3-dev libgsl-dev',
  version: () => output('g++ --version > /dev/null && pkg-config --modversion ns3-core'),
  build(folder) {
    const binary = join(folder, 'ns3');
    const flags = '$(pkg-config --cflags --libs ns3-core)';
    compile(`g++ -std=c++17 -O3 "$0" -o "$1" ${flags}`, 'ns3.cc', binary);
    return schedulers.map(([name, type]) => ({
      name: `ns-3:${name}`,
      maxSamples: 20,
      tolerance: 0,
      command: (run) => (ns3Programs.has(run.kind) && sane(name, run) ? [binary, type, ...words(run)] : undefined),
    }));
  },
};

const simgrid: Peer = {
  name: 'SimGrid',
  packages: 'g++ pkg-config libsimgrid-dev',
  version: () => output('g++ --version > /dev/null && pkg-config --modversion simgrid'),
  build(folder) {
    const binary = join(folder, 'simgrid');
    compile('g++ -std=c++17 -O3 "$0" -o "$1" -lsimgrid', 'simgrid.cc', binary);
    const has = (run: Program) =>
      run.kind === 'mm1' ||
      run.kind === 'mm1-processes' ||
      run.kind === 'all-to-all' ||
      (run.kind === 'token' && run.players <= 1000);
    return [
      {
        name: 'simgrid',
        maxSamples: 2,
        tolerance: 1e-9,
        command: (run) => (has(run) ? [binary, ...words(run)] : undefined),
      },
    ];
  },
};

const python = '/usr/bin/python3';
const simpyStyles: ReadonlyArray<readonly [name: string, style: string, programs: readonly ProgramKind[]]> = [
  ['simpy', 'callbacks', ['phold', 'mm1', 'mm1-processes', 'mm1-resource', 'token', 'fan-out', 'clocked']],
  ['simpy:processes', 'processes', ['phold', 'token']],
];

const simpy: Peer = {
  name: 'SimPy',
  packages: 'python3-simpy3',
  version: () => output(`${python} -c 'import simpy; print(simpy.__version__)'`),
  build: () =>
    simpyStyles.map(([name, style, programs]) => ({
      name,
      maxSamples: 2,
      tolerance: 0,
      command: (run) => {
        const size = run.kind === 'token' ? run.players : run.kind === 'phold' ? run.processes * run.population : 0;
        if (!programs.includes(run.kind) || (style === 'processes' && size > 65536)) return undefined;
        return [python, join(sources, 'simpy_peer.py'), style, ...words(run)];
      },
    })),
};

/** All peers, in the order of their columns. */
export const peers: readonly Peer[] = [ns3, simgrid, simpy];
