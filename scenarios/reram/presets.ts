const headline = {
  study: 'tolerance',
  network: 'mlp',
  pruneRatio: 20,
  mapping: 'differential',
  stuckOnShare: 0.9,
  lossPoints: 0.05,
} as const;

/** Settings that show one point each. */
export const presets = {
  quick: {
    describe: 'the headline with fewer chips and pictures',
    set: { ...headline, trials: 20, images: 400 },
  },
  headline: {
    describe: 'gain over two-column at 90 % stuck-on and a loss of 5 points, both assumed',
    set: headline,
  },
  chipRatio: {
    describe: 'the same at the polarity of a published 4-Mb chip, 9.04 % to 1.75 %',
    set: { ...headline, stuckOnShare: 0.8378 },
  },
  onOnly: { describe: 'stuck-on faults only', set: { ...headline, stuckOnShare: 1 } },
  offHeavy: { describe: 'the chip mirrored: the mapping hurts', set: { ...headline, stuckOnShare: 0.1622 } },
  denseCurve: {
    describe: 'an unpruned network at a loss of 1 point',
    set: { study: 'tolerance', pruneRatio: 1, lossPoints: 0.01 },
  },
  lenet: { describe: 'LeNet-5', set: { network: 'lenet5', images: 500 } },
  population: {
    describe: 'every cell of a VGG-16, formed and written',
    set: { study: 'device', cells: 29431168 },
  },
  writeVerify: {
    describe: 'pulses until they land',
    set: { study: 'device', writeVariance: 0.05, writeTolerance: 0.02, maxPulses: 10, faultRate: 0 },
  },
} as const;
