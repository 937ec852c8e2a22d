import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { saveClass } from '../../../engine/index.ts';
import { decodeGraph, encodeGraph } from '../../../engine/snapshots/graph.ts';

const test = suite('graph of plain data');
const copy = (value: unknown): unknown => decodeGraph(JSON.parse(JSON.stringify(encodeGraph(value, 'value'))));

test('any plain value comes back, through JSON', () => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withMap: true, withSet: true, withTypedArray: true, withNullPrototype: true }),
      (value) => assert.ok(fc.stringify(copy(value)) === fc.stringify(value)),
    ),
    { seed: 20261123, numRuns: 300 },
  );
});

test('what was one object is one object again, cycles and shared buffers included', () => {
  const shared = { n: 1 };
  const whole = new Float64Array([1, 2, 3]);
  const value: Record<string, unknown> = { a: shared, b: [shared], whole, part: whole.subarray(1) };
  value.self = value;
  const again = copy(value) as { a: object; b: object[]; whole: Float64Array; part: Float64Array; self: object };
  assert.is(again.a, again.b[0]);
  assert.is(again.self, again);
  again.whole[1] = 9;
  assert.is(again.part[0], 9);
});

test('functions, symbols, accessors and instances are refused with their place', () => {
  const refused = (value: unknown, text: RegExp): void => assert.throws(() => encodeGraph(value, 'state'), text);
  refused({ a: [() => 1] }, /state\.a\[0\] is a function/);
  refused({ s: Symbol('x') }, /state\.s is a symbol/);
  refused(new Map([['k', new (class Box {})()]]), /state\[k\] is an instance of Box/);
  refused(
    {
      get now() {
        return 1;
      },
    },
    /state\.now is an accessor/,
  );
  refused({ d: new Date(0) }, /an instance of Date/);
});

class Purse {
  #coins: number[];
  constructor(coins: number[]) {
    this.#coins = coins;
  }
  get coins(): number[] {
    return this.#coins;
  }
}

test('instances of a declared class come back, one where there was one', () => {
  const coins = [1, 2];
  const purse = new Purse(coins);
  assert.throws(() => copy({ purse }), /instance of Purse/);
  saveClass(
    Purse,
    'test.Purse',
    (it) => ({ coins: it.coins }),
    (data) => new Purse(data.coins),
  );
  const again = copy({ coins, purse, other: new Map([['p', purse]]) }) as {
    coins: number[];
    purse: Purse;
    other: Map<string, Purse>;
  };
  assert.is(again.other.get('p'), again.purse);
  assert.is(again.purse.coins, again.coins);
  assert.equal(again.coins, [1, 2]);
  const graph = encodeGraph(purse, '');
  const unknown = { ...graph, rows: graph.rows.map((row) => (row[0] === 'k' ? ['k', 'test.Gone', row[2]] : row)) };
  assert.throws(() => decodeGraph(unknown), /class 'test.Gone'/);
});

test.run();
