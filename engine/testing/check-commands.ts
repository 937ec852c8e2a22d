import fc from 'fast-check';
import { type ErrorPlace, SimError } from '../kernel/index.ts';
import { testingErrors } from './errors.ts';

/** A model and the commands it is put through; commands are JSON data. */
export interface CommandCheck<Command> {
  /** Name in reports. */
  readonly name: string;
  readonly command: fc.Arbitrary<Command>;
  /** Builds the model, puts it through the commands, runs it, and throws when something does not hold. */
  readonly run: (commands: readonly Command[]) => void;
  readonly maxCommands?: number;
  /** A scenario that does the same, so that a failure can be opened in the viewer: `escapement serve` of the saved case. */
  readonly opens?: (commands: readonly Command[]) => OpensIn;
}

/** A scenario, by id or by its path from the saved case, and its parameters. */
export interface OpensIn {
  readonly scenario: string;
  readonly params: Readonly<Record<string, number | boolean | string>>;
}

export interface CheckOptions {
  /** Default 20261123: the same cases every time. */
  readonly seed?: number;
  /** Default 200. */
  readonly numRuns?: number;
  /** Goes straight to the case of an earlier failure, together with its seed. */
  readonly path?: string;
  /** A link that opens the failing moment, printed with the failure. */
  readonly link?: (failure: Failure<unknown>) => string;
}

/** The smallest failing case found. */
export interface Failure<Command> {
  readonly name: string;
  readonly commands: readonly Command[];
  readonly reason: string;
  /** Where in the run it showed, when a handler found it: what a viewer opens. */
  readonly moment: ErrorPlace | undefined;
  /** What shows it. */
  readonly opens: OpensIn | undefined;
  readonly seed: number;
  /** Leads straight to it, with the seed. */
  readonly path: string;
  readonly runs: number;
  readonly shrinks: number;
}

/** The smallest failing case among random sequences of commands; undefined when all hold. */
export function findFailure<Command>(
  check: CommandCheck<Command>,
  options: CheckOptions = {},
): Failure<Command> | undefined {
  const { seed = 20261123, numRuns = 200, path } = options;
  const sequences = fc.array(check.command, { minLength: 1, maxLength: check.maxCommands ?? 20 });
  const property = fc.property(sequences, (commands) => check.run(commands));
  const details = fc.check(property, { seed, numRuns, ...(path === undefined ? {} : { path }) });
  if (!details.failed) return undefined;
  const [commands] = details.counterexample ?? [[]];
  return {
    name: check.name,
    commands,
    ...reasonOf(details.errorInstance),
    opens: check.opens?.(commands),
    seed,
    path: details.counterexamplePath ?? '',
    runs: details.numRuns,
    shrinks: details.numShrinks,
  };
}

/** What does not hold, without what the way to here has wrapped around it. @internal */
export function reasonOf(error: unknown): Pick<Failure<unknown>, 'reason' | 'moment'> {
  const moment = error instanceof SimError && error.place.at !== undefined ? error.place : undefined;
  const inner = error instanceof SimError && error.code === 'SIM_ACTOR_FAILED' ? error.cause : error;
  if (inner instanceof SimError && inner.code === 'TEST_INVARIANT')
    return { reason: `${inner.values.invariant} does not hold: ${inner.values.detail}`, moment };
  return { reason: inner instanceof Error ? inner.message : String(inner), moment };
}

/** Throws TEST_FAILED with the smallest failing case, its seed and path, as a case that `replayCase` runs. */
export function checkCommands<Command>(check: CommandCheck<Command>, options: CheckOptions = {}): void {
  const failure = findFailure(check, options);
  if (failure === undefined) return;
  const { name, runs, shrinks, commands, seed, path } = failure;
  const smallest = `${commands.length} commands`;
  const reason = reasonWith(failure, options.link);
  throw testingErrors.create('TEST_FAILED', {
    name,
    runs,
    shrinks,
    smallest,
    reason,
    seed,
    path,
    file: caseFile(failure),
  });
}

/** The reason with its moment and the link that opens it. @internal */
export function reasonWith(failure: Failure<unknown>, link: CheckOptions['link']): string {
  const { at, event } = failure.moment ?? {};
  const where = at === undefined ? '' : ` (at ${at}, event ${event})`;
  return `${failure.reason}${where}${link === undefined ? '' : ` ${link(failure)}`}`;
}

/** A failing case as one line of JSON, to be kept in a file beside the tests; `escapement serve` opens it where it names a scenario. */
export function caseFile({ name, commands, seed, path, opens, moment }: Failure<unknown>): string {
  const shows = opens === undefined ? {} : { opens: { ...opens, event: moment?.event } };
  return JSON.stringify({ case: name, version: 1, seed, path, commands, ...shows });
}

/** Runs a kept case alone; throws what the check throws as long as it fails. Throws TEST_CASE_FILE for another check's case. */
export function replayCase<Command>(check: CommandCheck<Command>, file: string): void {
  const refuse = (problem: string): never => {
    throw testingErrors.create('TEST_CASE_FILE', { problem });
  };
  let kept: { case?: unknown; version?: unknown; commands?: unknown } = {};
  try {
    kept = JSON.parse(file);
  } catch {
    refuse('it is not JSON');
  }
  if (kept.version !== 1) refuse(`its version is ${kept.version}, not 1`);
  if (kept.case !== check.name) refuse(`it is of '${kept.case}', not '${check.name}'`);
  if (!Array.isArray(kept.commands)) refuse('it has no commands');
  check.run(kept.commands as Command[]);
}
