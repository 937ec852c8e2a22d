import type { RandomSource, RandomStream } from '../../engine/kernel/random.ts';
import { normal } from '../../engine/random/normal.ts';

const side = 28;
const noise = normal(0, 0.3);

/** `perClass` pictures of each of ten classes: a smooth template, shifted by up to two pixels, plus noise, clipped at 0. @internal */
export function syntheticClasses(perClass: number, random: RandomSource): readonly Float32Array[] {
  return Array.from({ length: 10 }, (_, label) => {
    const template = smoothTemplate(random.stream('numerics', `template ${label}`));
    const stream = random.stream('numerics', `samples ${label}`);
    const images = new Float32Array(perClass * side * side);
    for (let i = 0; i < perClass; i++) {
      const [down, right] = [shift(stream), shift(stream)];
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++) {
          const [fromY, fromX] = [y - down, x - right];
          const inside = fromY >= 0 && fromY < side && fromX >= 0 && fromX < side;
          const value = (inside ? template[fromY * side + fromX]! : 0) + noise.sample(stream);
          images[(i * side + y) * side + x] = Math.max(0, value);
        }
    }
    return images;
  });
}

function shift(stream: RandomStream): number {
  return Math.floor(stream.uniform() * 5) - 2;
}

/** Numbers 0 to 1 on a coarse grid of 5 x 5, joined by straight lines. */
function smoothTemplate(stream: RandomStream): Float32Array {
  const coarse = Float64Array.from({ length: 25 }, () => stream.uniform());
  const template = new Float32Array(side * side);
  const at = (i: number, j: number): number => coarse[Math.min(4, i) * 5 + Math.min(4, j)]!;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [u, v] = [(4 * y) / (side - 1), (4 * x) / (side - 1)];
      const [i, j] = [Math.floor(u), Math.floor(v)];
      const [a, b] = [u - i, v - j];
      template[y * side + x] =
        (1 - a) * ((1 - b) * at(i, j) + b * at(i, j + 1)) + a * ((1 - b) * at(i + 1, j) + b * at(i + 1, j + 1));
    }
  return template;
}
