import type { Command } from 'commander';
import { kitErrors, quoted } from '../kit/errors.ts';

/** Options of a command that serves the viewer. */
export interface ServeOptions {
  readonly port?: string;
  readonly host?: string;
  readonly marks?: string;
  readonly open: boolean;
}

/** Adds the options. */
export function withServeOptions(command: Command): void {
  command
    .option('--port <number>', 'port of the viewer (default: a free one)')
    .option('--host <address>', 'let other machines connect to this address; only this one can otherwise')
    .option('--marks <folder>', 'keep marks and notes in this folder, for the next time the same run is watched')
    .option('--no-open', 'do not open a browser');
}

/** The port. Throws USAGE. */
export function portOf({ port }: Pick<ServeOptions, 'port'>): number {
  if (port === undefined) return 0;
  const value = Number(port);
  if (/^\d{1,5}$/.test(port) && value < 65_536) return value;
  throw kitErrors.create('USAGE', {
    problem: `--port ${quoted(port)} is no port`,
    hint: 'Use a number up to 65535, e.g. 8080; 0 or nothing for a free one.',
  });
}
