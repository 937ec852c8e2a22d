import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SimError } from '../../../engine/index.ts';
import { type Fields, parseCondition, parseQuery } from '../../../viz-server/server/query-language.ts';

const test = suite('server: queries');
const fields: Fields = { now: 'time', events: 'number', actor: 'text' };
const holds = (text: string, thing: object): boolean => parseCondition(text, fields)(thing);

test('conditions compare times, numbers and texts', () => {
  const thing = { now: 3e9, events: 7, actor: 'node3/gpu1' };
  for (const text of [
    'now = 3ms',
    'now >= 3000us and now < 0.0031s',
    "actor = 'node3/*'",
    'actor = node3/gpu1',
    "actor != '*gpu2'",
    "actor = '*3*pu*'",
    'not events = 8',
    'events > 10 or (events <= 7 and now != 1ms)',
  ])
    assert.ok(holds(text, thing), text);
  for (const text of ['now > 3ms', "actor = 'node*gpu2'", 'events < 7', "actor = 'node3/gpu1x'"])
    assert.not(holds(text, thing), text);
});

test('and binds more tightly than or', () => {
  assert.ok(holds('events = 1 or events = 2 and now = 5', { events: 1, now: 0 }));
  assert.not(holds('(events = 1 or events = 2) and now = 5', { events: 1, now: 0 }));
});

test('queries have a source, a condition, groups, an order and a limit', () => {
  const query = parseQuery('tasks where now > 2us group by actor order by total desc limit 20', { tasks: fields });
  assert.equal(
    { ...query, condition: query.condition?.({ now: 3e6 }) },
    { source: 'tasks', condition: true, groupBy: 'actor', orderBy: 'total', descending: true, limit: 20 },
  );
});

test('what cannot be read is refused with the reason', () => {
  for (const text of [
    '',
    'now',
    'now >',
    'now > 3 parsecs',
    'now > 3km',
    'events > 3ms',
    'actor > 3',
    'colour = 3',
    'now ~ 3',
    'now > 3 now',
    '__proto__ = 3',
    'constructor = 3',
    `${'('.repeat(100)}now > 3${')'.repeat(100)}`,
    'not '.repeat(100),
    'now > 3 and '.repeat(300),
    "actor = 'open",
    ';drop table',
  ])
    assert.throws(
      () => parseCondition(text, fields),
      (error: unknown) => error instanceof SimError && error.code === 'LIVE_CONDITION',
      text,
    );
});

test('any text is a query or refused', () => {
  const words = [
    'tasks',
    'where',
    'now',
    'actor',
    'and',
    'or',
    'not',
    '(',
    ')',
    '>',
    '=',
    '3ms',
    "'a*'",
    'limit',
    'by',
  ];
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(fc.constantFrom(...words)).map((all) => all.join(' ')),
      ),
      (text) => {
        try {
          parseQuery(text, { tasks: fields }).condition?.({ now: 1, events: 2, actor: 'x' });
        } catch (error) {
          assert.ok(error instanceof SimError && error.code === 'LIVE_CONDITION', String(error));
        }
      },
    ),
    { seed: 20261123, numRuns: 500 },
  );
});

test.run();
