import type { Command } from 'commander';
import { kitErrors, quoted } from '../kit/errors.ts';
import { resolveParams } from '../kit/parameters.ts';
import { readNumber } from '../kit/units.ts';
import { looksLikeCase, openCase } from './case-file.ts';
import type { Io, ServeMoment } from './io.ts';
import { loadScenario } from './load-scenario.ts';
import { type ParameterOptions, readParameters, withParameterOptions } from './parameter-options.ts';
import { portOf, type ServeOptions, withServeOptions } from './serve-options.ts';

interface Options extends ParameterOptions, ServeOptions {
  readonly paused?: boolean;
  readonly until?: string;
  readonly untilEvent?: string;
  readonly simulation?: string;
}

const examples = `
Examples:
  escapement serve
  escapement serve ulysses --gpus 64 --paused
  escapement serve ulysses --until 3ms
  escapement serve ./my-scenario.js --port 8080
  escapement serve failing.case.json
`;

/** `escapement serve`: the viewer, with a scenario, with a choice of them, or with a case that a property has failed. */
export function configure(command: Command, io: Io): void {
  command
    .argument(
      '[scenario]',
      'id of a scenario, path of your own file or of a saved case; without it one is chosen on the page',
    )
    .argument('[parameters...]', 'parameters as --name value')
    .usage('[scenario] [--set name=value]... [--name value]... [options]')
    .option('--paused', 'stand still before the first event')
    .option('--until <time>', 'run to this virtual time, e.g. 3ms, and stand still there')
    .option('--until-event <number>', 'run so many events, and stand still there')
    .option('--simulation <number>', 'of which simulation of the run; 1')
    .addHelpText('after', examples);
  withServeOptions(command);
  withParameterOptions(command);
  command.action(async (name: string | undefined, rest: readonly string[], options: Options) => {
    const { host, open, marks } = options;
    const port = portOf(options);
    const until = momentOf(options);
    const paused = options.paused === true;
    if (name === undefined) {
      if (until !== undefined)
        throw kitErrors.create('USAGE', { problem: '--until goes with a scenario', hint: 'Name one.' });
      await viewer(io)({ port, host, open, paused, marks });
      return;
    }
    if (looksLikeCase(name)) {
      const { scenario: opened, params: own, event } = openCase(name);
      const scenario = await loadScenario(opened);
      const params = { ...own, ...readParameters(scenario, options, rest, command) };
      resolveParams(scenario, params);
      // It stands before the event during which it fails: that is one step away.
      const moment = until ?? (event === undefined ? undefined : { sim: 1, event: event - 1 });
      const isFirst = moment !== undefined && 'event' in moment && moment.event <= 0;
      await viewer(io)({ port, host, open, paused: paused || isFirst, until: moment, marks, scenario: opened, params });
      return;
    }
    const scenario = await loadScenario(name);
    const params = readParameters(scenario, options, rest, command);
    resolveParams(scenario, params);
    await viewer(io)({ port, host, open, paused, until, marks, scenario: name, params });
  });
}

/** Where the run is to stand still. Throws USAGE. */
function momentOf({ until, untilEvent, simulation }: Options): ServeMoment | undefined {
  const refuse = (problem: string, hint: string): never => {
    throw kitErrors.create('USAGE', { problem, hint });
  };
  const whole = (option: string, text: string): number =>
    /^[1-9]\d{0,14}$/.test(text)
      ? Number(text)
      : refuse(`${option} is ${quoted(text)}`, 'Give a whole number from 1 on.');
  const sim = whole('--simulation', simulation ?? '1');
  if (until !== undefined && untilEvent !== undefined)
    refuse('--until goes without --until-event', 'Give a time or a number of events.');
  if (untilEvent !== undefined) return { sim, event: whole('--until-event', untilEvent) };
  if (until === undefined)
    return simulation === undefined ? undefined : refuse('--simulation goes with --until', 'Add --until 3ms.');
  const read = readNumber(until, { dimension: 'duration', unit: 's', binary: false });
  if (read.kind !== 'value' || !(read.value >= 0))
    return refuse(`--until ${quoted(until)} is no time`, 'Write it as 3ms or 15us.');
  return { sim, time: read.value };
}

/** The viewer's server, which says so when it has ended. Throws USAGE where the command line has none. */
export function viewer(io: Io): NonNullable<Io['serve']> {
  const { serve } = io;
  if (serve === undefined)
    throw kitErrors.create('USAGE', { problem: 'there is no viewer here', hint: 'Use the escapement command.' });
  return async (request) => {
    await serve(request);
    io.err('\nThe viewer has ended.\n');
  };
}
