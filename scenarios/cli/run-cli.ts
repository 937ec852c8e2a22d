import { readFileSync } from 'node:fs';
import { Command, CommanderError, type Option } from 'commander';
import { commands } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';

const examples = `
Examples:
  escapement list
  escapement run ./my-scenario.js --set gpus=64 --set seq=1M --json
  escapement compare ulysses
  escapement sweep ulysses --vary gpus=8,16,32 --vary system --given gpus
  escapement replay --report report.html
  escapement validate --table my-measurements.csv

Options and examples of one: escapement <command> --help

Exit codes: 0 fine, 1 something missed its tolerance or mark, 2 bad input,
70 internal error, 130 interrupted.
`;

/** Runs the command line without the program's name. Prints and sets the exit code through `io`; never throws. */
export async function runCli(argv: readonly string[], io: Io): Promise<void> {
  const debug = argv.includes('--debug');
  const args = argv.filter((arg) => arg !== '--debug');
  if (args[0] === 'help') args.splice(0, 2, ...(args[1] === undefined ? ['--help'] : [args[1], '--help']));
  const program = new Command('escapement')
    .description('Discrete-event simulation of ML systems: replay published results and ask what if.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .configureHelp({ optionDescription })
    .option('--debug', 'show a stack trace when something fails')
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: () => undefined })
    .addHelpText('after', examples);
  try {
    for (const entry of commands) {
      const command = program.command(entry.name).description(entry.summary).copyInheritedSettings(program);
      command.helpOption('-h, --help', 'show help');
      if (args[0] === entry.name) (await entry.load()).configure(command, io);
    }
    if (args.length === 0) {
      io.err(`error: no command given. Try 'escapement --help'; commands are ${commandNames()}.\n`);
      io.setExitCode(exitCodes.badInput);
    } else await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    await explain(error, debug, args, io);
  }
}

/** Defaults as they are typed, without quotes. */
function optionDescription({ description, defaultValue }: Option): string {
  return typeof defaultValue === 'string' ? `${description} (default: ${defaultValue})` : description;
}

async function explain(error: unknown, debug: boolean, args: readonly string[], io: Io): Promise<void> {
  const { didYouMean } = await import('../kit/suggest.ts');
  const { isInputError, quoted } = await import('../kit/errors.ts');
  const { isValidationError } = await import('../validation/errors.ts');
  const { isTraceError } = await import('./trace-files.ts');
  const { isSweepError } = await import('../sweep/errors.ts');
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return;
    io.setExitCode(exitCodes.badInput);
    const text =
      error.code === 'commander.unknownCommand'
        ? `unknown command '${quoted(args[0] ?? '')}'. ${didYouMean(
            args[0] ?? '',
            commands.map((entry) => entry.name),
            `Commands are ${commandNames()}.`,
          )}`
        : withHelp(quoted(error.message.replace(/^error: /, '').replaceAll('\n', ' '), 300), args);
    io.err(`error: ${text}\n`);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  const { isCheckpointError } = await import('./checkpoints.ts');
  const problem = (await import('../kit/system-error.ts')).systemProblem(error);
  const known = [isInputError, isCheckpointError, isValidationError, isTraceError, isSweepError];
  if (known.some((isKnown) => isKnown(error))) {
    io.setExitCode(exitCodes.badInput);
    io.err(`error: ${isInputError(error) ? message : quoted(message, 1000)}\n`);
  } else if (problem !== undefined) {
    io.setExitCode(exitCodes.badInput);
    io.err(`error: ${problem}\n`);
  } else {
    io.setExitCode(exitCodes.internal);
    const place = debug ? '' : ' Run again with --debug for the place; please report it with the command you typed.';
    io.err(`internal error: ${quoted(message, 400)}${place}\n`);
  }
  if (debug && error instanceof Error) {
    io.err(`${error.stack ?? ''}\n`);
    if (error.cause instanceof Error) io.err(`caused by ${error.cause.stack ?? ''}\n`);
  }
}

/** Says where the right form stands, unless the message does. */
function withHelp(text: string, args: readonly string[]): string {
  const command = commands.find((entry) => entry.name === args[0]);
  if (/Did you mean/.test(text)) return text;
  return `${text.replace(/[.]$/, '')}. See 'escapement ${command === undefined ? '' : `${command.name} `}--help'.`;
}

function commandNames(): string {
  return commands.map((entry) => entry.name).join(', ');
}

function packageVersion(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
