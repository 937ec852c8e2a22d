import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import type { RandomSource } from '../../engine/kernel/random.ts';
import { type Dataset, dealt, type Split } from './dataset.ts';
import { numericsErrors } from './errors.ts';
import { syntheticClasses } from './synthetic.ts';

/** Data sets by name: 10,000 handwritten digits, articles of clothing where the system has them, generated blobs. */
export type DatasetName = 'mnist' | 'fashion-mnist' | 'synthetic';

const shape = [28, 28, 1] as const;
const size = 784;
const fashionFolder = '/usr/share/datasets/fashion-mnist';
const read = new Map<string, readonly Float32Array[]>();

/**
 * Loads a data set of 28 x 28 pictures in ten classes, pixels 0 to 1 (synthetic: from 0), dealt in turn by class. Only `synthetic` draws from
 * `random`. Throws NUMERICS_DATA when the data are not there or a class has too few.
 */
export function loadDataset(name: DatasetName, split: Split, random: RandomSource): Dataset {
  const classes = classesOf(name, split, random);
  const ends = (have: number): readonly [number, number] =>
    'trainShare' in split
      ? [Math.floor(split.trainShare * have), have]
      : [split.trainPerClass, split.trainPerClass + split.testPerClass];
  const fewest = Math.min(...classes.map((images) => images.length / size));
  const [train, all] = ends(fewest);
  if (!(train >= 1 && all > train && all <= fewest && Number.isSafeInteger(train) && Number.isSafeInteger(all)))
    throw numericsErrors.create('NUMERICS_DATA', {
      name,
      reason: `${train} to train and ${all - train} to test were asked of each class, the smallest has ${fewest}`,
      remedy: `Ask for at least one of each and at most ${fewest} together`,
    });
  return {
    name,
    train: dealt(classes, shape, (have) => [0, ends(have)[0]]),
    test: dealt(classes, shape, (have) => [...ends(have)]),
  };
}

function classesOf(name: DatasetName, split: Split, random: RandomSource): readonly Float32Array[] {
  if (name === 'synthetic')
    return syntheticClasses('trainShare' in split ? 1000 : split.trainPerClass + split.testPerClass, random);
  let classes = read.get(name);
  if (classes === undefined) {
    classes = name === 'mnist' ? readDigits() : readFashion();
    read.set(name, classes);
  }
  return classes;
}

/** The digits of the package `mnist`, read without its own functions: those shuffle with Math.random. */
function readDigits(): readonly Float32Array[] {
  const { resolve } = createRequire(import.meta.url);
  return Array.from({ length: 10 }, (_, digit) => {
    const text = readFileSync(resolve(`mnist/src/digits/${digit}.json`), 'utf8');
    return Float32Array.from((JSON.parse(text) as { data: number[] }).data);
  });
}

function readFashion(): readonly Float32Array[] {
  const [images, labels] = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'].map((file) => {
    const path = `${fashionFolder}/${file}.gz`;
    if (!existsSync(path))
      throw numericsErrors.create('NUMERICS_DATA', {
        name: 'fashion-mnist',
        reason: `there is no ${path}`,
        remedy: 'Install the Debian package dataset-fashion-mnist, or use mnist or synthetic',
      });
    return gunzipSync(readFileSync(path));
  }) as [Buffer, Buffer];
  const places: number[][] = Array.from({ length: 10 }, () => []);
  for (let i = 8; i < labels.length; i++) places[labels[i]!]?.push(i - 8);
  return places.map((own) => {
    const pixels = new Float32Array(own.length * size);
    for (const [i, place] of own.entries())
      for (let j = 0; j < size; j++) pixels[i * size + j] = images[16 + place * size + j]! / 255;
    return pixels;
  });
}
