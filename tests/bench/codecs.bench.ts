import { deflateSync, inflateSync } from 'node:zlib';
import { activationField, compress, decompress, type PredictorDims } from '../../actors/codecs/index.ts';
import { createRandomSource } from '../../engine/random/index.ts';
import type { BenchLine } from './bench-line.ts';

const shape = { planes: 1337, height: 28, width: 28 };
const densities = [0.25, 0.35, 1];
/** 0.036 is what the controller of `comet` chooses for hidden layers, 1 being the rms of what is not zero. */
const bounds = [0.1, 0.036, 0.01, 1e-3, 1e-4];
const predictors: readonly PredictorDims[] = [1, 2, 3];

/**
 * A million float32 activations (28 x 28 planes) through the codec and through zlib level 1, interleaved in one process, the fastest
 * of some rounds in processor time, which other work on the machine disturbs least; `over-zlib` lines divide the two rates.
 */
export function run(rounds = 7): BenchLine[] {
  const lines: BenchLine[] = [];
  for (const density of densities) {
    const stream = createRandomSource({ seed: 1 }).stream('bench', 'field');
    const values = activationField(shape, { smoothPasses: 3, density }, stream);
    const bytes = new Uint8Array(values.buffer);
    for (const dims of predictors)
      for (const errorBound of bounds) {
        const best = { compress: 0, decompress: 0, deflate: 0, inflate: 0 };
        const timed = <T>(name: keyof typeof best, work: () => T): T => {
          const start = process.cpuUsage();
          const result = work();
          const { user, system } = process.cpuUsage(start);
          best[name] = Math.max(best[name], bytes.length / (user + system));
          return result;
        };
        let [ours, theirs] = [0, 0];
        for (let round = 0; round < rounds; round++) {
          const container = timed('compress', () => compress(values, shape, { errorBound, dims }));
          const deflated = timed('deflate', () => deflateSync(bytes, { level: 1 }));
          timed('decompress', () => decompress(container));
          timed('inflate', () => inflateSync(deflated));
          [ours, theirs] = [container.length, deflated.length];
        }
        const line = (what: string, value: number, unit: string): void => {
          const bench = `codec-${density}-${dims}d-${errorBound}-${what}`;
          lines.push({ bench, engine: 'escapement', value: Math.round(value * 100) / 100, unit });
        };
        line('compress', best.compress, 'MB/s');
        line('decompress', best.decompress, 'MB/s');
        line('compress-over-zlib', best.compress / best.deflate, 'x');
        line('decompress-over-zlib', best.decompress / best.inflate, 'x');
        line('ratio', bytes.length / ours, 'x');
        line('ratio-over-zlib', theirs / ours, 'x');
      }
  }
  return lines;
}
