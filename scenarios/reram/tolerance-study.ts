import type { MappingSpec } from '../../actors/index.ts';
import type { AccuracyBench } from './accuracy.ts';
import { type MatrixLayer, mappingOf, tilingOf } from './matrix-layers.ts';
import type { ReramParams } from './params.ts';
import { type StudyResult, sizeMetrics } from './point-study.ts';
import { bootstrap, type Crossing, meanOf, rateGrid, toleratedRate } from './tolerance.ts';

/** Accuracies of one mapping, computed when a search asks for them. */
export class ToleranceCurve {
  readonly target: number;
  readonly #at = new Map<number, Float64Array>();
  readonly #evaluate: (k: number) => Float64Array;

  constructor(target: number, evaluate: (k: number) => Float64Array) {
    this.target = target;
    this.#evaluate = evaluate;
  }

  /** Accuracy of each chip at a rate of the grid. */
  chipsAt(k: number): Float64Array {
    let chips = this.#at.get(k);
    if (chips === undefined) {
      chips = this.#evaluate(k);
      this.#at.set(k, chips);
    }
    return chips;
  }

  /** Tolerated rate of all chips, or of a resample of them. */
  crossing(chips?: Int32Array): Crossing {
    return toleratedRate((k) => meanOf(this.chipsAt(k), chips), this.target);
  }
}

/** The curve of a mapping on the chips of a run. */
export function curveOf(
  params: ReramParams,
  mapping: MappingSpec,
  bench: AccuracyBench,
  onPoint: () => void = () => {},
): ToleranceCurve {
  return new ToleranceCurve(bench.ideal(params, mapping) - params.lossPoints, (k) => {
    const rate = rateGrid[k] as number;
    const chips = Float64Array.from({ length: params.trials }, (_, chip) =>
      bench.accuracy({ chip, rate, mapping, params }),
    );
    onPoint();
    return chips;
  });
}

/** The tolerated rate of the mapping and of plain two-column on the same chips, and their ratio with its interval. */
export function toleranceStudy(
  params: ReramParams,
  layers: readonly MatrixLayer[],
  seed: number,
  bench: AccuracyBench,
  progress: (share: number) => void,
): StudyResult {
  let points = 0;
  // A search looks at about seven rates, resamples at a few more.
  const onPoint = (): void => progress(Math.min(0.99, ++points / 18));
  const mapping = mappingOf(params);
  const own = curveOf(params, mapping, bench, onPoint);
  const plain = { ...params, mitigation: 'none' } as const;
  const isBaseline = params.mapping === 'two-column' && params.mitigation === 'none';
  const baseline = isBaseline ? own : curveOf(plain, mappingOf(params, 'two-column'), bench, onPoint);
  const [found, other] = [own.crossing(), baseline.crossing()];
  const gain = found.rate / other.rate;
  const gains = bootstrap(params.trials, seed, (chips) => own.crossing(chips).rate / baseline.crossing(chips).rate);
  const rates = bootstrap(params.trials, seed, (chips) => own.crossing(chips).rate);
  const plainRates = bootstrap(params.trials, seed, (chips) => baseline.crossing(chips).rate);
  const tilings = layers.map(({ shape }) => ({ tiling: tilingOf(params, shape, mapping), seconds: 0, slices: 0 }));
  return {
    metrics: {
      accuracyIdeal: own.target + params.lossPoints,
      toleratedFaultRate: found.rate,
      toleratedFaultRateTwoColumn: other.rate,
      toleranceGain: gain,
      toleranceGainLow: gains[0],
      toleranceGainHigh: gains[1],
      toleranceSaturated: found.isSaturated || other.isSaturated,
      ...sizeMetrics(layers, { layers: tilings }),
      chips: params.trials,
    },
    intervals: { toleranceGain: gains, toleratedFaultRate: rates, toleratedFaultRateTwoColumn: plainRates },
    events: 0,
    fingerprint: '',
  };
}
