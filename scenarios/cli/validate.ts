import type { Command } from 'commander';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';

interface Options {
  readonly table?: readonly string[];
  readonly model?: readonly string[];
  readonly shipped: boolean;
  readonly json?: boolean;
  readonly html?: string;
  readonly marks?: string;
}

const notes = `
Errors are in percent of the measured value, the mean of their sizes; a positive
bias is too slow (or too many). Role 'calibration': constants were fitted to
these rows; 'check': they were not; 'external': your own. A model ending in
+surface is corrected by calibration rows nearby, never by the row itself.
Coverage is the share of rows that the model could price at all; the list
'Without a prediction' says why for the others (in JSON: leftOut).

Exit code 1: a mean error became worse than its mark. Exit code 2: a table was refused.

Examples:
  escapement validate
  escapement validate --table my-gemm.csv --model gemm --html validation.html
  escapement validate --json > before.json; escapement validate --marks before.json
  escapement validate --table my-gemm.csv --no-shipped --json
`;

const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** `escapement validate`: errors of every cost model against measured tables. Exit code 1 when one became worse than its mark. */
export function configure(command: Command, io: Io): void {
  command
    .option('--table <file>', 'a further CSV table in the columns of a shipped one; may be repeated', several)
    .option('--model <id>', 'judge this model only; may be repeated', several)
    .option('--no-shipped', 'leave out the tables of the package')
    .option('--json', 'print JSON')
    .option('--marks <file>', 'judge against an earlier --json output instead of the stored marks')
    .option('--html <file>', 'write a page with a plot of predicted over measured for each model')
    .addHelpText('after', notes)
    .action(async (options: Options) => {
      const { checkWritable, writeWhole } = await import('./write-file.ts');
      const validation = await import('../validation/index.ts');
      if (options.html !== undefined) checkWritable(options.html, '--html');
      const { shipped } = options;
      const { marks } = options;
      const stored = marks === undefined ? (shipped ? validation.storedMarks() : []) : validation.readMarks(marks);
      const details = validation.validationDetails({
        ...(options.table === undefined ? {} : { tables: options.table }),
        shipped,
        ...(options.model === undefined ? {} : { models: options.model }),
      });
      const rows = validation.validationRows(details);
      const judged = (mark: { readonly model: string }): boolean =>
        options.model?.includes(mark.model.replace(/[+]surface$/, '')) ?? true;
      const worse = validation.regressions(rows, stored.filter(judged));
      const page =
        options.html === undefined ? undefined : writeWhole(options.html, validation.validationPage(details), '--html');
      if (options.json) io.out(`${JSON.stringify(rows, null, 2)}\n`);
      else {
        io.out(`${validation.formatValidation(rows)}\n\n${validation.formatLimits(details)}\n`);
        const leftOut = validation.formatLeftOut(rows);
        if (leftOut !== undefined) io.out(`\n${leftOut}\n`);
        if (page !== undefined) io.out(`\nPlots: ${page}\n`);
      }
      if (worse.length === 0) return;
      io.err(`${validation.formatRegressions(worse)}\n`);
      io.setExitCode(exitCodes.failed);
    });
}
