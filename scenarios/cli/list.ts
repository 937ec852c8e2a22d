import type { Command } from 'commander';
import { registry } from '../registry.ts';
import type { Io } from './io.ts';
import { textTable } from './table.ts';

/** `escapement list`: every scenario of the package. */
export function configure(command: Command, io: Io): void {
  command
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  escapement list\n  escapement list --json\n')
    .action((options: { readonly json?: boolean }) => {
      const entries = registry.map(({ id, title, paper, resumes }) => ({ id, title, paper, resumes }));
      if (options.json) {
        io.out(`${JSON.stringify(entries, null, 2)}\n`);
        return;
      }
      io.out(
        textTable(
          [{ head: 'scenario' }, { head: 'title', wrap: true }, { head: 'paper' }, { head: 'resumes' }],
          entries.map(({ id, title, paper, resumes }) => [id, title, paper, resumes]),
          io.width,
        ),
      );
      io.out("\nParameters and presets of one: 'escapement run <scenario> --help'.\n");
    });
}
