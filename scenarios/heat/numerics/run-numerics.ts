import { createRandomSource, type RandomStream, uniformInteger } from '../../../engine/index.ts';
import { numericsSizes } from '../check.ts';
import { measureDispersion } from '../dispersion.ts';
import { NegativeSampler, type SamplerSpec } from '../negative-sampler.ts';
import type { HeatParams } from '../params.ts';
import { dimOf, negativesOf } from '../setup.ts';
import { type GeneratedData, generateData } from './generated-data.ts';
import { gradientError, reuseIsExact } from './gradient-checks.ts';
import { type RowListener, SimplexTrainer, type TrainerSpec } from './simplex-trainer.ts';

/** What really training a small model gives. */
export interface NumericsResult {
  readonly lossFirstEpoch: number;
  readonly lossLastEpoch: number;
  readonly aucBefore: number;
  readonly aucAfter: number;
  readonly reuseGradientsIdentical: boolean;
  readonly gradientMaxRelError: number;
  readonly negativeDispersionIndex: number;
  readonly distinctNegativesPerInterval: number;
}

/** A trainer with its data and samplers, ready to run epoch by epoch. */
export interface Training {
  readonly data: GeneratedData;
  readonly trainer: SimplexTrainer;
  /** Goes once over the data, user by user; returns the mean loss. */
  epoch(): number;
}

/** Specifications of a numerics run. */
function numericsSpecs(params: HeatParams): { readonly trainer: TrainerSpec; readonly sampler: SamplerSpec } {
  const sizes = numericsSizes(params);
  const negatives = negativesOf(params);
  const { mu, theta, learningRate, reuse, sampler, tile, refresh } = params;
  return {
    trainer: { ...sizes, dim: dimOf(params), negatives, mu, theta, learningRate, reuse },
    sampler: { sampler, items: sizes.items, negatives, tile, refresh },
  };
}

/** Makes data, model and sampler of a run; `onRow` hears every row that training touches. */
export function startTraining(params: HeatParams, seed: number, onRow?: RowListener): Training {
  const streams = streamsOf(seed);
  const specs = numericsSpecs(params);
  const { clusters, interactionsPerUser, noise } = params;
  const data = generateData({ ...numericsSizes(params), clusters, interactionsPerUser, noise }, streams('data'));
  const trainer = new SimplexTrainer(specs.trainer, streams('embeddings'), onRow);
  const sampler = new NegativeSampler(specs.sampler, streams('negatives'));
  return {
    data,
    trainer,
    epoch() {
      let sum = 0;
      let samples = 0;
      data.train.forEach((items, user) => {
        for (const positive of items) {
          sum += trainer.train({ user, positive, negatives: sampler.next() });
          samples++;
        }
      });
      return sum / samples;
    },
  };
}

function streamsOf(seed: number): (name: string) => RandomStream {
  const source = createRandomSource({ seed });
  return (name) => source.stream('numerics', name);
}

/** Trains and checks. */
export function runNumerics(params: HeatParams, seed: number): NumericsResult {
  const streams = streamsOf(seed);
  const training = startTraining(params, seed);
  const auc = (): number => areaUnderCurve(training, numericsSizes(params).items, streams('auc'));
  const aucBefore = auc();
  const losses = Array.from({ length: params.epochs }, () => training.epoch());
  const specs = numericsSpecs(params);
  const { index, distinct } = measureDispersion(specs.sampler, streams('dispersion'));
  return {
    lossFirstEpoch: losses[0]!,
    lossLastEpoch: losses[losses.length - 1]!,
    aucBefore,
    aucAfter: auc(),
    reuseGradientsIdentical: reuseIsExact(specs.trainer, streams),
    gradientMaxRelError: gradientError(specs.trainer, streams),
    negativeDispersionIndex: index,
    distinctNegativesPerInterval: distinct,
  };
}

const RIVALS = 20;

/** Share of pairs of a test item and a random one in which the test item is nearer to its user. */
function areaUnderCurve({ data, trainer }: Training, items: number, stream: RandomStream): number {
  const rival = uniformInteger(0, items - 1);
  let above = 0;
  let pairs = 0;
  data.test.forEach((held, user) => {
    for (const item of held) {
      const own = trainer.cosine(user, item);
      for (let i = 0; i < RIVALS; i++) {
        const other = trainer.cosine(user, rival.sample(stream));
        above += own > other ? 1 : own === other ? 0.5 : 0;
        pairs++;
      }
    }
  });
  return above / pairs;
}
