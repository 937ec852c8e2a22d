import type { Ranks } from './low-rank.ts';
import type { HalocParams } from './parameters.ts';

type SetName = HalocParams['rankSet'];

/** Ranks published with TDC (hipdac-lab/PPOPP23-TDC), r1:r2 from the first decomposable layer on; `xN` repeats the one before. */
const published: Readonly<Record<string, string>> = {
  'resnet18 tdc-sc': '64:32 32:32x3 64:64 96:64x3 96:96 128:96x3 160:160 192:160x3',
  'resnet18 tdc-2x': '42:42 40:40x3 40:80 70:70x2 64:64 64:128 120:120x3 120:220 220:220 210:210 200:200',
  'resnet50 tdc-sc': '64:32 32:32x2 32:32 64:32x3 64:32x6 96:64x3',
  'vgg16 tdc-2x': '64:32 64:32 64:64 128:64 128:128x3 192:160x5',
  'vgg16 tdc-10x': '32:32x4 64:32 64:64 128:96x6',
};

/** The published ranks of a set for a network; undefined when it has none. */
export function rankSetOf(network: string, name: SetName): readonly Ranks[] | undefined {
  return published[`${network} ${name}`]?.split(' ').flatMap((entry) => {
    const [pair, times = '1'] = entry.split('x') as [string, string?];
    const [r1, r2] = pair.split(':').map(Number) as [number, number];
    return Array.from({ length: Number(times) }, () => ({ r1, r2 }));
  });
}

/** Networks that have a set of this name. */
export function networksWith(name: SetName): readonly string[] {
  return Object.keys(published)
    .map((key) => key.split(' ') as [string, string])
    .filter(([, set]) => set === name)
    .map(([network]) => network);
}
