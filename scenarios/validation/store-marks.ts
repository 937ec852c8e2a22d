// Stores the present errors as marks: node dist/scenarios/validation/store-marks.js, from the top folder. Review the diff before committing.
import { writeFileSync } from 'node:fs';
import { formatValidation } from './format.ts';
import { marksOf } from './marks.ts';
import { validate } from './validate.ts';

const rows = validate();
writeFileSync('scenarios/validation/marks.json', `${JSON.stringify(marksOf(rows), null, 2)}\n`);
console.log(formatValidation(rows));
