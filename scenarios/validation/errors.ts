import { defineErrors, SimError } from '../../engine/kernel/errors.ts';

/** Every error of the validation room. */
export const validationErrors = defineErrors({
  TABLE_UNREADABLE: { fatal: false, text: 'cannot read table %file: %cause', hint: 'Give the path of a CSV file.' },
  TABLE_CSV: {
    fatal: false,
    text: '%file, line %line, column %column: %cause',
    hint: 'Each line needs as many fields as the header, separated by commas.',
  },
  TABLE_EMPTY: { fatal: false, text: '%file: no rows', hint: 'A table is a header line and at least one row.' },
  TABLE_COLUMNS: {
    fatal: false,
    text: '%file: no model is checked by a table with the columns %columns',
    hint: 'Nearest is %nearest, which lacks %missing.',
  },
  TABLE_MODEL: {
    fatal: false,
    text: '%file: not a table for %chosen',
    hint: 'Its columns are those of %fitting.',
  },
  MARKS_FILE: {
    fatal: false,
    text: 'cannot use marks %file: %cause',
    hint: 'Marks are an earlier JSON output of validate.',
  },
  MODEL_UNKNOWN: { fatal: false, text: "there is no model '%id'", hint: '%hint' },
  TABLE_CELL: {
    fatal: false,
    text: '%file, line %line, column %column: %expected expected, got "%value"',
    hint: 'Correct the cell or drop the row.',
  },
});

/** Whether `error` says that a table or a model's name is wrong: the fault of an input, never of the program. */
export function isValidationError(error: unknown): error is SimError {
  return error instanceof SimError && Object.hasOwn(validationErrors.catalogue, error.code);
}
