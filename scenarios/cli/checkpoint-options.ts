import type { Command } from 'commander';

/** Options of a run that is saved on the way, or goes on from there. */
export interface CheckpointOptions {
  readonly checkpointEvery?: string;
  readonly checkpointFile?: string;
  readonly checkpointSimulation?: string;
  readonly resume?: string;
}

/** Adds the options. */
export function withCheckpointOptions(command: Command): void {
  command
    .option('--checkpoint-every <time>', 'save a checkpoint whenever that much virtual time has passed, e.g. 10ms')
    .option('--checkpoint-file <file>', 'where to save it (default: <scenario>.ckpt)')
    .option('--checkpoint-simulation <number>', 'of which simulation of a run that makes several (default: of each)')
    .option(
      '--resume <file>',
      'go on from a checkpoint: puts its states back, or replays to it, and runs on; `list` says which',
    );
}
