import { fieldOf } from '../kit/field.ts';
import { param } from '../kit/param.ts';
import { parseValue } from '../kit/parse-value.ts';

/** Reads `--threads`, or the option `name`; undefined leaves the choice to the pool. Throws PARAM_VALUE. */
export function readThreads(text: string | undefined, name = 'threads'): number | undefined {
  if (text === undefined) return undefined;
  const schema = param.integer({ min: 1, max: 256, default: 1, describe: 'worker threads' });
  return parseValue(fieldOf('command', name, schema), text) as number;
}
