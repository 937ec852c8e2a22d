/** Settings that show one point each. */
export const presets = {
  quick: {
    describe: 'a small network really trained, searched, factored and fine-tuned on a tenth of the digits',
    set: { network: 'tiny-cnn', flopsTarget: 0.72, trainPerClass: 80, testPerClass: 50, searchSteps: 20 },
  },
  dense: { describe: 'nothing compressed', set: { method: 'none' } },
  uniform: { describe: 'the same share of the full rank in every layer', set: { method: 'uniform' } },
  haloc: { describe: 'ranks searched for 66.16 % fewer FLOP on ResNet-18', set: { method: 'haloc' } },
  'haloc-latency': {
    describe: 'ranks searched for half the latency',
    set: { method: 'haloc', objective: 'latency', kernelLibrary: 'tdc' },
  },
  alds: { describe: 'the same loss in every layer', set: { method: 'alds' } },
  'tdc-kernels': {
    describe: 'published ranks of TDC with kernels written for them',
    set: { method: 'tdc', kernelLibrary: 'tdc' },
  },
  'tucker-on-cudnn': {
    describe: 'the same ranks on library kernels',
    set: { method: 'tdc', kernelLibrary: 'cudnn' },
  },
  tiny: { describe: 'the small network at full size of the data', set: { network: 'tiny-cnn', flopsTarget: 0.72 } },
} as const;
