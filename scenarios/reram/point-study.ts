import {
  expectedSquareError,
  irDropVolts,
  levelsOf,
  losslessAdcBits,
  siemens,
  sliceJoules,
  wornShare,
} from '../../actors/index.ts';
import { estimateMean, Tally } from '../../engine/index.ts';
import type { AccuracyBench } from './accuracy.ts';
import {
  type CellCounts,
  countCells,
  enduranceOf,
  exactWeights,
  fatesOf,
  LevelTable,
  readBack,
  writerOf,
  writtenLevels,
} from './chip-cells.ts';
import { crossbarOf, type HardwareRun, runHardware } from './hardware.ts';
import { type MatrixLayer, mappingOf } from './matrix-layers.ts';
import type { MetricName } from './metrics.ts';
import type { ReramParams } from './params.ts';

/** What a study found. */
export interface StudyResult {
  readonly metrics: { [Name in MetricName]?: number | boolean };
  readonly intervals: { [Name in MetricName]?: readonly [number, number] };
  readonly events: number;
  readonly fingerprint: string;
}

/** Sums over weights and chips, for the error of a weight. */
interface WeightSums {
  squares: number;
  errors: number;
  products: number;
  own: number;
  count: number;
}

/** One fault rate: cells, weights, time and energy of all chips, and their accuracy when there is a bench. */
export function pointStudy(
  params: ReramParams,
  layers: readonly MatrixLayer[],
  seed: number,
  bench: AccuracyBench | undefined,
  progress: (share: number) => void,
): StudyResult {
  const mapping = mappingOf(params);
  const table = new LevelTable(mapping);
  const L = levelsOf(params.bits);
  const weights: WeightSums = { squares: 0, errors: 0, products: 0, own: 0, count: 0 };
  const totals = { hrs: 0, lrs: 0, intermediate: 0, stuckOn: 0, stuckOff: 0, worn: 0 };
  const conductance = layers.map(() => 0);
  const accuracies: number[] = [];
  const pulses = { cells: 0, pulses: 0, failed: 0, squares: 0 };
  const real = layers.map((layer) => new Float32Array(layer.weights.length));
  const gain = new Tally();
  const bias = new Tally();
  for (let chip = 0; chip < params.trials; chip++) {
    const counts: CellCounts = { ...zero(), conductance: [] };
    const written: Float32Array[] = [];
    const own: WeightSums = { squares: 0, errors: 0, products: 0, own: 0, count: 0 };
    for (const [l, layer] of layers.entries()) {
      const { fates, worn } = fatesOf(params, layer, mapping, { seed, chip, layer: l }, params.faultRate);
      const levels = new Float32Array(fates.length);
      const writer = writerOf(params, seed, chip, l);
      writtenLevels(params, table, layer.weights, fates, writer, levels);
      written.push(levels);
      const into = real[l] as Float32Array;
      if (writer === undefined) exactWeights(params, mapping, layer.weights, fates, into);
      else {
        readBack(mapping, levels, into);
        pulses.cells += writer.cells;
        pulses.pulses += writer.totalPulses;
        pulses.failed += writer.failed;
        pulses.squares += writer.squares;
      }
      countCells(mapping, fates, levels, worn, counts);
      addErrors(layer.weights, into, L, own);
    }
    for (const key of Object.keys(weights) as (keyof WeightSums)[]) weights[key] += own[key];
    if (own.own > 0) gain.add(own.products / own.own);
    bias.add(own.errors / own.count);
    for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += counts[key];
    for (const [l, sum] of counts.conductance.entries()) conductance[l]! += sum;
    if (bench !== undefined)
      accuracies.push(
        params.adcMode === 'quantised'
          ? bench.convertedAccuracyOf(written, params, mapping)
          : bench.accuracyOf(real, params.bits),
      );
    progress((chip + 1) / (params.trials + 1));
  }
  const hardware = runHardware(params, layers, seed);
  const { trials } = params;
  const { metrics, intervals } = chipMetrics(params, layers, weights, hardware);
  const perChip = (total: number) => total / trials;
  const alive =
    metrics.cellCount === undefined ? 0 : Number(metrics.cellCount) - perChip(totals.stuckOn + totals.stuckOff);
  Object.assign(metrics, {
    stuckCells: perChip(totals.stuckOn + totals.stuckOff),
    stuckOnCells: perChip(totals.stuckOn),
    stuckOffCells: perChip(totals.stuckOff),
    pristineCells: 0,
    hrsCells: perChip(totals.hrs),
    lrsCells: perChip(totals.lrs),
    intermediateCells: perChip(totals.intermediate),
    pulsesPerCellMean: pulses.cells > 0 ? pulses.pulses / pulses.cells : alive > 0 ? 1 : 0,
    verifyFailShare: pulses.cells > 0 ? pulses.failed / pulses.cells : 0,
    residualStd: pulses.cells > 0 ? Math.sqrt(pulses.squares / pulses.cells) : 0,
    wornShare: shareOfWhole(totals.worn, totals, Number(metrics.cellCount) * trials),
    chips: trials,
  });
  if (gain.count > 1) Object.assign(intervals, { weightGain: rangeOf(gain), weightBias: rangeOf(bias) });
  addEnergy(params, hardware, conductance.map(perChip), metrics);
  if (bench !== undefined) {
    metrics.accuracyIdeal = bench.ideal(params, mapping);
    const tally = Tally.of(accuracies);
    const std = trials > 1 ? tally.deviation : 0;
    const half = (1.96 * std) / Math.sqrt(trials);
    Object.assign(metrics, {
      accuracyMean: tally.mean,
      accuracyStd: std,
      accuracyMin: Math.min(...accuracies),
      accuracyCi95: half,
    });
    intervals.accuracyMean = [tally.mean - half, tally.mean + half];
  }
  return { metrics, intervals, events: hardware.events, fingerprint: hardware.fingerprint };
}

