import { defineErrors, type ErrorRoom, SimError } from '../../engine/index.ts';

/** Every error of the kit and the command that is the fault of an input, never of the program. */
export const kitErrors: ErrorRoom<
  | 'PARAM_UNKNOWN'
  | 'PARAM_SYNTAX'
  | 'PARAM_TWICE'
  | 'PARAM_VALUE'
  | 'PARAM_CONFLICT'
  | 'SCENARIO_UNKNOWN'
  | 'SCENARIO_FILE'
  | 'RUN_TOO_LONG'
  | 'USAGE'
> = defineErrors({
  PARAM_UNKNOWN: { fatal: false, text: "unknown parameter '%name'", hint: '%hint' },
  PARAM_SYNTAX: { fatal: false, text: "'%text' is not an assignment", hint: '%hint' },
  PARAM_TWICE: { fatal: false, text: '%name is given twice, as %first and as %second', hint: 'Give it once.' },
  PARAM_VALUE: { fatal: false, text: '%name=%value: %problem', hint: '%hint' },
  PARAM_CONFLICT: { fatal: false, text: '%name=%value: %problem', hint: '%hint' },
  SCENARIO_UNKNOWN: { fatal: false, text: "there is no scenario '%id'", hint: '%hint' },
  SCENARIO_FILE: { fatal: false, text: '%file: %problem', hint: '%hint' },
  RUN_TOO_LONG: {
    fatal: false,
    text: 'with these parameters virtual time passes 2^53 ticks%resolution',
    hint: 'Check units of bandwidths (25GB/s), or make less work.',
  },
  USAGE: { fatal: false, text: '%problem', hint: '%hint' },
});

/** Errors in a scenario's definition or mechanism: the author has to act, not the person who runs it. */
export const scenarioErrors: ErrorRoom<'SCENARIO_DEFINITION' | 'METRIC_UNKNOWN' | 'METRIC_VALUE'> = defineErrors({
  SCENARIO_DEFINITION: { fatal: true, text: 'scenario %id: %problem', hint: '%hint' },
  METRIC_UNKNOWN: {
    fatal: true,
    text: "scenario %id has no metric '%name' in this run",
    hint: 'Its metrics are %known.',
  },
  METRIC_VALUE: {
    fatal: true,
    text: 'scenario %id: metric %name is %value',
    hint: 'A metric is a finite number, a boolean or a text.',
  },
});

/** Whether `error` came from what a person typed; such errors are shown as one line without a stack. */
export function isInputError(error: unknown): error is SimError {
  return error instanceof SimError && Object.hasOwn(kitErrors.catalogue, error.code);
}

/** `text` made safe for one line of a message: control characters escaped, at most `limit` characters. */
export function quoted(text: string, limit = 60): string {
  const shown = [...text].length > limit ? `${[...text].slice(0, limit).join('')}...` : text;
  return shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

/** `error`, or RUN_TOO_LONG when a time came out of parameters that no clock of the kernel can hold. */
export function asTooLong(error: unknown): unknown {
  if (!(error instanceof SimError)) return error;
  if (error.code === 'SIM_RANGE')
    return kitErrors.create('RUN_TOO_LONG', { resolution: ` of one ${error.values.resolution}` });
  const isEndless = error.code === 'SIM_BAD_DURATION' && /Infinity/.test(String(error.values.value));
  return isEndless ? kitErrors.create('RUN_TOO_LONG', { resolution: '' }) : error;
}
