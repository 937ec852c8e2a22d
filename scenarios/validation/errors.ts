import { defineErrors } from '../../engine/kernel/errors.ts';

/** Every error of the validation room. */
export const validationErrors = defineErrors({
  TABLE_UNREADABLE: { fatal: false, text: 'cannot read table %file: %cause', hint: 'Give the path of a CSV file.' },
  TABLE_CSV: {
    fatal: false,
    text: '%file, line %line: %cause',
    hint: 'Each line needs as many fields as the header, separated by commas.',
  },
  TABLE_EMPTY: { fatal: false, text: '%file: no rows', hint: 'A table is a header line and at least one row.' },
  TABLE_COLUMNS: {
    fatal: false,
    text: '%file: no model is checked by a table with the columns %columns',
    hint: 'Nearest is %nearest, which lacks %missing.',
  },
  TABLE_CELL: {
    fatal: false,
    text: '%file, line %line, column %column: %expected expected, got "%value"',
    hint: 'Correct the cell or drop the row.',
  },
});
