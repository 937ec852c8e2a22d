import type { Command } from 'commander';
import type { Io } from './io.ts';

interface Options {
  readonly rows?: string;
  readonly json?: boolean;
}

const notes = `
The critical path is the chain of work and waits that made the run as long as it
is; its length is the makespan. A wait stands on it only where the trace does
not say whose work ended it. "what if NAME were free" is answered by running
again: escapement run <scenario> --free NAME.

Examples:
  escapement run ulysses --trace run.pftrace
  escapement analyze run.pftrace
  escapement analyze run.pftrace --rows 30
  escapement analyze run.pftrace --json > analysis.json
`;

/** `escapement analyze`: what a recorded trace spent its time on, as tables or JSON. */
export function configure(command: Command, io: Io): void {
  command
    .argument('<trace>', 'a .pftrace file, of this program or another; also one that is cut off or still being written')
    .option('--rows <count>', 'rows of each table', '10')
    .option('--json', 'print everything as JSON, times in picoseconds')
    .addHelpText('after', notes)
    .action(async (file: string, options: Options) => {
      const { analyzeTrace } = await import('./analyze-trace.ts');
      analyzeTrace(file, options, io);
    });
}
