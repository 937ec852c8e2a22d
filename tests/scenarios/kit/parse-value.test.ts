import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Field,
  fieldNamed,
  formatValue,
  isInputError,
  type NumberField,
  parseAssignments,
  parseValue,
  resolveParams,
} from '../../../scenarios/kit/index.ts';
import { scenario } from './mm1.ts';

const test = suite('parameter values');
const runs = { seed: 20261123, numRuns: 400 };
const numbers = scenario.fields.filter((field): field is NumberField => field.kind === 'number');

function messageOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (!isInputError(error)) throw error;
    return error.message;
  }
  throw new Error('nothing was refused');
}

test('texts with units', () => {
  const cases: ReadonlyArray<readonly [string, string, number]> = [
    ['message', '40GiB', 40 * 2 ** 30],
    ['message', '40 GB', 40e9],
    ['message', '512', 512],
    ['message', '3M', 3e6],
    ['link', '25GB/s', 25e9],
    ['link', '25.3GB/s', 25.3e9],
    ['link', '200Gbit/s', 25e9],
    ['link', '12.5e9', 12.5e9],
    ['service', '10us', 10e6],
    ['service', '12.5ns', 12500],
    ['service', '1.0004ns', 1000],
    ['window', '128K', 131072],
    ['window', '1M', 2 ** 20],
    ['window', '1e3', 1000],
    ['seed', '1M', 1e6],
    ['servers', '1Ki', 1024],
    ['load', '85%', 0.85],
    ['groups', 'auto', 0],
  ];
  for (const [name, text, value] of cases) {
    const field = fieldNamed(scenario, name);
    assert.is(parseValue(field, text), value, `${name}=${text}`);
  }
});

test('what is no value is refused with what would be right', () => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    ['servers=0', 'servers=0: must be a whole number, 1 to 1024. The nearest is 1.'],
    ['servers=-4', 'servers=-4: must be a whole number, 1 to 1024. The nearest is 1.'],
    ['servers=2.5', 'servers=2.5: must be a whole number. The nearest is 2.'],
    ['servers=1e99', 'servers=1e99: must be a whole number, 1 to 1024. The nearest is 1024.'],
    ['servers=1e9999', 'servers=1e9999: must be a whole number, 1 to 1024. The nearest is 1024.'],
    ['servers=NaN', 'servers=NaN: must be a whole number, 1 to 1024. Write for example servers=1.'],
    ['servers=Infinity', 'servers=Infinity: must be a whole number, 1 to 1024. Write for example servers=1.'],
    ['servers=', 'servers=: the value is empty. Write for example servers=1.'],
    ['servers=0x10', "servers=0x10: 'x10' is not a unit of this parameter. Write for example servers=1."],
    ['groups=65', 'groups=65: must be a whole number, 0 to 64. The nearest is 64.'],
    ['service=10', 'service=10: has no unit. Write for example service=10us.'],
    ['link=25gb/s', "link=25gb/s: 'gb/s' is not a unit of this parameter. Did you mean '25GB/s'?"],
    ['link=0', 'link=0: must be a number of bytes per second, above 0, up to 10TB/s. Write for example link=25GB/s.'],
    ['discipline=fif', "discipline=fif: is not one of its values. Did you mean 'fifo'?"],
    ['discipline=sjf', 'discipline=sjf: is not one of its values. Choose fifo, lifo.'],
    ['audit=maybe', 'audit=maybe: must be true or false. Write for example audit=false.'],
    ['preset=bussy', "preset=bussy: is not one of its values. Did you mean 'busy'?"],
    ['server=4', "unknown parameter 'server'. Did you mean 'servers'?"],
    ['wndow=4', "unknown parameter 'wndow'. Did you mean 'window'?"],
    ['colour=4', "unknown parameter 'colour'. See escapement run mm1 --help."],
    ['servers', "'servers' is not an assignment. Write servers=VALUE."],
    ['=4', "'=4' is not an assignment. Write name=value."],
  ];
  for (const [text, message] of cases)
    assert.is(
      messageOf(() => resolveParams(scenario, parseAssignments([text]))),
      message,
    );
});

test('a name given twice is refused', () => {
  assert.is(
    messageOf(() => parseAssignments(['servers=4', 'servers=4'])),
    'servers is given twice, as 4 and as 4. Give it once.',
  );
});

test('parseValue reads back what formatValue writes', () => {
  for (const field of numbers) {
    const low = Number.isFinite(field.min) ? field.min : -1e15;
    const high = Number.isFinite(field.max) ? field.max : 1e15;
    const value = field.whole
      ? fc.oneof(fc.maxSafeInteger(), fc.integer({ min: low, max: Math.min(high, 2 ** 31 - 1) }))
      : fc.double({ min: low, max: high, noNaN: true, minExcluded: field.minExcluded, maxExcluded: field.maxExcluded });
    const inside = value.filter((v) => v >= low && v <= high && !Object.is(v, -0));
    fc.assert(
      fc.property(inside, (v) => assert.is(parseValue(field, formatValue(field, v)), v)),
      runs,
    );
  }
});

const likeNumber = fc
  .tuple(
    fc.constantFrom('', '-', '+', ' '),
    fc.oneof(fc.nat().map(String), fc.double().map(String), fc.constantFrom('1e99', '1e-99', '.5', '5.', '1e', '')),
    fc.constantFrom('', 'k', 'K', 'M', 'Gi', 'GB', 'GiB/s', 'us', 'ms', '%', 'bit/s', 'mm', ' KiB', '\n', 'e'),
  )
  .map((parts) => parts.join(''));

test('any text is a finite value in range or one line of refusal', () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string(), likeNumber, likeNumber);
  fc.assert(
    fc.property(fc.constantFrom(...scenario.fields), text, (field: Field, given) => {
      let value: unknown;
      try {
        value = parseValue(field, given);
      } catch (error) {
        if (!isInputError(error)) throw error;
        assert.not.match(error.message, /[\n\r\u2028\u2029]/);
        assert.ok(error.message.startsWith(`${field.name}=`), error.message);
        assert.ok(error.message.length < 400, error.message);
        return;
      }
      if (field.kind === 'number') {
        assert.type(value, 'number');
        assert.ok(Number.isFinite(value));
        assert.ok((value as number) >= field.min && (value as number) <= field.max);
      } else if (field.kind === 'choice') assert.ok(field.choices.includes(value as string));
      else assert.type(value, 'boolean');
    }),
    { ...runs, numRuns: 2000 },
  );
});

test('any list of assignments resolves or is refused in one line', () => {
  const name = fc.oneof(
    fc.constantFrom(...scenario.fields.map((field) => field.name)),
    fc.string(),
    fc.constant('__proto__'),
  );
  const assignment = fc
    .tuple(name, fc.constantFrom('=', '=', '=', ''), fc.oneof(likeNumber, fc.string()))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(assignment, { maxLength: 4 }), (texts) => {
      try {
        resolveParams(scenario, parseAssignments(texts));
      } catch (error) {
        if (!isInputError(error)) throw error;
        assert.not.match(error.message, /[\n\r\u2028\u2029]/);
      }
    }),
    { ...runs, numRuns: 1000 },
  );
});

test.run();
