import fc from 'fast-check';
import type { CodecOptions, FieldShape } from '../../../actors/index.ts';

/** Values that have broken codecs: zeros of both signs, denormals, ends of the range, what is no number. */
const special = fc.constantFrom(0, -0, 1e-45, -1e-42, 3.4028234663852886e38, -3.4e38, Number.NaN, Infinity, -Infinity);

/** Anything a float32 can hold, log-uniform magnitudes most often. */
export const floats: fc.Arbitrary<number> = fc.oneof(
  { weight: 2, arbitrary: special },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.double({ min: -30, max: 30, noNaN: true }), fc.boolean())
      .map(([exponent, negative]) => Math.fround((negative ? -1 : 1) * 10 ** exponent)),
  },
  { weight: 3, arbitrary: fc.float({ noNaN: true, min: -4, max: 4 }) },
);

const shapes: fc.Arbitrary<FieldShape> = fc.record({
  planes: fc.integer({ min: 1, max: 10 }),
  height: fc.integer({ min: 1, max: 40 }),
  width: fc.integer({ min: 1, max: 40 }),
});

/** Bounds log-uniform from 1e-6 to 10, every predictor, every alphabet. */
export const options: fc.Arbitrary<CodecOptions & { readonly errorBound: number }> = fc.record({
  errorBound: fc.double({ min: -6, max: 1, noNaN: true }).map((exponent) => 10 ** exponent),
  dims: fc.constantFrom(0, 1, 2, 3),
  bins: fc.integer({ min: 7, max: 16 }).map((power) => 2 ** power),
});

export interface Field {
  readonly values: Float32Array;
  readonly shape: FieldShape;
}

/** Fields that are smooth, rough or mixed: a wave plus some of `floats` strewn in. */
export const fields: fc.Arbitrary<Field> = fc
  .tuple(
    shapes,
    fc.array(floats, { minLength: 1, maxLength: 60 }),
    fc.integer({ min: 1, max: 9 }),
    fc.double({ min: 0, max: 3, noNaN: true }),
  )
  .map(([shape, strewn, every, height]) => ({
    shape,
    values: Float32Array.from({ length: shape.planes * shape.height * shape.width }, (_, i) =>
      every === 1 || i % every === 1
        ? (strewn[(i * 7919) % strewn.length] as number)
        : Math.max(0, height * Math.sin(i / 9) * Math.cos(i / (31 * shape.width))),
    ),
  }));
