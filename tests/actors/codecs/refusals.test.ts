import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { codecErrors, compress, crc32, decompress, inspectContainer, unpackZeros } from '../../../actors/index.ts';
import { SimError } from '../../../engine/index.ts';
import { fields, options } from './arbitraries.ts';

const test = suite('codecs refuse');
const runs = { seed: 20261123, numRuns: 200 };
const line = { planes: 1, height: 1, width: 300 };
const sound = compress(
  Float32Array.from({ length: 300 }, (_, i) => (i % 7) * 0.4 - (i === 99 ? 1e9 : 0)),
  line,
  {
    errorBound: 0.1,
  },
);

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.instance(error, SimError);
    return (error as SimError).code;
  }
  return 'nothing';
}

function changed(edit: (view: DataView, bytes: Uint8Array) => void, seal = true): Uint8Array {
  const bytes = sound.slice();
  const view = new DataView(bytes.buffer);
  edit(view, bytes);
  if (seal) view.setUint32(60, crc32(bytes, 64, bytes.length, crc32(bytes, 0, 60)), true);
  return bytes;
}

test('options and shapes that make no sense', () => {
  const values = new Float32Array(4);
  const shape = { planes: 1, height: 2, width: 2 };
  for (const errorBound of [0, -1, Number.NaN, Infinity])
    assert.throws(() => compress(values, shape, { errorBound }), /errorBound is .* finite and > 0/);
  for (const bins of [100, 64, 131072, 128.5])
    assert.is(
      codeOf(() => compress(values, shape, { errorBound: 1, bins })),
      'CODEC_OPTION',
    );
  assert.is(
    codeOf(() => compress(values, shape, { errorBound: 1, dims: 4 as 3 })),
    'CODEC_OPTION',
  );
  assert.is(
    codeOf(() => compress(values, shape, { errorBound: 1, variant: 'classic-sz' })),
    'CODEC_OPTION',
  );
  assert.is(
    codeOf(() => compress(values, { ...shape, width: 3 }, { errorBound: 1 })),
    'CODEC_SHAPE',
  );
  assert.is(
    codeOf(() => compress(new Float32Array(0), { ...shape, width: 0 }, { errorBound: 1 })),
    'CODEC_SHAPE',
  );
});

test('a payload of 2^32 bits has a code', () => {
  assert.match(codecErrors.create('CODEC_SIZE', { bits: 2 ** 32 }).message, /4294967296 bits do not fit/);
});

test('a change of any byte', () => {
  for (let at = 0; at < sound.length; at++)
    for (const flip of [1, 0x80, 0xff])
      assert.match(
        codeOf(() =>
          decompress(
            changed((_, bytes) => {
              bytes[at] = (bytes[at] as number) ^ flip;
            }, false),
          ),
        ),
        /^CODEC_/,
      );
  const payload = changed((_, bytes) => {
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] as number) ^ 4;
  }, false);
  assert.is(
    codeOf(() => decompress(payload)),
    'CODEC_CHECKSUM',
  );
});

test('a cut at any byte, and bytes that follow', () => {
  for (let length = 0; length < sound.length; length++)
    assert.is(
      codeOf(() => decompress(sound.subarray(0, length))),
      'CODEC_TRUNCATED',
    );
  const longer = new Uint8Array(sound.length + 1);
  longer.set(sound);
  assert.is(
    codeOf(() => decompress(longer)),
    'CODEC_TRUNCATED',
  );
});

test('what is no container, or a later one', () => {
  assert.is(
    codeOf(() => decompress(new Uint8Array(100))),
    'CODEC_MAGIC',
  );
  assert.is(
    codeOf(() => decompress(changed((view) => view.setUint16(4, 2, true)))),
    'CODEC_VERSION',
  );
});

test('a sealed container that contradicts itself', () => {
  const { usedSymbols, payloadBits } = inspectContainer(sound);
  const offsets = 64 + 3 * usedSymbols;
  const escaped = offsets + 4 + Math.ceil(payloadBits / 8);
  const edits: readonly ((view: DataView, bytes: Uint8Array) => void)[] = [
    (view) => view.setUint8(6, 4),
    (view) => view.setUint8(7, 2),
    (view) => view.setUint8(7, 1),
    (view) => view.setUint32(8, 0, true),
    (view) => view.setUint32(20, 1000, true),
    (view) => view.setUint32(20, 256, true),
    (view) => view.setFloat64(24, Number.NaN, true),
    (view) => view.setUint32(48, 1, true),
    (view) => view.setUint32(40, payloadBits - 1, true),
    (view) => view.setUint32(40, 3, true),
    (view) => view.setUint16(64, 2000, true),
    (view) => view.setUint8(66, 33),
    (view) => view.setUint8(66, view.getUint8(66) + 1),
    (view) => view.setUint32(offsets, 1, true),
    (view) => view.setUint8(offsets + 5, view.getUint8(offsets + 5) ^ 0x40),
    (view) => view.setUint32(escaped, 98, true),
    (view) => view.setUint8(escaped + 4, 2),
    (view) => view.setUint8(escaped + 4, 0),
  ];
  edits.forEach((edit, i) => {
    assert.is(
      codeOf(() => decompress(changed(edit))),
      i === 8 && payloadBits % 8 === 1 ? 'CODEC_TRUNCATED' : 'CODEC_CORRUPT',
      `edit ${i}`,
    );
  });
});

test('random damage, sealed or not, is refused or harmless', () => {
  fc.assert(
    fc.property(
      fields,
      options,
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      ({ values, shape }, given, damage, seal) => {
        const bytes = compress(values, shape, given);
        for (const [where, flip] of damage) {
          const at = where % bytes.length;
          bytes[at] = (bytes[at] as number) ^ flip;
        }
        const view = new DataView(bytes.buffer);
        if (seal) view.setUint32(60, crc32(bytes, 64, bytes.length, crc32(bytes, 0, 60)), true);
        try {
          const { values: restored, shape: found, errorBound } = decompress(bytes);
          // A forged checksum may make another sound container: then it is one that could have been written.
          assert.is(restored.length, found.planes * found.height * found.width);
          assert.ok(errorBound > 0);
        } catch (error) {
          assert.match((error as SimError).code ?? String(error), /^CODEC_/);
        }
      },
    ),
    { ...runs, numRuns: 400 },
  );
});

test('a zero bitmap of the wrong length or with a zero marked', () => {
  assert.is(
    codeOf(() => unpackZeros(new Uint8Array(1), 9)),
    'CODEC_TRUNCATED',
  );
  assert.is(
    codeOf(() => unpackZeros(Uint8Array.of(1), 8)),
    'CODEC_TRUNCATED',
  );
  assert.is(
    codeOf(() => unpackZeros(Uint8Array.of(0, 0), 8)),
    'CODEC_TRUNCATED',
  );
  assert.is(
    codeOf(() => unpackZeros(Uint8Array.of(1, 0, 0, 0, 0), 8)),
    'CODEC_CORRUPT',
  );
});

test.run();