const zero = () => ({ hrs: 0, lrs: 0, intermediate: 0, stuckOn: 0, stuckOff: 0, worn: 0 });

function rangeOf(tally: Tally): readonly [number, number] {
  const { low, high } = estimateMean(tally);
  return [low, high];
}

/** Worn cells out of those that left manufacture whole. */
function shareOfWhole(
  worn: number,
  { stuckOn, stuckOff }: { stuckOn: number; stuckOff: number },
  cells: number,
): number {
  const whole = cells - (stuckOn + stuckOff - worn);
  return whole > 0 ? worn / whole : 0;
}

function addErrors(weights: Int32Array, real: Float32Array, L: number, sums: WeightSums): void {
  let [squares, errors, products, own] = [0, 0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]! / L;
    const is = real[i]! / L;
    const error = is - w;
    squares += error * error;
    errors += error;
    products += w * is;
    own += w * w;
  }
  sums.squares += squares;
  sums.errors += errors;
  sums.products += products;
  sums.own += own;
  sums.count += weights.length;
}

function chipMetrics(
  params: ReramParams,
  layers: readonly MatrixLayer[],
  sums: WeightSums,
  hardware: HardwareRun,
): Pick<StudyResult, 'metrics' | 'intervals'> {
  const crossbar = crossbarOf(params);
  const mapping = mappingOf(params);
  const metrics: StudyResult['metrics'] = {
    ...sizeMetrics(layers, hardware),
    weightErrorMse: sums.squares / sums.count,
    weightBias: sums.errors / sums.count,
    readSeconds: hardware.readSeconds,
    throughputSeconds: Math.max(...hardware.layers.map(({ seconds }) => seconds)),
    programSeconds: hardware.programSeconds,
    irDropWorstVolts: Math.max(...layers.map(({ shape }) => irDropVolts(crossbar, shape))),
    adcBitsLossless: losslessAdcBits(crossbar, mapping.cellBits),
  };
  if (sums.own > 0) metrics.weightGain = sums.products / sums.own;
  if (params.network === 'linear' && mapping.cellBits === mapping.bits && params.writeVariance === 0) {
    const worn = wornShare(enduranceOf(params), params.writeCycles);
    const later = (1 - params.faultRate) * worn;
    const { onShare } = enduranceOf(params);
    metrics.weightErrorMseExpected = expectedSquareError({
      mapping: params.mapping,
      restLevel: params.restLevel,
      compensate: params.mitigation === 'pair-compensate',
      density: 1 / params.pruneRatio,
      on: params.faultRate * params.stuckOnShare + later * onShare,
      off: params.faultRate * (1 - params.stuckOnShare) + later * (1 - onShare),
    });
  }
  return { metrics, intervals: {} };
}

/** Weights, cells, arrays, and how sparse the weights are. */
export function sizeMetrics(
  layers: readonly MatrixLayer[],
  hardware: Pick<HardwareRun, 'layers'>,
): StudyResult['metrics'] {
  let [count, nonZero] = [0, 0];
  for (const { weights } of layers) {
    count += weights.length;
    for (let i = 0; i < weights.length; i++) if (weights[i] !== 0) nonZero++;
  }
  return {
    weightCount: count,
    cellCount: hardware.layers.reduce((sum, { tiling }) => sum + tiling.cells, 0),
    arrayCount: hardware.layers.reduce((sum, { tiling }) => sum + tiling.tiles.length, 0),
    ...(nonZero > 0 ? { pruneRatioActual: count / nonZero } : {}),
  };
}

function addEnergy(
  params: ReramParams,
  hardware: HardwareRun,
  conductance: readonly number[],
  metrics: StudyResult['metrics'],
): void {
  const crossbar = crossbarOf(params);
  const arrayJoules = hardware.layers.reduce((sum, { tiling, slices }, l) => {
    return sum + slices * sliceJoules(crossbar, siemens(crossbar, tiling.cells, conductance[l]!));
  }, 0);
  const { adcJoules, dacJoules } = hardware;
  Object.assign(metrics, { arrayJoules, dacJoules, adcJoules, energyJoules: arrayJoules + dacJoules + adcJoules });
}
