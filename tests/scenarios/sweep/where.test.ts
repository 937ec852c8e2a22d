import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isSweepError } from '../../../scenarios/sweep/errors.ts';
import { namesOfFields, namesOfMetrics, parseCondition } from '../../../scenarios/sweep/where.ts';
import { scenario } from './toy.ts';

const test = suite('sweep/where');

const names = new Map([...namesOfFields(scenario.fields), ...namesOfMetrics(scenario.metrics)]);
const given = {
  size: 8192,
  share: 4,
  kind: 'fancy',
  rate: 25e9,
  noise: 0.85,
  flag: true,
  wait: 10e6,
  score: 2,
  big: false,
};
const holds = (text: string): boolean => parseCondition(text, names).holds(given);

test('comparisons, arithmetic, words and units', () => {
  for (const text of [
    'size >= share',
    'size == 8K',
    'size=8192',
    'rate > 24GB/s',
    'rate/2 < 13GB/s',
    'noise == 85%',
    'noise*2 > 1.5',
    'size % share == 0',
    'size - 8000 == 192',
    '-share < 0',
    '2*(1+share) == 10',
    'kind == fancy',
    "kind != 'plain'",
    'kind in (odd, fancy)',
    'share in (1, 4)',
    'wait == 10us',
    'flag',
    'not big',
    'not (flag and big)',
    '!big && flag',
    'big or flag and score > 1',
    '(kind == fancy) == flag',
    'seconds < 1s or score == 2',
  ])
    assert.ok(holds(text), text);
  for (const text of [
    'size > 8K',
    'kind in (plain)',
    'flag == false',
    'noise < 85%',
    'not flag',
    'flag and big or big',
  ])
    assert.not.ok(holds(text), text);
});

test('a name without a value makes a comparison false', () => {
  const condition = parseCondition('seconds < 1s', names);
  assert.not.ok(condition.holds({}));
  assert.not.ok(parseCondition('seconds >= 0s', names).holds({}));
});

test('mistakes are named with their column', () => {
  const refusal = (text: string): string => {
    try {
      parseCondition(text, names);
      return '';
    } catch (error) {
      assert.ok(isSweepError(error), text);
      return (error as Error).message;
    }
  };
  assert.match(refusal('sise > 3'), "there is no 'sise' (column 1). Did you mean 'size'?");
  assert.match(refusal('kind == fanci'), "Did you mean 'fancy'?");
  assert.match(refusal('kind > 3'), 'needs a number');
  assert.match(refusal('kind == 3'), 'compares a text with a number');
  assert.match(refusal('size'), 'is no condition');
  assert.match(refusal('size >'), 'ends too early');
  assert.match(refusal('(size > 3'), "expects ')'");
  assert.match(refusal('size > 3 4'), 'out of place');
  assert.match(refusal('size > 3GB/s'), 'has no unit of what it is compared with');
  assert.match(refusal('3GB/s > 2'), 'the unit of');
  assert.match(refusal('size > $'), 'has no meaning here (column 8)');
  assert.match(refusal('kind in fancy'), "expects '('");
  assert.match(refusal(''), 'ends too early');
  assert.match(refusal(`${'('.repeat(200)}flag`), 'nested too deeply');
});

test('any text is a condition or one line of refusal', () => {
  const piece = fc.constantFrom(
    'size',
    'kind',
    'fancy',
    '8K',
    '3',
    '(',
    ')',
    '>=',
    '==',
    'and',
    'or',
    'not',
    'in',
    ',',
    '%',
    '-',
    '25GB/s',
    'flag',
    "'",
    ' ',
    '!',
  );
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.array(piece, { maxLength: 15 }).map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(text, (given) => {
      try {
        parseCondition(given, names).holds({});
      } catch (error) {
        assert.ok(isSweepError(error), `${JSON.stringify(given)}: ${(error as Error).stack}`);
        assert.not.match((error as Error).message, '\n');
      }
    }),
    { seed: 20261123, numRuns: 500 },
  );
});

test.run();
