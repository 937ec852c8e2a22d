import { readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandomSource } from '../../../engine/random/index.ts';
import { makeSamples, samples } from './samples.ts';

const test = suite('random golden values');
const file = new URL('../../../../tests/golden/random.json', import.meta.url);

function firstDraws(distributions = samples): Record<string, number[]> {
  const source = createRandomSource({ seed: 42 });
  const bits = source.stream('golden', 'bits');
  const values: Record<string, number[]> = { 'raw 32 bits': Array.from({ length: 8 }, () => bits.uint32()) };
  for (const [name, distribution] of Object.entries(distributions)) {
    const stream = source.stream('golden', name);
    values[name] = Array.from({ length: 8 }, () => distribution.sample(stream));
  }
  return values;
}

test('7 the first draws of every distribution at seed 42 are those of the golden file', () => {
  if (process.env.ESCAPEMENT_GOLDEN === 'write') {
    const lines = Object.entries(firstDraws()).map(([name, values]) => `  "${name}": [${values.join(', ')}]`);
    writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
  }
  assert.equal(firstDraws(), JSON.parse(readFileSync(file, 'utf8')));
});

test('8 no constructor or sampler calls a function whose last bits are up to the engine', () => {
  const names = [
    'log',
    'log1p',
    'log2',
    'log10',
    'exp',
    'expm1',
    'pow',
    'sin',
    'cos',
    'tan',
    'atan',
    'atan2',
    'cbrt',
    'tanh',
    'random',
    'hypot',
  ] as const;
  const math = Math as unknown as Record<string, unknown>;
  const originals = names.map((name) => math[name]);
  for (const name of names)
    math[name] = () => {
      throw new Error(`Math.${name} was called`);
    };
  try {
    assert.equal(firstDraws(makeSamples()), JSON.parse(readFileSync(file, 'utf8')));
  } finally {
    for (const [i, name] of names.entries()) math[name] = originals[i];
  }
});

test.run();
