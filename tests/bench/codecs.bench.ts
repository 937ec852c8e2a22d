import { deflateSync, inflateSync } from 'node:zlib';
import { activationField, compress, decompress } from '../../actors/codecs/index.ts';
import { createRandomSource } from '../../engine/random/index.ts';
import type { BenchLine } from './bench-line.ts';

const ROUNDS = 9;
const shape = { planes: 1337, height: 28, width: 28 };

/**
 * A million float32 activations (28 x 28 planes, density 0.25, 0.35 and 1; bounds of the controller and 1e-3) through the codec and
 * through zlib level 1, interleaved in one process, the fastest of nine rounds; `ratio` lines divide the two rates.
 */
export function run(): BenchLine[] {
  const lines: BenchLine[] = [];
  for (const density of [0.25, 0.35, 1])
    for (const errorBound of [0.036, 1e-3]) {
      const stream = createRandomSource({ seed: 1 }).stream('bench', 'field');
      const values = activationField(shape, { smoothPasses: 3, density }, stream);
      const bytes = new Uint8Array(values.buffer);
      const best = { compress: 0, decompress: 0, deflate: 0, inflate: 0 };
      const timed = <T>(name: keyof typeof best, work: () => T): T => {
        const start = performance.now();
        const result = work();
        best[name] = Math.max(best[name], bytes.length / 1e3 / (performance.now() - start));
        return result;
      };
      let [ours, theirs] = [0, 0];
      for (let round = 0; round < ROUNDS; round++) {
        const container = timed('compress', () => compress(values, shape, { errorBound }));
        const deflated = timed('deflate', () => deflateSync(bytes, { level: 1 }));
        timed('decompress', () => decompress(container));
        timed('inflate', () => inflateSync(deflated));
        [ours, theirs] = [container.length, deflated.length];
      }
      const name = `codec-${density}-${errorBound}`;
      const line = (what: string, value: number, unit: string): void => {
        lines.push({ bench: `${name}-${what}`, engine: 'escapement', value: Math.round(value * 100) / 100, unit });
      };
      line('compress', best.compress, 'MB/s');
      line('decompress', best.decompress, 'MB/s');
      line('compress-over-zlib', best.compress / best.deflate, 'x');
      line('decompress-over-zlib', best.decompress / best.inflate, 'x');
      line('ratio', bytes.length / ours, 'x');
      line('ratio-over-zlib', theirs / ours, 'x');
    }
  return lines;
}
