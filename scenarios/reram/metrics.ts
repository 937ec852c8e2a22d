const fraction = (describe: string) => ({ unit: '', describe });
const count = (describe: string) => ({ unit: '', describe });
const joules = (describe: string) => ({ unit: 'J', describe });
const seconds = (describe: string) => ({ unit: 's', describe });

/** What a run reports; a metric that does not apply is absent. */
export const metrics = {
  accuracyIdeal: fraction('accuracy without faults: quantised and mapped, same pictures'),
  accuracyMean: fraction('accuracy, mean over chips'),
  accuracyStd: fraction('accuracy, standard deviation over chips'),
  accuracyMin: fraction('accuracy of the worst chip'),
  accuracyCi95: fraction('half width of the 95 % interval of the mean, 1.96 std / sqrt(chips)'),
  toleratedFaultRate: fraction('fault rate at which mean accuracy falls below the ideal by lossPoints'),
  toleratedFaultRateTwoColumn: fraction('the same for two-column without mitigation, same chips'),
  toleranceGain: { unit: 'x', describe: 'tolerated rate over that of two-column' },
  toleranceGainLow: { unit: 'x', describe: 'lower end of its 95 % bootstrap interval over chips' },
  toleranceGainHigh: { unit: 'x', describe: 'upper end of its 95 % bootstrap interval over chips' },
  toleranceSaturated: { unit: '', describe: 'whether a crossing lies outside the grid of rates' },
  weightErrorMse: {
    unit: 'range^2',
    describe: 'mean square error of a weight; range: what the weights of its layer reach',
  },
  weightErrorMseExpected: { unit: 'range^2', describe: 'the same in closed form' },
  weightGain: fraction('sum of w times w-as-is over sum of w squared'),
  weightBias: { unit: 'range', describe: 'mean error of a weight' },
  pruneRatioActual: { unit: 'x', describe: 'weights over non-zero weights' },
  weightCount: count('weights'),
  cellCount: count('cells that hold weights'),
  arrayCount: count('arrays'),
  stuckCells: count('stuck cells of a chip, worn ones included, mean'),
  stuckOnCells: count('of them stuck on'),
  stuckOffCells: count('of them stuck off'),
  pristineCells: count('cells never formed, mean'),
  hrsCells: count('cells written to the high-resistance end, mean'),
  lrsCells: count('cells written to the low-resistance end, mean'),
  intermediateCells: count('cells written between the ends, mean'),
  readSeconds: seconds('one input through all layers, one after the other'),
  throughputSeconds: seconds('slowest layer'),
  energyJoules: joules('of one input'),
  arrayJoules: joules('of it in cells'),
  dacJoules: joules('of it in row drivers'),
  adcJoules: joules('of it in converters'),
  programSeconds: seconds('writing all arrays at once, row by row'),
  pulsesPerCellMean: count('programming pulses of a cell that is not stuck'),
  verifyFailShare: fraction('cells that gave up, of those not stuck'),
  residualStd: fraction('distance to the target after writing, standard deviation, share of the range'),
  wornShare: fraction('cells worn out, mean'),
  irDropWorstVolts: { unit: 'V', describe: 'voltage lost on a bit line with all cells on and all rows driven' },
  adcBitsLossless: { unit: 'bits', describe: 'converter bits that lose nothing' },
  chips: count('chips that were run'),
} as const;

export type MetricName = keyof typeof metrics;
