import type { Command } from 'commander';
import type { Io } from './io.ts';

/** A subcommand's module: adds options and the action to its commander command. */
export interface CommandModule {
  readonly configure: (command: Command, io: Io) => void;
}

/** A subcommand as the top-level help knows it; its module is loaded when it is used. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** All subcommands, in the order of the help. A new one is a file beside this one and a line here. */
export const commands: readonly CommandEntry[] = [
  { name: 'list', summary: 'list the scenarios', load: () => import('./list.ts') },
  { name: 'run', summary: 'run one scenario and print its metrics', load: () => import('./run.ts') },
  {
    name: 'compare',
    summary: 'compare every published cell of a scenario with the simulation',
    load: () => import('./compare.ts'),
  },
  {
    name: 'replay',
    summary: 'replay the headline claims of all scenarios and write a report',
    load: () => import('./replay.ts'),
  },
  {
    name: 'branch',
    summary: 'run both futures of a checkpoint, as it was and changed, and compare them',
    load: () => import('./branch.ts'),
  },
  {
    name: 'serve',
    summary: 'watch a run live in the browser',
    load: () => import('./serve.ts'),
  },
  { name: 'analyze', summary: 'say what a recorded trace spent its time on', load: () => import('./analyze.ts') },
  {
    name: 'import',
    summary: 'replay a Chakra or PyTorch trace on another system',
    load: () => import('./import.ts'),
  },
  {
    name: 'export',
    summary: 'turn a recorded trace into another format, or check it',
    load: () => import('./export.ts'),
  },
  { name: 'sweep', summary: 'study many settings and rank them', load: () => import('./sweep.ts') },
  { name: 'worker', summary: 'compute runs of studies from a Redis server', load: () => import('./worker.ts') },
  {
    name: 'validate',
    summary: 'hold the cost models against measured tables',
    load: () => import('./validate.ts'),
  },
];
