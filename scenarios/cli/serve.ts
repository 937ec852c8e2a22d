import type { Command } from 'commander';
import { kitErrors } from '../kit/errors.ts';
import { resolveParams } from '../kit/parameters.ts';
import type { Io } from './io.ts';
import { loadScenario } from './load-scenario.ts';
import { type ParameterOptions, readParameters, withParameterOptions } from './parameter-options.ts';
import { portOf, type ServeOptions, withServeOptions } from './serve-options.ts';

interface Options extends ParameterOptions, ServeOptions {
  readonly paused?: boolean;
}

const examples = `
Examples:
  escapement serve
  escapement serve ulysses --gpus 64 --paused
  escapement serve ./my-scenario.js --port 8080
`;

/** `escapement serve`: the viewer, with a scenario or with a choice of them. */
export function configure(command: Command, io: Io): void {
  command
    .argument('[scenario]', 'id of a scenario, or the path of your own file; without it one is chosen on the page')
    .argument('[parameters...]', 'parameters as --name value')
    .usage('[scenario] [--set name=value]... [--name value]... [options]')
    .option('--paused', 'stand still before the first event')
    .addHelpText('after', examples);
  withServeOptions(command);
  withParameterOptions(command);
  command.action(async (name: string | undefined, rest: readonly string[], options: Options) => {
    const { host, open, marks } = options;
    const port = portOf(options);
    const paused = options.paused === true;
    if (name === undefined) {
      await viewer(io)({ port, host, open, paused, marks });
      return;
    }
    const scenario = await loadScenario(name);
    const params = readParameters(scenario, options, rest);
    resolveParams(scenario, params);
    await viewer(io)({ port, host, open, paused, marks, scenario: name, params });
  });
}

/** The viewer's server. Throws USAGE where the command line has none. */
export function viewer(io: Io): NonNullable<Io['serve']> {
  if (io.serve !== undefined) return io.serve;
  throw kitErrors.create('USAGE', { problem: 'there is no viewer here', hint: 'Use the escapement command.' });
}
