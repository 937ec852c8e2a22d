import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkParams } from '../../../scenarios/comet/check.ts';
import { comet } from '../../../scenarios/comet/index.ts';
import type { CometParams } from '../../../scenarios/comet/params.ts';
import { resolveParams } from '../../../scenarios/index.ts';
import { given } from './given.ts';

const test = suite('comet bad input');

const refused: readonly [string, Partial<CometParams>, keyof CometParams, RegExp][] = [
  ['an alphabet that is no power of two', { nBins: 1000 }, 'nBins', /power of two/],
  ['classic prediction in two dimensions', { codecVariant: 'classic-sz' }, 'lorenzoDims', /one dimension/],
  ['a ratio below 1', { ratioOverride: 0.5 }, 'ratioOverride', /1 or more/],
  ['a ratio no Huffman code reaches', { ratioOverride: 33 }, 'ratioOverride', /32/],
  ['the small network by shape', { network: 'tiny-cnn', mode: 'iteration' }, 'mode', /trained/],
  ['a large network in training', { mode: 'train' }, 'network', /tiny-cnn only/],
  ['stages without decompression', { codecStages: 'bench21-v100-cesm' }, 'codecStages', /no decompression stages/],
  ['too many digits', { network: 'tiny-cnn', trainPerClass: 800 }, 'trainPerClass', /863 digits/],
  ['too many steps', { network: 'tiny-cnn', epochs: 1000 }, 'epochs', /more than 20000/],
];

for (const [name, set, parameter, constraint] of refused)
  test(`refused: ${name}`, () => {
    const [problem] = checkParams(given(set));
    assert.is(problem?.parameter, parameter);
    assert.match(problem?.constraint ?? '', constraint);
    for (const value of problem?.use ?? [])
      assert.equal(
        checkParams(given({ ...set, [parameter]: value })).filter((other) => other.parameter === parameter),
        [],
      );
  });

test('refused by range, with the parameter, the value and the range', () => {
  const bad: readonly [string, string | number][] = [
    ['errorBound', 0],
    ['fixedErrorBound', -1],
    ['fixedErrorBound', 'NaN'],
    ['lorenzoDims', 3],
    ['batch', 0],
    ['batch', 1.5],
    ['network', 'alexnet2'],
    ['gpu', 'v1000'],
    ['codec', 'zip'],
    ['activationDensity', 1.1],
    ['elements', 0],
    ['sampleElements', 5_000_000],
  ];
  for (const [name, value] of bad) assert.throws(() => resolveParams(comet, { [name]: value }), new RegExp(name));
  assert.throws(() => resolveParams(comet, { preset: 'quik' }), /quick/);
});

test('stages without decompression serve mode codec', () => {
  assert.equal(checkParams(given({ mode: 'codec', codecStages: 'bench21-rtx5000-nyx' })), []);
});

test('words stand for null and for no limit', () => {
  const { own: params } = resolveParams(comet, { activationDensity: 'null', dualQuantBytesPerSecond: 'Infinity' });
  assert.is(params.activationDensity, 0);
  assert.is(params.dualQuantBytesPerSecond, 1e30);
});

test.run();
