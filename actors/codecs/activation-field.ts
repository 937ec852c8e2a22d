import type { RandomStream } from '../../engine/kernel/random.ts';
import { normal } from '../../engine/random/index.ts';
import type { FieldShape } from './options.ts';

/** How a generated activation looks. */
export interface ActivationLook {
  /** Passes of the kernel (1, 2, 1) / 4 in both directions, with wrap-around. */
  readonly smoothPasses: number;
  /** Share of values that are not zero, in (0, 1]; at 1 nothing is cut off. */
  readonly density: number;
}

/**
 * An activation as a rectifier leaves it: smoothed normal noise, cut off below its (1 - density) quantile, scaled so that the
 * non-zeros have a root mean square of 1. With density 1: smoothed noise of mean 0 and variance 1, signs kept.
 */
export function activationField(
  shape: FieldShape,
  look: ActivationLook,
  stream: RandomStream,
): Float32Array<ArrayBuffer> {
  const { planes, height, width } = shape;
  const count = planes * height * width;
  const values = new Float64Array(count);
  const law = normal(0, 1);
  for (let i = 0; i < count; i++) values[i] = law.sample(stream);
  for (let plane = 0; plane < planes; plane++) {
    const part = values.subarray(plane * height * width, (plane + 1) * height * width);
    for (let pass = 0; pass < look.smoothPasses; pass++) smooth(part, height, width);
  }
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]!;
  const mean = sum / count;
  const cut = look.density < 1 ? quantile(values, 1 - look.density) : undefined;
  let squares = 0;
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const value = cut === undefined ? values[i]! - mean : Math.max(0, values[i]! - cut);
    values[i] = value;
    if (value === 0) continue;
    squares += value * value;
    kept++;
  }
  const scale = kept === 0 ? 1 : 1 / Math.sqrt(squares / kept);
  return Float32Array.from(values, (value) => value * scale);
}

function smooth(plane: Float64Array, height: number, width: number): void {
  const row = new Float64Array(width);
  for (let i = 0; i < height; i++) {
    const at = i * width;
    for (let j = 0; j < width; j++)
      row[j] =
        (plane[at + (j === 0 ? width - 1 : j - 1)]! + 2 * plane[at + j]! + plane[at + (j === width - 1 ? 0 : j + 1)]!) /
        4;
    plane.set(row, at);
  }
  const first = plane.slice(0, width);
  const before = plane.slice((height - 1) * width);
  for (let i = 0; i < height; i++) {
    const at = i * width;
    for (let j = 0; j < width; j++) {
      const here = plane[at + j]!;
      const below = i === height - 1 ? first[j]! : plane[at + width + j]!;
      plane[at + j] = (before[j]! + 2 * here + below) / 4;
      before[j] = here;
    }
  }
}

/** The sample quantile: the value with `share` of the others below it. */
function quantile(values: Float64Array, share: number): number {
  const sorted = values.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
